"""The system calls that a student's code may make: what Python and NumPy need to compute, and nothing else.

Everything else fails with EPERM. What stays out, and why: new processes and threads (a bomb, a daemon that outlives the
grade), programs (exec), sockets, memory that the address-space limit does not count (memfd, shared memory, pipes),
signals and looks into other processes, namespaces and mounts, changes of files and folders (Landlock governs most of
them, but not modes, times and owners), asking what lies in the page cache, locks and leases on files that others use,
limits and priorities, and all of the kernel's odder doors (io_uring, bpf, perf, keyrings, userfaultfd ...).
"""

from __future__ import annotations

import errno
import os
import tempfile
from functools import cache

_ALLOWED = """
    read readv pread64 preadv write writev pwrite64 pwritev lseek close close_range dup dup2 dup3
    stat lstat fstat newfstatat statx access faccessat faccessat2 readlink readlinkat statfs fstatfs
    getdents getdents64 getcwd chdir fchdir umask
    mmap munmap mprotect mremap brk msync
    futex futex_waitv set_robust_list rseq set_tid_address restart_syscall
    rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend sigaltstack pause alarm getitimer setitimer
    nanosleep gettimeofday time times getrusage
    getpid getppid gettid getuid geteuid getgid getegid getresuid getresgid getgroups getpgid getpgrp getsid
    uname sysinfo getrandom getcpu getrlimit getpriority sched_yield sched_getaffinity arch_prctl
    poll ppoll select pselect6 exit exit_group
"""

_FCNTL = (0, 1, 2, 3, 4, 1030)  # duplicate a descriptor, its flags: no locks, leases, owners or pipe sizes
_MADVISE = (0, 1, 2, 4, 8, 14, 15)  # how memory is used, and giving it back: nothing that moves files in or out of it
_CLOCKS = ("clock_gettime", "clock_getres", "clock_nanosleep")
_IOCTL = (0x5401, 0x5421, 0x5450, 0x5451, 0x541B)  # is it a terminal, non-blocking, close-on-exec, bytes to read


@cache
def compile_filter() -> bytes:
    """The filter as a BPF program, compiled once by libseccomp; raises `OSError` or `RuntimeError` without it."""
    import pyseccomp  # loads libseccomp: in the grader only, the worker gets the finished program

    rules = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.EPERM))

    def allow(name: str, *conditions: pyseccomp.Arg) -> None:
        number = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)
        if number >= 0:  # negative: this architecture has no such call
            rules.add_rule(pyseccomp.ALLOW, number, *conditions)

    for name in _ALLOWED.split():
        allow(name)
    for command in _FCNTL:
        allow("fcntl", pyseccomp.Arg(1, pyseccomp.EQ, command))
    for advice in _MADVISE:
        allow("madvise", pyseccomp.Arg(2, pyseccomp.EQ, advice))
    for name in _CLOCKS:  # negative ones are other processes'
        allow(name, pyseccomp.Arg(0, pyseccomp.MASKED_EQ, 1 << 31, 0))
    for request in _IOCTL:
        allow("ioctl", pyseccomp.Arg(1, pyseccomp.EQ, request))
    # Before its third ABI Landlock lets O_RDONLY | O_TRUNC empty a file that may only be read.
    for name, flags in (("open", 1), ("openat", 2)):
        allow(name, pyseccomp.Arg(flags, pyseccomp.MASKED_EQ, os.O_TRUNC, 0))
        for mode in (os.O_WRONLY, os.O_RDWR):
            allow(name, pyseccomp.Arg(flags, pyseccomp.MASKED_EQ, os.O_ACCMODE, mode))
    # Reading one's own limits is how libraries ask for them; setting them, or another's, is not.
    allow("prlimit64", pyseccomp.Arg(0, pyseccomp.EQ, 0), pyseccomp.Arg(2, pyseccomp.EQ, 0))
    # The C library falls back to `clone`, and gets its EPERM there.
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()
