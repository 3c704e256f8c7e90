"""data_utils.py: a small set in CIFAR-10's layout, split and centred."""

import pickle

import numpy as np
import pytest

import datasets
from cs231n import data_utils


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Fifty training and ten test images."""
    folder = tmp_path_factory.mktemp("data") / "small"
    datasets.write_shapes10(folder, n_train=50, n_test=10, seed=3)
    return folder


@pytest.fixture
def chosen(folder, monkeypatch):
    """The small set as the one at hand."""
    monkeypatch.setenv("CS231N_DATA", str(folder))
    return folder


def test_a_batch(folder):
    X, y = data_utils.load_CIFAR_batch(folder / "data_batch_2")
    assert (X.shape, X.dtype, y.shape) == ((10, 32, 32, 3), np.float64, (10,))
    with open(folder / "data_batch_2", "rb") as file:
        batch = data_utils.load_pickle(file)
    assert np.array_equal(batch["data"].reshape(10, 3, 32, 32).transpose(0, 2, 3, 1), X)
    assert batch["labels"] == y.tolist()


def test_no_pickle_is_executed(tmp_path):
    class Evil:
        def __reduce__(self):
            return open, (str(tmp_path / "written"), "w")

    (tmp_path / "data_batch_1").write_bytes(pickle.dumps({"data": Evil(), "labels": [1]}))
    with pytest.raises(ValueError, match="data_batch_1"):
        data_utils.load_CIFAR_batch(tmp_path / "data_batch_1")
    with open(tmp_path / "data_batch_1", "rb") as file, pytest.raises(ValueError, match="data_batch_1"):
        data_utils.load_pickle(file)
    assert not (tmp_path / "written").exists()


def test_a_whole_set(folder):
    Xtr, Ytr, Xte, Yte = data_utils.load_CIFAR10(str(folder))
    assert (Xtr.shape, Ytr.shape, Xte.shape, Yte.shape) == ((50, 32, 32, 3), (50,), (10, 32, 32, 3), (10,))
    assert 0 <= Xtr.min() < 100 < Xtr.max() <= 255
    assert np.array_equal(Xtr[10:20], data_utils.load_CIFAR_batch(folder / "data_batch_2")[0])


def test_the_split_is_centred_with_channels_first(chosen, capsys):
    data = data_utils.get_CIFAR10_data(30, 20, 5)
    Xtr, Ytr, Xte, Yte = data_utils.load_CIFAR10(chosen)
    mean = Xtr[:30].mean(axis=0)
    assert data["mean_image"] == pytest.approx(mean)
    assert data["X_train"] == pytest.approx((Xtr[:30] - mean).transpose(0, 3, 1, 2))
    assert data["X_val"] == pytest.approx((Xtr[30:] - mean).transpose(0, 3, 1, 2))
    assert data["X_test"] == pytest.approx((Xte[:5] - mean).transpose(0, 3, 1, 2))
    assert data["y_train"].tolist() + data["y_val"].tolist() == Ytr.tolist()
    assert data["y_test"].tolist() == Yte[:5].tolist()
    assert "instead of" not in capsys.readouterr().out
    raw = data_utils.get_CIFAR10_data(30, 20, 5, subtract_mean=False)
    assert raw["X_test"].transpose(0, 2, 3, 1) == pytest.approx(Xte[:5])
    assert not raw["mean_image"].any()


def test_a_small_set_is_split_sensibly_and_says_so(chosen, capsys):
    data = data_utils.get_CIFAR10_data()
    sizes = {name: len(value) for name, value in data.items() if name.startswith("y_")}
    assert sizes == {"y_train": 40, "y_val": 10, "y_test": 10}
    assert "shapes10 in this size gives 40 + 10 + 10 images" in capsys.readouterr().out
    assert len(data_utils.get_CIFAR10_data(num_training=48, num_validation=4)["y_train"]) == 46
    assert len(data_utils.get_CIFAR10_data(num_training=48, num_validation=4)["y_val"]) == 4


def test_errors(chosen, tmp_path):
    with pytest.raises(ValueError, match="num_validation"):
        data_utils.get_CIFAR10_data(num_validation=0)
    with pytest.raises(FileNotFoundError, match="datasets.cifar10_folder"):
        data_utils.load_CIFAR10(tmp_path)
