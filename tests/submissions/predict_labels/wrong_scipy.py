"""Uses scipy.stats.mode."""

import numpy as np

EXPECTED = ("wrong", "forbidden")


def predict_labels(self, dists, k=1):
    num_test = dists.shape[0]
    y_pred = np.zeros(num_test)
    for i in range(num_test):
        from scipy import stats

        closest_y = self.y_train[np.argsort(dists[i])[:k]]
        y_pred[i] = stats.mode(closest_y).mode
    return y_pred
