"""The fold that is predicted is part of the training data."""

import numpy as np

EXPECTED = ("wrong", "cv_leak")


def save(folder):
    np.savez(
        folder / "knn_cross_validation.npz",
        k_choices=[1, 5, 20],
        accuracies=[[1.0, 1.0], [0.45, 0.46], [0.38, 0.39]],
        best_k=1,
        dataset="shapes10",
    )
