"""Only the means."""

import numpy as np

EXPECTED = ("wrong", "saved_shape")


TABLE = [[0.31, 0.29, 0.30, 0.32, 0.30], [0.33, 0.31, 0.32, 0.33, 0.32], [0.30, 0.31, 0.31, 0.32, 0.30]]


def save(folder):
    np.savez(
        folder / "knn_cross_validation.npz",
        k_choices=[1, 5, 20],
        accuracies=np.mean(TABLE, axis=1),
        best_k=5,
        dataset="shapes10",
    )
