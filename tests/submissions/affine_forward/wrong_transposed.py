"""One row for each unit instead of each example."""

EXPECTED = ("wrong", "transposed")


def affine_forward(x, w, b):
    return w.T @ x.reshape(x.shape[0], -1).T + b[:, None], (x, w, b)
