"""A loop over images and groups."""

import numpy as np

EXPECTED = ("correct", "")


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    size = x.shape[1] // G
    x_hat, spreads = np.empty_like(x), np.empty((x.shape[0], G), x.dtype)
    for n in range(x.shape[0]):
        for g in range(G):
            part = x[n, g * size : (g + 1) * size]
            spreads[n, g] = np.sqrt(part.var() + gn_param.get("eps", 1e-5))
            x_hat[n, g * size : (g + 1) * size] = (part - part.mean()) / spreads[n, g]
    return x_hat * gamma + beta, (x_hat, spreads, gamma)
