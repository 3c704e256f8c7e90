"""Two choices of k are equally good; arrays of other dtypes, with axes of length 1."""

import numpy as np

EXPECTED = ("correct", "")


TABLE = [[0.31, 0.29, 0.30, 0.32, 0.30], [0.33, 0.31, 0.32, 0.33, 0.32], [0.30, 0.31, 0.31, 0.32, 0.30]]


def save(folder):
    np.savez(
        folder / "knn_cross_validation.npz",
        k_choices=np.float32([[1], [5], [20]]),
        accuracies=np.float32(TABLE)[[0, 1, 1]],
        best_k=np.array([20], np.int16),
        dataset=np.array(["cifar10"]),
    )
