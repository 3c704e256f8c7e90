"""The running averages are taken of the normalised batch."""

import numpy as np

EXPECTED = ("partial", "bn_running_normalised")


def batchnorm_forward(x, gamma, beta, bn_param):
    if mode == "test":  # noqa: F821
        return gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta, None  # noqa: F821
    centred = x - x.mean(axis=0)
    inv_std = 1 / np.sqrt(x.var(axis=0) + eps)  # noqa: F821
    x_hat = centred * inv_std
    bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * x_hat.mean(axis=0)  # noqa: F821
    bn_param["running_var"] = momentum * running_var + (1 - momentum) * x_hat.var(axis=0)  # noqa: F821
    return gamma * x_hat + beta, (centred, inv_std, x_hat, gamma)
