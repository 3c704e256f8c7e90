"""bubblewrap's command line: a file system with Python in it and nothing else of the machine, no network, no other
processes. bubblewrap is the distribution's own program, found when it is needed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import runtime

#: The home folder inside.
HOME = "/home/student"
_SHARED = "/dev/shm"


@dataclass(frozen=True)
class View:
    """What is inside: this package's `modules`; folders that look `writable`, and how many bytes each has room for;
    what is `shown`, read-only, of which the keys are paths here and the values paths inside. `namespaces` are the
    options that make them.

    By default that of a worker, whose home is empty: nothing can be written, and matplotlib is content with that.
    """

    modules: Sequence[str] = runtime.MODULES
    writable: Mapping[str, int] = field(default_factory=lambda: {_SHARED: 1 << 20, HOME: 1 << 16})
    shown: Mapping[str, str] = field(default_factory=dict)
    namespaces: Sequence[str] = ("--unshare-all",)


def program() -> str | None:
    """Where bubblewrap is, or None."""
    return shutil.which("bwrap")


def command(bwrap: str, environment: Mapping[str, str], run: Sequence[str], view: View = View()) -> list[str]:
    """The command line that runs `run` inside, with `environment` and nothing else of it."""
    line = [bwrap, *view.namespaces, "--die-with-parent", "--new-session", "--hostname", "sandbox", "--clearenv"]
    for name, value in environment.items():
        line += ["--setenv", name, value]
    package = str(runtime.PACKAGE)
    for path in _above([*runtime.readable(), package, *view.shown.values()]):
        line += ["--perms", "0755", "--dir", path]  # else others than the one who calls could not go through it
    for path in runtime.readable():
        if os.path.dirname(path) == "/" and os.path.islink(path):  # /lib is usr/lib on most systems
            line += ["--symlink", os.readlink(path), path]
        else:
            line += ["--ro-bind", path, path]
    for here, path in view.shown.items():
        line += ["--ro-bind", here, path]
    line += ["--proc", "/proc", "--dev", "/dev"]
    for path, size in view.writable.items():
        line += ["--perms", "1777", "--size", str(size), "--tmpfs", path]
    line += ["--remount-ro", "/dev"]
    # Of this package only what is needed: the rest of its folder is covered, wherever it is installed.
    line += ["--size", str(1 << 20), "--tmpfs", package]
    for file in map(str, runtime.files(view.modules)):
        line += ["--ro-bind", file, file]
    line += ["--remount-ro", package, "--remount-ro", "/", "--chdir", HOME, "--", *run]
    return line


def _above(paths: Sequence[str]) -> Iterator[str]:
    """The folders above `paths` and not in them, those that hold others first."""
    folders = {folder for path in paths for folder in Path(path).parents if folder != Path("/")}
    return (str(folder) for folder in sorted(folders) if not any(map(folder.is_relative_to, paths)))


def version(bwrap: str) -> str:
    """What bubblewrap says of itself."""
    import subprocess

    done = subprocess.run([bwrap, "--version"], capture_output=True, text=True, timeout=10, check=False)
    return done.stdout.strip() or Path(bwrap).name
