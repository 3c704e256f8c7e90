"""One example at a time, and floats, as from np.zeros."""

import numpy as np

EXPECTED = ("correct", "")


def predict(self, X):
    y_pred = np.zeros(X.shape[0])
    for i in range(X.shape[0]):
        y_pred[i] = (self.W.T @ X[i]).argmax()
    return y_pred
