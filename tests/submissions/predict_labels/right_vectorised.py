"""All test points at once, and integers."""

import numpy as np

EXPECTED = ("correct", "")


def predict_labels(self, dists, k=1):
    closest_y = self.y_train[np.argsort(dists, axis=1)[:, :k]]
    classes = np.arange(self.y_train.max() + 1)
    return np.argmax((closest_y[:, :, None] == classes).sum(axis=1), axis=1)
