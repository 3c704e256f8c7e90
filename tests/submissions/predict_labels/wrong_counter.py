"""Counter.most_common: of tied labels the one that was seen first wins."""

from collections import Counter

import numpy as np

EXPECTED = ("partial", "tie_nearest")


def predict_labels(self, dists, k=1):
    num_test = dists.shape[0]
    y_pred = np.zeros(num_test)
    for i in range(num_test):
        closest_y = self.y_train[np.argsort(dists[i])[:k]]
        y_pred[i] = Counter(closest_y.tolist()).most_common(1)[0][0]
    return y_pred
