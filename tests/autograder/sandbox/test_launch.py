"""Workers and fork servers end, and are replaced, as they should."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import psutil
import pytest

from autograder.checks.errors import NotGraded
from autograder.checks.executor import Request
from autograder.sandbox import launch
from autograder.sandbox.limits import Limits
from autograder.sandbox.modes import choose
from autograder.sandbox.session import WorkerSession

REPOSITORY = Path(__file__).resolve().parents[3]
LIMITS = Limits(call_seconds=3.0, memory_mb=256)


@pytest.fixture
def folder(tmp_path):
    package = tmp_path / "cs231n"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "layers.py").write_text("import os\ndef pid():\n    return os.getpid()\nseen = []\ndef see():\n"
                                       "    seen.append(1)\n    return len(seen)\n")  # fmt: skip
    return tmp_path


def ask(folder, isolation, function="see"):
    with WorkerSession(folder, folder / "none", LIMITS, isolation) as session:
        return session.request(Request("call", f"layers.{function}")).value


def gone(pid):
    deadline = time.monotonic() + 5
    while psutil.pid_exists(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not psutil.pid_exists(pid)


def test_submissions_share_nothing_but_the_server(folder, isolation):
    assert [ask(folder, isolation) for _ in range(3)] == [1, 1, 1]


def test_a_worker_is_gone_when_its_session_ends(folder, isolation):
    with WorkerSession(folder, folder / "none", LIMITS, isolation) as session:
        session.start()
        pid = session._worker._running.pid
        assert psutil.pid_exists(pid)
    assert gone(pid)


WRITING = """
import os
def write():
    done = []
    for place in ("new.txt", os.path.expanduser("~/new.txt"), "/tmp/new.txt", "/dev/shm/new", os.devnull):
        try:
            with open(place, "w") as file:
                file.write("x")
            done.append(place)
        except OSError:
            pass
    return done
def plot():
    import matplotlib.pyplot
    return 1
"""


def test_nothing_can_be_written(folder, isolation):
    (folder / "cs231n" / "layers.py").write_text(WRITING)
    with WorkerSession(folder, folder / "none", LIMITS, isolation) as session:
        written = session.request(Request("list", session.request(Request("call", "layers.write")).value)).value
    assert written == [os.devnull]


def test_matplotlib_can_be_imported(folder, isolation):
    """It wants a folder for its cache, and is content when it cannot write there."""
    (folder / "cs231n" / "layers.py").write_text(WRITING)
    with WorkerSession(folder, folder / "none", Limits(call_seconds=30.0), isolation) as session:
        assert session.request(Request("call", "layers.plot")).value == 1


def test_a_server_that_was_killed_is_replaced(folder, isolation):
    if isolation.mode not in ("bubblewrap", "landlock"):
        pytest.skip("this mode has no server")
    assert ask(folder, isolation) == 1
    launch.launcher(isolation)._process.kill()
    assert ask(folder, isolation) == 1


def test_a_server_ends_with_the_thread_that_grades(folder, isolation):
    if isolation.mode not in ("bubblewrap", "landlock"):
        pytest.skip("this mode has no server")
    servers = []

    def grade():
        ask(folder, isolation)
        servers.append(psutil.Process(launch.launcher(isolation)._process.pid))

    before = len(launch._launchers)
    thread = threading.Thread(target=grade)
    thread.start()
    thread.join()
    psutil.wait_procs(servers, timeout=5)
    assert not servers[0].is_running()
    assert len(launch._launchers) == before


def test_preloaded_libraries_are_in_memory_and_others_are_not(folder):
    best = choose()
    if best.mode not in ("bubblewrap", "landlock"):
        pytest.skip("this machine has no fork server")
    (folder / "cs231n" / "layers.py").write_text("import sys\ndef has(name):\n    return name in sys.modules\n")
    with WorkerSession(folder, folder / "none", LIMITS, best, preload=["colorsys"]) as session:
        answers = [session.request(Request("call", "layers.has", (name,))).value for name in ("colorsys", "chunk")]
    assert answers == [True, False]


def test_a_package_that_is_not_the_graders_is_refused(folder, isolation, monkeypatch):
    """Else a worker might see another copy of this package than the one that is kept from it."""
    monkeypatch.setattr("autograder.sandbox.session.runtime.PACKAGE", folder)
    with pytest.raises(NotGraded, match="pip install --editable|not installed|did not start"):
        ask(folder, isolation)


def test_a_shell_that_limits_memory_is_an_error_of_ours(folder):
    """Else right code would fail for the instructor's `ulimit -v`."""
    code = CODE.format(folder=str(folder), repository=str(REPOSITORY))
    done = subprocess.run(
        ["sh", "-c", f"ulimit -v 1500000; exec {sys.executable} -c '{code}'"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "`ulimit -v` allows 1464 MB" in done.stdout, done.stderr


CODE = """
from pathlib import Path
from autograder.checks.errors import NotGraded
from autograder.sandbox.limits import Limits
from autograder.sandbox.modes import Isolation
from autograder.sandbox.session import WorkerSession
try:
    with WorkerSession(Path("{folder}"), Path("{folder}"), Limits(memory_mb=2000), Isolation("none")) as session:
        session.start()
except NotGraded as error:
    print(error)
"""


def test_a_forked_grader_has_a_server_of_its_own(folder, isolation):
    """multiprocessing forks by default on some systems, and `Executor`s are the caller's choice."""
    assert ask(folder, isolation) == 1
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        assert pool.submit(ask, folder, isolation).result(60) == 1
    assert ask(folder, isolation) == 1


GRADER = """
import sys, time
from pathlib import Path
from autograder.checks.executor import Request
from autograder.sandbox.launch import launcher
from autograder.sandbox.modes import Isolation
from autograder.sandbox.session import WorkerSession
isolation = Isolation(sys.argv[2], sys.argv[3] == "True", int(sys.argv[4]))
session = WorkerSession(Path(sys.argv[1]), Path(sys.argv[1]) / "none", isolation=isolation)
session.start()
print(session._worker._running.pid, flush=True)
time.sleep(60)
"""


def test_nothing_outlives_a_grader_that_is_killed(folder, isolation):
    arguments = [str(folder), isolation.mode, str(isolation.namespaces), str(isolation.landlock)]
    with subprocess.Popen([sys.executable, "-c", GRADER, *arguments], stdout=subprocess.PIPE, text=True) as grader:
        pid = int(grader.stdout.readline())
        family = [process.pid for process in psutil.Process(grader.pid).children(recursive=True)]
        assert pid in family
        os.kill(grader.pid, signal.SIGKILL)
    assert all(gone(member) for member in family)
