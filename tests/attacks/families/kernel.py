"""The kernel's other doors: privileges, namespaces, mounts, and calls whose code has had its share of holes.

Most return 1 if the call went through. What the kernel refuses to every unprivileged process (bpf, kexec, swapon, the
clock, the log) is left out: nothing would be shown by its refusal.
"""

from __future__ import annotations

from ..attack import amount, attack
from ..prelude import kernel, new_namespaces

# --- privileges ---


@attack("kernel", "sets its user and group", amount(1))
def set_user(targets):
    import os

    os.setresgid(os.getgid(), os.getgid(), os.getgid())
    os.setresuid(os.getuid(), os.getuid(), os.getuid())
    return 1


@attack("kernel", "sets its capabilities", amount(1))
def set_capabilities(targets):
    import struct

    kernel("capset", struct.pack("Ii", 0x20080522, 0), bytes(24))
    return 1


@attack("kernel", "moves into a user namespace and becomes root there", amount(1))
def become_root(targets):
    import os

    entered = new_namespaces()
    os.setresuid(0, 0, 0)
    return int(entered)


@attack("kernel", "starts a process in a user namespace", amount(1))
def clone_into_user_namespace(targets):
    import os

    child = kernel("clone", 0x10000000 | 17, None, None, None, None)
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return 1


@attack("kernel", "moves into new namespaces of every other kind", amount(5))
def enter_all_namespaces(targets):
    return sum(new_namespaces(kind) for kind in ("mount", "uts", "ipc", "pid", "net"))


@attack("kernel", "joins a namespace by its file", amount(1))
def join_namespace(targets):
    import os

    new_namespaces("net")
    kernel("setns", os.open("/proc/self/ns/net", os.O_RDONLY), 0x40000000)
    return 1


@attack("kernel", "makes itself open to inspection and core files again", amount(1))
def become_dumpable(targets):
    kernel("prctl", 4, 1, 0, 0, 0)
    return kernel("prctl", 3, 0, 0, 0, 0)


@attack("kernel", "puts a filter over the sandbox's that allows every call", amount(1))
def allow_every_call(targets):
    import contextlib
    import ctypes
    import socket
    import struct

    allow = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0x7FFF0000))
    with contextlib.suppress(OSError):
        kernel("prctl", 38, 1, 0, 0, 0)  # no new privileges: the condition for what follows
    kernel("seccomp", 1, 0, struct.pack("HxxxxxxN", 1, ctypes.addressof(allow)))
    return len(socket.socketpair())


@attack("kernel", "turns the randomisation of addresses off", amount(1))
def fix_addresses(targets):
    kernel("personality", 0x40000)
    return int(kernel("personality", 0xFFFFFFFF) == 0x40000)


# --- mounts and names ---


@attack("kernel", "mounts a file system", amount(1))
def mount_file_system(targets):
    import os

    new_namespaces("mount")
    kernel("mount", b"tmpfs", os.getcwd().encode(), b"tmpfs", 0, b"size=1m")
    return 1


@attack("kernel", "unmounts its own folder", amount(1))
def unmount(targets):
    import os

    new_namespaces("mount")
    kernel("mount", b"tmpfs", os.getcwd().encode(), b"tmpfs", 0, b"size=1m")
    kernel("umount2", os.getcwd().encode(), 2)
    return 1


@attack("kernel", "makes another folder the root of the file system", amount(1))
def turn_root(targets):
    import os

    new_namespaces("mount")
    here = os.getcwd().encode()
    kernel("mount", here, here, None, 0x1000, None)
    os.chdir(here)
    kernel("pivot_root", b".", b".")
    return 1


@attack("kernel", "moves a copy of a mount to another place", amount(1))
def move_mount(targets):
    import os

    new_namespaces("mount")
    tree = kernel("open_tree", -100, b"/", 1 | 0x8000)
    kernel("move_mount", tree, b"", -100, os.getcwd().encode(), 4)
    return 1


@attack("kernel", "gives the machine another name", amount(1))
def rename_machine(targets):
    new_namespaces("uts")
    kernel("sethostname", b"mine", 4)
    return 1


# --- doors that few programs need ---


@attack("kernel", "counts a processor's events", amount(1), depends="perf_event_paranoid of at most 2")
def count_events(targets):
    import struct

    attributes = struct.pack("IIQ", 1, 64, 1) + struct.pack("QQQ", 0, 0, 0) + struct.pack("Q16x", 0b1100000)
    return kernel("perf_event_open", attributes, 0, -1, -1, 0)


@attack(
    "kernel",
    "handles its own page faults, which makes races in the kernel easy to win",
    amount(1),
    depends="Linux 5.11",
)
def handle_page_faults(targets):
    return kernel("userfaultfd", 1)


@attack("kernel", "joins a keyring of its own", amount(1), depends="keyrings")
def join_keyring(targets):
    return kernel("keyctl", 1, None)


@attack("kernel", "changes the table of memory segments", amount(1), depends="x86-64 and segment tables")
def change_segments(targets):
    import struct

    entry = struct.pack("IIII", 0, 0, 0xFFFFF, 0b1010001)
    kernel("modify_ldt", 1, entry, len(entry))
    return 1


@attack(
    "kernel",
    "makes a system call of the 32-bit kind, which has numbers of its own",
    amount(1),
    depends="x86-64 and 32-bit calls",
)
def call_as_32_bit(targets):
    import ctypes
    import mmap
    import os

    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\x53\xb8\x14\x00\x00\x00\xcd\x80\x5b\xc3")  # push rbx; mov eax, 20; int 0x80; pop rbx; ret
    getpid = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
    return int(getpid() == os.getpid())


@attack("kernel", "interrupts all processors with a memory barrier", amount(1), depends="membarrier")
def interrupt_processors(targets):
    kernel("membarrier", 1, 0, 0)
    return 1


@attack("kernel", "compares what it has open with what another process has", amount(1), depends="kcmp")
def compare_processes(targets):
    import os

    kernel("kcmp", os.getpid(), targets["pid"], 1, 0, 0)
    return 1


@attack("kernel", "asks where another process keeps its locks, which gives its addresses away", amount(1))
def locks_of_process(targets):
    import ctypes
    import os

    if targets["pid"] == os.getpid():  # in a process namespace the number may be its own
        return 0
    head, length = ctypes.c_size_t(), ctypes.c_size_t()
    kernel("get_robust_list", targets["pid"], ctypes.byref(head), ctypes.byref(length))
    return int(head.value != 0)


@attack("kernel", "watches who opens files in a folder of the grader", amount(1))
def watch_folder(targets):
    return kernel("inotify_add_watch", kernel("inotify_init1", 0), targets["outside"].encode(), 0x20)


@attack("kernel", "watches a folder of the grader with fanotify", amount(1), depends="Linux 5.13")
def watch_folder_for_all(targets):
    watcher = kernel("fanotify_init", 0x200, 0)
    kernel("fanotify_mark", watcher, 1, 0x20, -100, targets["outside"].encode())
    return watcher


@attack("kernel", "reserves part of the machine's asynchronous reads and writes", amount(1), depends="asynchronous I/O")
def reserve_requests(targets):
    import ctypes

    context = ctypes.c_ulong()
    kernel("io_setup", 8, ctypes.byref(context))
    return int(context.value != 0)


@attack("kernel", "asks the kernel to write its quotas down", amount(1), depends="quotas")
def sync_quotas(targets):
    kernel("quotactl", 0x800001 << 8, None, 0, None)
    return 1
