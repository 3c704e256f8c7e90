"""By the one formula."""

import numpy as np

EXPECTED = ("correct", "")


def spatial_batchnorm_backward(dout, cache):
    rows = np.moveaxis(dout, 1, -1)
    dx, dgamma, dbeta = batchnorm_backward_alt(rows.reshape(-1, rows.shape[-1]), cache)  # noqa: F821
    return np.moveaxis(dx.reshape(rows.shape), -1, 1), dgamma, dbeta
