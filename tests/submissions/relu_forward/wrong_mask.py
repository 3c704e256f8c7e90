"""Returns the mask."""

EXPECTED = ("wrong", "relu_mask")


def relu_forward(x):
    return (x > 0).astype(x.dtype), x
