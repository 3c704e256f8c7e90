"""Convolution and pooling fast enough to train with, in NumPy alone: the results of the naive layers, much sooner.

Arguments, results and errors of all functions are those of the functions in `layers` whose names end in naive.

**Convolution.** It is a product of matrices once every window is a column ("im2col"), but columns repeat each pixel
kh * kw times, and copying them takes longer than the product. Here pixels are repeated along the width only, kw times.
A block of images becomes an array

    columns  (C, kw, s, R, n, OW)      columns[c, j, p, r, n, q] = padded[n, c, r * s + p, q * s + j]

with the rows of the padded images split by their phase p modulo the stride s. The pixels under row i of the filters, as
they move over all rows of the output, are the rows i // s to i // s + OH of phase i % s: a slice that is a matrix
(C * kw, OH * n * OW) as it lies there, which BLAS takes without a copy. So a convolution is a sum over the rows i of
the filters:

    forward     out      += w[:, :, i, :]    @ slice_i          (F, OH n OW)
    backward    dw[i].T  += slice_i          @ dout.T           (C kw, F)
                dslice_i += w[:, :, i, :].T  @ dout             (C kw, OH n OW)

and the gradient of the columns is added back along the width. Where the filters move by one pixel at a time and there
are many channels, the gradient of x is cheaper as what it is: the convolution of dout with the turned filters. Where
there are few channels, as in images, the slices are stacked into one taller matrix, which BLAS multiplies faster.

Blocks are about as large as a cache, so that what is copied is multiplied before it leaves it, and memory does not grow
with the batch.

**Max pooling** splits the pixels by the phases of their rows and columns, too, so that those under one position of all
windows lie in one stretch of memory. The windows' positions are gone through row by row, and each window notes the
number of the first that has its maximum: there its gradient goes.

The functions whose names end in im2col do it the plain way, with all columns at once, for comparison.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from .im2col import col2im_indices, im2col_indices
from .validation import as_floats, conv_inputs, pool_inputs

#: What the arrays of a block should take together: about the second-level cache of a core.
BLOCK_BYTES = 1 << 20
#: An image that takes more by itself is cut into bands of rows.
BAND_BYTES = 64 << 20
#: With fewer rows than this in a slice, all slices of the filters are stacked.
_FEW_ROWS = 64
#: With fewer channels than this, the gradient of x is added up from columns rather than convolved.
_FEW_CHANNELS = 9


def conv_forward_fast(x, w, b, conv_param):
    """Compute the output of a convolutional layer, as conv_forward_naive does."""
    x, w, b, stride, pad = conv_inputs(x, w, b, conv_param)
    out = _convolve(x, w, stride, (pad, pad))
    out += b[:, np.newaxis, np.newaxis]
    return out, (x, w, stride, pad)


def conv_backward_fast(dout, cache):
    """Compute the gradients of a convolutional layer, as conv_backward_naive does."""
    dout = as_floats("dout", dout, ndim=4)
    x, w, stride, pad = cache
    sizes = _Sizes(*x.shape, w.shape[0], *w.shape[2:], stride, pad, pad)
    turned = stride == 1 and pad < min(w.shape[2:]) and sizes.C >= _FEW_CHANNELS
    dtype = np.result_type(x, w, dout)
    dx = np.zeros(x.shape, dtype)
    dw = np.zeros((sizes.kh, sizes.C * sizes.kw, sizes.F), dtype)
    rows_of_w = _rows_of_filters(w)
    for images, rows in sizes.blocks(dtype.itemsize):
        columns = _columns(x[images], sizes, rows)
        upstream = dout[images, :, rows].transpose(1, 2, 0, 3).reshape(sizes.F, -1)
        for i in range(sizes.kh):
            dw[i] += _slice(columns, sizes, i) @ upstream.T
        if not turned:
            columns = np.zeros(columns.shape, dtype)
            for i in range(sizes.kh):
                part = _slice(columns, sizes, i)
                part += rows_of_w[i].T @ upstream
            for there, here in _copies(sizes, rows, columns.shape[3]):
                dx[images][here] += columns[there].transpose(2, 0, 1, 3)
    if turned:
        dx = _convolve(dout, w[:, :, ::-1, ::-1].swapaxes(0, 1), 1, (sizes.kh - 1 - pad, sizes.kw - 1 - pad))
    dw = dw.reshape(sizes.kh, sizes.C, sizes.kw, sizes.F).transpose(3, 1, 0, 2)
    return dx, np.ascontiguousarray(dw), dout.sum(axis=(0, 2, 3))


def _convolve(x: np.ndarray, w: np.ndarray, stride: int, pad: tuple[int, int]) -> np.ndarray:
    """The convolution without biases; `pad` rows and columns."""
    sizes = _Sizes(*x.shape, w.shape[0], *w.shape[2:], stride, *pad)
    dtype = np.result_type(x, w)
    out = np.empty((sizes.N, sizes.F, sizes.OH, sizes.OW), dtype)
    rows_of_w = _rows_of_filters(w)
    for images, rows in sizes.blocks(dtype.itemsize):
        columns = _columns(x[images], sizes, rows)
        slices = [_slice(columns, sizes, i) for i in range(sizes.kh)]
        if sizes.stacked:
            total = np.concatenate(rows_of_w, axis=1) @ np.concatenate(slices)
        else:
            total = rows_of_w[0] @ slices[0]
            product = np.empty_like(total)
            for filters, part in zip(rows_of_w[1:], slices[1:], strict=True):
                np.matmul(filters, part, out=product)
                total += product
        here = out[images, :, rows]
        here[...] = total.reshape(sizes.F, here.shape[2], here.shape[0], sizes.OW).transpose(2, 0, 1, 3)
    return out


class _Sizes(NamedTuple):
    """The sizes of a convolution, named as above; H, W and the padding are those of the input."""

    N: int
    C: int
    H: int
    W: int
    F: int
    kh: int
    kw: int
    s: int
    pad_rows: int
    pad_columns: int

    @property
    def OH(self) -> int:
        return (self.H + 2 * self.pad_rows - self.kh) // self.s + 1

    @property
    def OW(self) -> int:
        return (self.W + 2 * self.pad_columns - self.kw) // self.s + 1

    @property
    def stacked(self) -> bool:
        """Whether slices are stacked."""
        return self.kh > 1 and self.C * self.kw < _FEW_ROWS

    def rows_of_a_phase(self, rows: int) -> int:
        """R: how many rows of each phase so many rows of the output need."""
        return (self.kh - 1) // self.s + rows

    def blocks(self, itemsize: int) -> Iterator[tuple[slice, slice]]:
        """Blocks that cover the output: which images, and which rows of it."""

        def size(rows: int) -> int:
            columns = self.C * self.kw * self.s * self.rows_of_a_phase(rows)
            stack = self.C * self.kw * self.kh * rows if self.stacked else 0
            return itemsize * self.OW * (columns + stack + 2 * self.F * rows)

        rows = self.OH
        while rows > 1 and size(rows) > BAND_BYTES:
            rows = -(-rows // 2)
        images = max(1, BLOCK_BYTES // size(rows))
        for first_image in range(0, self.N, images):
            for first_row in range(0, self.OH, rows):
                last = min(first_image + images, self.N), min(first_row + rows, self.OH)
                yield slice(first_image, last[0]), slice(first_row, last[1])


def _rows_of_filters(w: np.ndarray) -> list[np.ndarray]:
    """The rows of all filters: kh matrices (F, C * kw)."""
    return [np.ascontiguousarray(w[:, :, i]).reshape(len(w), -1) for i in range(w.shape[2])]


def _columns(x: np.ndarray, sizes: _Sizes, rows: slice) -> np.ndarray:
    """The columns of the images `x` under some rows of the output."""
    R = sizes.rows_of_a_phase(rows.stop - rows.start)
    columns = np.zeros((sizes.C, sizes.kw, sizes.s, R, len(x), sizes.OW), x.dtype)
    for there, here in _copies(sizes, rows, R):
        columns[there] = x[here].transpose(1, 2, 0, 3)
    return columns


def _copies(sizes: _Sizes, rows: slice, R: int) -> Iterator[tuple[tuple, tuple]]:
    """Which part of columns is which part of the images, for each column j of the filters and each phase p of rows."""
    s = sizes.s
    for j in range(sizes.kw):
        to_q, from_w = _strided(sizes.OW, s, j - sizes.pad_columns, sizes.W)
        for p in range(s):
            to_r, from_h = _strided(R, s, rows.start * s + p - sizes.pad_rows, sizes.H)
            yield np.s_[:, j, p, to_r, :, to_q], np.s_[:, :, from_h, from_w]


def _strided(count: int, step: int, start: int, size: int) -> tuple[slice, slice]:
    """Of the positions start + k * step, k < count: the ks whose position is in [0, size), and these positions."""
    first = max(0, -(start // step))
    last = min(count, (size - 1 - start) // step + 1)
    if last <= first:
        return slice(0, 0), slice(0, 0)
    return slice(first, last), slice(start + first * step, start + (last - 1) * step + 1, step)


def _slice(columns: np.ndarray, sizes: _Sizes, i: int) -> np.ndarray:
    """The pixels under row i of the filters, a view: (C * kw, rows * n * OW)."""
    C, kw, s, R, n, OW = columns.shape
    rows = R - (sizes.kh - 1) // sizes.s
    first = i // s * n * OW
    return columns.reshape(C * kw, s, R * n * OW)[:, i % s, first : first + rows * n * OW]


def max_pool_forward_fast(x, pool_param):
    """Compute the output of a max pooling layer, as max_pool_forward_naive does."""
    x, height, width, stride = pool_inputs(x, pool_param)
    N, C, H, W = x.shape
    OH, OW = 1 + (H - height) // stride, 1 + (W - width) // stride
    out = np.empty((N, C, OH, OW), x.dtype)
    winners = np.empty(out.shape, np.min_scalar_type(height * width))
    for images in _pool_blocks(x):
        planes = _Planes(out[images].shape, height, width, stride, x.dtype)
        for plane, pixels in planes.pairs(x[images]):
            plane[...] = pixels
        best = planes.under(0, 0).copy()
        winner = np.zeros(len(best), winners.dtype)
        for number, (i, j) in enumerate(np.ndindex(height, width)):
            pixels = planes.under(i, j)
            better = (pixels > best).view(np.uint8)
            np.maximum(winner, better * winners.dtype.type(number), out=winner)  # numbers only grow
            np.maximum(best, pixels, out=best)
        out[images], winners[images] = planes.windows(best), planes.windows(winner)
    return out, (x, winners, height, width, stride)


def max_pool_backward_fast(dout, cache):
    """Compute the gradient of a max pooling layer, as max_pool_backward_naive does."""
    dout = as_floats("dout", dout, ndim=4)
    x, winners, height, width, stride = cache
    dx = np.zeros(x.shape, dout.dtype)
    for images in _pool_blocks(dx):
        planes = _Planes(winners[images].shape, height, width, stride, dout.dtype)
        upstream, winner = np.zeros(planes.size, dout.dtype), np.zeros(planes.size, winners.dtype)
        planes.windows(upstream)[...], planes.windows(winner)[...] = dout[images], winners[images]
        for number, (i, j) in enumerate(np.ndindex(height, width)):
            pixels = planes.under(i, j)
            pixels += upstream * (winner == number)
        for plane, pixels in planes.pairs(dx[images]):
            pixels[...] = plane
    return dx


def _pool_blocks(x: np.ndarray) -> Iterator[slice]:
    """Blocks of images that take a fraction of BLOCK_BYTES each, at least one image."""
    images = max(1, BLOCK_BYTES // max(1, 4 * x[:1].nbytes))
    for first in range(0, len(x), images):
        yield slice(first, first + images)


class _Planes:
    """Images whose pixels are split by the phases of their rows and columns modulo the stride.

    plane[p, q] has the pixels (r * stride + p, c * stride + q) of all images, one behind the other, for as many r and c
    as windows reach. `shape` is that of the output, (n, C, OH, OW).
    """

    def __init__(self, shape: tuple[int, ...], height: int, width: int, stride: int, dtype: np.dtype):
        n, C, self.OH, self.OW = shape
        self.stride = stride
        self.grid = n, C, self.OH + (height - 1) // stride, self.OW + (width - 1) // stride
        self.size = n * C * self.grid[2] * self.grid[3]
        self.phases = min(height, stride), min(width, stride)
        beyond = (height - 1) // stride * self.grid[3] + (width - 1) // stride  # where the last windows' pixels end
        self.planes = np.zeros((*self.phases, self.size + beyond), dtype)

    def pairs(self, x: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Views of each plane and of its pixels in the images `x`."""
        for p, q in np.ndindex(self.phases):
            pixels = x[:, :, p :: self.stride, q :: self.stride][:, :, : self.grid[2], : self.grid[3]]
            plane = self.planes[p, q, : self.size].reshape(self.grid)
            yield plane[:, :, : pixels.shape[2], : pixels.shape[3]], pixels

    def under(self, i: int, j: int) -> np.ndarray:
        """The pixels under position (i, j) of all windows, a view (size,). Some windows reach over an edge: what they
        give is not used."""
        first = i // self.stride * self.grid[3] + j // self.stride
        return self.planes[i % self.stride, j % self.stride, first : first + self.size]

    def windows(self, values: np.ndarray) -> np.ndarray:
        """Of values (size,) those of the windows that exist, a view (n, C, OH, OW)."""
        return values.reshape(self.grid)[:, :, : self.OH, : self.OW]


# ---- the plain way, and other names -------------------------------------------------------------------------------


def conv_forward_im2col(x, w, b, conv_param):
    """Compute the output of a convolutional layer, as one product with all columns."""
    x, w, b, stride, pad = conv_inputs(x, w, b, conv_param)
    N, _, H, W = x.shape
    F, _, HH, WW = w.shape
    cols = im2col_indices(x, HH, WW, pad, stride)
    out = w.reshape(F, -1) @ cols + b[:, np.newaxis]
    out = out.reshape(F, 1 + (H + 2 * pad - HH) // stride, 1 + (W + 2 * pad - WW) // stride, N)
    return np.ascontiguousarray(out.transpose(3, 0, 1, 2)), (x.shape, w, stride, pad, cols)


def conv_backward_im2col(dout, cache):
    """Compute the gradients of a convolutional layer, of conv_forward_im2col."""
    dout = as_floats("dout", dout, ndim=4)
    x_shape, w, stride, pad, cols = cache
    F, _, HH, WW = w.shape
    rows = dout.transpose(1, 2, 3, 0).reshape(F, -1)
    dw = (rows @ cols.T).reshape(w.shape)
    dx = col2im_indices(w.reshape(F, -1).T @ rows, x_shape, HH, WW, pad, stride)
    return dx, dw, dout.sum(axis=(0, 2, 3))


def max_pool_forward_im2col(x, pool_param):
    """Compute the output of a max pooling layer, from all columns."""
    x, height, width, stride = pool_inputs(x, pool_param)
    N, C, H, W = x.shape
    cols = im2col_indices(x.reshape(N * C, 1, H, W), height, width, 0, stride)
    first = np.argmax(cols, axis=0)
    out = cols[first, np.arange(cols.shape[1])]
    out = out.reshape(1 + (H - height) // stride, 1 + (W - width) // stride, N, C)
    return np.ascontiguousarray(out.transpose(2, 3, 0, 1)), (x.shape, height, width, stride, first)


def max_pool_backward_im2col(dout, cache):
    """Compute the gradient of a max pooling layer, of max_pool_forward_im2col."""
    dout = as_floats("dout", dout, ndim=4)
    (N, C, H, W), height, width, stride, first = cache
    dcols = np.zeros((height * width, dout.size), dtype=dout.dtype)
    dcols[first, np.arange(dout.size)] = dout.transpose(2, 3, 0, 1).ravel()
    return col2im_indices(dcols, (N * C, 1, H, W), height, width, 0, stride).reshape(N, C, H, W)


# Names under which code of earlier years asks for the same.
conv_forward_strides, conv_backward_strides = conv_forward_fast, conv_backward_fast
max_pool_forward_reshape, max_pool_backward_reshape = max_pool_forward_fast, max_pool_backward_fast
