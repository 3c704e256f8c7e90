"""dx is no gradient of the forward pass."""

EXPECTED = ("partial", "not_own_forward")


def affine_backward(dout, cache):
    x, w, b = cache
    flat = x.reshape(x.shape[0], -1)
    return ((dout + b) @ w.T).reshape(x.shape), flat.T @ dout, dout.sum(axis=0)
