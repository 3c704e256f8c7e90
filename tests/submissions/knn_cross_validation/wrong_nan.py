"""A fold that was never predicted."""

import numpy as np

EXPECTED = ("wrong", "saved_nonfinite")


TABLE = [[0.31, 0.29, 0.30, 0.32, 0.30], [0.33, 0.31, 0.32, 0.33, 0.32], [0.30, 0.31, 0.31, 0.32, 0.30]]


def save(folder):
    np.savez(
        folder / "knn_cross_validation.npz",
        k_choices=[1, 5, 20],
        accuracies=np.where(np.array(TABLE) > 0.325, np.nan, TABLE),
        best_k=5,
        dataset="shapes10",
    )
