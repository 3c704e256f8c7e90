"""What every hostile source may call besides what it imports itself: the kernel, by the names of its system calls.

`attack.PRELUDE` is this text, put before an attack's own, so that a submission stands on its own.
"""


def kernel(name, *args):
    """Make the system call `name` and return its result; raise OSError where it is refused."""
    import ctypes
    import os
    import platform

    numbers = {  # on x86-64, on arm64
        "add_key": (248, 217),
        "capset": (126, 91),
        "clone": (56, 220),
        "clone3": (435, 435),
        "fanotify_init": (300, 262),
        "fanotify_mark": (301, 263),
        "get_robust_list": (274, 100),
        "inotify_add_watch": (254, 27),
        "inotify_init1": (294, 26),
        "io_setup": (206, 0),
        "io_uring_enter": (426, 426),
        "io_uring_setup": (425, 425),
        "ioprio_get": (252, 31),
        "ioprio_set": (251, 30),
        "kcmp": (312, 272),
        "keyctl": (250, 219),
        "landlock_add_rule": (445, 445),
        "landlock_create_ruleset": (444, 444),
        "landlock_restrict_self": (446, 446),
        "membarrier": (324, 283),
        "memfd_secret": (447, 447),
        "modify_ldt": (154, None),
        "mount": (165, 40),
        "move_mount": (429, 429),
        "mq_open": (240, 180),
        "mq_timedreceive": (243, 183),
        "mq_timedsend": (242, 182),
        "mq_unlink": (241, 181),
        "msgctl": (71, 187),
        "msgget": (68, 186),
        "msgsnd": (69, 189),
        "name_to_handle_at": (303, 264),
        "open_by_handle_at": (304, 265),
        "open_tree": (428, 428),
        "openat2": (437, 437),
        "perf_event_open": (298, 241),
        "personality": (135, 92),
        "pidfd_getfd": (438, 438),
        "pidfd_open": (434, 434),
        "pivot_root": (155, 41),
        "prctl": (157, 167),
        "process_vm_readv": (310, 270),
        "process_vm_writev": (311, 271),
        "ptrace": (101, 117),
        "quotactl": (179, 60),
        "rt_sigqueueinfo": (129, 138),
        "rt_tgsigqueueinfo": (297, 240),
        "seccomp": (317, 277),
        "sethostname": (170, 161),
        "setns": (308, 268),
        "shmat": (30, 196),
        "shmctl": (31, 195),
        "shmget": (29, 194),
        "tgkill": (234, 131),
        "tkill": (200, 130),
        "truncate": (76, 45),
        "umount2": (166, 39),
        "unshare": (272, 97),
        "userfaultfd": (323, 282),
    }
    number = numbers[name][["x86_64", "aarch64"].index(platform.machine())]
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    result = libc.syscall(*(ctypes.c_long(arg) if isinstance(arg, int) else arg for arg in (number, *args)))
    if result == -1:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")
    return result


def new_namespaces(*kinds):
    """Move into a new user namespace, as its root with every capability there, and into new ones of `kinds`.

    Returns whether the kernel let that happen: if not, what comes next has the rights that there are.
    """
    import os
    from pathlib import Path

    flags = {"mount": 0x20000, "uts": 0x4000000, "ipc": 0x8000000, "pid": 0x20000000, "net": 0x40000000}
    user, group = os.geteuid(), os.getegid()
    try:
        kernel("unshare", 0x10000000 | sum(flags[kind] for kind in kinds))
    except OSError:
        return False
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
        Path("/proc/self", name).write_text(text)
    if "mount" in kinds:
        kernel("mount", None, b"/", None, 0x44000, None)  # private, all the way down: no mount gets out
    return True


def memory_of(pid):
    """An address in the memory that process `pid` writes to."""
    try:
        with open(f"/proc/{pid}/maps") as maps:
            return next(int(line.split("-")[0], 16) for line in maps if line.split()[1].startswith("rw"))
    except OSError:
        return id(None)  # where this process has it: a fork has everything where its parent has it


def channel():
    """The descriptor of the socket to the grader, and the request that is being answered: its callers know it."""
    import os
    import stat
    import sys

    frame = sys._getframe()
    while frame := frame.f_back:
        requests = [value for value in frame.f_locals.values() if isinstance(value, dict) and "nonce" in value]
        if requests:
            break
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                return descriptor, requests[0]
        except OSError:
            continue
    raise LookupError("there is no socket")


def frame_of(header, payload=b"", header_length=None, payload_length=None):
    """A frame as the grader's protocol has it, of a header's text or fields, with the lengths that it claims."""
    import json
    import struct

    if isinstance(header, dict):
        header = json.dumps({"tree": None, "arrays": [], **header}).encode()
    lengths = (
        len(header) if header_length is None else header_length,
        len(payload) if payload_length is None else payload_length,
    )
    return struct.pack("<4sIQ", b"CSK2", *lengths) + header + payload


def write_all(descriptor, data):
    """Write all of `data`."""
    import os

    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
