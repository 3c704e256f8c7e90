"""Locks up the process that is about to run a student's code. Each lock is tried before that code runs."""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from . import kernel, landlock
from .limits import Limits


@dataclass(frozen=True)
class Policy:
    """Which locks to put on: those of `modes.Isolation`, as the worker needs them.

    `read` are the folders that stay readable, `filter` the BPF program that judges system calls (empty: none).
    """

    namespaces: bool = False
    landlock: bool = False
    filter: bytes = b""
    read: tuple[str, ...] = ()
    limits: Limits = Limits()

    def as_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {**asdict(self), "filter": self.filter.hex()}

    def within(self, limits: dict[str, Any]) -> Policy:
        """The same locks with other limits."""
        return replace(self, limits=Limits(**limits))

    @staticmethod
    def from_json(data: dict[str, Any]) -> Policy:
        """The policy that `as_json` wrote."""
        return Policy(
            **{
                **data,
                "filter": bytes.fromhex(data["filter"]),
                "read": tuple(data["read"]),
                "limits": Limits(**data["limits"]),
            }
        )


def mapped_bytes() -> int:
    """How much address space this process has mapped."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 1 << 30  # no /proc here (macOS): about what Python and NumPy map


def limit_resources(limits: Limits, mapped: int) -> None:
    """Bound this process's memory (beyond the `mapped` bytes), CPU time and descriptors, where the system can.

    It writes no files.
    """
    if sys.platform == "win32":
        return
    import resource

    cpu = int(limits.budget_seconds) + 10
    amounts = {
        "RLIMIT_AS": mapped + (limits.memory_mb << 20),
        "RLIMIT_CPU": cpu,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_NOFILE": 64,
        "RLIMIT_CORE": 0,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_SIGPENDING": 64,
    }
    for name, amount in amounts.items():
        what = getattr(resource, name, None)  # not every system has every limit
        if what is None:
            continue
        hard = resource.getrlimit(what)[1]
        if hard != resource.RLIM_INFINITY and hard < amount:
            if name == "RLIMIT_AS":
                raise OSError(
                    errno.ENOMEM, f"`ulimit -v` allows {hard >> 20} MB, a worker may need {amount >> 20}; set it higher"
                )
            amount = hard
        try:
            resource.setrlimit(what, (amount, amount))
        except (ValueError, OSError):
            if sys.platform == "linux":
                raise


def lock(policy: Policy, mapped: int) -> None:
    """Put all of `policy`'s locks on this process. There is no way back.

    Raises `OSError` if a lock cannot be put on, or does not hold.
    """
    limit_resources(policy.limits, mapped)
    if not policy.filter:
        return
    if policy.landlock:
        landlock.restrict(policy.read, [os.devnull])
    kernel.drop_capabilities()
    kernel.set_dumpable(False)
    kernel.load_filter(policy.filter)
    _try_locks(policy)


def _try_locks(policy: Policy) -> None:
    """Raise `OSError` if something works that must not."""

    def fork() -> None:
        if os.fork() == 0:
            os._exit(0)

    attempts: list[tuple[str, Callable[[], object]]] = [("fork", fork), ("socket", lambda: socket.socket().close())]
    if policy.landlock:
        attempts.append(("Landlock", lambda: os.listdir("/")))
    for name, attempt in attempts:
        try:
            attempt()
        except PermissionError:
            continue
        except OSError as error:
            if error.errno == errno.EACCES:
                continue
        raise OSError(errno.EPERM, f"the lock on {name} does not hold")


def keep_only(descriptors: Sequence[int]) -> None:
    """Close every file descriptor but these and the standard ones, which lead to nowhere."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    last = 2
    for descriptor in sorted(descriptors):
        os.closerange(last + 1, descriptor)
        last = descriptor
    os.closerange(last + 1, 1 << 16)
