"""Centres its input in place."""

EXPECTED = ("partial", "changed")


def affine_forward(x, w, b):
    out = x.reshape(x.shape[0], -1) @ w + b
    x -= x.mean()
    return out, (x, w, b)
