"""Images to columns and back: what turns a convolution into one product of matrices.

Each column holds one window of one image, all its channels: C * field_height * field_width numbers. Its rows are
ordered as a filter w[f] is when flattened, so that `w.reshape(F, -1) @ cols` lays every filter on every window. Columns
are ordered by the window's position (along the rows, from the top) and, within a position, by image.

The image is padded with `padding` rows and columns of zeros on each side; windows are `stride` apart, and rows and
columns that are too few for another window are left out.

Source: Chellapilla, Puri and Simard, High Performance Convolutional Neural Networks for Document Processing (2006).
"""

import numpy as np


def get_im2col_indices(x_shape, field_height, field_width, padding=1, stride=1):
    """Compute where in the padded images each element of the columns comes from.

    Inputs:
    - x_shape: the shape (N, C, H, W) of the images
    - field_height, field_width: the size of a window
    - padding, stride: as described for the module

    Returns a tuple of integer arrays k, i, j that can be broadcast to (C * field_height * field_width, positions):
    channel, row and column in the padded image, so that padded[n][k, i, j] are the columns of the image n.

    Raises ValueError if the window does not fit into the padded image.
    """
    _, C, H, W = x_shape
    out_height, out_width = _positions(H, W, field_height, field_width, padding, stride)
    k, row, column = (axis.reshape(-1, 1) for axis in np.indices((C, field_height, field_width)))
    top, left = (stride * axis.reshape(1, -1) for axis in np.indices((out_height, out_width)))
    return k, row + top, column + left


def im2col_indices(x, field_height, field_width, padding=1, stride=1):
    """Copy every window of every image into a column.

    Inputs:
    - x: array (N, C, H, W), the images
    - field_height, field_width: the size of a window
    - padding, stride: as described for the module

    Returns an array (C * field_height * field_width, positions * N) of x's dtype.

    Raises ValueError if the window does not fit into the padded image.
    """
    _, C, H, W = x.shape
    _positions(H, W, field_height, field_width, padding, stride)
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (field_height, field_width), axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride]  # (N, C, out_height, out_width, field_height, field_width)
    columns = windows.shape[2] * windows.shape[3] * len(x)
    return windows.transpose(1, 4, 5, 2, 3, 0).reshape(C * field_height * field_width, columns)


def col2im_indices(cols, x_shape, field_height=3, field_width=3, padding=1, stride=1):
    """Add every column back to where im2col_indices took it from: its transpose, hence its backward pass.

    A pixel that lies in several windows receives the sum; what falls on the padding is dropped.

    Inputs:
    - cols: array (C * field_height * field_width, positions * N)
    - x_shape: the shape (N, C, H, W) of the images
    - field_height, field_width: the size of a window
    - padding, stride: as described for the module

    Returns an array of the shape x_shape and of cols' dtype.

    Raises ValueError if the window does not fit into the padded image, or the columns are not as many.
    """
    N, C, H, W = x_shape
    out_height, out_width = _positions(H, W, field_height, field_width, padding, stride)
    windows = cols.reshape(C, field_height, field_width, out_height, out_width, N)
    padded = np.zeros((N, C, H + 2 * padding, W + 2 * padding), dtype=cols.dtype)
    for row, column in np.ndindex(field_height, field_width):
        # One pixel of every window at a time: within these, none comes twice.
        bottom, right = row + stride * out_height, column + stride * out_width
        padded[:, :, row:bottom:stride, column:right:stride] += windows[:, row, column].transpose(3, 0, 1, 2)
    return padded[:, :, padding : padding + H, padding : padding + W]


def _positions(H, W, field_height, field_width, padding, stride):
    """Return how many windows fit vertically and horizontally; ValueError if none."""
    height, width = H + 2 * padding - field_height, W + 2 * padding - field_width
    if min(height, width) < 0 or min(field_height, field_width, stride) < 1:
        raise ValueError(
            f"A window of {field_height} x {field_width} at a stride of {stride} does not fit into images of "
            f"{H} x {W} padded by {padding}."
        )
    return 1 + height // stride, 1 + width // stride
