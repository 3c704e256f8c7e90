"""np.argpartition fails where every training point votes."""

import numpy as np

EXPECTED = ("partial", "every_point")


def predict_labels(self, dists, k=1):
    num_test = dists.shape[0]
    y_pred = np.zeros(num_test)
    for i in range(num_test):
        closest_y = self.y_train[np.argpartition(dists[i], k)[:k]]
        y_pred[i] = np.argmax(np.bincount(closest_y))
    return y_pred
