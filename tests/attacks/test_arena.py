"""The arena keeps what runs in it from this machine."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from . import arena


def run(program, seconds=20):
    lines = []
    try:
        arena.run([sys.executable, "-c", program], seconds, lines.append)
    except arena.ArenaError as error:
        pytest.skip(str(error))
    return lines


def test_its_user_is_nobody_and_alone():
    (line,) = run("""
import os
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
capabilities = {status[name].strip() for name in ("CapEff", "CapPrm", "CapAmb")}
processes = [name for name in os.listdir("/proc") if name.isdigit()]
devices = [line.split(":")[0].strip() for line in open("/proc/net/dev")][2:]
print(os.getpid(), os.getuid(), capabilities, processes, devices)
""")
    assert line == f"1 {arena.USER} {{'{'0' * 16}'}} ['1'] ['lo']"


def test_it_shows_nothing_of_the_machine_but_programs(tmp_path):
    (tmp_path / "secret").touch()
    (line,) = run(f"import os; print(os.path.exists({str(tmp_path)!r}), os.listdir('/dev/shm'))")
    assert line == "False []"


def test_nothing_can_be_written_but_what_is_thrown_away():
    (line,) = run(f"""
import os
def writable(folder):
    try:
        open(os.path.join(folder, "probe"), "x").close()
        return True
    except OSError:
        return False
folders = ["/", "/etc", "/usr", "/dev", {str(arena.REPOSITORY)!r}, *{[sys.prefix, sys.base_prefix]!r}, "/tmp"]
print([folder for folder in folders if writable(folder)])
""")
    assert line == "['/tmp']"
    assert not os.path.exists("/tmp/probe")


def test_its_memory_of_files_and_its_processes_are_bounded():
    (line,) = run("""
import os, signal
written = started = 0
try:
    for number in range(8):
        with open(f"/tmp/{number}", "xb", 0) as file:
            for _ in range(10):
                written += file.write(bytes(10 << 20))
except OSError:
    pass
try:
    while started < 1000:
        if os.fork() == 0:
            signal.pause()
        started += 1
except OSError:
    pass
print(written >> 20 <= 256, started < 400)
""")
    assert line == "True True"


def test_all_ends_with_it():
    """Also what has left its parent, session and process group, when the deadline comes."""
    mark = f"arena-{os.getpid()}"
    start = time.monotonic()
    with pytest.raises(RuntimeError, match="ended with"):
        run(
            f"""
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv("/bin/sh", [{mark!r}, "-c", "sleep 30; true"])
    os._exit(0)
time.sleep(30)
""",
            seconds=2,
        )
    assert time.monotonic() - start < 10
    assert not [path for path in Path("/proc").glob("[0-9]*/cmdline") if mark in read(path)]


def test_a_nest_is_another_arena_inside():
    lines = run("""
import os, sys
from tests.attacks.arena import Nest
def inside():
    import numpy
    open("/tmp/left", "x").close()
    return f"{os.getpid()} {os.getuid()} {len([name for name in os.listdir('/proc') if name.isdigit()])}"
nest = Nest(inside)
print(nest.result())
nest.close()
print(os.path.exists("/tmp/left"))
""")
    assert lines == [f"1 {arena.USER} 1", "False"]


def read(path):
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
