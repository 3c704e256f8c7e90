"""System calls that no notebook needs, and that would give a hostile one more of the kernel, or memory not counted.

Unlike a worker's filter (`sandbox.syscalls`), which names what computing needs, this one names what is refused: kernels
of notebooks use threads, processes and sockets, and libraries do what they like.
"""

from __future__ import annotations

import errno
from typing import IO

_REFUSED = """
    unshare setns mount umount2 pivot_root chroot move_mount open_tree fsopen fsconfig fsmount fspick mount_setattr
    ptrace process_vm_readv process_vm_writev process_madvise kcmp pidfd_getfd
    bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register fanotify_init
    keyctl add_key request_key open_by_handle_at name_to_handle_at
    shmget shmat shmctl semget msgget mq_open memfd_create memfd_secret
    init_module finit_module delete_module kexec_load kexec_file_load reboot swapon swapoff acct quotactl syslog
    personality modify_ldt iopl ioperm move_pages migrate_pages
"""
_CLONE_NEWUSER = 0x10000000


def write_filter(file: IO[bytes]) -> None:
    """Write the filter into `file` as bubblewrap reads it; raises `ImportError`, `OSError` or `RuntimeError`
    without libseccomp."""
    import pyseccomp  # loads libseccomp

    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in _REFUSED.split():
        number = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)
        if number >= 0:  # negative: this architecture has no such call
            rules.add_rule(pyseccomp.ERRNO(errno.EPERM), number)
    # A user namespace is the way to all that it takes privileges for.
    newuser = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _CLONE_NEWUSER, _CLONE_NEWUSER)
    rules.add_rule(pyseccomp.ERRNO(errno.EPERM), "clone", newuser)
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")  # its flags cannot be seen; the C library takes `clone`
    rules.export_bpf(file)
    file.seek(0)
