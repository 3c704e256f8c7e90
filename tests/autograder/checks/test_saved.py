"""Reading the files that notebooks saved, of which nothing is believed."""

import contextlib
import io
import struct
import zipfile

import numpy as np
import pytest

from autograder.checks import saved
from autograder.checks.executor import CodeError
from autograder.checks.saved import read_saved


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.npz"


def npy(header, data=b"", version=(1, 0)):
    """A .npy file with any header."""
    head = header.encode() + b"\n"
    length = struct.pack("<H" if version == (1, 0) else "<I", len(head))
    return b"\x93NUMPY" + bytes(version) + length + head + data


def floats(shape):
    return f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}"


def write(path, compression=zipfile.ZIP_STORED, **members):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)


def refusal(path):
    with pytest.raises(CodeError) as caught:
        read_saved(path)
    assert caught.value.kind == "wrong result"
    assert "saved/model.npz cannot be read as arrays of numbers" in caught.value.text
    assert len(caught.value.text) < 250
    return caught.value.text


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_what_numpy_saves_comes_back(path, save):
    arrays = {
        "W": np.arange(6.0).reshape(2, 3),
        "F": np.asfortranarray(np.ones((2, 3), np.float32)),
        "best_k": np.int64(10),
        "dataset": np.array("shapes10"),
        "empty": np.empty((0, 3)),
    }
    save(path, **arrays)
    back = read_saved(path)
    assert back.keys() == arrays.keys()
    for name, array in arrays.items():
        assert np.array_equal(back[name], array)
        assert back[name].dtype == np.asarray(array).dtype


def test_object_arrays_are_never_unpickled(path, tmp_path):
    class Bomb:
        def __reduce__(self):
            return (open, (str(tmp_path / "boom"), "w"))

    np.savez(path, W=np.array([Bomb()], dtype=object))
    assert "neither numbers nor text" in refusal(path)
    assert not (tmp_path / "boom").exists()


@pytest.mark.parametrize("dtype", ["datetime64[s]", "S5", "V8", [("a", "f8")], "c16"])
def test_only_real_numbers_and_text_are_read(path, dtype):
    np.savez(path, W=np.zeros(2, dtype))
    assert "neither numbers nor text" in refusal(path)


@pytest.mark.parametrize(
    "shape",
    [
        "(10**9, 10**9)",
        "(1000000000, 1000000000)",
        "(8388609,)",
        "(2,)",
        "(-1,)",
        "(-1, -1)",
        "(-1, -8)",
        "(4294967296,) * 2",
    ],
)
def test_a_header_that_promises_more_than_the_file_holds_allocates_nothing(path, shape):
    write(path, W=npy(floats(shape), bytes(8)))
    refusal(path)


def test_an_empty_array_of_impossible_shape_is_refused(path):
    write(path, W=npy(floats(f"(0, {10**30})")))
    refusal(path)


def test_a_huge_header_is_refused(path):
    write(path, W=npy(floats("(1,)") + " " * 60_000, bytes(8)))
    refusal(path)
    write(path, W=npy(floats("(1,)") + " " * 200_000, bytes(8), version=(2, 0)))
    refusal(path)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "None",
        "[]",
        "{'descr': '<f8'}",
        "(" * 5000,
        "-" * 9000 + "1",
        "__import__('os').system('true')",
        floats("(1.5,)"),
        floats("'12'"),
        "{'descr': 'no such', 'fortran_order': False, 'shape': (1,), }",
    ],
    ids=lambda header: header[:30],
)
def test_a_malformed_header_is_refused(path, header):
    write(path, W=npy(header, bytes(8)))
    refusal(path)


def test_a_version_from_the_future_is_refused(path):
    write(path, W=npy(floats("(1,)"), bytes(8), version=(9, 0)))
    refusal(path)


def test_a_bomb_is_refused_by_what_it_says_of_itself(path, monkeypatch):
    monkeypatch.setattr(saved, "MAX_BYTES", 10_000)
    write(path, zipfile.ZIP_DEFLATED, W=npy(floats("(100000,)"), bytes(800_000)))
    assert path.stat().st_size < 10_000
    refusal(path)


def test_a_bomb_that_lies_about_its_size_is_cut_off(path):
    write(path, zipfile.ZIP_DEFLATED, W=npy(floats("(1000000,)"), bytes(8_000_000)))
    data = path.read_bytes()
    true_size = len(npy(floats("(1000000,)"), b"")) + 8_000_000
    path.write_bytes(data.replace(struct.pack("<I", true_size), struct.pack("<I", 1000)))
    refusal(path)


def test_a_file_that_is_too_large_is_not_opened(path, monkeypatch):
    np.savez(path, W=np.ones(100))
    monkeypatch.setattr(saved, "MAX_BYTES", 500)
    assert "larger than" in refusal(path)


def test_too_many_arrays_are_refused(path):
    np.savez(path, **{f"W{n}": np.ones(1) for n in range(saved.MAX_ARRAYS + 1)})
    assert "more than" in refusal(path)


def test_a_file_cut_short_anywhere_is_refused(path):
    np.savez(path, W=np.arange(20.0), b=np.ones(3))
    whole = path.read_bytes()
    for length in range(0, len(whole), 13):
        path.write_bytes(whole[:length])
        refusal(path)


def test_a_mangled_file_raises_nothing_else(path):
    np.savez_compressed(path, W=np.arange(20.0), dataset="shapes10")
    whole = path.read_bytes()
    rng = np.random.RandomState(0)
    for _ in range(300):
        mangled = bytearray(whole)
        for place in rng.randint(0, len(whole), 4):
            mangled[place] = rng.randint(256)
        path.write_bytes(mangled)
        with contextlib.suppress(CodeError):
            read_saved(path)


@pytest.mark.parametrize("content", [b"", b"not a zip", npy(floats("(1,)"), bytes(8))])
def test_what_is_no_archive_is_refused(path, content):
    path.write_bytes(content)
    refusal(path)


def test_an_archive_of_something_else_is_refused(path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("notes.txt", "W = 3")
    path.write_bytes(buffer.getvalue())
    refusal(path)


def test_a_missing_file_is_refused(path):
    refusal(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_does_not_unpack_in_bounded_memory_is_refused(path, method):
    write(path, method, W=npy(floats("(1,)"), bytes(8)))
    assert "not compressed as np.savez" in refusal(path)


def test_small_numbers_may_not_become_too_large_a_table(path, monkeypatch):
    monkeypatch.setattr(saved, "MAX_BYTES", 8000)
    np.savez_compressed(path, k=np.zeros(1000, np.int8))
    assert len(read_saved(path)["k"]) == 1000
    np.savez_compressed(path, k=np.zeros(1001, np.int8))
    assert "too large" in refusal(path)


def test_a_list_of_members_that_is_too_long_is_not_read(path):
    write(path, **{f"{n}{'x' * 60_000}": b"" for n in range(20)})
    assert "list of files is too long" in refusal(path)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("code", [0x110000, 0xFFFFFFFF, 0xD800, 0xDFFF])
def test_text_of_characters_that_do_not_exist_is_refused(path, code, order):
    header = f"{{'descr': '{order}U1', 'fortran_order': False, 'shape': (), }}"
    write(path, dataset=npy(header, struct.pack(f"{order}I", code)))
    assert "characters that do not exist" in refusal(path)
    write(path, dataset=npy(header, struct.pack(f"{order}I", ord("\N{SNOWMAN}"))))
    assert str(read_saved(path)["dataset"]) == "\N{SNOWMAN}"


def test_a_refusal_says_nothing_of_the_readers_memory(path):
    write(path, W=npy("(1 and 2)"))
    assert "damaged (ValueError)" in refusal(path)
