"""What a worker reads of the machine: Python, its packages, the system's libraries, and a few files of this package."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Sequence
from functools import cache
from pathlib import Path

#: This package's folder.
PACKAGE = Path(__file__).resolve().parents[1]

#: The modules of this package that a worker has in memory; no check, no answer and nothing of the course.
MODULES = (
    "",
    "checks",
    "checks.executor",
    "checks.legacy",
    "checks.source",
    "checks.values",
    "checks.written",
    "notebook_cells",
    "sandbox",
    "sandbox.confine",
    "sandbox.fork_server",
    "sandbox.kernel",
    "sandbox.landlock",
    "sandbox.limits",
    "sandbox.namespaces",
    "sandbox.sources",
    "sandbox.wire",
    "sandbox.worker",
)
#: Where systems keep libraries and what these read. Not all of /usr: some put their work there, as in /usr/src/app.
_SYSTEM = (
    *("/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo"),
    *("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime", "/nix/store"),
)
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")


def files(modules: Sequence[str] = MODULES) -> list[Path]:
    """The files of `modules` of this package."""
    found = []
    for module in modules:
        path = PACKAGE.joinpath(*module.split(".")) if module else PACKAGE
        found.append(path / "__init__.py" if path.is_dir() else path.with_suffix(".py"))
    return found


@cache
def readable() -> tuple[str, ...]:
    """The system's and Python's own folders.

    Of the folders that Python is installed in only the parts with programs and libraries: a virtual environment may
    have been made in the middle of somebody's course.
    """
    found = list(_SYSTEM)
    for prefix in dict.fromkeys((sys.base_prefix, sys.prefix)):
        found += [os.path.join(prefix, part) for part in ("bin", "lib", "lib64", "pyvenv.cfg")]
    found += [
        path for name, path in sysconfig.get_paths().items() if name in ("stdlib", "platstdlib", "purelib", "platlib")
    ]
    return tuple(dict.fromkeys(path for path in found if os.path.exists(path)))


def shows(folder: Path) -> str:
    """The folder by which `folder` can be read in a worker, or ""."""
    whole = folder.resolve()
    return next((path for path in readable() if whole.is_relative_to(Path(path).resolve())), "")


def granted() -> tuple[str, ...]:
    """What Landlock grants a worker to read: the above without this package, and the harmless devices."""
    found = [part for path in readable() for part in _around(Path(path), PACKAGE)]
    return (*dict.fromkeys(found), *_DEVICES)


def _around(path: Path, hidden: Path) -> list[str]:
    """`path`, or where `hidden` is below it everything beside that: Landlock grants a folder with all that is in it."""
    if not hidden.is_relative_to(path.resolve()):
        return [str(path)]
    if hidden == path.resolve():
        return []
    return [part for entry in sorted(path.iterdir()) for part in _around(entry, hidden)]


def environment(home: str) -> dict[str, str]:
    """The environment of a worker: nothing of the grader's."""
    return {
        "PATH": os.defpath,
        "HOME": home,
        "TMPDIR": home,
        "MPLCONFIGDIR": home,
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",  # one worker, one core: the pool of graders uses the others
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        **({"SYSTEMROOT": os.environ.get("SYSTEMROOT", "")} if sys.platform == "win32" else {}),
    }


def python(module: str, package: str | None = __package__) -> list[str]:
    """The command line of a fresh Python that runs `main` of `module` in a package, this one by default."""
    return [sys.executable, "-I", "-c", f"from {package}.{module} import main; main()"]
