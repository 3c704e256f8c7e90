"""Reads the arrays that a notebook saved, believing nothing: no pickle, every size checked before allocation."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

from .executor import CodeError
from .messages import say
from .values import Array

#: A two-layer network with 500 hidden units takes 6 MB in float32.
MAX_BYTES = 64 << 20
MAX_ARRAYS = 32


def read_saved(path: Path) -> dict[str, Array]:
    """The arrays of the npz file `path`: numbers and fixed-width strings only.

    Raises `CodeError`, with a sentence for the student, for anything else.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError(f"it is larger than {MAX_BYTES >> 20} MB")
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MAX_ARRAYS or sum(member.file_size for member in members) > MAX_BYTES:
                raise ValueError(f"it holds more than {MAX_ARRAYS} arrays or {MAX_BYTES >> 20} MB")
            return {member.filename.removesuffix(".npy"): _read_array(archive, member) for member in members}
    except (
        ValueError,
        OSError,
        EOFError,
        KeyError,
        SyntaxError,
        MemoryError,
        zipfile.BadZipFile,
        NotImplementedError,
    ) as error:
        why = str(error).partition("\n")[0][:120] or type(error).__name__
        raise CodeError("wrong result", say("saved_unreadable", file=path.name, why=why)) from None
    except Exception as error:  # zlib and tokenizer errors of a mangled file
        raise CodeError("wrong result", say("saved_unreadable", file=path.name, why=type(error).__name__)) from None


def _read_array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Array:
    with archive.open(member) as file:
        version = np.lib.format.read_magic(file)
        if version == (1, 0):
            shape, _, dtype = np.lib.format.read_array_header_1_0(file)
        elif version == (2, 0):
            shape, _, dtype = np.lib.format.read_array_header_2_0(file)
        else:
            raise ValueError("unknown version of the npy format")
        if dtype.kind not in "biufU":
            raise ValueError(f"dtype {dtype} is neither numbers nor text")
        # Python integers: a shape of huge numbers cannot overflow.
        count = 1
        for length in shape:
            count *= int(length)
        if count < 0 or count * dtype.itemsize > min(MAX_BYTES, member.file_size):
            raise ValueError(f"an array of shape {shape} does not fit into its file")
    with archive.open(member) as file:
        array: Array = np.lib.format.read_array(file, allow_pickle=False)
        return array
