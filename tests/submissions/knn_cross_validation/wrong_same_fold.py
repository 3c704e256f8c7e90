"""Every pass predicts the same fold."""

import numpy as np

EXPECTED = ("wrong", "cv_folds_equal")


def save(folder):
    np.savez(
        folder / "knn_cross_validation.npz",
        k_choices=[1, 5, 20],
        accuracies=np.repeat([[0.3], [0.33], [0.31]], 5, axis=1),
        best_k=5,
        dataset="shapes10",
    )
