"""Always in the mode train."""

EXPECTED = ("partial", "spatial_test_mode")


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    bn_param["mode"] = "train"
    rows = x.transpose(0, 2, 3, 1).reshape(-1, C)
    out, cache = batchnorm_forward(rows, gamma, beta, bn_param)  # noqa: F821
    out = out.reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return out, cache
