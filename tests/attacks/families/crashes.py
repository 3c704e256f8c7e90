"""Ending with a bang: in a grader that imports a student's module, the grader ends as well."""

from __future__ import annotations

from ..attack import attack, broke_the_caller, hang


@attack("crashes", "ends its process, as if all had gone well", broke_the_caller, shared=True)
def leave(targets):
    import os

    os._exit(0)


@attack("crashes", "asks Python to end", broke_the_caller, shared=True)
def ask_to_leave(targets):
    import sys

    sys.exit(0)


@attack("crashes", "pretends that somebody pressed Ctrl-C", broke_the_caller, shared=True)
def press_control_c(targets):
    raise KeyboardInterrupt


@attack("crashes", "raises an exception that is no Exception", broke_the_caller, shared=True)
def raise_base_exception(targets):
    class Mine(BaseException):
        pass

    raise Mine


@attack("crashes", "reads from address zero", broke_the_caller, shared=True)
def null_pointer(targets):
    import ctypes

    ctypes.string_at(0)


@attack("crashes", "overwrites None", broke_the_caller, shared=True)
def overwrite_none(targets):
    import ctypes

    ctypes.memset(id(None), 0xFF, 16)
    return [None] * 1000


@attack("crashes", "aborts", broke_the_caller, shared=True)
def abort(targets):
    import os

    os.abort()


@attack("crashes", "kills itself", broke_the_caller, shared=True)
def kill_itself(targets):
    import os
    import signal

    os.kill(os.getpid(), signal.SIGKILL)


@attack("crashes", "uses the stack up where Python does not count", broke_the_caller, shared=True)
def exhaust_the_stack(targets):
    import itertools

    chain = iter([1])
    for _ in range(1_000_000):
        chain = itertools.chain(chain)
    return next(chain)


@attack(
    "crashes",
    "uses up the stack of a thread, which it made smaller than Python counts on",
    broke_the_caller,
    shared=True,
)
def small_stack(targets):
    import re
    import sys
    import threading

    def recurse(match):
        return re.sub("!", recurse, "!")  # from C to Python to C

    sys.setrecursionlimit(1 << 20)
    threading.stack_size(1 << 15)
    thread = threading.Thread(target=recurse, args=[None])
    thread.start()
    thread.join()


@attack("crashes", "closes every file descriptor", broke_the_caller, shared=True)
def close_everything(targets):
    import os

    os.closerange(0, 1 << 16)


@attack("crashes", "takes all file descriptors", broke_the_caller, shared=True)
def take_all_descriptors(targets):
    import contextlib
    import os
    import sys

    with contextlib.suppress(OSError):
        while True:
            os.dup(0)
    sys.taken = True


@attack("crashes", "removes Python's own functions", broke_the_caller, shared=True)
def remove_builtins(targets):
    import builtins

    vars(builtins).clear()


@attack("crashes", "raises an exception that cannot be printed", broke_the_caller, shared=True)
def unprintable(targets):
    class Mine(Exception):
        def __str__(self):
            raise Mine

        __repr__ = __str__

    raise Mine


@attack("crashes", "raises an exception whose text ends the process", broke_the_caller, shared=True)
def deadly_text(targets):
    class Mine(Exception):
        def __str__(self):
            import os

            os._exit(0)

    raise Mine


@attack("crashes", "raises an exception whose text takes forever", hang(4), shared=True)
def endless_text(targets):
    import time

    class Mine(Exception):
        def __str__(self):
            time.sleep(5)
            return ""

    raise Mine


@attack("crashes", "raises an exception with a text of 200 MB", lambda outcome: outcome.megabytes > 100, shared=True)
def huge_text(targets):
    raise ValueError("!" * (200 << 20))


@attack("crashes", "raises an exception whose type pretends to be another", broke_the_caller, shared=True)
def hostile_type(targets):
    class Liar(type):
        @property
        def __name__(cls):
            raise SystemExit

    class Mine(Exception, metaclass=Liar):
        pass

    raise Mine
