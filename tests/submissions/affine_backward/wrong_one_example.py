"""squeeze() removes the batch axis of a batch of one."""

EXPECTED = ("partial", "single_example")


def affine_backward(dout, cache):
    x, w, b = cache
    flat, rows = x.reshape(x.shape[0], -1).squeeze(), dout.squeeze()
    return (dout @ w.T).reshape(x.shape), flat.T @ rows, dout.sum(axis=0)
