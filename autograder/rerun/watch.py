"""What an enclosure uses, seen from outside: the memory of all its processes, the number of its files, and what it
leaves to the machine. The kernel bounds each process, how many there are, and how much is written."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence

import psutil

from .limits import Limits

#: The memory that must be left on the machine, wherever it went: not all that the kernel does for a process counts as
#: the process's.
_LEFT_BYTES = 256 << 20


def problem(pid: int, writable: Sequence[str], limits: Limits) -> str:
    """Why the enclosure whose process outside is `pid` has to be stopped, "" if it need not.

    `writable` are the folders inside that can be written to.
    """
    if psutil.virtual_memory().available < _LEFT_BYTES:
        return "this machine was running out of memory"
    processes = _below(pid)
    most = limits.memory_mb << 20
    # Memory that processes share counts for each of them at first; what each has of it takes longer to find out.
    if _sum(processes, "memory_info", "rss") > most and _sum(processes, "memory_full_info", "pss") > most:
        return f"it took more than {limits.memory_mb} MB of memory"
    if _files(processes, writable) > limits.files:
        return f"it made more than {limits.files} files"
    return ""


def _below(pid: int) -> list[psutil.Process]:
    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).children(recursive=True)
    return []


def _sum(processes: Sequence[psutil.Process], what: str, field: str) -> int:
    total = 0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            total += getattr(getattr(process, what)(), field)
    return total


def _files(processes: Sequence[psutil.Process], writable: Sequence[str]) -> int:
    """How many files there are in the folders `writable`, as any process inside sees them."""
    for process in processes:
        with contextlib.suppress(OSError):
            systems = [os.statvfs(f"/proc/{process.pid}/root{path}") for path in writable]
            return sum(system.f_files - system.f_ffree for system in systems)
    return 0
