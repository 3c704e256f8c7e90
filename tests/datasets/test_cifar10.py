"""The python-batches layout: round trip, other people's pickles, hostile pickles, damage."""

import builtins
import os
import pickle
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest

import datasets
from datasets import cifar10
from datasets.cifar10 import BATCHES, CIFAR10_NAMES, META, load_batch, write_set
from datasets.shapes10 import make_shapes10


def batch(n=3, **changes):
    data = np.random.RandomState(0).randint(0, 256, (n, 3072)).astype(np.uint8)
    return {"batch_label": "", "labels": [1] * n, "data": data, "filenames": ["a.png"] * n} | changes


def save(path: Path, content: object, protocol: int = 2) -> Path:
    path.write_bytes(pickle.dumps(content, protocol=protocol))
    return path


def test_round_trip(small_set):
    X, y, Xt, yt = make_shapes10(50, 10, progress=False)
    batches = [load_batch(small_set / name) for name in BATCHES]
    np.testing.assert_array_equal(np.concatenate([pictures for pictures, _ in batches]), np.concatenate([X, Xt]))
    np.testing.assert_array_equal(np.concatenate([labels for _, labels in batches]), np.concatenate([y, yt]))
    pictures, labels = batches[0]
    assert (pictures.dtype, labels.dtype) == (np.uint8, np.int64)
    assert pictures.flags.c_contiguous
    assert pictures.flags.writeable
    assert datasets.name_of(small_set) == datasets.verify(small_set) == "shapes10"


def test_others_read_what_we_write(small_set):
    """As loaders written for the original do: an ordinary unpickler, protocol 2, the original's keys."""
    raw = (small_set / "data_batch_2").read_bytes()
    assert raw[:2] == b"\x80\x02"
    content = pickle.loads(raw, encoding="latin1")
    assert set(content) == {"batch_label", "labels", "data", "filenames"}
    assert content["data"].shape == (10, 3072)
    assert content["data"].dtype == np.uint8
    X, y = load_batch(small_set / "data_batch_2")
    np.testing.assert_array_equal(content["data"].reshape(10, 3, 32, 32).transpose(0, 2, 3, 1), X)
    assert content["labels"] == y.tolist()
    meta = pickle.loads((small_set / META).read_bytes())
    assert meta == {"num_cases_per_batch": 10, "label_names": datasets.class_names("shapes10"), "num_vis": 3072}


def test_a_pickle_as_python_2_wrote_it(tmp_path):
    """The originals: byte strings as SHORT_BINSTRING and BINSTRING, NumPy under its old module path."""
    data = np.random.RandomState(1).randint(0, 256, (2, 3072)).astype(np.uint8)

    def string(text: str) -> bytes:
        return b"U" + bytes([len(text)]) + text.encode()

    dtype = b"cnumpy\ndtype\n" + string("u1") + b"K\x00K\x01\x87R(K\x03" + string("|")
    dtype += b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    pixels = b"T" + struct.pack("<i", data.size) + data.tobytes()
    array = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85" + string("b") + b"\x87R"
    array += b"(K\x01K\x02M\x00\x0c\x86" + dtype + b"\x89" + pixels + b"tb"
    labels = b"](K\x06K\x09e"
    old = tmp_path / "old"
    old.write_bytes(b"\x80\x02}(" + string("data") + array + string("labels") + labels + b"u.")
    expected = pickle.loads(old.read_bytes(), encoding="latin1")["data"]
    np.testing.assert_array_equal(expected, data)  # the pickle above is one
    X, y = load_batch(old)
    np.testing.assert_array_equal(X, data.reshape(2, 3, 32, 32).transpose(0, 2, 3, 1))
    assert y.tolist() == [6, 9]


@pytest.mark.parametrize("protocol", [2, 3, 4])
@pytest.mark.parametrize("order", ["C", "F"])
def test_other_protocols_orders_and_byte_keys(tmp_path, protocol, order):
    content = batch()
    content["data"] = np.asarray(content["data"], order=order)
    file = save(tmp_path / "batch", {key.encode(): value for key, value in content.items()}, protocol)
    X, _ = load_batch(str(file))
    np.testing.assert_array_equal(X, content["data"].reshape(3, 3, 32, 32).transpose(0, 2, 3, 1))


class Call:
    """Pickles as a call of `function`."""

    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments

    def __reduce__(self):
        return self.function, self.arguments


@pytest.mark.parametrize("protocol", [0, 2, 4])
@pytest.mark.parametrize("where", ["alone", "label", "data", "key"])
@pytest.mark.parametrize("function", [os.mkdir, builtins.exec, np.fromfile, np.load, getattr])
def test_hostile_pickles_are_refused_unrun(tmp_path, function, where, protocol):
    mark = tmp_path / "executed"
    call = Call(function, f"import os; os.mkdir({str(mark)!r})" if function is builtins.exec else str(mark))
    content = {
        "alone": call,
        "label": batch(labels=[call, 1, 1]),
        "data": batch(data=call),
        "key": batch() | {call: 1},
    }
    file = save(tmp_path / "hostile", content[where], protocol)
    with pytest.raises(ValueError, match="which no batch of pictures needs"):
        load_batch(file)
    assert not mark.exists()


def test_dotted_names_climb_nowhere(tmp_path):
    """STACK_GLOBAL looks up attributes of attributes: `numpy` and `ndarray.__class__`, say."""
    file = tmp_path / "hostile"
    for module, name in [("numpy", "ndarray.__class__"), ("_codecs", "encode.__self__"), ("numpy", "dtype.__init__")]:
        strings = b"".join(b"\x8c" + bytes([len(s)]) + s.encode() for s in (module, name))
        file.write_bytes(b"\x80\x04" + strings + b"\x93.")
        with pytest.raises(ValueError, match="no batch of pictures needs"):
            load_batch(file)


def test_codecs_other_than_latin1_are_refused(tmp_path):
    import _codecs

    with pytest.raises(ValueError, match="latin1"):
        load_batch(save(tmp_path / "hostile", Call(_codecs.encode, "aaaa", "hex")))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"data": np.zeros((3, 3072), object)}, "expected pixels of type uint8, got 'O8'"),
        ({"data": np.zeros((3, 3072), np.float32)}, "expected pixels of type uint8, got 'f4'"),
        ({"data": np.zeros((3, 3071), np.uint8)}, r"shape \(n, 3072\), got \(3, 3071\)"),
        ({"data": np.zeros((3, 32, 96), np.uint8)}, "not a table"),
        ({"data": [[0] * 3072] * 3}, "expected 'data' and 'labels'"),
        ({"labels": [1, 1]}, "expected 3 labels from 0 to 9"),
        ({"labels": [1, 1, 10]}, "expected 3 labels from 0 to 9"),
        ({"labels": [1, 1, -1]}, "expected 3 labels from 0 to 9"),
        ({"labels": [1, 1, 2.0]}, "expected 3 labels from 0 to 9"),
        ({"labels": [1, 1, "2"]}, "expected 3 labels from 0 to 9"),
        ({"labels": None}, "expected 'data' and 'labels'"),
    ],
)
def test_what_is_no_batch_is_said(tmp_path, changes, message):
    file = save(tmp_path / "odd", batch(**changes))
    with pytest.raises(ValueError, match=message) as caught:
        load_batch(file)
    assert str(file) in str(caught.value)


def test_sizes_that_the_bytes_do_not_bear_out(tmp_path):
    raw = pickle.dumps(batch(3), protocol=2)
    shape = pickle.dumps((3, 3072), protocol=2)[2:-1].split(b"q")[0]
    assert raw.count(shape) == 1
    file = tmp_path / "odd"
    file.write_bytes(raw.replace(shape, shape.replace(b"K\x03", b"J\xff\xff\xff\x7f")))
    with pytest.raises(ValueError, match=r"expected 2147483647 x 3072 bytes of pixels, got 9216"):
        load_batch(file)


@pytest.mark.parametrize("raw", [b"", b"hello", b"\x80\x02", b"\x80\x02]q\x00.", pickle.dumps(batch())[:-50]])
def test_what_is_no_pickle_is_said(tmp_path, raw):
    file = tmp_path / "odd"
    file.write_bytes(raw)
    with pytest.raises(ValueError, match="CIFAR-10"):
        load_batch(file)


def test_a_huge_file_is_not_read(tmp_path, monkeypatch):
    file = save(tmp_path / "huge", batch())
    monkeypatch.setattr(cifar10, "MAX_FILE_BYTES", 1000)
    with pytest.raises(ValueError, match="too large"):
        load_batch(file)


def test_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        load_batch(tmp_path / "data_batch_1")


# ---- verify and name_of


def tamper_pixel(folder):
    X, y = load_batch(folder / "data_batch_3")
    X[4, 5, 6, 1] ^= 1
    content = {"labels": y.tolist(), "data": X.transpose(0, 3, 1, 2).reshape(len(X), -1)}
    save(folder / "data_batch_3", content)
    return "data_batch_3"


def tamper_label(folder):
    content = pickle.loads((folder / "test_batch").read_bytes())
    content["labels"][0] = (content["labels"][0] + 1) % 10
    save(folder / "test_batch", content)
    return "test_batch"


def swap_batches(folder):
    shutil.copy(folder / "data_batch_1", folder / "data_batch_2")
    return "data_batch_2"


def forget_digests(folder):
    (folder / "digests.json").unlink()
    return "cannot be verified"


def cut_short(folder):
    (folder / "data_batch_5").write_bytes((folder / "data_batch_5").read_bytes()[:1000])
    return "data_batch_5"


@pytest.mark.parametrize("tamper", [tamper_pixel, tamper_label, swap_batches, forget_digests, cut_short])
def test_verify_finds_tampering(small_set, tmp_path, tamper):
    folder = shutil.copytree(small_set, tmp_path / "copy")
    assert datasets.verify(folder) == "shapes10"
    named = tamper(folder)
    with pytest.raises(ValueError, match=named):
        datasets.verify(folder)


def test_cifar10_is_known_by_its_content_not_its_names(tmp_path, monkeypatch):
    write_set(tmp_path / "like", *make_shapes10(10, 10, progress=False), CIFAR10_NAMES)
    assert datasets.name_of(tmp_path / "like") == "cifar10"
    with pytest.raises(ValueError, match="data_batch_1.*test_batch"):
        datasets.verify(tmp_path / "like")
    digests = {name: cifar10.digest(*load_batch(tmp_path / "like" / name)) for name in BATCHES}
    monkeypatch.setattr(cifar10, "CIFAR10_SHA256", digests)
    (tmp_path / "like" / "digests.json").unlink()
    assert datasets.verify(tmp_path / "like") == "cifar10"


def test_name_of_says_what_is_missing(small_set, tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no such folder"):
        datasets.name_of(tmp_path / "nowhere")
    folder = shutil.copytree(small_set, tmp_path / "copy")
    (folder / "data_batch_4").unlink()
    with pytest.raises(FileNotFoundError, match="no data_batch_4 in it"):
        datasets.name_of(folder)


def test_name_of_other_sets(small_set, tmp_path):
    folder = shutil.copytree(small_set, tmp_path / "copy")
    save(folder / META, {"label_names": [f"digit {i}" for i in range(10)]})
    with pytest.raises(ValueError, match="neither CIFAR-10 nor shapes10: its classes are digit 0"):
        datasets.name_of(folder)
    save(folder / META, {"label_names": [b"airplane"]})
    with pytest.raises(ValueError, match="ten 'label_names'"):
        datasets.name_of(folder)


@pytest.mark.parametrize("broken", ["sizes", "dtype"])
def test_write_set_refuses_what_does_not_fit(tmp_path, broken):
    X, y, Xt, yt = make_shapes10(10, 10, progress=False)
    if broken == "sizes":
        X = X[:7]
    else:
        Xt = Xt.astype(np.float32)
    with pytest.raises(ValueError, match="expected"):
        write_set(tmp_path / "set", X, y, Xt, yt, CIFAR10_NAMES)
