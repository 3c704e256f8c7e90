"""The filter of system calls, loaded into a process of its own."""

import subprocess
import sys

import pytest

pytest.importorskip("pyseccomp", reason="libseccomp is not installed", exc_type=RuntimeError)

FILTERED = """
import fcntl, os, sys, resource, socket, signal, time
import numpy as np
from autograder.sandbox import kernel, syscalls
folder = sys.argv[1]
program = syscalls.compile_filter()
readable = os.open(f"{folder}/text", os.O_RDONLY)
kernel.load_filter(program)
def trial(what, action):
    try:
        action()
        print(what)
    except (OSError, ValueError, RuntimeError) as error:  # setrlimit turns EPERM into a ValueError
        print(f"no {what}")
trial("arithmetic", lambda: np.linalg.svd(np.random.RandomState(0).randn(60, 60)))
trial("files", lambda: open(f"{folder}/new", "w").write("x"))
trial("listing", lambda: os.listdir(folder))
trial("own clock", lambda: (time.process_time(), time.monotonic(), time.thread_time(), time.sleep(0.001)))
trial("own limits", lambda: resource.getrlimit(resource.RLIMIT_AS))
trial("a core count", lambda: os.sched_getaffinity(0))
trial("is it a terminal", lambda: os.isatty(readable))
trial("fork", os.fork)
trial("thread", lambda: __import__("threading").Thread(target=print).start())
trial("program", lambda: os.execv("/bin/true", ["true"]))
trial("socket", socket.socket)
trial("socketpair", socket.socketpair)
trial("pipe", os.pipe)
trial("memfd", lambda: os.memfd_create("x"))
trial("signal", lambda: os.kill(os.getpid(), 0))
trial("mode", lambda: os.chmod(f"{folder}/text", 0o600))
trial("times", lambda: os.utime(f"{folder}/text"))
trial("link", lambda: os.link(f"{folder}/text", f"{folder}/link"))
trial("symlink", lambda: os.symlink(f"{folder}/text", f"{folder}/link"))
trial("emptying what may be read", lambda: os.open(f"{folder}/text", os.O_RDONLY | os.O_TRUNC))
trial("a folder", lambda: os.mkdir(f"{folder}/folder"))
trial("removing", lambda: os.unlink(f"{folder}/text"))
trial("another name", lambda: os.rename(f"{folder}/text", f"{folder}/other"))
trial("truncate", lambda: os.truncate(f"{folder}/text", 0))
trial("lease", lambda: fcntl.fcntl(readable, fcntl.F_SETLEASE, fcntl.F_WRLCK))
trial("lock", lambda: fcntl.flock(readable, fcntl.LOCK_EX | fcntl.LOCK_NB))
trial("limits", lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)))
trial("another's limits", lambda: resource.prlimit(os.getppid(), resource.RLIMIT_AS))
trial("niceness", lambda: os.nice(1))
trial("what is in the page cache", lambda: os.preadv(readable, [bytearray(1)], 0, os.RWF_NOWAIT))
trial("emptying the page cache", lambda: os.posix_fadvise(readable, 0, 0, os.POSIX_FADV_DONTNEED))
trial("another's clock", lambda: time.clock_gettime((~os.getppid() << 3) | 2))
trial("affinity", lambda: os.sched_setaffinity(0, os.sched_getaffinity(0)))
"""
DONE = ["arithmetic", "files", "listing", "own clock", "own limits", "a core count", "is it a terminal"]
REFUSED = [
    "fork",
    "thread",
    "program",
    "socket",
    "socketpair",
    "pipe",
    "memfd",
    "signal",
    "mode",
    "times",
    "link",
    "symlink",
    "emptying what may be read",
    "a folder",
    "removing",
    "another name",
    "truncate",
    "lease",
    "lock",
    "limits",
    "another's limits",
    "niceness",
    "what is in the page cache",
    "emptying the page cache",
    "another's clock",
    "affinity",
]


def test_what_is_allowed_and_what_is_not(tmp_path):
    (tmp_path / "text").write_text("here")
    done = subprocess.run(
        [sys.executable, "-c", FILTERED, str(tmp_path)], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines() == [*DONE, *(f"no {what}" for what in REFUSED)]
    assert (tmp_path / "text").read_text() == "here"
