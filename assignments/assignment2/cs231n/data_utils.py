"""Loading of CIFAR-10, and of any set in its layout, such as the one that comes with this kit.

The files are read by the package `datasets`, whose reader does not execute what a pickle says. It is imported
when it is needed, so that the rest of this package works without it.
"""

from pathlib import Path

import numpy as np

from .validation import as_count


def load_pickle(f):
    """Read one batch of CIFAR-10 into the dict that it was made from.

    Inputs:
    - f: a batch's path, or the file opened with open(path, "rb")

    Returns a dict with data, uint8 (n, 3072), each row an image's red, green and blue values; and labels, a
    list of n integers. Nothing that the file might ask to be executed is executed.

    Raises ValueError if it is not such a batch.
    """
    images, labels = _load_batch(getattr(f, "name", f))
    return {"data": images.transpose(0, 3, 1, 2).reshape(len(images), -1), "labels": labels.tolist()}


def load_CIFAR_batch(filename):
    """Read one batch of CIFAR-10.

    Inputs:
    - filename: the batch's path

    Returns a tuple of
    - X: float64 (n, 32, 32, 3), images with RGB values in 0 .. 255
    - Y: integers (n,), their labels

    Raises ValueError if the file is not such a batch, FileNotFoundError if it is not there.
    """
    X, Y = _load_batch(filename)
    return X.astype(np.float64), Y


def load_CIFAR10(ROOT):
    """Read all of CIFAR-10.

    Inputs:
    - ROOT: the folder with the files data_batch_1 .. 5 and test_batch; datasets.cifar10_folder() finds one

    Returns a tuple of
    - Xtr: float64 (n, 32, 32, 3), training images with RGB values in 0 .. 255
    - Ytr: integers (n,), their labels
    - Xte, Yte: the same for the test images

    The real set has 50,000 training images, which take 50,000 * 3,072 * 8 bytes = 1.2 GB.

    Raises FileNotFoundError if a file is missing, ValueError if one is damaged.
    """
    Xtr, Ytr, Xte, Yte = _load_set(ROOT)
    return Xtr.astype(np.float64), Ytr, Xte.astype(np.float64), Yte


def get_CIFAR10_data(num_training=49000, num_validation=1000, num_test=1000, subtract_mean=True):
    """Load the data as the networks take them: split, centred and with the channels first.

    Which set that is, the real one or the embedded one, is decided (and printed) by datasets.cifar10_folder.
    The first num_training of its training images are for training, the next num_validation for validation.
    Where the set is smaller than that, validation takes at most a fifth of it, training the rest, and a line
    says so.

    Inputs:
    - num_training, num_validation, num_test: how many images to take, each at least 1
    - subtract_mean: if True, subtract the training images' mean image from all of them

    Returns a dict of
    - X_train, X_val, X_test: float64 (n, 3, 32, 32), images
    - y_train, y_val, y_test: integers (n,), their labels
    - mean_image: float64 (32, 32, 3), what was subtracted (zeros if nothing was); whoever uses a model on other
      images needs it

    Raises ValueError for a number below 1 or a damaged set.
    """
    import datasets

    num_training, num_validation = as_count("num_training", num_training), as_count("num_validation", num_validation)
    num_test = as_count("num_test", num_test)
    folder = datasets.cifar10_folder()
    X, y, X_test, y_test = _load_set(folder)
    if num_training + num_validation > len(X) or num_test > len(X_test):
        asked = f"{num_training} + {num_validation} + {num_test}"
        if num_training + num_validation > len(X):
            num_validation = min(num_validation, len(X) // 5)
            num_training = min(num_training, len(X) - num_validation)
        num_test = min(num_test, len(X_test))
        print(
            f"{datasets.name_of(folder)} in this size gives {num_training} + {num_validation} + {num_test} images "
            f"for training, validation and test, instead of {asked}."
        )

    validation = slice(num_training, num_training + num_validation)
    parts = {
        "train": (X[:num_training], y[:num_training]),
        "val": (X[validation], y[validation]),
        "test": (X_test[:num_test], y_test[:num_test]),
    }
    data = {}
    for name, (images, labels) in parts.items():
        data[f"X_{name}"] = np.ascontiguousarray(images.transpose(0, 3, 1, 2), dtype=np.float64)
        data[f"y_{name}"] = labels
    mean = data["X_train"].mean(axis=0) if subtract_mean else np.zeros((3, 32, 32))
    for name in parts:
        data[f"X_{name}"] -= mean
    return {**data, "mean_image": mean.transpose(1, 2, 0)}


def _load_batch(path):
    """Return the images uint8 (n, 32, 32, 3) and the labels (n,) of a batch."""
    import datasets

    return datasets.load_batch(path)


def _load_set(folder):
    """Return training images uint8 (n, 32, 32, 3) and labels (n,), then those for test, of a folder of batches."""
    folder = Path(folder)
    files = sorted(folder.glob("data_batch_*"))
    if not files:
        raise FileNotFoundError(
            f"There is no data_batch_1 in {folder}: give the folder that datasets.cifar10_folder() returns."
        )
    batches = [_load_batch(file) for file in files]
    X_test, y_test = _load_batch(folder / "test_batch")
    X, y = (np.concatenate(parts) for parts in zip(*batches, strict=True))
    return X, y, X_test, y_test
