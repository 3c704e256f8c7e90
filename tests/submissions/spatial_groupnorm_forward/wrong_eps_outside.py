"""eps outside of the root."""

import numpy as np

EXPECTED = ("wrong", "norm_eps_outside")


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    eps = gn_param.get("eps", 1e-5)
    N, C, H, W = x.shape
    groups = x.reshape(N, G, C // G, H, W)
    axes = (2, 3, 4)
    mean = groups.mean(axis=axes, keepdims=True)
    var = groups.var(axis=axes, keepdims=True)
    x_hat = ((groups - mean) / (np.sqrt(var) + eps)).reshape(N, C, H, W)
    out = gamma * x_hat + beta
    return out, (x_hat, gamma, var, eps, G)
