"""The bias is forgotten."""

EXPECTED = ("wrong", "bias_missing")


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w, (x, w, b)
