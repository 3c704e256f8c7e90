"""The bias has the wrong sign."""

EXPECTED = ("wrong", "bias_subtracted")


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w - b, (x, w, b)
