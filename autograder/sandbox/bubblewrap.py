"""bubblewrap's command line: a file system with Python in it and nothing else of the machine, no network, no other
processes. bubblewrap is the distribution's own program, found when it is needed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import runtime

#: The home folder inside, empty. It looks writable, and nothing can be written: matplotlib is content with that.
HOME = "/home/student"
_HOME_BYTES = 1 << 16


def program() -> str | None:
    """Where bubblewrap is, or None."""
    return shutil.which("bwrap")


def command(bwrap: str, environment: Mapping[str, str], run: Sequence[str]) -> list[str]:
    """The command line that runs `run` inside, with `environment` and nothing else of it."""
    line = [bwrap, "--unshare-all", "--die-with-parent", "--new-session", "--hostname", "sandbox", "--clearenv"]
    for name, value in environment.items():
        line += ["--setenv", name, value]
    for path in runtime.readable():
        if os.path.dirname(path) == "/" and os.path.islink(path):  # /lib is usr/lib on most systems
            line += ["--symlink", os.readlink(path), path]
        else:
            line += ["--ro-bind", path, path]
    line += ["--proc", "/proc", "--dev", "/dev", "--size", str(1 << 20), "--tmpfs", "/dev/shm", "--remount-ro", "/dev"]
    line += ["--size", str(_HOME_BYTES), "--tmpfs", HOME]
    # Of this package only what a worker needs: the rest of its folder is covered, wherever it is installed.
    package = str(runtime.PACKAGE)
    line += ["--size", str(1 << 20), "--tmpfs", package]
    for file in map(str, runtime.files()):
        line += ["--ro-bind", file, file]
    line += ["--remount-ro", package, "--remount-ro", "/", "--chdir", HOME, "--", *run]
    return line


def version(bwrap: str) -> str:
    """What bubblewrap says of itself."""
    import subprocess

    done = subprocess.run([bwrap, "--version"], capture_output=True, text=True, timeout=10, check=False)
    return done.stdout.strip() or Path(bwrap).name
