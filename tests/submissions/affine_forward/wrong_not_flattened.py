"""Images are multiplied as they are."""

EXPECTED = ("partial", "not_flattened")


def affine_forward(x, w, b):
    return x @ w + b, (x, w, b)
