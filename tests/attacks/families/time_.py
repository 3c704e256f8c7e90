"""Never coming back: the caller waits for what does not end, or ends too late.

Each goes on for five seconds, where a call may take far less; what cannot look at the clock is ended by an alarm.
"""

from __future__ import annotations

from ..attack import attack, hang

TOO_LONG = 4.0


@attack("time", "sleeps", hang(TOO_LONG))
def sleep(targets):
    import time

    time.sleep(5)


@attack("time", "computes without end", hang(TOO_LONG), beside=True)
def spin(targets):
    import time

    end = time.monotonic() + 5
    while time.monotonic() < end:
        pass


@attack("time", "catches whatever should stop it", hang(TOO_LONG))
def catch_everything(targets):
    import time

    end = time.monotonic() + 5
    while time.monotonic() < end:
        try:
            while time.monotonic() < end:
                pass
        except BaseException:
            continue


@attack("time", "ignores and blocks every signal that can be", hang(TOO_LONG))
def ignore_signals(targets):
    import contextlib
    import signal
    import time

    for number in signal.valid_signals():
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    end = time.monotonic() + 5
    while time.monotonic() < end:
        pass


@attack("time", "stays inside one call of NumPy, where Python's own signal handlers never run", hang(TOO_LONG))
def long_call_of_numpy(targets):
    import signal

    import numpy as np

    signal.alarm(5)
    many = np.ones(1 << 20)
    np.convolve(many, many)


@attack("time", "sleeps in the C library and keeps Python's lock, so that no thread runs", hang(TOO_LONG))
def sleep_with_the_lock(targets):
    import ctypes

    ctypes.PyDLL(None).usleep(5_000_000)


@attack("time", "computes a number with a billion digits", hang(TOO_LONG))
def huge_power(targets):
    import signal

    signal.alarm(5)
    return 7 ** (10**9) % 10


@attack("time", "matches a pattern that takes exponential time", hang(TOO_LONG))
def slow_pattern(targets):
    import re
    import signal

    signal.alarm(5)
    return re.match("(a|a)*$", "a" * 60 + "b") is None


@attack("time", "waits for a lock that it holds", hang(TOO_LONG))
def deadlock(targets):
    import threading

    lock = threading.Lock()
    lock.acquire()
    lock.acquire(timeout=5)


@attack("time", "reads from a pipe that nobody writes to", hang(TOO_LONG))
def empty_pipe(targets):
    import os
    import signal

    signal.alarm(5)
    os.read(os.pipe()[0], 1)


@attack("time", "stops itself, so that it neither runs nor ends", hang(TOO_LONG))
def stop_itself(targets):
    import contextlib
    import os
    import signal
    import time

    stopped = os.getpid()
    with contextlib.suppress(OSError):
        if os.fork() == 0:
            time.sleep(5)
            os.kill(stopped, signal.SIGCONT)
            os._exit(0)
    os.kill(stopped, signal.SIGSTOP)


@attack("time", "returns, and then does not end", hang(TOO_LONG))
def sleep_at_exit(targets):
    import atexit
    import time

    atexit.register(time.sleep, 5)


@attack("time", "returns, and leaves a thread that its process has to wait for", hang(TOO_LONG))
def sleep_in_thread(targets):
    import threading
    import time

    threading.Thread(target=time.sleep, args=[5]).start()


@attack(
    "time",
    "takes half a second for every call, and is called often",
    hang(TOO_LONG),
    calls=10,
    limits={"budget_seconds": 2},
)
def many_slow_calls(targets):
    import time

    time.sleep(0.5)
