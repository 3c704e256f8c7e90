"""The dict of the notebook, pickled."""

import numpy as np

EXPECTED = ("wrong", "saved")


def save(folder):
    np.savez(folder / "knn_cross_validation.npz", k_to_accuracies={1: [0.3]}, dataset="shapes10")
