"""Where the sets are: the one that the environment names, the real one if it was fetched, or else our own.

CS231N_DATA      a folder in CIFAR-10's python layout to read from, whatever else there is
XDG_CACHE_HOME   where to keep fetched and drawn sets, instead of the platform's folder for caches
"""

import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

from .cifar10 import name_of, verify, write_set
from .shapes10 import CLASS_NAMES, make_shapes10

CIFAR10_FOLDER = "cifar-10-batches-py"  # as in the tarball
DRAWING = ("drawing.py", "shapes.py", "shapes10.py")  # the modules that decide what shapes10 looks like


def cache_folder() -> Path:
    """The folder that keeps fetched and drawn sets: $XDG_CACHE_HOME/cs231n, or where the platform keeps caches."""
    xdg = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(xdg):
        return Path(xdg) / "cs231n"
    try:
        home = Path.home()
    except RuntimeError:  # no home, as in some containers
        return _temporary_folder()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "cs231n" / "Cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "cs231n"
    return home / ".cache" / "cs231n"


def cifar10_folder() -> Path:
    """A folder in CIFAR-10's python layout, ready to be read; prints one line that says which set it holds.

    It is the folder that CS231N_DATA names, if that is set; else the real CIFAR-10, if it was fetched; else
    shapes10 with 5,000 + 1,000 pictures, which is drawn on first use (a few seconds) and kept.

    Raises:
        ValueError: if CS231N_DATA names a folder that holds no such set.
        OSError: if there is nowhere to keep the drawn set.
    """
    folder, name = locate()
    if name == "cifar10":
        print(f"data: CIFAR-10 in {folder}")
    else:
        print(f"data: shapes10, drawn by this package, in {folder} (real images: python -m datasets fetch cifar10)")
    return folder


def locate() -> tuple[Path, str]:
    """What `cifar10_folder` returns, and the name of the set in it, without a word."""
    chosen = os.environ.get("CS231N_DATA")
    if chosen:
        folder = Path(chosen).expanduser()
        if not (folder / "batches.meta").exists() and (folder / CIFAR10_FOLDER).is_dir():
            folder /= CIFAR10_FOLDER
        try:
            return folder, name_of(folder)
        except (OSError, ValueError) as error:
            raise ValueError(
                f"CS231N_DATA should name a folder in CIFAR-10's python layout, but {error}. "
                "Correct it, or unset it to use the data that come with the assignment."
            ) from None
    fetched = fetched_folder()
    if fetched.is_dir():
        try:
            return fetched, name_of(fetched)
        except (OSError, ValueError) as error:
            print(f"data: the fetched set is damaged ({error}); python -m datasets fetch cifar10 repairs it")
    return shapes10_folder(), "shapes10"


def fetched_folder() -> Path:
    """Where the real CIFAR-10 is once it was fetched."""
    return cache_folder() / CIFAR10_FOLDER


def shapes10_folder(n_train: int = 5000, n_test: int = 1000, seed: int = 231) -> Path:
    """A folder with shapes10 in CIFAR-10's layout, drawn if it is not in the cache yet or damaged there.

    Safe when several processes call it at once: each draws into a folder of its own and renames that when it is whole.

    Raises:
        ValueError: if n_train is not a multiple of 5, or a size or the seed is out of range.
        OSError: if neither the cache nor the folder for temporary files can be written.
    """
    name = f"shapes10-{n_train}-{n_test}-seed{seed}-{_drawing_version()}"
    places = [cache_folder(), _temporary_folder()]
    for place in places:
        if _is_whole(place / name):
            return place / name
    for place in places:
        try:
            place.mkdir(parents=True, exist_ok=True)
            return _draw_into(place / name, n_train, n_test, seed)
        except OSError as error:
            print(f"data: cannot keep shapes10 in {place} ({error})", file=sys.stderr)
    raise OSError(
        f"shapes10 cannot be kept in {places[0]} or in {places[1]}; "
        "set XDG_CACHE_HOME to a folder that you can write to and that has 50 MB to spare"
    )


def write_shapes10(folder: Path | str, n_train: int = 5000, n_test: int = 1000, seed: int = 231) -> None:
    """Draw shapes10 and write it to a folder in CIFAR-10's layout, for CS231N_DATA to name.

    Raises:
        ValueError: if n_train is not a multiple of 5, or a size or the seed is out of range.
    """
    if n_train % 5:
        raise ValueError(f"expected n_train to be a multiple of 5, for the five training batches, got {n_train}")
    write_set(Path(folder), *make_shapes10(n_train, n_test, seed), CLASS_NAMES)


def move_into_place(new: Path, target: Path) -> Path:
    """Rename a whole folder to its final name, unless another process has put a whole one there meanwhile."""
    try:
        new.rename(target)
    except OSError:
        if _is_whole(target):
            return target
        aside = new.with_name(new.name + ".old")
        target.rename(aside)  # damaged: out of the way, not half deleted where others look for it
        new.rename(target)
        shutil.rmtree(aside, ignore_errors=True)
    return target


def _draw_into(target: Path, n_train: int, n_test: int, seed: int) -> Path:
    with tempfile.TemporaryDirectory(prefix=".drawing-", dir=target.parent) as workplace:
        new = Path(workplace) / target.name
        write_shapes10(new, n_train, n_test, seed)
        return move_into_place(new, target)


def _drawing_version() -> str:
    """Changes with the code that draws, so that no cache outlives a change of the pictures."""
    code = b"".join((Path(__file__).parent / module).read_bytes() for module in DRAWING)
    return hashlib.sha256(code).hexdigest()[:8]


def _is_whole(folder: Path) -> bool:
    try:
        verify(folder)
    except (OSError, ValueError):
        return False
    return True


def _temporary_folder() -> Path:
    user = os.environ.get("USER") or os.environ.get("USERNAME") or "user"
    return Path(tempfile.gettempdir()) / f"cs231n-{Path(user).name}"
