"""Where hostile programs run: an *arena*, a machine in the machine that is thrown away.

An arena has user, process, mount, ipc, network and host name namespaces of its own. In it are an unprivileged user
without capabilities; the system's programs, Python and the repository, read-only; small empty file systems where
programs write; a loopback device and no other. Counts, sizes and times are bounded. Everything in it ends with its
first process, which ends with the process that made it.

`run` starts a program in a new arena, or raises `ArenaError` where this machine does not allow that. `Nest` gives a
function of a program that runs in an arena a smaller one inside it.

Made by root, the arena's file system is root's work and its user is nobody; made by anybody else, a user namespace
comes first. Nothing here needs a program besides Python.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

REPOSITORY = Path(__file__).resolve().parents[2]

#: Who the user is in an arena, and outside it where root made it.
USER, NOBODY = 1000, 65534
MAX_PROCESSES = 400
MAX_FILE = 256 << 20
MAX_ADDRESS_SPACE = 2 << 30
MAX_CPU_SECONDS = 240
#: What can be written to, and how much.
_WRITABLE = {"/tmp": "256m", "/var/tmp": "64m", "/run": "16m", "/dev/shm": "256m"}
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_SYSTEM = ("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "etc", "opt", "nix", "gnu")
_REFUSED = 97
#: What programs in an arena have in their environment: nothing of the caller's.
_ENVIRONMENT = {
    "PATH": os.defpath,
    "LANG": "C.UTF-8",
    "HOME": "/tmp",
    "PYTHONPATH": str(REPOSITORY),
    "PYTHONDONTWRITEBYTECODE": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}

_NEWNS, _NEWUTS, _NEWIPC, _NEWUSER, _NEWPID, _NEWNET = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
_NAMESPACES = _NEWNS | _NEWUTS | _NEWIPC | _NEWPID | _NEWNET
_NOSUID, _NODEV, _BIND, _RECURSIVE, _PRIVATE = 2, 4, 4096, 16384, 1 << 18
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_MOUNT_SETATTR, _AT_FDCWD, _AT_RECURSIVE, _ATTR_READ_ONLY, _ATTR_NOSUID = 442, -100, 0x8000, 1, 2
_DETACH = 2
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4
_CAPABILITY_VERSION_3 = 0x20080522
_SIOCSIFFLAGS, _IFF_UP = 0x8914, 1

_libc = ctypes.CDLL(None, use_errno=True)


class ArenaError(Exception):
    """This machine gives no arena."""


def run(
    command: Sequence[str],
    seconds: float,
    take: Callable[[str], None],
    environment: Mapping[str, str] | None = None,
    *,
    bare: bool = False,
) -> None:
    """Run `command` as the first process of a new arena and hand every line that it prints to `take`.

    It is ended after `seconds`. `environment` is added to the little that it has. `bare` leaves the arena out, for
    machines that are thrown away themselves. Raises `ArenaError` where there can be no arena, `RuntimeError` where the
    program fails.
    """
    if not sys.platform.startswith("linux"):
        raise ArenaError("namespaces are there on Linux only")
    with tempfile.TemporaryFile("w+", errors="replace") as complaints:
        process = subprocess.Popen(
            list(command) if bare else [sys.executable, "-m", __name__, *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            cwd=REPOSITORY,
            env=_ENVIRONMENT | (environment or {}),
        )
        _running.add(process)
        late = threading.Timer(seconds, process.kill)
        late.start()
        try:
            assert process.stdout is not None
            for line in process.stdout:
                take(line.rstrip("\n"))
            code = process.wait()
        finally:
            late.cancel()
            process.kill()
            process.wait()
            process.stdout.close()  # type: ignore[union-attr]
            _running.discard(process)
        complaints.seek(0)
        said = complaints.read(20_000)
    if code == _REFUSED:
        raise ArenaError(said.strip())
    if code:
        raise RuntimeError(f"{' '.join(command)} ended with {code}, within {seconds:.0f} s\n{said}")


_running: set[subprocess.Popen[str]] = set()


def end_all() -> None:
    """End all arenas that were started here."""
    for process in list(_running):
        process.kill()


class Nest:
    """`run` called as the first process of namespaces inside this arena, in a process of its own.

    What it returns (a string) can be had from `result` when `fileno` is readable. Everything in it ends with `close`.
    """

    def __init__(self, run: Callable[[], str]) -> None:
        self._reader, writer = os.pipe()
        self._outer = os.fork()
        if self._outer == 0:
            try:
                os.close(self._reader)
                _inside_nest(run, writer)
            finally:
                os._exit(1)
        os.close(writer)

    def fileno(self) -> int:
        """Readable when there is a result."""
        return self._reader

    def result(self) -> str:
        """What the function returned; "" if it did not."""
        parts = []
        while part := os.read(self._reader, 1 << 16):
            parts.append(part)
        return b"".join(parts).decode(errors="replace")

    def close(self) -> None:
        """End it."""
        os.close(self._reader)
        os.kill(self._outer, signal.SIGKILL)
        os.waitpid(self._outer, 0)


def _inside_nest(run: Callable[[], str], writer: int) -> None:
    _die_with_parent()
    _unshare_user(_NAMESPACES)
    first = os.fork()
    if first:
        os.close(writer)
        os.waitpid(first, 0)
        os._exit(0)
    try:
        _die_with_parent()
        _mount(None, "/", None, _RECURSIVE | _PRIVATE)
        _mount_proc()
        _cover_writable()
        _raise_loopback()
        with os.fdopen(writer, "w", encoding="utf-8", errors="replace") as out:
            out.write(run())
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


def drop_capabilities() -> None:
    """Be an ordinary process, as those are that a program is run in: the first of a nest has all capabilities there."""
    _check(_libc.capset((ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0), (ctypes.c_uint32 * 6)()), "capset")
    _check(_libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0), "prctl")


# ---- making an arena ------------------------------------------------------------------------------------------


def _enter(command: Sequence[str]) -> None:
    """Become the process outside that waits; run `command` inside."""
    _die_with_parent()
    root = os.geteuid() == 0
    try:
        _unshare(_NAMESPACES) if root else _unshare_user(_NAMESPACES)
    except OSError as error:
        _refuse(error)
    first = os.fork()
    if first:
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(first, 0)[1]))
    try:
        _make_file_system()
        _raise_loopback()
        if root:
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
            _unshare_user()
        _die_with_parent()  # now: a change of user resets it
        _limit()
        os.chdir(REPOSITORY)
    except OSError as error:
        _refuse(error)
    os.execv(command[0], list(command))


def _refuse(error: OSError) -> NoReturn:
    print(error, file=sys.stderr, flush=True)
    os._exit(_REFUSED)


def _make_file_system() -> None:
    """A root of what programs need, over an empty file system. What is not named here is not there."""
    _mount(None, "/", None, _RECURSIVE | _PRIVATE)
    _mount("tmpfs", "/tmp", "tmpfs", _NOSUID | _NODEV, "size=4m,mode=755")
    os.mkdir("/tmp/old", 0o755)
    number = _PIVOT_ROOT.get(os.uname().machine)
    if number is None:
        raise OSError(f"pivot_root: its number on {os.uname().machine} is not known here")
    _check(_libc.syscall(number, b"/tmp", b"/tmp/old"), "pivot_root")
    os.chdir("/")
    os.umask(0o022)
    for path in ("/dev", "/proc", *_WRITABLE):
        os.makedirs(path, exist_ok=True)
    _mount_proc()
    _mount_writable()
    for name in _DEVICES:
        Path("/dev", name).touch()
        _mount(f"/old/dev/{name}", f"/dev/{name}", None, _BIND)
    os.symlink("/proc/self/fd", "/dev/fd")
    for name in _SYSTEM:
        if os.path.islink(f"/old/{name}"):
            os.symlink(os.readlink(f"/old/{name}"), f"/{name}")
        elif os.path.isdir(f"/old/{name}"):
            _show(f"/old/{name}", f"/{name}")
    for path in _own_folders():
        if os.path.isdir(f"/old{path}"):
            _show(f"/old{path}", path)
    _check(_libc.umount2(b"/old", _DETACH), "umount /old")
    os.rmdir("/old")
    _make_read_only("/", 0)


def _own_folders() -> list[str]:
    """The folders besides the system's that programs need: Python's and the repository, none inside another."""
    python = (sys.base_prefix, sys.base_exec_prefix, sys.prefix, sys.exec_prefix, *sys.path)
    found: list[str] = []
    for path in sorted({os.path.normpath(path) for path in (*python, str(REPOSITORY)) if os.path.isabs(path)}):
        if not any(Path(path).is_relative_to(folder) for folder in (*(f"/{name}" for name in _SYSTEM), *found)):
            found.append(path)
    return found


def _show(source: str, path: str) -> None:
    """Make the folder `source` readable as `path`."""
    os.makedirs(path, exist_ok=True)
    _mount(source, path, None, _BIND | _RECURSIVE)
    _make_read_only(path, _AT_RECURSIVE)


def _cover_writable() -> None:
    """Empty the folders that can be written to, but for what programs need and is in them."""
    folders = [path for path in _own_folders() if os.path.isdir(path)]
    handles = {path: os.open(path, os.O_PATH) for path in folders if any(map(Path(path).is_relative_to, _WRITABLE))}
    _mount_writable()
    for path, handle in handles.items():
        _show(f"/proc/self/fd/{handle}", path)
        os.close(handle)


def _mount_proc() -> None:
    _mount("proc", "/proc", "proc", _NOSUID | _NODEV | 8)


def _mount_writable() -> None:
    for path, size in _WRITABLE.items():
        _mount("tmpfs", path, "tmpfs", _NOSUID | _NODEV, f"size={size},nr_inodes=60k,mode=1777")


def _limit() -> None:
    for what, amount in (
        # After the user namespace was made: then it bounds the processes of this arena, not all of the user's.
        (resource.RLIMIT_NPROC, MAX_PROCESSES),
        (resource.RLIMIT_AS, MAX_ADDRESS_SPACE),
        (resource.RLIMIT_FSIZE, MAX_FILE),
        (resource.RLIMIT_CPU, MAX_CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        bound = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        resource.setrlimit(what, (bound, bound))


# ---- system calls ---------------------------------------------------------------------------------------------


class _MountAttributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "userns_fd")]


def _check(result: int, what: str) -> None:
    if result < 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


def _unshare(flags: int) -> None:
    _check(_libc.unshare(flags), "unshare")


def _mount(source: str | None, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    texts = [None if text is None else os.fsencode(text) for text in (source, target, kind)]
    data = None if options is None else options.encode()
    _check(_libc.mount(*texts, ctypes.c_ulong(flags), data), f"mount {target}")


def _make_read_only(path: str, recursive: int) -> None:
    attributes = _MountAttributes(_ATTR_READ_ONLY | _ATTR_NOSUID, 0, 0, 0)
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    call = (_MOUNT_SETATTR, _AT_FDCWD, os.fsencode(path), recursive, ctypes.byref(attributes), size)
    _check(_libc.syscall(*call), f"mount_setattr {path}")


def _unshare_user(flags: int = 0) -> None:
    """Move into a user namespace in which this user is `USER`, and into those that `flags` name."""
    uid, gid = os.getuid(), os.getgid()
    _check(_libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0), "prctl")  # else the files below belong to root
    _unshare(_NEWUSER | flags)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{USER} {uid} 1"), ("gid_map", f"{USER} {gid} 1")):
        Path("/proc/self", name).write_text(text)


def _die_with_parent() -> None:
    _check(_libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "prctl")


def _raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sH14s", b"lo", _IFF_UP, b""))


if __name__ == "__main__":
    _enter(sys.argv[1:])
