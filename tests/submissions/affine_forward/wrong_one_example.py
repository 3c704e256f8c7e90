"""squeeze() removes the batch axis of a batch of one."""

EXPECTED = ("partial", "single_example")


def affine_forward(x, w, b):
    flat = x.reshape(x.shape[0], -1).squeeze()
    return flat @ w + b, (x, w, b)
