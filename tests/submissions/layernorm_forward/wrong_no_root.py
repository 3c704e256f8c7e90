"""Divides by the variance."""

EXPECTED = ("wrong", "norm_root_missing")


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    x_hat = (x - mean) / (var + eps)
    return gamma * x_hat + beta, (x_hat, gamma, var + eps)
