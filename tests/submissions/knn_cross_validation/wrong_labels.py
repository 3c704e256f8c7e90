"""Labels cut into other folds than the images."""

import numpy as np

EXPECTED = ("wrong", "cv_low")


def save(folder):
    np.savez(
        folder / "knn_cross_validation.npz",
        k_choices=[1, 5, 20],
        accuracies=[[0.10, 0.09], [0.12, 0.10], [0.11, 0.10]],
        best_k=5,
        dataset="shapes10",
    )
