"""The trusted side of starting workers: what a mode of isolation means in processes, and how each of them ends.

A launcher belongs to the thread that asked for it: the kernel ends its processes when that thread ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from multiprocessing.util import Finalize
from typing import IO, Any, Protocol

import psutil

from ..checks.errors import NotGraded
from ..scratch import Scratch
from . import bubblewrap, runtime
from .confine import Policy
from .fork_server import READY
from .limits import Limits
from .modes import Isolation

_END_SECONDS = 5.0
_ROOM = 1 << 20


@dataclass
class Running:
    """A worker that was started.

    `channel` is the socket to it, `pid` its process for accounting. `end()` kills it with everything that it started,
    waits until it is gone, and says how it had ended. `complaint()` is what it said before it was locked up, or "".
    """

    channel: socket.socket
    pid: int
    end: Callable[[], str]
    complaint: Callable[[], str] = lambda: ""


class Launcher(Protocol):
    """Starts workers."""

    def start(self, limits: Limits) -> Running:
        """A fresh worker; raises `NotGraded` if it cannot be started."""
        ...

    def close(self) -> None:
        """End what is still running."""
        ...


def launcher(isolation: Isolation, preload: Sequence[str] = ()) -> Launcher:
    """This thread's launcher for `isolation`, with the modules `preload` in memory where it can keep them."""
    mine: dict[Any, Launcher] = _threads.__dict__.setdefault("launchers", {})
    key = os.getpid(), isolation, tuple(preload)  # a forked process must not talk to its parent's server
    if key not in mine:
        if isolation.mode in ("bubblewrap", "landlock"):
            mine[key] = ForkServer(isolation, preload)
        else:
            mine[key] = ProcessEach(isolation)
        _launchers.add(mine[key])
        if os.getpid() not in _tidying:
            _tidying.add(os.getpid())
            Finalize(None, _close_all, exitpriority=1)  # the processes of a pool do not run atexit's functions
    return mine[key]


_threads = threading.local()
_launchers: weakref.WeakSet[Launcher] = weakref.WeakSet()
#: The processes that close their launchers when they end.
_tidying: set[int] = set()


def _close_all() -> None:
    for each in list(_launchers):
        each.close()


class ForkServer:
    """One warm process, in bubblewrap or not, that forks a worker for each submission: one at a time."""

    def __init__(self, isolation: Isolation, preload: Sequence[str] = ()) -> None:
        self._isolation, self._preload, self._owner = isolation, tuple(preload), os.getpid()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._home: Scratch | None = None

    def start(self, limits: Limits) -> Running:
        """See `Launcher`."""
        try:
            return self._fork(limits)
        except NotGraded:
            self.close()
            raise
        except OSError as error:
            self.close()
            raise NotGraded(f"the fork server ended: {error}") from None

    def close(self) -> None:
        """See `Launcher`."""
        if self._owner != os.getpid():
            return
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            _finish(self._process)
            self._process = None
        if self._home is not None:
            self._home.remove()
            self._home = None

    def __del__(self) -> None:
        self.close()  # the thread that it belonged to has ended

    def _fork(self, limits: Limits) -> Running:
        if self._process is None:
            self._launch(limits)
        control = self._control
        assert control is not None
        ours, theirs = _channel()
        try:
            control.settimeout(limits.start_seconds)
            socket.send_fds(control, [json.dumps(asdict(limits)).encode()], [theirs.fileno()])
            theirs.close()
            ours.settimeout(limits.start_seconds)
            mark, handles, _, _ = socket.recv_fds(ours, 1, 1)
            if not mark:
                raise ConnectionError("it closed its socket")
        except OSError:
            theirs.close()
            ours.close()
            raise

        def end() -> str:
            for handle in handles:
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(handle, signal.SIGKILL)
                os.close(handle)
            handles.clear()
            ours.close()
            control.settimeout(_END_SECONDS)
            try:
                return _how(int(json.loads(control.recv(64))))
            except (OSError, ValueError):
                self.close()  # what the server still holds ends with it
                return "its process is gone"

        pid = _pid_of(handles[0]) if handles else 0
        return Running(ours, pid, end)

    def _launch(self, limits: Limits) -> None:
        locks = policy(self._isolation, limits)
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        inside = self._isolation.mode == "bubblewrap"
        if not inside:
            self._home = Scratch()
        home = str(self._home.path) if self._home else bubblewrap.HOME
        settings = {
            "control": theirs.fileno(),
            "policy": locks.as_json(),
            "home": home,
            "preload": self._preload,
        }
        with theirs, tempfile.TemporaryFile() as errors:
            self._process = _popen("fork_server", settings, theirs, home, inside, errors)
            self._control.settimeout(limits.start_seconds)
            try:
                theirs.close()
                if self._control.recv(len(READY)) == READY:
                    return
                why = "it ended"
            except OSError as error:
                why = str(error)
            self.close()
            raise NotGraded(f"the fork server did not start: {_last_line(errors) or why}")


class ProcessEach:
    """A fresh process for each worker: inside bubblewrap ("strict"), or plain ("none")."""

    def __init__(self, isolation: Isolation) -> None:
        self._isolation = isolation

    def start(self, limits: Limits) -> Running:
        """See `Launcher`."""
        inside = self._isolation.mode == "strict"
        locks = policy(self._isolation, limits)
        folder = None if inside else Scratch()
        home = str(folder.path) if folder else bubblewrap.HOME
        ours, theirs = _channel()
        errors = tempfile.TemporaryFile()  # noqa: SIM115  closed when the worker ends
        settings = {"channel": theirs.fileno(), "policy": locks.as_json(), "home": home}
        try:
            with theirs:
                process = _popen("worker", settings, theirs, home, inside, errors)
        except (OSError, NotGraded) as error:
            ours.close()
            errors.close()
            raise NotGraded(f"a worker could not be started: {error}") from None

        said: list[str] = []

        def complaint() -> str:
            if not said:
                said.append(_last_line(errors))
            return said[0]

        def end() -> str:
            complaint()
            ended = process.poll()
            if not inside:
                _kill_tree(process.pid)
            process.kill()
            process.wait()
            _wait_for_the_end(ours)
            ours.close()
            errors.close()
            if folder is not None:
                folder.remove()
            return _how(ended if ended is not None else process.returncode)

        return Running(ours, process.pid, end, complaint)

    def close(self) -> None:
        """See `Launcher`. Each worker ends by itself."""


def policy(isolation: Isolation, limits: Limits) -> Policy:
    """The locks that `isolation` means for a worker."""
    if not isolation.isolated:
        return Policy(limits=limits)
    try:
        from .syscalls import compile_filter

        program = compile_filter()
    except (ImportError, OSError, RuntimeError) as error:
        raise NotGraded(f"the system-call filter cannot be made: {error}") from None
    return Policy(
        namespaces=isolation.namespaces and isolation.mode != "strict",
        landlock=isolation.landlock > 0,
        filter=program,
        read=runtime.granted(),
        limits=limits,
    )


def _channel() -> tuple[socket.socket, socket.socket]:
    """Both ends of a socket to a worker, with room for large arrays."""
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _ROOM)
    return ours, theirs


def _popen(
    module: str,
    settings: Mapping[str, Any],
    theirs: socket.socket,
    home: str,
    inside: bool,
    errors: IO[bytes] | int,
) -> subprocess.Popen[bytes]:
    """Start `main` of this package's `module`, inside bubblewrap or not, with `settings` on its standard input."""
    run, environment = runtime.python(module), runtime.environment(home)
    if inside:
        bwrap = bubblewrap.program()
        if bwrap is None:
            raise NotGraded("bubblewrap is not installed")
        run = bubblewrap.command(bwrap, environment, run)
    options: dict[str, Any] = {}
    if sys.platform != "win32":
        options = {"pass_fds": [theirs.fileno()], "start_new_session": True}  # Ctrl-C is for the grader alone
    process = subprocess.Popen(
        run,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=errors,
        env=environment,
        cwd=None if inside else home,
        **options,
    )
    if sys.platform == "win32":
        settings = {**settings, "channel": theirs.share(process.pid).hex()}
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError), process.stdin as pipe:
        pipe.write(json.dumps(settings).encode())
    return process


def _pid_of(handle: int) -> int:
    """The process behind a pidfd, by its number here; 0 if it is gone."""
    with contextlib.suppress(OSError), open(f"/proc/self/fdinfo/{handle}") as lines:
        for line in lines:
            if line.startswith("Pid:"):
                return max(0, int(line.split()[1]))
    return 0


def _kill_tree(pid: int) -> None:
    """Kill a process, its process group and its descendants."""
    try:
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        family = []
    if sys.platform != "win32":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)  # the worker leads a process group of its own
    for process in family:
        with contextlib.suppress(psutil.Error):
            process.kill()


def _wait_for_the_end(channel: socket.socket) -> None:
    """Wait until the last process that holds the other end is gone."""
    channel.settimeout(_END_SECONDS)
    with contextlib.suppress(OSError):
        while channel.recv(1 << 16):
            pass


def _finish(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(1.0)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _how(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"signal {signal.Signals(-status).name}"
    except ValueError:
        return f"signal {-status}"


def _last_line(file: IO[bytes]) -> str:
    file.seek(0)
    lines = file.read(1 << 16).decode(errors="replace").strip().splitlines()
    said = lines[-1][:300] if lines else ""
    if "No module named 'autograder'" in said:
        return "this package is not installed for the Python that runs it; `pip install --editable .` does that"
    return said
