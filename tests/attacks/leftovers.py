"""What an attack leaves behind in the world that it ran in: `survivor` (a process), `leftover_file`, `leftover_shm`
(System V memory, semaphores or messages)."""

from __future__ import annotations

import contextlib
import ctypes
import os
import time
from collections.abc import Set
from pathlib import Path

_FOLDERS = ("/tmp", "/var/tmp", "/run", "/dev/shm")
_PR_SET_CHILD_SUBREAPER = 36
_TABLES = ("shm", "sem", "msg")
#: How a grader's own folders are called: how many there are counts, not which.
_OWN = "autograder-"


class World:
    """The processes below this one, files and System V objects that are there when this is made, and what is there
    beyond them later. Who loses its parent belongs to this process from then on.

    A grader may keep processes and folders of its own for a whole class, and replace them: they are counted.
    """

    def __init__(self, known: Set[int]) -> None:
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self._processes, self._files, self._objects = len(_processes(known)), _files(), _objects()

    def left(self, known: Set[int], seconds: float = 1.0) -> set[str]:
        """What is there and was not, in words, if it does not go away within `seconds`. `known` are processes that do
        not count."""
        deadline = time.monotonic() + seconds
        while words := self._beyond(known):
            if time.monotonic() > deadline:
                break
            time.sleep(0.02)
        return words

    def _beyond(self, known: Set[int]) -> set[str]:
        words = set()
        if len(_processes(known)) > self._processes:
            words.add("survivor")
        if _files() - self._files:
            words.add("leftover_file")
        if _objects() - self._objects:
            words.add("leftover_shm")
        return words


def _processes(known: Set[int]) -> set[int]:
    """The living processes below this one but those that are `known`; collects its own that have ended."""
    parents, here = {}, os.getpid()
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            state, parent = Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()[:2]
            if state not in "ZX":
                parents[int(name)] = int(parent)
            elif int(parent) == here and int(name) not in known:
                os.waitpid(int(name), os.WNOHANG)
    below, level = set[int](), {here}
    while level:
        level = {pid for pid, parent in parents.items() if parent in level}
        below |= level
    return below - known


def _files() -> set[str]:
    found, own = set(), 0
    for folder in _FOLDERS:
        for entry in os.scandir(folder):
            if entry.name.startswith(_OWN):
                own += 1
                found.add(f"{_OWN}{own}")
            else:
                found.add(entry.path)
    return found


def _objects() -> set[str]:
    lines = set()
    for table in _TABLES:
        for line in Path("/proc/sysvipc", table).read_text().splitlines()[1:]:
            lines.add(f"{table} {line.split()[1]}")
    return lines
