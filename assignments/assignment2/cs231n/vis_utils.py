"""Arrange many images in one, to be shown with matplotlib's imshow."""

import math

import numpy as np

from .validation import as_floats


def visualize_grid(Xs, ubound=255.0, padding=1):
    """Arrange images in a square grid, each stretched to the full range of values by itself.

    Inputs:
    - Xs: numbers (N, H, W, C), N >= 1
    - ubound: the value that each image's largest becomes; its smallest becomes 0
    - padding: how many black pixels lie between images

    Returns floats (A * H + (A - 1) * padding, A' * W + (A' - 1) * padding, C) with A' = ceil(sqrt(N)) columns
    and A = ceil(N / A') rows. Raises ValueError if Xs has another number of dimensions or is empty.
    """
    Xs = _images(Xs, 4)
    low = Xs.min(axis=(1, 2, 3), keepdims=True)
    spread = Xs.max(axis=(1, 2, 3), keepdims=True) - low
    stretched = ubound * ((Xs - low) / np.where(spread > 0, spread, 1))
    columns = math.ceil(math.sqrt(len(Xs)))
    rows = math.ceil(len(Xs) / columns)
    cells = np.zeros((rows * columns, *Xs.shape[1:]), dtype=stretched.dtype)
    cells[: len(Xs)] = stretched
    return _tile(cells.reshape(rows, columns, *Xs.shape[1:]), padding, 0)


def vis_grid(Xs):
    """Arrange images in a square grid, stretched to 0 .. 1 all together, so that they can be compared.

    Inputs:
    - Xs: numbers (N, H, W, C), N >= 1

    Returns floats (A * (H + 1) - 1, A * (W + 1) - 1, C) with A = ceil(sqrt(N)), in 0 .. 1; unused places and the
    lines between images have the smallest value, 0. Raises ValueError if Xs has another number of dimensions or
    is empty.
    """
    Xs = _images(Xs, 4)
    side = math.ceil(math.sqrt(len(Xs)))
    cells = np.full((side * side, *Xs.shape[1:]), Xs.min(), dtype=Xs.dtype)
    cells[: len(Xs)] = Xs
    return vis_nn(cells.reshape(side, side, *Xs.shape[1:]))


def vis_nn(rows):
    """Arrange rows of images, such as a query and its nearest neighbours, stretched to 0 .. 1 all together.

    Inputs:
    - rows: numbers (N, D, H, W, C): N rows of D images, both at least 1

    Returns floats (N * (H + 1) - 1, D * (W + 1) - 1, C), in 0 .. 1. Raises ValueError if rows has another number
    of dimensions or is empty.
    """
    rows = _images(rows, 5)
    low, high = rows.min(), rows.max()
    return _tile((rows - low) / (high - low if high > low else 1), 1, 0)


def _images(Xs, ndim):
    """Return Xs as floats with `ndim` dimensions and at least one image; ValueError otherwise."""
    Xs = as_floats("The images", Xs, ndim=ndim)
    if Xs.size == 0:
        raise ValueError(f"There must be at least one image, but the shape is {Xs.shape}.")
    return Xs


def _tile(images, padding, background):
    """Join images (A, B, H, W, C) into one, `padding` pixels of `background` apart."""
    A, B, H, W, C = images.shape
    grid = np.full((A, H + padding, B, W + padding, C), background, dtype=images.dtype)
    grid[:, :H, :, :W] = images.transpose(0, 2, 1, 3, 4)
    grid = grid.reshape(A * (H + padding), B * (W + padding), C)
    return grid[: A * (H + padding) - padding, : B * (W + padding) - padding]
