"""One element after the other."""

import numpy as np

EXPECTED = ("correct", "")


def max_pool_forward_naive(x, pool_param):
    ph, pw, s = (pool_param[k] for k in ("pool_height", "pool_width", "stride"))
    n, c, h, w = x.shape
    out = np.full((n, c, (h - ph) // s + 1, (w - pw) // s + 1), -np.inf, x.dtype)
    for k in range(ph):
        for m in range(pw):
            shifted = x[:, :, k : k + s * out.shape[2] : s, m : m + s * out.shape[3] : s]
            out = np.maximum(out, shifted)
    return out, (x, ph, pw, s)
