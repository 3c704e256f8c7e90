"""Normalises each example."""

import numpy as np

EXPECTED = ("wrong", "norm_axis")


def batchnorm_forward(x, gamma, beta, bn_param):
    eps = bn_param.get("eps", 1e-5)
    mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    x_hat = (x - mean) / np.sqrt(var + eps)
    return gamma * x_hat + beta, (x, mean, var, eps, x_hat, gamma)
