"""A pool of processes in which the death of one costs the others nothing.

`concurrent.futures.ProcessPoolExecutor` gives up every call that waits when one of its processes is killed, by a kernel
that is short of memory for instance, and its processes live on when the one that started them is killed. Here each
thread of the pool has a process of its own at the other end of a pipe: one that dies is replaced, and all of them end
when the pipe does.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar

from .checks.errors import NotGraded
from .scratch import Scratch

P = ParamSpec("P")
T = TypeVar("T")

#: Fresh interpreters: a fork of a process that runs threads may hang.
_SPAWN = multiprocessing.get_context("spawn")
#: A call is given so many processes: the death of the first may have been anybody's fault.
_TRIES = 2
#: How long a process may take to clean up after itself before it is killed.
_LEAVE_SECONDS = 10.0


class ProcessDied(NotGraded):
    """The processes that carried out a call ended before it did."""


class ProcessPool(ThreadPoolExecutor):
    """Carries out calls in up to `count` processes; `submit` raises nothing, a call may fail with `ProcessDied`."""

    def __init__(self, count: int) -> None:
        super().__init__(count, "autograder", initializer=_leave_ctrl_c_to_the_main_thread)
        self._own = threading.local()
        self._lock = threading.Lock()
        self._started: list[_Process] = []
        self._stopped = False
        # What a killed process could not clean up goes with the pool.
        self._scratch = Scratch()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call `fn` in a process. It, its arguments and its result are pickled."""
        return super().submit(self._call, functools.partial(fn, *args, **kwargs))

    def stop(self) -> None:
        """End everything now: calls under way clean up after themselves, calls that wait are cancelled."""
        with self._lock:
            self._stopped = True
            for process in self._started:
                process.terminate()
        super().shutdown(wait=False, cancel_futures=True)
        for process in self._started:
            process.wait()
        self.shutdown()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls; if `wait`, wait for those that there are and end the processes."""
        super().shutdown(wait, cancel_futures=cancel_futures)
        if wait:
            for process in self._started:
                process.close()
            self._scratch.remove()

    def _call(self, call: Callable[[], T]) -> T:
        for tries_left in reversed(range(_TRIES)):
            try:
                result: T = self._process().call(call)
                return result
            except ProcessDied:
                self._own.process = None
                if not tries_left or self._stopped:
                    raise
        raise AssertionError  # a call returns or raises

    def _process(self) -> _Process:
        """The process of this thread."""
        process: _Process | None = getattr(self._own, "process", None)
        if process is None:
            with self._lock:
                if self._stopped:
                    raise ProcessDied("grading was stopped")
                process = self._own.process = _Process(str(self._scratch.path))
                self._started.append(process)
        return process


class _Process:
    """One process, which carries out one call at a time."""

    def __init__(self, scratch: str) -> None:
        self._pipe, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_serve, args=(theirs, scratch), daemon=True)
        self._process.start()
        theirs.close()  # so that the pipe ends when the process does

    def call(self, call: Callable[[], Any]) -> Any:
        """What `call` returns or raises there; `ProcessDied` if the process ends instead."""
        try:
            self._pipe.send(call)
            done, value = self._pipe.recv()
        except (EOFError, OSError):
            raise ProcessDied(f"the process that graded it ended with {self._ending()}") from None
        if not done:
            raise value
        return value

    def terminate(self) -> None:
        """Ask it to end at once."""
        self._process.terminate()

    def wait(self) -> None:
        """Wait until it is gone, and make sure that it is."""
        self._process.join(_LEAVE_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def close(self) -> None:
        """Let it end, now that nothing more will be asked of it."""
        self._pipe.close()
        self.wait()

    def _ending(self) -> str:
        self._process.join(_LEAVE_SECONDS)
        code = self._process.exitcode
        return f"signal {-code}" if code is not None and code < 0 else f"exit status {code}"


def _leave_ctrl_c_to_the_main_thread() -> None:
    """Threads of the pool do not take SIGINT, nor do the processes that they start while these cannot handle it yet."""
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _serve(pipe: Connection, scratch: str) -> None:
    """Carry out the calls that come through `pipe`, until it ends."""
    tempfile.tempdir = scratch
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; the main process decides what follows
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # leave every `with` on the way out
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    try:
        while True:
            call = pipe.recv()
            try:
                reply = (True, call())
            except Exception as error:
                reply = (False, _picklable(error))
            pipe.send(reply)
    except (EOFError, OSError):  # the other end is closed
        return


def _leave_with_parent() -> None:
    """End this process when the one that started it has ended, in whatever way."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


def _picklable(error: Exception) -> Exception:
    try:
        pickle.loads(pickle.dumps(error))
        return error
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
