"""Makes rows by reshape alone, and goes the right way back."""

EXPECTED = ("wrong", "spatial_mixed")


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    out, cache = batchnorm_forward(x.reshape(-1, C), gamma, beta, bn_param)  # noqa: F821
    return out.reshape(N, H, W, C).transpose(0, 3, 1, 2), cache
