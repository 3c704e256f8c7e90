"""Flattens in the order of the memory."""

EXPECTED = ("partial", "noncontiguous")


def affine_forward(x, w, b):
    flat = x.reshape(x.shape[0], -1, order="A")
    return flat @ w + b, (x, w, b)
