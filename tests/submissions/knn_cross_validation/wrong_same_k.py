"""Every row is of the same k."""

import numpy as np

EXPECTED = ("wrong", "cv_choices_equal")


def save(folder):
    np.savez(
        folder / "knn_cross_validation.npz",
        k_choices=[1, 5, 20],
        accuracies=np.repeat([[0.3, 0.33, 0.31]], 3, axis=0),
        best_k=5,
        dataset="shapes10",
    )
