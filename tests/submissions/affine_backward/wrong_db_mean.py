"""db is a mean over the batch."""

EXPECTED = ("partial", "batch_mean")


def affine_backward(dout, cache):
    x, w, b = cache
    flat = x.reshape(x.shape[0], -1)
    return (dout @ w.T).reshape(x.shape), flat.T @ dout, dout.mean(axis=0)
