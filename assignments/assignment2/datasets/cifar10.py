"""CIFAR-10's "python version" on disk: a folder of pickled batches, written, read and verified.

    batches.meta                  {"num_cases_per_batch": int, "label_names": [str], "num_vis": 3072}
    data_batch_1 .. data_batch_5  {"batch_label": str, "labels": [int], "data": uint8 (n, 3072), "filenames": [str]}
    test_batch                    likewise

Sets that this module writes have a `digests.json` besides, by which `verify` finds damage.

A row of `data` holds the 1024 red, then the green, then the blue values of a picture, each row by row. The layout
is that of A. Krizhevsky, www.cs.toronto.edu/~kriz/cifar.html.

A pickle is a program, and unpickling runs it. The batches are read by an unpickler that knows five names, each
standing for a few lines of ours: nothing that a file says is imported or called.
"""

import hashlib
import io
import json
import pickle
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .shapes10 import CLASS_NAMES as SHAPES10_NAMES

Images = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int64]

TRAIN_BATCHES = tuple(f"data_batch_{i}" for i in range(1, 6))
BATCHES = (*TRAIN_BATCHES, "test_batch")
META = "batches.meta"
DIGESTS = "digests.json"
CIFAR10_NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
LABEL_NAMES = {"cifar10": CIFAR10_NAMES, "shapes10": SHAPES10_NAMES}

PIXELS = 3 * 32 * 32
MAX_FILE_BYTES = 256 * 2**20  # of one batch: the real ones have 30 to 45 MB

# SHA-256 of the real set's rows, one label byte before 3072 pixel bytes, as in its binary version.
CIFAR10_SHA256 = {
    "data_batch_1": "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
    "data_batch_2": "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
    "data_batch_3": "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
    "data_batch_4": "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
    "data_batch_5": "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
    "test_batch": "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
}


def write_set(folder: Path, X: Images, y: Labels, Xt: Images, yt: Labels, names: Sequence[str]) -> None:
    """Write a set in this layout: the training pictures over the five batches, in order, and the test batch.

    Args:
        folder: made if it is not there.
        X (n, 32, 32, 3) uint8, y (n,) ints: training pictures and labels; n a multiple of 5.
        Xt, yt: test pictures and labels likewise, any number.
        names: the class names, label 0 first.

    Raises:
        ValueError: if n is not a multiple of 5 or the arrays do not fit each other.
    """
    if len(X) % len(TRAIN_BATCHES):
        raise ValueError(f"expected a multiple of {len(TRAIN_BATCHES)} training pictures, got {len(X)}")
    folder.mkdir(parents=True, exist_ok=True)
    digests = {}
    splits = list(zip(np.split(X, len(TRAIN_BATCHES)), np.split(y, len(TRAIN_BATCHES)), strict=True))
    for batch, (pictures, labels) in zip(BATCHES, [*splits, (Xt, yt)], strict=True):
        if pictures.shape != (len(labels), 32, 32, 3) or pictures.dtype != np.uint8:
            raise ValueError(
                f"expected uint8 pictures of shape ({len(labels)}, 32, 32, 3), one for each label, "
                f"got {pictures.dtype} of shape {pictures.shape}"
            )
        number = TRAIN_BATCHES.index(batch) + 1 if batch in TRAIN_BATCHES else 1
        label = f"training batch {number} of 5" if batch in TRAIN_BATCHES else "testing batch 1 of 1"
        content = {
            "batch_label": label,
            "labels": [int(c) for c in labels],
            "data": np.ascontiguousarray(pictures.transpose(0, 3, 1, 2)).reshape(len(labels), PIXELS),
            "filenames": [f"{names[c]}_{i:05d}.png" for i, c in enumerate(labels)],
        }
        (folder / batch).write_bytes(pickle.dumps(content, protocol=2))
        digests[batch] = digest(pictures, labels)
    meta = {
        "num_cases_per_batch": len(X) // len(TRAIN_BATCHES),
        "label_names": list(names),
        "num_vis": PIXELS,
    }
    (folder / META).write_bytes(pickle.dumps(meta, protocol=2))
    (folder / DIGESTS).write_text(json.dumps(digests, indent=1) + "\n")


def load_batch(file: Path | str) -> tuple[Images, Labels]:
    """Read one batch, without running anything that the file says.

    Returns:
        X uint8 (n, 32, 32, 3), red, green, blue last, and y int64 (n,) in 0..9.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is not a batch of pictures; the message says why.
    """
    file = Path(file)
    batch = _read(file)
    data, labels = batch.get("data"), batch.get("labels")
    if not isinstance(data, _Array) or not isinstance(labels, list):
        raise ValueError(f"{file} is not a CIFAR-10 batch: expected 'data' and 'labels', got {list(batch)!r:.200}")
    try:
        rows = data.values()
    except ValueError as error:
        raise ValueError(f"{file} is not a CIFAR-10 batch: {error}") from None
    n = len(rows)
    if len(labels) != n or not all(type(label) is int and 0 <= label < 10 for label in labels):
        raise ValueError(f"{file} is damaged: expected {n} labels from 0 to 9, one for each picture")
    X = np.ascontiguousarray(rows.reshape(n, 3, 32, 32).transpose(0, 2, 3, 1))
    return X, np.array(labels, np.int64)


def label_names(folder: Path | str) -> list[str]:
    """The ten class names that a folder's `batches.meta` lists, label 0 first.

    Raises:
        FileNotFoundError: if the folder has no such file.
        ValueError: if that holds no ten names.
    """
    file = Path(folder) / META
    names = _read(file).get("label_names")
    if isinstance(names, list):
        names = [name.decode("latin-1") if isinstance(name, bytes) else name for name in names]
        if len(names) == 10 and all(isinstance(name, str) for name in names):
            return names
    raise ValueError(f"{file} is damaged: expected ten 'label_names', got {names!r:.200}")


def name_of(folder: Path | str) -> str:
    """Which set a folder holds, by the class names that it lists: "cifar10" or "shapes10".

    Raises:
        FileNotFoundError: if the folder or one of its files is not there.
        ValueError: if it lists the classes of neither.
    """
    folder = Path(folder)
    missing = [name for name in (META, *BATCHES) if not (folder / name).is_file()]
    if missing:
        found = f"no {', '.join(missing)} in it" if folder.is_dir() else "there is no such folder"
        raise FileNotFoundError(f"{folder} is not a set in CIFAR-10's python layout: {found}")
    names = tuple(label_names(folder))
    for name, expected in LABEL_NAMES.items():
        if names == expected:
            return name
    raise ValueError(f"{folder} holds neither CIFAR-10 nor shapes10: its classes are {', '.join(names)}")


def verify(folder: Path | str) -> str:
    """Check the content of a set, picture by picture: "cifar10" or "shapes10", whichever it was found to be.

    CIFAR-10 is compared with the digests of the original, so that any way of storing it will do; shapes10 with the
    digests that were noted when it was drawn, because its last bits depend on the machine.

    Raises:
        FileNotFoundError: if the folder or one of its files is not there.
        ValueError: if it is neither set, or a batch is not what it should be; the message names the batches.
    """
    folder = Path(folder)
    name = name_of(folder)
    expected = CIFAR10_SHA256 if name == "cifar10" else _noted_digests(folder)
    wrong = [batch for batch in BATCHES if digest(*load_batch(folder / batch)) != expected.get(batch)]
    if wrong:
        raise ValueError(f"{folder} is not the {name} that it says it is: {', '.join(wrong)} has other content")
    return name


def _noted_digests(folder: Path) -> dict[str, object]:
    try:
        noted = json.loads((folder / DIGESTS).read_text())
    except (OSError, ValueError):
        noted = None
    if not isinstance(noted, dict):
        raise ValueError(f"{folder / DIGESTS} could not be read, so the content cannot be verified; draw the set anew")
    return noted


def digest(X: Images, y: Labels) -> str:
    """SHA-256, in hexadecimal, of the rows of a batch: for each picture its label, then its red, green, blue values."""
    rows = np.concatenate([y.astype(np.uint8)[:, None], X.transpose(0, 3, 1, 2).reshape(len(X), -1)], axis=1)
    return hashlib.sha256(rows.tobytes()).hexdigest()


# ---- the unpickler ---------------------------------------------------------------------------------


class _Type:
    """What stands for a NumPy dtype: its name, and nothing that could be done with it."""

    def __init__(self, name: object) -> None:
        self.name = name.decode("latin-1") if isinstance(name, bytes) else name

    def __setstate__(self, state: object) -> None:
        """Byte order and fields, which uint8 has not got."""


class _Array:
    """What stands for a NumPy array: the parts of one, as the file gives them, unexamined until asked for."""

    state: Any = None

    def __setstate__(self, state: object) -> None:
        self.state = state

    def values(self) -> Images:
        """The array (n, 3072), once all of its parts have been found to be right."""
        try:
            _version, shape, dtype, fortran, content = self.state
            rows, columns = shape
        except (TypeError, ValueError):
            raise ValueError("its array of pixels is not a table") from None
        if isinstance(content, str):  # as Python 2 wrote it
            content = content.encode("latin-1")
        if not isinstance(dtype, _Type) or dtype.name not in ("u1", "|u1", "uint8"):
            raise ValueError(f"expected pixels of type uint8, got {getattr(dtype, 'name', None)!r:.50}")
        if type(rows) is not int or columns != PIXELS or type(content) is not bytes:
            raise ValueError(f"expected pixels of shape (n, {PIXELS}), got {shape!r:.100}")
        if len(content) != rows * PIXELS:
            raise ValueError(f"expected {rows} x {PIXELS} bytes of pixels, got {len(content)}")
        return np.frombuffer(content, np.uint8).reshape(rows, PIXELS, order="F" if fortran else "C")


def _encode(text: object, encoding: object = "latin1") -> bytes:
    if isinstance(text, str) and encoding in ("latin1", "latin-1"):
        return text.encode("latin-1")
    raise pickle.UnpicklingError("bytes that are not spelt as latin1")


class _BatchUnpickler(pickle.Unpickler):
    """Reads numbers, strings, lists, dicts and the array of pixels; refuses every other name."""

    def find_class(self, module: str, name: str) -> Callable[..., object]:
        # Made afresh for each file, so that a file which sets attributes on what it gets here changes nothing of ours.
        known: dict[tuple[str, str], Callable[..., object]] = {
            ("numpy", "ndarray"): lambda *_: None,
            ("numpy", "dtype"): lambda name, *_: _Type(name),
            ("numpy.core.multiarray", "_reconstruct"): lambda *_: _Array(),  # up to NumPy 1.26
            ("numpy._core.multiarray", "_reconstruct"): lambda *_: _Array(),  # from NumPy 2.0
            ("_codecs", "encode"): lambda *arguments: _encode(*arguments),  # bytes, as Python 3 writes protocol 2
        }
        try:
            return known[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"it names {module}.{name}, which no batch of pictures needs") from None


def _read(file: Path) -> dict[str, Any]:
    if file.stat().st_size > MAX_FILE_BYTES:
        raise ValueError(f"{file} is too large for a CIFAR-10 batch: more than {MAX_FILE_BYTES // 2**20} MB")
    try:
        content = _BatchUnpickler(io.BytesIO(file.read_bytes()), encoding="latin1").load()
    except Exception as error:  # what a broken pickle raises is not documented
        raise ValueError(f"{file} could not be read as a CIFAR-10 file: {error}") from None
    if not isinstance(content, dict):
        raise ValueError(f"{file} is not a CIFAR-10 file: expected a dict, got {type(content).__name__}")
    return {key.decode("latin-1") if isinstance(key, bytes) else str(key): value for key, value in content.items()}
