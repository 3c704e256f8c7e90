"""By index notation; the cache is a dict."""

import numpy as np

EXPECTED = ("correct", "")


def affine_forward(x, w, b):
    flat = x.reshape(len(x), -1)
    out = np.einsum("nd,dm->nm", flat, w) + b[None, :]
    return out, {"x": x, "w": w}
