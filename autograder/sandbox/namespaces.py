"""Namespaces of a worker's own: processes, mounts and shared memory that nobody else sees, and that end with it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from . import kernel

_HIDDEN = ("nosuid", "nodev", "noexec")


def enter() -> None:
    """Move on into new user, mount, pid and ipc namespaces; returns in a new process that is the first one there.

    /proc is covered by an empty folder. The process that called waits for the new one and ends as it ends. Raises
    `OSError` where the machine allows no such namespaces.
    """
    uid, gid = os.getuid(), os.getgid()
    kernel.set_dumpable(True)  # else the files below belong to root
    kernel.unshare(kernel.NEWUSER | kernel.NEWNS | kernel.NEWPID | kernel.NEWIPC)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        try:
            Path("/proc/self", name).write_text(text)
        except PermissionError:
            if name != "setgroups":  # already denied, when namespaces are nested
                raise
    kernel.mount(None, "/", None, ("recursive", "private"))
    kernel.mount("tmpfs", "/proc", "tmpfs", _HIDDEN, "size=4k,nr_inodes=2")
    child = os.fork()
    if child:
        _end_as(os.waitpid(child, 0)[1])
    kernel.die_with_parent()


def _end_as(status: int) -> None:
    """End this process with the exit status or signal of another."""
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        signal.signal(-code, signal.SIG_DFL) if -code not in (signal.SIGKILL, signal.SIGSTOP) else None
        os.kill(os.getpid(), -code)
    os._exit(code)
