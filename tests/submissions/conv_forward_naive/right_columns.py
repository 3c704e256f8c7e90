"""Columns of windows, one matrix product for each image."""

import numpy as np

EXPECTED = ("correct", "")


def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    n, c, height, width = x.shape
    f, _, hh, ww = w.shape
    padded = np.zeros((n, c, height + 2 * pad, width + 2 * pad), x.dtype)
    padded[:, :, pad : pad + height, pad : pad + width] = x
    rows, columns = (height + 2 * pad - hh) // stride + 1, (width + 2 * pad - ww) // stride + 1
    matrix = w.reshape(f, -1)
    images = []
    for image in padded:
        cut = [
            image[:, i : i + hh, j : j + ww].reshape(-1)
            for i in range(0, rows * stride, stride)
            for j in range(0, columns * stride, stride)
        ]
        images.append((matrix @ np.stack(cut, axis=1) + b.reshape(-1, 1)).reshape(f, rows, columns))
    return np.stack(images), (x, w, stride, pad)
