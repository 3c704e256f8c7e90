"""More processes than one: to go on after the end, to be many, to be another program.

Each makes fewer than 200, which end by themselves within eight seconds.
"""

from __future__ import annotations

from ..attack import amount, attack, harm
from ..prelude import kernel


@attack("processes", "forks", amount(1))
def fork(targets):
    import os

    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return 1


@attack("processes", "forks a hundred times", amount(50), beside=True)
def fork_often(targets):
    import contextlib
    import os
    import time

    children = []
    with contextlib.suppress(OSError):
        while len(children) < 100:
            child = os.fork()
            if child == 0:
                time.sleep(2)
                os._exit(0)
            children.append(child)
    return len(children)


@attack(
    "processes", "forks, and its children fork, and theirs: a fork bomb of seven generations", amount(64), beside=True
)
def fork_bomb(targets):
    import contextlib
    import os
    import time

    first = os.getpid()
    out, into = os.pipe()
    with contextlib.suppress(OSError):
        for _ in range(7):
            os.fork()
    os.write(into, b"!")
    time.sleep(1)
    if os.getpid() != first:
        os._exit(0)
    return len(os.read(out, 1000))


@attack("processes", "makes a process by the bare system call", amount(1))
def bare_clone(targets):
    import os

    child = kernel("clone", 17, None, None, None, None)
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return 1


@attack("processes", "makes a process by clone3, whose flags no filter can look into", amount(1))
def bare_clone3(targets):
    import os
    import struct

    order = struct.pack("11Q", 0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0)  # the fifth: the signal at its end
    child = kernel("clone3", order, len(order))
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return 1


@attack("processes", "leaves a daemon: a grandchild in a session of its own", harm("survivor"))
def daemon(targets):
    import os
    import time

    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(8)
        os._exit(0)


@attack(
    "processes",
    "leaves a process that changes its number all the time, too quickly to be killed by it",
    harm("survivor"),
)
def hop(targets):
    import os
    import time

    if os.fork() == 0:
        os.setsid()
        for _ in range(80):
            if os.fork() != 0:
                os._exit(0)
            time.sleep(0.05)
        os._exit(0)


@attack("processes", "leaves a process that nothing but SIGKILL ends", harm("survivor"))
def stubborn_child(targets):
    import os
    import signal
    import time

    if os.fork() == 0:
        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)
        time.sleep(8)
        os._exit(0)


@attack("processes", "starts a hundred threads", amount(50))
def threads(targets):
    import contextlib
    import threading
    import time

    started = 0
    with contextlib.suppress(RuntimeError):
        while started < 100:
            threading.Thread(target=time.sleep, args=[1], daemon=True).start()
            started += 1
    return started


@attack("processes", "becomes a shell, which leaves a program behind", harm("survivor"))
def become_shell(targets):
    import os

    os.execv("/bin/sh", ["sh", "-c", "sleep 8 &"])


@attack("processes", "runs a program", amount(1))
def start_program(targets):
    import subprocess

    return len(subprocess.run(["/bin/echo", "hello"], capture_output=True, timeout=5).stdout)


@attack("processes", "runs a shell command", amount(1))
def shell_command(targets):
    import os

    return int(os.waitstatus_to_exitcode(os.system("exit 7")) == 7)


@attack("processes", "has the C library start a program", amount(1))
def spawn(targets):
    import os

    child = os.posix_spawn("/bin/true", ["true"], {})
    return int(os.waitpid(child, 0)[1] == 0)


@attack("processes", "runs a program that is in no file", amount(1))
def program_from_memory(targets):
    import os

    program = os.memfd_create("true", 0)
    with open("/bin/true", "rb") as file:
        os.write(program, file.read())
    child = os.posix_spawn(f"/proc/self/fd/{program}", ["true"], {})
    return int(os.waitpid(child, 0)[1] == 0)


@attack("processes", "runs a program by its loader, which needs no right to execute it", amount(1))
def program_by_loader(targets):
    import glob
    import os

    (loader, *_) = glob.glob("/lib64/ld-linux-*") or glob.glob("/lib/ld-linux-*") or glob.glob("/lib/ld-musl-*")
    child = os.posix_spawn(loader, [loader, "/bin/true"], {})
    return int(os.waitpid(child, 0)[1] == 0)


@attack("processes", "has multiprocessing start a process", amount(1))
def multiprocess(targets):
    import multiprocessing
    import sys

    process = multiprocessing.get_context("fork").Process(target=sys.exit, args=[5])
    process.start()
    process.join(5)
    return int(process.exitcode == 5)
