"""A submission's Python files, on their way from the grader to the worker and into its imports.

The worker never sees the folder: it gets the files' bytes and imports them from memory.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from types import ModuleType

PACKAGE = "cs231n"
#: Where the files appear to be, in tracebacks.
ROOT = "/submission"

Sources = dict[str, bytes]


def collect(folder: Path, fallback: Path) -> Sources:
    """The Python files of the submission in `folder`, by their names relative to it, with those of the release's
    package `fallback` behind them.

    The `__init__` files are always the release's, so that one broken module breaks nothing but itself.
    """
    sources: Sources = {}
    for path in _files(folder):
        sources[path.relative_to(folder).as_posix()] = path.read_bytes()
    for path in _files(fallback):
        name = f"{PACKAGE}/{path.relative_to(fallback).as_posix()}"
        if name not in sources or path.name == "__init__.py":
            sources[name] = path.read_bytes()
    return sources


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if path.is_file())


def install(sources: Mapping[str, bytes]) -> None:
    """Make the `sources` importable. Only the package itself goes before what is installed: a student's numpy.py must
    not stand in for NumPy."""
    own = _Finder(sources)
    sys.meta_path.insert(0, _Only(own, PACKAGE))
    sys.meta_path.append(own)


class _Finder(importlib.abc.MetaPathFinder):
    """Finds modules among `sources`."""

    def __init__(self, sources: Mapping[str, bytes]) -> None:
        self._sources = sources
        self._folders = {parent.as_posix() for name in sources for parent in PurePosixPath(name).parents}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        place = fullname.replace(".", "/")
        for name, is_package in ((f"{place}/__init__.py", True), (f"{place}.py", False)):
            if name in self._sources:
                file = f"{ROOT}/{name}"
                loader = _Loader(fullname, file, self._sources[name])
                spec = importlib.machinery.ModuleSpec(fullname, loader, origin=file, is_package=is_package)
                spec.has_location = True
                break
        else:
            if place not in self._folders:
                return None
            spec = importlib.machinery.ModuleSpec(fullname, None, is_package=True)  # a folder without __init__.py
        if spec.submodule_search_locations is not None:
            spec.submodule_search_locations.append(f"{ROOT}/{place}")
        return spec


class _Only(importlib.abc.MetaPathFinder):
    """`finder`, for one package."""

    def __init__(self, finder: _Finder, package: str) -> None:
        self._finder, self._package = finder, package

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] != self._package:
            return None
        return self._finder.find_spec(fullname, path, target)


class _Loader(importlib.abc.SourceLoader):
    """Loads one module from the bytes of its source."""

    def __init__(self, fullname: str, file: str, source: bytes) -> None:
        self._fullname, self._file, self._source = fullname, file, source

    def get_filename(self, fullname: str) -> str:
        return self._file

    def get_data(self, path: bytes | str) -> bytes:
        if path != self._file:
            raise FileNotFoundError(f"{path!r} is not there")
        return self._source
