"""A process tree in bubblewrap, in which a kernel runs one notebook; and its end.

It has namespaces of its own for users, processes, network (a loopback), memory and files; what it can write to is in
memory, and bounded. Nothing but pipes leads out of it. All of it ends with its first process, which is killed by a
handle, and by the kernel where the process that made it is killed.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO

from ..checks.errors import NotGraded
from ..sandbox import bubblewrap, runtime
from ..sandbox.bubblewrap import HOME
from . import syscalls
from .limits import Limits

#: The modules of this package that are inside.
MODULES = ("", "rerun", "rerun.inside", "sandbox", "sandbox.kernel")
#: Who the code is inside where root runs this, and who that is outside: the number of root's processes has no bound.
_USER, _NOBODY = 1000, 65534
_AS_ROOT = (
    *("--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"),
    *("--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"),
)
_TEMPORARY_MB = 64
_END_SECONDS = 10.0


class Enclosure:
    """One enclosure, for one notebook; it ends with its `with`.

    `shown` are folders here that can be read inside, and their paths there. `writable` are the folders that can be
    written to. `user` is who the first process inside has to become, None if it is that already. Raises `NotGraded`
    where it cannot be made.
    """

    def __init__(self, limits: Limits, shown: Mapping[str, str]) -> None:
        bwrap = bubblewrap.program()
        if bwrap is None:
            raise NotGraded("bubblewrap is not installed")
        self.user = _USER if os.geteuid() == 0 else None
        rooms = {HOME: limits.files_mb, "/tmp": _TEMPORARY_MB, "/dev/shm": _TEMPORARY_MB}
        self.writable = tuple(rooms)
        namespaces = ("--unshare-all",) if self.user is None else _AS_ROOT
        view = bubblewrap.View(MODULES, {path: mb << 20 for path, mb in rooms.items()}, shown, namespaces)
        run = runtime.python("inside", __package__)
        command = bubblewrap.command(bwrap, _environment(), run, view)
        self._first = -1  # a handle on the first process inside
        try:
            self._start(command)
        except (OSError, ValueError, ImportError, RuntimeError) as error:
            self.close()
            raise NotGraded(f"an enclosure cannot be made: {self._complaint() or error}") from None
        except BaseException:
            self.close()
            raise

    def _start(self, command: list[str]) -> None:
        """Start bubblewrap; let it go on once it is known who its first process is here, and that has its users."""
        with tempfile.TemporaryFile() as rules, _Pipe() as told, _Pipe() as let:
            syscalls.write_filter(rules)
            options = ["--seccomp", str(rules.fileno()), "--info-fd", str(told.writer.fileno())]
            if self.user is not None:
                options += ["--userns-block-fd", str(let.reader.fileno())]
            self.process = subprocess.Popen(
                [command[0], *options, *command[1:]],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={},
                pass_fds=[rules.fileno(), told.writer.fileno(), let.reader.fileno()],
                start_new_session=True,  # Ctrl-C is for the grader alone
            )
            told.writer.close()
            first = int(json.loads(told.reader.read())["child-pid"])
            self._first = os.pidfd_open(first)
            if self.user is not None:
                for name in ("uid_map", "gid_map"):
                    Path("/proc", str(first), name).write_text(f"0 0 1\n{self.user} {_NOBODY} 1\n")
                let.writer.write(b"x")

    def close(self) -> None:
        """End it with all that is in it, and wait until that is gone."""
        if self._first >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._first, signal.SIGKILL)
            select.select([self._first], [], [], _END_SECONDS)  # readable when it is gone, which it is last
            os.close(self._first)
            self._first = -1
        process: subprocess.Popen[bytes] | None = getattr(self, "process", None)
        if process is not None:
            process.kill()
            process.wait()

    def _complaint(self) -> str:
        """What bubblewrap said before it ended."""
        process: subprocess.Popen[bytes] | None = getattr(self, "process", None)
        return process.stderr.read(1000).decode(errors="replace").strip() if process and process.stderr else ""

    def __enter__(self) -> Enclosure:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):  # what it did not take
                stream.close()


class _Pipe:
    """Both ends of a pipe, closed after a `with`."""

    def __enter__(self) -> _Pipe:
        reader, writer = os.pipe()
        self.reader: IO[bytes] = os.fdopen(reader, "rb", buffering=0)
        self.writer: IO[bytes] = os.fdopen(writer, "wb", buffering=0)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.reader.close()
        self.writer.close()


def _environment() -> dict[str, str]:
    """The environment of the kernel: nothing of this process's."""
    return runtime.environment(HOME) | {"MPLCONFIGDIR": "/tmp", "TMPDIR": "/tmp", "MALLOC_ARENA_MAX": "2"}
