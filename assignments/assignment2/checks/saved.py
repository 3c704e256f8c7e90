"""Reads the arrays that a notebook saved, believing nothing: no pickle, every size checked before allocation."""

from __future__ import annotations

import math
import zipfile
from pathlib import Path

import numpy as np

from .executor import CodeError
from .messages import say
from .values import Array
from .zips import can_unpack, open_zip

#: A two-layer network with 500 hidden units takes 6 MB in float32.
MAX_BYTES = 64 << 20
#: A network of ten layers with batch normalisation has 56, and the mean image and the name of the data set.
MAX_ARRAYS = 64
#: What is judged is judged in float64, whatever its dtype is.
WIDEST = 8


def read_saved(path: Path) -> dict[str, Array]:
    """The arrays of the npz file `path`: numbers and fixed-width strings only.

    Raises `CodeError`, with a sentence for the student, for anything else.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _Unusable(f"it is larger than {MAX_BYTES >> 20} MB")
        with path.open("rb") as file, open_zip(file) as archive:
            members = archive.infolist()
            if len(members) > MAX_ARRAYS or sum(member.file_size for member in members) > MAX_BYTES:
                raise _Unusable(f"it holds more than {MAX_ARRAYS} arrays or {MAX_BYTES >> 20} MB")
            if not all(map(can_unpack, members)):
                raise _Unusable("it is not compressed as np.savez and np.savez_compressed do")
            return {member.filename.removesuffix(".npy"): _read_array(archive, member) for member in members}
    except (_Unusable, zipfile.BadZipFile) as error:
        why = str(error)[:120]
    except Exception as error:  # a mangled file makes NumPy, zlib and Python's parser raise nearly anything
        why = f"it is damaged ({type(error).__name__})"
    raise CodeError("wrong result", say("saved_unreadable", file=path.name, why=why))


class _Unusable(Exception):
    """Why a file is not read, for the student."""


def _read_array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Array:
    with archive.open(member) as file:
        version = np.lib.format.read_magic(file)
        if version == (1, 0):
            shape, _, dtype = np.lib.format.read_array_header_1_0(file)
        elif version == (2, 0):
            shape, _, dtype = np.lib.format.read_array_header_2_0(file)
        else:
            raise _Unusable("unknown version of the npy format")
        if dtype.kind not in "biufU":
            raise _Unusable(f"dtype {dtype.name} is neither numbers nor text")
        count = math.prod(map(int, shape))  # Python's integers: huge numbers cannot overflow
        if min(shape, default=0) < 0 or count * dtype.itemsize > min(MAX_BYTES, member.file_size):
            raise _Unusable(f"an array of shape {shape} does not fit into its file")
        if count * WIDEST > MAX_BYTES:
            raise _Unusable(f"an array of shape {shape} is too large")
    with archive.open(member) as file:
        array: Array = np.lib.format.read_array(file, allow_pickle=False)
    if dtype.kind == "U" and not _is_text(array):
        raise _Unusable("its text has characters that do not exist")
    return array


def _is_text(array: Array) -> bool:
    """Whether all of a string array's characters exist. NumPy does not look: Python falls over the others later."""
    codes = np.frombuffer(array.tobytes(), array.dtype.str[0] + "u4")
    return not ((codes > 0x10FFFF) | ((codes >= 0xD800) & (codes < 0xE000))).any()
