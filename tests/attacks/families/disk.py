"""Filling the disk, or what keeps the output.

A worker may write 16 MB to a file and 64 MB in all; what it prints goes nowhere.
"""

from __future__ import annotations

import os
import shutil

from ..attack import amount, attack, harm

TOO_MUCH_FOR_A_FILE, TOO_MUCH, TOO_MANY = 50, 100, 20_000
#: How many folders are too many inside each other: those who remove them call themselves for each.
TOO_DEEP = 1000


def flooded(outcome):
    """The caller keeps what was printed in memory."""
    return outcome.megabytes > 50


@attack("disk", "writes one large file", amount(TOO_MUCH_FOR_A_FILE))
def large_file(targets):
    import contextlib

    written = 0
    with contextlib.suppress(OSError), open("large", "xb", 0) as file:
        while written < 120 << 20:
            written += file.write(bytes(5 << 20))
    return written >> 20


@attack("disk", "writes many files, none of which is large", amount(TOO_MUCH), beside=True)
def many_megabytes(targets):
    import contextlib

    written = 0
    with contextlib.suppress(OSError):
        for number in range(12):
            with open(f"file-{number}", "xb", 0) as file:
                for _ in range(10):
                    written += file.write(bytes(1 << 20))
    return written >> 20


@attack("disk", "makes many files with nothing in them, which take room all the same", amount(TOO_MANY))
def many_files(targets):
    import contextlib
    import os

    made = 0
    with contextlib.suppress(OSError):
        while made < 25_000:
            os.close(os.open(f"file-{made}", os.O_CREAT | os.O_WRONLY))
            made += 1
    return made


@attack("disk", "gives a file many names", amount(TOO_MANY))
def many_names(targets):
    import contextlib
    import os

    os.close(os.open("first", os.O_CREAT | os.O_WRONLY))
    made = 0
    with contextlib.suppress(OSError):
        while made < 25_000:
            os.link("first", f"name-{made}")
            made += 1
    return made


@attack("disk", "makes a file that claims to be large, for whoever copies it", amount(TOO_MUCH))
def sparse_file(targets):
    import os

    with open("sparse", "xb") as file:
        file.truncate(200 << 20)
    return os.stat("sparse").st_size >> 20


@attack("disk", "reserves room for a file without writing it", amount(TOO_MUCH_FOR_A_FILE))
def reserved_room(targets):
    import os

    with open("reserved", "xb") as file:
        os.posix_fallocate(file.fileno(), 0, 100 << 20)
    return os.stat("reserved").st_blocks * 512 >> 20


@attack("disk", "fills a file that is deleted already, which nobody can find", amount(TOO_MUCH))
def deleted_files(targets):
    import contextlib
    import os

    written, opened = 0, []
    with contextlib.suppress(OSError):
        for _ in range(12):
            opened.append(open("deleted", "xb", 0))  # noqa: SIM115 - to stay open
            os.unlink("deleted")
            for _ in range(10):
                written += opened[-1].write(bytes(1 << 20))
    return written >> 20


@attack("disk", "makes a folder in a folder in a folder", amount(TOO_DEEP))
def deep_folders(targets):
    import contextlib
    import os

    depth = 0
    with contextlib.suppress(OSError):
        while depth < 1500:
            os.mkdir("deep")
            os.chdir("deep")
            depth += 1
    return depth


def _clean_up(targets):
    """A grader that removes the scratch folder, as far as it can."""
    os.mkdir("scratch")
    if os.fork() == 0:
        os.chdir("scratch")
        locked_folder(targets)
        os._exit(0)
    os.wait()
    shutil.rmtree("scratch", ignore_errors=True)
    return {"harm": ["leftover_file"] if os.path.exists("scratch") else []}


@attack(
    "disk", "leaves a folder that may not be opened, and so not be removed", harm("leftover_file"), control=_clean_up
)
def locked_folder(targets):
    import os

    os.mkdir("locked")
    with open("locked/file", "x"):
        pass
    os.chmod("locked", 0)


@attack("disk", "prints without end", flooded)
def flood_output(targets):
    import os

    for _ in range(100):
        os.write(1, b"!" * (1 << 20))


@attack("disk", "reports errors without end", flooded)
def flood_errors(targets):
    import sys

    for _ in range(100):
        sys.stderr.write("!" * (1 << 20))


@attack("disk", "prints through every descriptor that it has", flooded)
def flood_descriptors(targets):
    import contextlib
    import os

    for descriptor in range(1, 64):
        with contextlib.suppress(OSError):
            os.set_blocking(descriptor, False)
            for _ in range(20):
                os.write(descriptor, b"!" * (1 << 20))
