"""Landlock's flags, and what a restricted process can still do."""

import ctypes
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox import kernel, landlock
from autograder.sandbox.landlock import Fs, Net, Scope

HEADER = Path("/usr/include/linux/landlock.h")
#: How many rights each ABI knows: files, network, scopes (Documentation/userspace-api/landlock.rst).
COUNTS = {1: (13, 0, 0), 2: (14, 0, 0), 3: (15, 0, 0), 4: (15, 2, 0), 5: (16, 2, 0), 6: (16, 2, 2), 7: (16, 2, 2)}

here = pytest.mark.skipif(not landlock.abi(), reason="the kernel has no Landlock")


@pytest.mark.parametrize(("abi", "counts"), COUNTS.items())
def test_rights_of_an_abi_are_its_lowest_bits(abi, counts):
    assert tuple(landlock.known(rights, abi) for rights in (Fs, Net, Scope)) == tuple((1 << n) - 1 for n in counts)


@pytest.mark.skipif(not HEADER.exists(), reason="no kernel headers here")
def test_flags_are_those_of_the_kernels_header():
    found = dict(re.findall(r"#define LANDLOCK_(?:ACCESS_|SCOPE_)(\w+)\s+\(1ULL << (\d+)\)", HEADER.read_text()))
    assert found
    for name, bit in found.items():
        kind, _, right = name.partition("_")
        flags = {"FS": Fs, "NET": Net}.get(kind)
        assert (flags[right] if flags else Scope[name]) == 1 << int(bit), name


@here
def test_the_kernel_takes_the_rights_of_its_abi_and_no_more():
    version = landlock.abi()
    if version > max(COUNTS):
        pytest.skip(f"this kernel has ABI {version}, whose rights are not in the table yet")
    for files, fine in ((landlock.known(Fs, version), True), (landlock.known(Fs, version) * 2 + 1, False)):
        rules = landlock._Ruleset(files, 0, 0)
        try:
            ruleset = kernel.syscall(444, ctypes.byref(rules), 8, 0)
        except OSError:
            assert not fine
        else:
            import os

            os.close(ruleset)
            assert fine


RESTRICTED = """
import os, sys
from autograder.sandbox import landlock
read, write = sys.argv[1:3]
landlock.restrict([read, "/does/not/exist"], [f"{write}/file"])
def trial(what, action):
    try:
        action()
        print(what)
    except OSError as error:
        print(f"no {what}")
trial("reading what is granted", lambda: open(f"{read}/text").read())
trial("writing there", lambda: open(f"{read}/text", "a"))
trial("truncating there", lambda: os.truncate(f"{read}/text", 0))
trial("reading elsewhere", lambda: os.listdir("/"))
trial("writing to the file", lambda: open(f"{write}/file", "w").write("x"))
trial("reading it again", lambda: open(f"{write}/file").read())
trial("removing it", lambda: os.unlink(f"{write}/file"))
trial("a file beside it", lambda: open(f"{write}/new", "w"))
trial("a folder", lambda: os.mkdir(f"{write}/folder"))
trial("a link", lambda: os.symlink("/etc/passwd", f"{write}/link"))
trial("a pipe", lambda: os.mkfifo(f"{write}/pipe"))
trial("a program", lambda: os.execv("/bin/true", ["true"]))
"""


@here
def test_a_restricted_process(tmp_path):
    for name in ("read", "write"):
        (tmp_path / name).mkdir()
    (tmp_path / "read" / "text").write_text("here")
    (tmp_path / "write" / "file").touch()
    command = [sys.executable, "-c", RESTRICTED, str(tmp_path / "read"), str(tmp_path / "write")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    truncating = "no truncating there" if landlock.abi() >= 3 else "truncating there"
    assert done.stdout.splitlines() == [
        "reading what is granted",
        "no writing there",
        truncating,
        "no reading elsewhere",
        "writing to the file",
        "reading it again",
        "no removing it",
        "no a file beside it",
        "no a folder",
        "no a link",
        "no a pipe",
        "no a program",
    ]
