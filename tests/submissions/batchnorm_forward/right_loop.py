"""One feature at a time."""

import numpy as np

EXPECTED = ("correct", "")


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    zeros = np.zeros(x.shape[1], x.dtype)
    running_mean, running_var = bn_param.get("running_mean", zeros), bn_param.get("running_var", zeros)
    if bn_param["mode"] == "test":
        x_hat = (x - running_mean) / np.sqrt(running_var + eps)
        return gamma * x_hat + beta, None
    out, new_mean, new_var = np.empty_like(x), running_mean.copy(), running_var.copy()
    for d in range(x.shape[1]):
        mean, var = np.mean(x[:, d]), np.std(x[:, d]) ** 2
        out[:, d] = gamma[d] * (x[:, d] - mean) / (var + eps) ** 0.5 + beta[d]
        new_mean[d] += (1 - momentum) * (mean - new_mean[d])
        new_var[d] += (1 - momentum) * (var - new_var[d])
    bn_param["running_mean"], bn_param["running_var"] = new_mean, new_var
    return out, "nothing"
