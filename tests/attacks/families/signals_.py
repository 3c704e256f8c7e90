"""Signals to other processes, and limits, priorities and processors, another's or one's own.

Signals go to processes that are named, never to all. What is sent to the parent and the grader does no lasting harm:
whether it could be sent is what counts.
"""

from __future__ import annotations

from ..attack import amount, attack, harm
from ..prelude import kernel

# --- signals ---


@attack("signals", "kills another process", harm("killed"))
def kill_process(targets):
    import os
    import signal

    os.kill(targets["pid"], signal.SIGKILL)


@attack("signals", "stops another process", harm("stopped"))
def stop_process(targets):
    import os
    import signal

    os.kill(targets["pid"], signal.SIGSTOP)


@attack("signals", "kills another process by its thread's number", harm("killed"))
def kill_thread(targets):
    kernel("tkill", targets["pid"], 9)


@attack("signals", "kills another process by its numbers as a process and a thread", harm("killed"))
def kill_thread_of_process(targets):
    kernel("tgkill", targets["pid"], targets["pid"], 9)


@attack("signals", "queues a signal for another process, as sigqueue does", harm("killed"))
def queue_signal(targets):
    import struct

    kernel("rt_sigqueueinfo", targets["pid"], 9, struct.pack("iii116x", 9, 0, -1))  # number, errno, code: queued


@attack("signals", "queues a signal for another process's thread", harm("killed"))
def queue_signal_for_thread(targets):
    import struct

    kernel("rt_tgsigqueueinfo", targets["pid"], targets["pid"], 9, struct.pack("iii116x", 9, 0, -1))


@attack("signals", "kills another process through a descriptor of it", harm("killed"))
def kill_by_descriptor(targets):
    import os
    import signal

    signal.pidfd_send_signal(os.pidfd_open(targets["pid"]), signal.SIGKILL)


@attack("signals", "kills another process's group", harm("killed"))
def kill_group(targets):
    import os
    import signal

    if os.getpgid(targets["pid"]) == targets["pid"]:  # a group of its own: nobody else's
        os.killpg(targets["pid"], signal.SIGKILL)


@attack("signals", "has the kernel kill another process when a pipe becomes readable", harm("killed"))
def kill_by_pipe(targets):
    import fcntl
    import os
    import signal

    out, into = os.pipe()
    fcntl.fcntl(out, fcntl.F_SETOWN, targets["pid"])
    fcntl.fcntl(out, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(out, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
    os.write(into, b"!")


@attack("signals", "traces another process so that it is killed when the tracer ends", harm("killed"))
def kill_by_tracing(targets):
    import os

    kernel("ptrace", 0x4206, targets["pid"], 0, 0x100000)  # seize, with the option to kill at exit
    os._exit(0)


@attack("signals", "stops its parent, and lets it go on", amount(1))
def stop_parent(targets):
    import os
    import signal

    if os.getppid() == 0:  # in a process namespace whose first process this is: the parent has no number here
        return 0
    os.kill(os.getppid(), signal.SIGSTOP)
    os.kill(os.getppid(), signal.SIGCONT)
    return 1


@attack("signals", "stops the grader, and lets it go on", amount(1))
def stop_grader(targets):
    import os
    import signal

    os.kill(targets["grader"], signal.SIGSTOP)
    os.kill(targets["grader"], signal.SIGCONT)
    return 1


@attack("signals", "outlives its parent in a session of its own", harm("survivor"))
def outlive_parent(targets):
    import os
    import time

    if os.fork() == 0:
        os.setsid()
        os.closerange(0, 1024)  # nobody shall wait for these
        kernel("prctl", 1, 0, 0, 0, 0)  # no signal when the parent ends
        time.sleep(8)
        os._exit(0)


# --- limits, priorities, processors ---


@attack("signals", "lowers another process's priority", harm("slowed"))
def lower_priority(targets):
    import os

    os.setpriority(os.PRIO_PROCESS, targets["pid"], 19)


@attack("signals", "lets another process run only when the machine is idle", harm("slowed"))
def schedule_when_idle(targets):
    import os

    os.sched_setscheduler(targets["pid"], os.SCHED_IDLE, os.sched_param(0))


@attack("signals", "confines another process to one processor", harm("slowed"))
def confine_to_processor(targets):
    import os

    os.sched_setaffinity(targets["pid"], list(os.sched_getaffinity(targets["pid"]))[:1])


@attack("signals", "lets another process use the disk only when it is idle", amount(1))
def starve_of_disk(targets):
    idle = 3 << 13
    kernel("ioprio_set", 1, targets["pid"], idle)
    return int(kernel("ioprio_get", 1, targets["pid"]) == idle)


@attack("signals", "takes another process's right to open files", harm("limited"))
def limit_process(targets):
    import resource

    resource.prlimit(targets["pid"], resource.RLIMIT_NOFILE, (0, 0))


@attack("signals", "makes another process the first to die when memory runs out", amount(1000))
def first_to_die(targets):
    with open(f"/proc/{targets['pid']}/oom_score_adj", "r+") as file:
        file.write("1000")
        file.flush()
        file.seek(0)
        return int(file.read())


@attack("signals", "raises its own limit of open files as far as it may, and opens 500", amount(500))
def raise_own_limit(targets):
    import contextlib
    import os
    import resource

    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    opened = []
    with contextlib.suppress(OSError):
        while len(opened) < 500:
            opened.append(os.open(".", os.O_RDONLY))
    for descriptor in opened:
        os.close(descriptor)
    return len(opened)


@attack("signals", "moves itself to another processor and another class of scheduling", amount(2))
def schedule_itself(targets):
    import os

    os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    os.sched_setaffinity(0, list(os.sched_getaffinity(0))[-1:])
    return (os.sched_getscheduler(0) == os.SCHED_BATCH) + len(os.sched_getaffinity(0))
