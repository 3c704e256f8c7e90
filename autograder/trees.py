"""What lies below a folder that a stranger filled: looked through level by level, within bounds, following no link."""

from __future__ import annotations

import itertools
import os
import stat
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

#: How many files and folders are looked at, and how deep. As of an archive (`archives`).
MAX_ENTRIES = 5_000
MAX_DEPTH = 32


@dataclass
class Tree:
    """The regular files below a folder with their sizes, and why others were left out; by their paths within it.

    `whole` is False where there was more than is looked at. Shallow files come first.
    """

    files: dict[Path, int] = field(default_factory=dict)
    left_out: dict[Path, str] = field(default_factory=dict)
    whole: bool = True


def look(folder: Path, wanted: Callable[[Path], bool] = lambda path: True) -> Tree:
    """What is below `folder` and `wanted`: a folder that is not is not looked into."""
    tree = Tree()
    waiting = deque([Path()])
    seen = 0
    while waiting:
        here = waiting.popleft()
        if len(here.parts) > MAX_DEPTH:
            tree.left_out[here] = f"it lies more than {MAX_DEPTH} folders deep"
            continue
        try:
            with os.scandir(folder / here) as entries:
                found = sorted(itertools.islice(entries, MAX_ENTRIES - seen + 1), key=lambda entry: entry.name)
        except OSError as error:
            tree.left_out[here] = f"it cannot be read: {error.strerror}"
            continue
        seen += len(found)
        if seen > MAX_ENTRIES:
            tree.whole = False
            return tree
        for entry in found:
            path = here / entry.name
            if not wanted(path):
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(path)
            else:
                _add(tree, path, entry)
    return tree


def _add(tree: Tree, path: Path, entry: os.DirEntry[str]) -> None:
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError as error:
        tree.left_out[path] = f"it cannot be read: {error.strerror}"
        return
    if not stat.S_ISREG(status.st_mode):
        tree.left_out[path] = "it is a link or no regular file"
    elif status.st_nlink > 1:
        tree.left_out[path] = "it is a hard link, perhaps to somebody else's file"
    else:
        tree.files[path] = status.st_size
