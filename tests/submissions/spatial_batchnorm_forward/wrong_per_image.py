"""Statistics of each image."""

import numpy as np

EXPECTED = ("partial", "spatial_per_image")


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    c = x.shape[1]
    axes = (2, 3)
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    old_mean, old_var = (bn_param.get(k, np.zeros(c, x.dtype)) for k in ("running_mean", "running_var"))
    if bn_param["mode"] == "test":
        mean, var = old_mean.reshape(1, c, 1, 1), old_var.reshape(1, c, 1, 1)
    else:
        mean, var = x.mean(axes, keepdims=True), x.var(axes, keepdims=True)
        bn_param["running_mean"] = momentum * old_mean + (1 - momentum) * mean.mean(0).reshape(-1)
        bn_param["running_var"] = momentum * old_var + (1 - momentum) * var.mean(0).reshape(-1)
    x_hat = (x - mean) / np.sqrt(var + eps)
    return gamma.reshape(1, c, 1, 1) * x_hat + beta.reshape(1, c, 1, 1), (x_hat, gamma, var + eps)
