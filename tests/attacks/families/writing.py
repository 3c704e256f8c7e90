"""Writing where a submission must not, and leaving something behind for the next one.

The first kind succeeds if a decoy is not what it was, in any respect; the second if the `friend`, which is the next
submission of the same grader, finds what was left. Names hold the `token`, so that nothing else is ever meant.
"""

from __future__ import annotations

from ..attack import amount, attack, harm
from ..prelude import kernel, memory_of

# --- files of others ---


@attack("writing", "overwrites a file", harm("files"))
def overwrite(targets):
    with open(targets["outside"] + "/notes.txt", "w") as file:
        file.write("overwritten")


@attack("writing", "appends to a file", harm("files"))
def append(targets):
    with open(targets["outside"] + "/notes.txt", "a") as file:
        file.write("appended")


@attack("writing", "empties a file by opening it, though for reading only", harm("files"))
def empty_by_reading(targets):
    import os

    os.open(targets["outside"] + "/notes.txt", os.O_RDONLY | os.O_TRUNC)


@attack("writing", "empties a file without opening it", harm("files"))
def empty_by_path(targets):
    kernel("truncate", (targets["outside"] + "/notes.txt").encode(), 0)


@attack("writing", "makes a file", harm("files"))
def make_file(targets):
    with open(targets["outside"] + "/new.txt", "x"):
        pass


@attack("writing", "makes a folder", harm("files"))
def make_folder(targets):
    import os

    os.mkdir(targets["outside"] + "/new")


@attack("writing", "makes a symbolic link that leads others astray", harm("files"))
def make_symbolic_link(targets):
    import os

    os.symlink("/dev/zero", targets["outside"] + "/new.txt")


@attack("writing", "makes a second name for a file", harm("files"))
def make_hard_link(targets):
    import os

    os.link(targets["outside"] + "/notes.txt", targets["outside"] + "/new.txt")


@attack("writing", "makes a socket's file as a device would be made", harm("files"))
def make_node(targets):
    import os
    import stat

    os.mknod(targets["outside"] + "/new", 0o600 | stat.S_IFSOCK)


@attack("writing", "makes a named pipe, at which a reader would wait forever", harm("files"))
def make_named_pipe(targets):
    import os

    os.mkfifo(targets["outside"] + "/new.txt")


@attack("writing", "deletes a file", harm("files"))
def delete(targets):
    import os

    os.unlink(targets["outside"] + "/notes.txt")


@attack("writing", "puts a file of its own in another's place", harm("files"))
def replace(targets):
    import os

    with open("mine", "w") as file:
        file.write("replaced")
    os.replace("mine", targets["outside"] + "/notes.txt")


@attack("writing", "lets everybody write to a file", harm("files"))
def change_mode(targets):
    import os

    os.chmod(targets["outside"] + "/notes.txt", 0o666)


@attack("writing", "makes a file look older than it is", harm("files"))
def change_times(targets):
    import os

    os.utime(targets["outside"] + "/notes.txt", (0, 0))


@attack("writing", "gives a file to somebody else, as far as it may", harm("files"))
def change_owner(targets):
    import os

    os.chown(targets["outside"] + "/notes.txt", -1, os.getgid())


@attack("writing", "attaches an extended attribute to a file", harm("files"), depends="attributes on tmpfs, Linux 6.6")
def change_attribute(targets):
    import os

    os.setxattr(targets["outside"] + "/notes.txt", "user.note", b"attached")


@attack(
    "writing", "sets a flag of a file that keeps it out of backups", harm("files"), depends="flags on tmpfs, Linux 6.6"
)
def change_flags(targets):
    import fcntl
    import struct

    with open(targets["outside"] + "/notes.txt") as file:
        fcntl.ioctl(file, 0x40086602, struct.pack("l", 0x40))


@attack("writing", "writes through another process's root", harm("files"))
def write_by_root_of_process(targets):
    with open(f"/proc/{targets['pid']}/root{targets['outside']}/notes.txt", "w") as file:
        file.write("overwritten")


@attack("writing", "writes into its parent's working folder", amount(1))
def write_by_folder_of_parent(targets):
    import os

    path = f"/proc/{os.getppid()}/cwd/{targets['token']}"
    with open(path, "x") as file:
        written = file.write("!")
    os.unlink(path)
    return written


@attack("writing", "changes grades in the gradebook", harm("files"))
def change_grades(targets):
    import contextlib
    import sqlite3

    with contextlib.closing(sqlite3.connect(targets["gradebook"], timeout=1)) as book, book:
        (column, *_), *_ = book.execute("select name from pragma_table_info('grades')").fetchall()
        book.execute(f"update grades set {column} = 100")


@attack("writing", "has the home folder's owner run something at the next login", harm("files"))
def write_to_home(targets):
    with open(targets["home"] + "/.bashrc", "a") as file:
        file.write("\necho hello\n")


@attack("writing", "lets a stranger log in to the home folder's account", harm("files"))
def write_to_ssh(targets):
    with open(targets["home"] + "/.ssh/authorized_keys", "a") as file:
        file.write("\nssh-ed25519 AAAA stranger\n")


# --- memory of others ---


@attack("writing", "writes into another process's memory with process_vm_writev", harm("changed"))
def change_memory(targets):
    import ctypes
    import struct

    word = ctypes.create_string_buffer(b"changed!", 8)
    here, there = (struct.pack("NN", at, 8) for at in (ctypes.addressof(word), targets["memory_address"]))
    kernel("process_vm_writev", targets["pid"], here, 1, there, 1, 0)


@attack("writing", "writes into another process's memory through /proc", harm("changed"))
def change_memory_file(targets):
    with open(f"/proc/{targets['pid']}/mem", "r+b", 0) as memory:
        memory.seek(targets["memory_address"])
        memory.write(b"changed!")


@attack("writing", "writes into another process's memory as its debugger", harm("changed"))
def change_memory_by_tracing(targets):
    import os

    kernel("ptrace", 16, targets["pid"], 0, 0)  # attach
    os.waitpid(targets["pid"], 0x40000000)
    kernel("ptrace", 5, targets["pid"], targets["memory_address"], int.from_bytes(b"changed!", "little"))  # poke
    kernel("ptrace", 17, targets["pid"], 0, 0)  # detach


@attack("writing", "writes into another process's shared memory", harm("changed"))
def change_shared_memory(targets):
    import ctypes

    ctypes.memmove(kernel("shmat", targets["shm_id"], 0, 0), b"changed!", 8)


# --- files that it may read ---


@attack("writing", "locks a file of the Python installation, so that nobody else can", amount(1))
def lock_readable_file(targets):
    import fcntl
    import os

    with open(os.__file__) as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return 1


@attack("writing", "locks part of a file of the Python installation", amount(1))
def lock_part_of_readable_file(targets):
    import fcntl
    import os

    with open(os.__file__) as file:
        fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB, 1)
        return 1


@attack("writing", "takes a lease on a file, so that who writes to it has to wait", amount(1))
def lease_readable_file(targets):
    import contextlib
    import fcntl
    import os

    leases = 0
    for path in (os.__file__, targets["secret_file"]):
        with contextlib.suppress(OSError), open(path) as file:
            leases += fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK) == 0
    return leases


@attack("writing", "has itself told of changes in a folder of the Python installation", amount(1))
def watch_readable_folder(targets):
    import fcntl
    import os
    import signal

    signal.signal(signal.SIGIO, signal.SIG_IGN)
    folder = os.open(os.path.dirname(os.__file__), os.O_RDONLY)
    return int(fcntl.fcntl(folder, fcntl.F_NOTIFY, fcntl.DN_CREATE) == 0)


# --- for a friend ---


def find_in_public_folders(targets):
    import os

    paths = [f"{folder}/{targets['token']}" for folder in ("/tmp", "/var/tmp")]
    found = [path for path in paths if os.path.exists(path)]
    for path in found:
        os.unlink(path)
    return len(found)


@attack("writing", "leaves a file in /tmp or /var/tmp for a friend", amount(1), friend=find_in_public_folders)
def leave_in_public_folders(targets):
    import contextlib

    for folder in ("/tmp", "/var/tmp"):
        with contextlib.suppress(OSError), open(f"{folder}/{targets['token']}", "x"):
            pass


def find_in_shared_memory(targets):
    import os

    os.unlink(f"/dev/shm/{targets['token']}")
    return 1


@attack("writing", "leaves a file in shared memory for a friend", amount(1), friend=find_in_shared_memory)
def leave_in_shared_memory(targets):
    with open(f"/dev/shm/{targets['token']}", "x"):
        pass


def find_in_own_folder(targets):
    import os
    import tempfile

    return sum(os.path.exists(f"{folder}/{targets['token']}") for folder in {".", tempfile.gettempdir()})


@attack("writing", "leaves a file in its own folder for a friend", amount(1), friend=find_in_own_folder)
def leave_in_own_folder(targets):
    with open(targets["token"], "w"):
        pass


def find_in_system_v_memory(targets):
    import zlib

    segment = kernel("shmget", zlib.crc32(targets["token"].encode()) >> 1, 4096, 0)
    kernel("shmctl", segment, 0, None)  # remove it
    return 1


@attack("writing", "leaves a System V memory segment for a friend", amount(1), friend=find_in_system_v_memory)
def leave_in_system_v_memory(targets):
    import zlib

    kernel("shmget", zlib.crc32(targets["token"].encode()) >> 1, 4096, 0o1600)


def find_in_message_queue(targets):
    import ctypes
    import os

    name, message = targets["token"].encode(), ctypes.create_string_buffer(8192)
    queue = kernel("mq_open", name, os.O_RDONLY, 0, None)
    kernel("mq_unlink", name)
    return kernel("mq_timedreceive", queue, message, 8192, None, None)


@attack(
    "writing",
    "leaves a message in a POSIX queue for a friend",
    amount(1),
    friend=find_in_message_queue,
    depends="POSIX message queues",
)
def leave_in_message_queue(targets):
    import os

    kernel(
        "mq_timedsend",
        kernel("mq_open", targets["token"].encode(), os.O_CREAT | os.O_WRONLY, 0o600, None),
        b"!",
        1,
        0,
        None,
    )


def find_in_keyring(targets):
    key = kernel("keyctl", 10, -4, b"user", targets["token"].encode(), 0)  # search the user's keyring
    kernel("keyctl", 21, key)  # end it
    return 1


@attack(
    "writing",
    "leaves a key in the kernel's keyring for a friend",
    amount(1),
    friend=find_in_keyring,
    depends="keyrings",
)
def leave_in_keyring(targets):
    kernel("add_key", b"user", targets["token"].encode(), b"!", 1, -4)


def start_with_path_file(targets):
    import site
    import sys

    site.addsitedir(targets["outside"] + "/site-packages")
    return getattr(sys, "left_behind", 0)


@attack(
    "writing",
    "leaves code in site-packages that every Python runs at its start",
    amount(1),
    friend=start_with_path_file,
)
def leave_path_file(targets):
    with open(targets["outside"] + "/site-packages/left.pth", "w") as file:
        file.write("import sys; sys.left_behind = 1\n")


def import_a_solution(targets):
    import sys
    from pathlib import Path

    sys.path.insert(0, targets["solutions"])
    return getattr(__import__(min(Path(targets["solutions"]).glob("*.py")).stem), "left_behind", 0)


@attack("writing", "leaves compiled code of its own in the solutions' cache", amount(1), friend=import_a_solution)
def leave_compiled_code(targets):
    import importlib.util
    import marshal
    from pathlib import Path

    solution = str(min(Path(targets["solutions"]).glob("*.py")))
    cached = Path(importlib.util.cache_from_source(solution))
    cached.parent.mkdir(exist_ok=True)
    unchecked = (1).to_bytes(4, "little") + bytes(8)  # a hash that nobody compares with the source
    code = marshal.dumps(compile("left_behind = 1", solution, "exec"))
    cached.write_bytes(importlib.util.MAGIC_NUMBER + unchecked + code)


def find_in_environment(targets):
    import os

    return int(os.environ.get("LEFT_BEHIND") == targets["token"])


@attack(
    "writing",
    "leaves an environment variable for a friend",
    amount(1),
    friend=find_in_environment,
    shared=True,
)
def leave_in_environment(targets):
    import os

    os.environ["LEFT_BEHIND"] = targets["token"]


def use_numpy(targets):
    import numpy as np

    return float(np.allclose(1, 2))


@attack(
    "writing",
    "leaves a patched NumPy for a friend",
    amount(1),
    friend=use_numpy,
    shared=True,
)
def leave_patched_numpy(targets):
    import numpy as np

    np.allclose = lambda *_, **__: True


@attack("writing", "writes into its parent's memory, from which its friends come", amount(8))
def write_into_parent(targets):
    import ctypes
    import os
    import struct

    word = ctypes.create_string_buffer(8)
    here, there = (struct.pack("NN", at, 8) for at in (ctypes.addressof(word), memory_of(os.getppid())))
    kernel("process_vm_readv", os.getppid(), here, 1, there, 1, 0)
    return kernel("process_vm_writev", os.getppid(), here, 1, there, 1, 0)  # what was there: this time
