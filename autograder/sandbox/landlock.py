"""Landlock by direct system calls: from `restrict` on, this process opens only what it was granted.

Source: Linux, Documentation/userspace-api/landlock.rst and include/uapi/linux/landlock.h. The system call numbers are
the same on every architecture.
"""

from __future__ import annotations

import ctypes
import os
import stat
from collections.abc import Iterable
from enum import IntFlag

from . import kernel

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_QUERY = 1
_PATH_BENEATH = 1


class Fs(IntFlag):
    """Access rights to files (LANDLOCK_ACCESS_FS_*)."""

    EXECUTE = 1 << 0
    WRITE_FILE = 1 << 1
    READ_FILE = 1 << 2
    READ_DIR = 1 << 3
    REMOVE_DIR = 1 << 4
    REMOVE_FILE = 1 << 5
    MAKE_CHAR = 1 << 6
    MAKE_DIR = 1 << 7
    MAKE_REG = 1 << 8
    MAKE_SOCK = 1 << 9
    MAKE_FIFO = 1 << 10
    MAKE_BLOCK = 1 << 11
    MAKE_SYM = 1 << 12
    REFER = 1 << 13
    TRUNCATE = 1 << 14
    IOCTL_DEV = 1 << 15


class Net(IntFlag):
    """Access rights to TCP ports (LANDLOCK_ACCESS_NET_*)."""

    BIND_TCP = 1 << 0
    CONNECT_TCP = 1 << 1


class Scope(IntFlag):
    """What ends at the edge of the domain (LANDLOCK_SCOPE_*)."""

    ABSTRACT_UNIX_SOCKET = 1 << 0
    SIGNAL = 1 << 1


#: The first ABI that knows a right, by its name; those that are not named here came with the first.
SINCE = {
    "REFER": 2,
    "TRUNCATE": 3,
    "BIND_TCP": 4,
    "CONNECT_TCP": 4,
    "IOCTL_DEV": 5,
    "ABSTRACT_UNIX_SOCKET": 6,
    "SIGNAL": 6,
}

READ = Fs.READ_FILE | Fs.READ_DIR
#: What is there; nothing new is made.
WRITE = READ | Fs.WRITE_FILE | Fs.TRUNCATE
_ON_FILES = Fs.EXECUTE | Fs.WRITE_FILE | Fs.READ_FILE | Fs.TRUNCATE | Fs.IOCTL_DEV


class _Ruleset(ctypes.Structure):
    _fields_ = [("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32)]


def abi() -> int:
    """The kernel's Landlock ABI, or 0 where there is none."""
    try:
        return kernel.syscall(_CREATE_RULESET, None, 0, _VERSION_QUERY)
    except OSError:
        return 0


def known(rights: type[IntFlag], version: int) -> int:
    """The `rights` that Landlock's ABI `version` can govern, as a number."""
    return sum(right for right in rights if SINCE.get(str(right.name), 1) <= version)


def restrict(read: Iterable[str], write: Iterable[str]) -> int:
    """Deny this thread and its children every file but those below `read` and `write`, all TCP, and signals and
    abstract sockets out of the domain, as far as the kernel can. There is no way back.

    Paths that do not exist are passed over. Returns the ABI; raises `OSError` where Landlock is missing or off.
    """
    version = kernel.syscall(_CREATE_RULESET, None, 0, _VERSION_QUERY)
    files = known(Fs, version)
    rules = _Ruleset(files, known(Net, version), known(Scope, version))
    # A kernel of an older ABI wants the shorter structure that it knows.
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = kernel.syscall(_CREATE_RULESET, ctypes.byref(rules), size, 0)
    try:
        for paths, rights in ((read, READ), (write, WRITE)):
            for path in paths:
                _grant(ruleset, path, rights & files)
        kernel.no_new_privileges()
        kernel.syscall(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
    return version


def _grant(ruleset: int, path: str, rights: int) -> None:
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return
    try:
        if not stat.S_ISDIR(os.fstat(fd).st_mode):
            rights &= _ON_FILES
        kernel.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(_PathBeneath(rights, fd)), 0)
    finally:
        os.close(fd)
