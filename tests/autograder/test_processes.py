"""The pool of processes: a death costs its own call, and nothing is left behind."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import CancelledError
from pathlib import Path

import psutil
import pytest

from autograder.processes import ProcessDied, ProcessPool


def double(value):
    return 2 * value


def die_once(folder):
    """Die at the first call; the second finds the mark."""
    mark = Path(folder) / "died"
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "lived"


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def leave(status):
    os._exit(status)


class Odd(Exception):
    """Cannot be unpickled: it wants two arguments."""

    def __init__(self, first, second):
        super().__init__(first)


def raise_odd():
    raise Odd("odd", 2)


def linger(mark):
    """Leave a mark with this process's id, sleep, and take the mark away on the way out."""
    begun = Path(mark).with_suffix(".part")
    begun.write_text(str(os.getpid()))
    begun.rename(mark)
    try:
        time.sleep(60)
    finally:
        Path(mark).unlink()


def wait_until(condition, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def test_a_death_costs_its_own_call_alone(tmp_path):
    with ProcessPool(2) as pool:
        bad, worse = pool.submit(die), pool.submit(leave, 3)
        good = [pool.submit(double, value) for value in range(6)]
        again = pool.submit(die_once, str(tmp_path))
        assert [call.result() for call in good] == [0, 2, 4, 6, 8, 10]
        assert again.result() == "lived"
        with pytest.raises(ProcessDied, match="signal 9"):
            bad.result()
        with pytest.raises(ProcessDied, match="exit status 3"):
            worse.result()


def test_exceptions_come_back_even_those_that_cannot_be_pickled():
    with ProcessPool(1) as pool:
        with pytest.raises(TypeError):
            pool.submit(double, None).result()
        with pytest.raises(RuntimeError, match="Odd: odd"):
            pool.submit(raise_odd).result()
        assert pool.submit(double, 2).result() == 4


def test_stop_ends_what_is_under_way_and_lets_it_clean_up(tmp_path):
    mark = tmp_path / "begun"
    pool = ProcessPool(1)
    under_way, waiting = pool.submit(linger, str(mark)), pool.submit(double, 1)
    wait_until(mark.exists)
    process = psutil.Process(int(mark.read_text()))
    pool.stop()
    assert not mark.exists()
    assert not process.is_running()
    with pytest.raises(ProcessDied):
        under_way.result()
    with pytest.raises(CancelledError):
        waiting.result()


PARENT = """
import sys
from autograder.processes import ProcessPool
from tests.autograder.test_processes import double, linger

if __name__ == "__main__":
    pool = ProcessPool(2)
    under_way, idle = pool.submit(linger, sys.argv[1]), pool.submit(double, 1)
    idle.result()
    print("ready", flush=True)
    under_way.result()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a signal")
def test_processes_end_with_the_one_that_started_them(tmp_path):
    """Busy or idle; and the busy one cleans up after itself."""
    script, mark = tmp_path / "parent.py", tmp_path / "begun"
    script.write_text(PARENT)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    with subprocess.Popen(
        [sys.executable, str(script), str(mark)], stdout=subprocess.PIPE, env=environment, start_new_session=True
    ) as parent:
        try:
            assert parent.stdout.readline() == b"ready\n"
            wait_until(mark.exists)
            children = psutil.Process(parent.pid).children(recursive=True)
            assert len(children) >= 2
        finally:
            parent.kill()
    wait_until(lambda: not any(alive(child) for child in children))
    assert not mark.exists()


def alive(process):
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
