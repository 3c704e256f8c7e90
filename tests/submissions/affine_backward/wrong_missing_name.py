"""Uses a name that does not exist."""

EXPECTED = ("error", "raised")


def affine_backward(dout, cache):
    x, w, b = cache
    return (dout @ weights.T).reshape(x.shape), x.T @ dout, dout.sum(axis=0)  # noqa: F821
