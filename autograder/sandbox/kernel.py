"""The few system calls that Python's `os` has not got."""

from __future__ import annotations

import ctypes
import os
from typing import Any

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_CAPBSET_DROP = 1, 4, 22, 24
_PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 38, 47, 4
_SECCOMP_MODE_FILTER = 2
_CAPABILITY_VERSION_3 = 0x20080522
_MOUNT_FLAGS = {"nosuid": 2, "nodev": 4, "noexec": 8, "recursive": 16384, "private": 1 << 18}
NEWNS, NEWIPC, NEWUSER, NEWPID = 0x20000, 0x8000000, 0x10000000, 0x20000000
_SIGKILL = 9

_libc = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def syscall(number: int, *arguments: Any) -> int:
    """Make the system call `number`; raise `OSError` where it fails."""
    return _checked(_libc.syscall(number, *arguments), f"system call {number}")


def _prctl(option: int, *arguments: Any) -> int:
    padded = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in (*arguments, 0, 0, 0, 0)[:4]]
    return _checked(_libc.prctl(option, *padded), f"prctl {option}")


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def no_new_privileges() -> None:
    """From here on no program that is run gains rights (set-uid bits, file capabilities)."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def die_with_parent() -> None:
    """Have the kernel kill this process when the thread that started it ends."""
    _prctl(_PR_SET_PDEATHSIG, _SIGKILL)


def set_dumpable(value: bool) -> None:
    """Whether other processes of the same user may look into this one (/proc/<pid>, ptrace)."""
    _prctl(_PR_SET_DUMPABLE, int(value))


def drop_capabilities() -> None:
    """Give up every capability, the right to regain them included."""
    for capability in range(64):
        try:
            _prctl(_PR_CAPBSET_DROP, capability)
        except OSError:  # beyond the last that the kernel knows, or no right to drop what cannot be had anyway
            break
    _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    none = (ctypes.c_uint32 * 6)()
    _checked(_libc.capset(header, none), "capset")


def load_filter(program: bytes) -> None:
    """Have the kernel judge every further system call of this process by the BPF `program`."""
    buffer = ctypes.create_string_buffer(program, len(program))
    entry = _Program(len(program) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    no_new_privileges()
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(entry))


def unshare(flags: int) -> None:
    """Move this process into new namespaces."""
    _checked(_libc.unshare(flags), "unshare")


def mount(source: str | None, target: str, kind: str | None, flags: tuple[str, ...], options: str = "") -> None:
    """mount(2) with flags by name."""
    bits = sum(_MOUNT_FLAGS[flag] for flag in flags)
    texts = [None if text is None else os.fsencode(text) for text in (source, target, kind)]
    _checked(_libc.mount(*texts, ctypes.c_ulong(bits), options.encode()), f"mount {target}")
