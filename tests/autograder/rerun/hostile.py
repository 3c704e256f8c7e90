"""Notebooks that try to do harm, or to take more than they may; and what must be seen of each.

Names in capitals in their cells are replaced by targets outside the enclosure: `lane` says by which.
"""

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

#: What a cell of an attack is followed by: it shows whether later cells run.
NEXT = "print('next', 'cell')"


@dataclass(frozen=True)
class Attack:
    """`held` is given what each cell shows, and the remark on the notebook; `files` are written beside it.

    With `real`, the first cell succeeds where nothing is in its way: it prints "done" then.
    """

    name: str
    cells: Sequence[str]
    held: Callable[[list[str], str], bool]
    real: bool = False
    files: dict[str, str] = field(default_factory=dict)


ATTACKS = []


def attack(name, code, held, **options):
    """Add an attack whose cell is `code`, with a harmless one after it."""
    ATTACKS.append(Attack(name, (textwrap.dedent(code), NEXT), held, **options))


def goes_on(shown, remark):
    return "next cell" in shown[1]


def stops(*words):
    return lambda shown, remark: "next cell" not in shown[1] and any(word in remark for word in words)


def shows(*words):
    return lambda shown, remark: goes_on(shown, remark) and all(word in shown[0] for word in words)


# ---- time -----------------------------------------------------------------------------------------------------
attack("endless loop", "while True: pass", shows("was interrupted", "KeyboardInterrupt"))
attack(
    "loop that cannot be interrupted",
    """
    import signal
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True: pass
    """,
    stops("could not be interrupted"),
)
attack(
    "stops everything",
    """
    import os, signal
    for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
        if pid not in (1, os.getpid()):
            os.kill(pid, signal.SIGSTOP)
    os.kill(os.getpid(), signal.SIGSTOP)
    """,
    stops("it took longer than"),
)

# ---- processes ------------------------------------------------------------------------------------------------
attack(
    "fork bomb",
    """
    import os
    while True:
        try: os.fork()
        except OSError: pass
    """,
    lambda shown, remark: True,
)
attack(
    "threads",
    """
    import threading, time
    started = 0
    try:
        for _ in range(100_000):
            threading.Thread(target=time.sleep, args=(1,), daemon=True).start()
            started += 1
    except RuntimeError as error:
        print(started < 128, error)
    time.sleep(1.5)
    """,
    shows("True can't start new thread"),
)
attack("ends itself", "import os; os._exit(0)", stops("its kernel ended in it"))
attack("kills all that it can", "import os; os.kill(-1, 9)", stops("ended"))
attack("ends with the first process", "import os; os.kill(1, 9); print('alive')", lambda shown, remark: True)
attack(
    "daemon",
    """
    import os, time
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in range(3, 1000):
                try: os.close(number)
                except OSError: pass
            time.sleep(600)
        os._exit(0)
    print("done")
    """,
    shows("done"),
    real=True,
)

# ---- memory, disk, output -------------------------------------------------------------------------------------
attack("takes memory", "x = bytearray(8 << 30)", shows("MemoryError"))
attack(
    "many take memory",
    """
    import os, time
    for _ in range(20):
        if os.fork() == 0:
            x = bytearray(os.urandom(1 << 20) * 100)
            time.sleep(60)
    time.sleep(60)
    """,
    stops("MB of memory"),
)
attack(
    "shared memory",
    """
    import mmap
    x = [mmap.mmap(-1, 100 << 20) for _ in range(15)]
    for m in x: m.write(bytes(100 << 20))
    import time; time.sleep(60)
    """,
    stops("MB of memory"),
)
attack(
    "shares memory in honour",
    """
    import os, time
    x = bytearray(os.urandom(1 << 20) * 150)
    pids = [os.fork() for _ in range(5)]
    if 0 in pids:
        time.sleep(1); os._exit(0)
    for pid in pids: os.waitpid(pid, 0)
    print("done")
    """,
    shows("done"),
)
attack(
    "fills the disk",
    """
    import errno
    for place in ("big", "/tmp/big", "/dev/shm/big"):
        try:
            with open(place, "wb") as file:
                while True: file.write(bytes(1 << 20))
        except OSError as error:
            print(errno.errorcode[error.errno])
    """,
    lambda shown, remark: goes_on(shown, remark) and shown[0].count("ENOSPC") + shown[0].count("EFBIG") == 3,
)
attack(
    "makes files",
    "for number in range(10_000_000): open(f'/tmp/{number}', 'w').close()",
    stops("files"),
)
attack(
    "prints a gigabyte",
    "for _ in range(1000): print('x' * 1_000_000)",  # faster than anybody listens, perhaps
    lambda shown, remark: any(word in remark for word in ("more than is kept", "MB of memory", "its kernel ended")),
)
attack("prints a gigabyte at once", "print('x' * (1 << 30))", lambda shown, remark: True)
attack(
    "keyrings, memory files, user namespaces, tracing",
    """
    import ctypes, os
    libc = ctypes.CDLL(None, use_errno=True)
    def refused(result): return result == -1 and ctypes.get_errno() == 1
    print(
        refused(libc.unshare(0x10000000)), refused(libc.memfd_create(b"x", 0)), refused(libc.shmget(0, 4096, 0o1600)),
        refused(libc.ptrace(16, os.getppid(), 0, 0)), refused(libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, None)),
    )
    print([line.split()[1] for line in open("/proc/self/status") if line[:6] in ("CapPrm", "CapEff", "CapBnd")])
    """,
    lambda shown, remark: "True True True True True" in shown[0] and "False" not in shown[0],
)

# ---- what is outside ------------------------------------------------------------------------------------------
attack(
    "connects",
    """
    import socket
    for family, address in ((socket.AF_INET, ("127.0.0.1", PORT)), (socket.AF_UNIX, "\\0ABSTRACT")):
        with socket.socket(family) as other:
            other.settimeout(2)
            try:
                other.connect(address)
                print("do" "ne")
            except OSError as error:
                print(error)
    """,
    shows("Connection refused"),
    real=True,
)
attack(
    "reads everything",
    """
    import os
    found = set()
    for folder in ("SOLUTIONS", "OTHER", os.path.dirname("GRADEBOOK"), "/tmp", "/home", "/root", "/work", "/data"):
        for here, folders, files in os.walk(folder):
            folders[:] = [name for name in folders if name[:3] != "lib"]  # Python's
            for name in files:
                try:
                    with open(os.path.join(here, name), "rb") as file:
                        if b"MARK" in file.read(): found.add(os.path.join(here, name))
                except OSError: pass
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if b"MARK" in open(f"/proc/{pid}/environ", "rb").read(): found.add(pid)
        except OSError: pass
    print("do" "ne" if found else "nothing", *found)
    """,
    shows("nothing"),
    real=True,
)
attack(
    "writes where it should not",
    """
    import os, sqlite3
    try:
        with sqlite3.connect("GRADEBOOK") as gradebook: gradebook.execute("update grades set points = 100")
        print("do" "ne")
    except Exception as error: print(error)
    for place in ("SOLUTIONS", "OTHER", os.path.dirname(os.__file__), "/usr/lib", "/data", "/", "/dev", "/proc/sys"):
        try:
            with open(os.path.join(place, "mark"), "w") as file: file.write("x")
            print("do" "ne", place)
        except OSError: pass
    """,
    lambda shown, remark: goes_on(shown, remark) and "done" not in shown[0],
    real=True,
)

# ---- what comes out -------------------------------------------------------------------------------------------
attack(
    "pages and scripts",
    """
    from IPython.display import HTML, SVG, Javascript, Markdown, display
    display(HTML("<script>alert(1)</script>"), Javascript("alert(1)"), Markdown("<script>alert(1)</script>"))
    display({"image/svg+xml": "<svg onload='alert(1)'/>", "image/png": "alert(1)", "text/x": "alert(1)"}, raw=True)
    """,
    lambda shown, remark: goes_on(shown, remark) and "alert" not in shown[0],
)
attack(
    "speaks for the one that runs it",
    r"""
    import glob, os
    lies = [
        b'{"cell": 1, "how": "done", "cut": false, "outputs": [{"output_type": "stream", "text": "a lie"}]}\n',
        b'{"cell": 99, "how": [], "cut": 0, "outputs": {}}\n' + b"[" * 100_000 + b"\n" + b"\xff\n\n{}\n",
    ]
    written = 0
    for path in glob.glob("/proc/[0-9]*/fd/*"):
        try:
            if int(path.split("/")[2]) != os.getpid() and os.readlink(path).startswith("pipe:"):
                with open(path, "wb", 0) as pipe:
                    os.set_blocking(pipe.fileno(), False)
                    written += sum(pipe.write(lie) or 0 for lie in lies)
        except OSError: pass
    print(written > 0)
    """,
    lambda shown, remark: any(word in shown[1] for word in ("next cell", "a lie")),
)
attack(
    "floods the one that runs it",
    r"""
    import glob, os
    pipes = []
    for path in glob.glob("/proc/[0-9]*/fd/*"):
        try:
            if int(path.split("/")[2]) != os.getpid() and os.readlink(path).startswith("pipe:"):
                pipes.append(open(path, "wb", 0))
                os.set_blocking(pipes[-1].fileno(), False)
        except OSError: pass
    while True:
        for pipe in pipes:
            try: pipe.write(b"x" * 65536)
            except OSError: pass
    """,
    lambda shown, remark: "next cell" not in shown[1] or goes_on(shown, remark),
)
attack(
    "stands in for modules",
    "print('alive')",
    lambda shown, remark: True,
    files=dict.fromkeys(("ipykernel_launcher.py", "random.py", "zmq.py"), "import os; os.kill(-1, 9)\n"),
)
MANY = ("print('alive')", NEXT, *("#" + "é" * 30_000 for _ in range(300)))
ATTACKS.append(Attack("many cells", MANY, shows("alive")))
