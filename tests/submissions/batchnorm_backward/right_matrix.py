"""By the matrix of derivatives of each feature."""

import numpy as np

EXPECTED = ("correct", "")


def batchnorm_backward(dout, cache):
    centred, inv_std, x_hat, gamma = cache
    n = len(dout)
    dx = np.empty_like(dout)
    for d in range(dout.shape[1]):
        column = x_hat[:, d]
        jacobian = np.eye(n, dtype=dout.dtype) - 1 / n - np.outer(column, column) / n
        dx[:, d] = gamma[d] * inv_std[d] * (jacobian @ dout[:, d])
    return dx, np.einsum("nd,nd->d", dout, x_hat), dout.sum(0)
