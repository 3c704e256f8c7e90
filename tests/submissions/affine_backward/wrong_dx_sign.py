"""dx points the wrong way."""

EXPECTED = ("partial", "sign")


def affine_backward(dout, cache):
    x, w, b = cache
    flat = x.reshape(x.shape[0], -1)
    return -(dout @ w.T).reshape(x.shape), flat.T @ dout, dout.sum(axis=0)
