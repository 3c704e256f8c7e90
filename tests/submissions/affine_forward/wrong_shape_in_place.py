"""Reshapes the argument itself."""

EXPECTED = ("partial", "noncontiguous")


def affine_forward(x, w, b):
    shape = x.shape
    x.shape = (shape[0], -1)
    out = x @ w + b
    x.shape = shape
    return out, (x, w, b)
