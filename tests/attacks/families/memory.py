"""More memory than one may have, by every way to get some; what is got is touched, so that it is really there.

Each returns the megabytes that it got, takes less than one gigabyte and gives it back when it ends. A worker may have
256 MB and some files.
"""

from __future__ import annotations

from ..attack import amount, attack
from ..prelude import kernel

#: More than a worker may have, than all its files may hold, and than a few pipes and sockets do.
TOO_MUCH, TOO_MUCH_FOR_FILES, TOO_MUCH_FOR_BUFFERS = 500, 100, 50


@attack("memory", "fills the heap", amount(TOO_MUCH), beside=True)
def heap(targets):
    import contextlib

    taken = []
    with contextlib.suppress(MemoryError):
        while len(taken) < 60:
            taken.append(b"!" * (10 << 20))
    return 10 * len(taken)


@attack("memory", "makes large arrays", amount(TOO_MUCH))
def arrays(targets):
    import contextlib

    import numpy as np

    taken = []
    with contextlib.suppress(MemoryError):
        while len(taken) < 60:
            taken.append(np.ones((10 << 20) // 8))
    return 10 * len(taken)


@attack("memory", "raises its limit of memory first", amount(TOO_MUCH))
def raised_limit(targets):
    import contextlib
    import resource

    for most in (resource.RLIM_INFINITY, resource.getrlimit(resource.RLIMIT_AS)[1]):
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
    taken = []
    with contextlib.suppress(MemoryError):
        while len(taken) < 60:
            taken.append(b"!" * (10 << 20))
    return 10 * len(taken)


@attack("memory", "maps memory that children would share", amount(TOO_MUCH))
def shared_mapping(targets):
    import contextlib
    import mmap

    taken = []
    with contextlib.suppress(OSError):
        while len(taken) < 60:
            taken.append(mmap.mmap(-1, 10 << 20))
            taken[-1].write(b"!" * (10 << 20))
    return 10 * len(taken)


@attack("memory", "has children take some each", amount(TOO_MUCH))
def children(targets):
    import os
    import time

    out, into = os.pipe()
    for _ in range(6):
        if os.fork() == 0:
            taken = b"!" * (100 << 20)
            os.write(into, taken[:1])
            time.sleep(1)
            os._exit(0)
    os.close(into)
    megabytes = 0
    while os.read(out, 1):
        megabytes += 100
    return megabytes


@attack("memory", "fills files that have no name", amount(TOO_MUCH_FOR_FILES))
def memory_files(targets):
    import contextlib
    import os

    megabytes = 0
    with contextlib.suppress(OSError):
        while megabytes < 600:
            file = os.memfd_create("some")
            for _ in range(10):
                megabytes += os.write(file, bytes(10 << 20)) >> 20
    return megabytes


@attack("memory", "fills secret memory, which is locked and which not even the kernel sees", amount(1))
def secret_memory(targets):
    import mmap
    import os

    secret = kernel("memfd_secret", 0)
    os.ftruncate(secret, 4 << 20)
    with mmap.mmap(secret, 4 << 20) as memory:
        memory.write(b"!" * (4 << 20))
    return 4


@attack("memory", "fills System V shared memory", amount(TOO_MUCH_FOR_FILES))
def system_v(targets):
    import contextlib
    import ctypes

    libc = ctypes.CDLL(None)
    libc.shmat.restype = ctypes.c_void_p
    megabytes = 0
    with contextlib.suppress(OSError):
        while megabytes < 600:
            segment = kernel("shmget", 0, 50 << 20, 0o1600)
            address = libc.shmat(segment, None, 0)
            kernel("shmctl", segment, 0, None)  # it goes with the last process that is attached to it
            if address == ctypes.c_void_p(-1).value:
                break
            ctypes.memset(address, 1, 50 << 20)
            megabytes += 50
    return megabytes


@attack("memory", "fills message queues of System V", amount(1))
def messages(targets):
    import contextlib

    queues, taken, message = [], 0, (1).to_bytes(8, "little") + bytes(8000)
    with contextlib.suppress(OSError):
        while taken < 4 << 20:
            queues.append(kernel("msgget", 0, 0o1600))
            with contextlib.suppress(BlockingIOError):
                while True:
                    kernel("msgsnd", queues[-1], message, 8000, 0o4000)
                    taken += 8000
    for queue in queues:
        kernel("msgctl", queue, 0, None)
    return taken >> 20


@attack("memory", "fills POSIX shared memory", amount(TOO_MUCH_FOR_FILES))
def posix(targets):
    import contextlib

    megabytes = 0
    with contextlib.suppress(OSError):
        for number in range(20):
            with open(f"/dev/shm/{targets['token']}-{number}", "xb", 0) as file:
                megabytes += file.write(bytes(10 << 20)) >> 20
    return megabytes


@attack("memory", "fills file systems that are in memory", amount(TOO_MUCH_FOR_FILES))
def memory_file_systems(targets):
    import contextlib

    megabytes = 0
    for folder in ("/tmp", "/var/tmp", "/run", "/dev", "/dev/mqueue", "/sys/fs/cgroup"):
        with contextlib.suppress(OSError):
            for number in range(15):
                with open(f"{folder}/{targets['token']}-{number}", "xb", 0) as file:
                    megabytes += file.write(bytes(10 << 20)) >> 20
    return megabytes


@attack("memory", "fills pipes", amount(TOO_MUCH_FOR_BUFFERS))
def pipes(targets):
    import contextlib
    import fcntl
    import os

    taken, ends = 0, []
    with contextlib.suppress(OSError):
        while len(ends) < 400:
            out, into = os.pipe2(os.O_NONBLOCK)
            ends.append((out, into))
            with contextlib.suppress(OSError):
                fcntl.fcntl(into, 1031, 1 << 20)  # as large as an ordinary user may have
            taken += os.write(into, bytes(1 << 20))
    return taken >> 20


@attack("memory", "fills the buffers of sockets", amount(TOO_MUCH_FOR_BUFFERS))
def sockets(targets):
    import contextlib
    import socket

    taken, pairs = 0, []
    with contextlib.suppress(OSError):
        while len(pairs) < 400 and taken < 200 << 20:
            pairs.append(socket.socketpair())
            for end in pairs[-1]:
                end.setblocking(False)
                end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
                with contextlib.suppress(BlockingIOError):
                    while True:
                        taken += end.send(bytes(1 << 16))
    return taken >> 20
