"""Image features: what a linear classifier can use better than raw pixels.

Images are (H, W, 3) arrays of RGB values in 0 .. 255, integers or floats.
"""

import numpy as np

from .validation import as_count, as_floats, as_number


def extract_features(imgs, feature_fns, verbose=False):
    """Compute features of many images and join them.

    Inputs:
    - imgs: numbers (N, H, W, C), the images
    - feature_fns: a list of functions, each from one image (H, W, C) to a one-dimensional array, whose length
      must be the same for every image
    - verbose: if True, show a progress bar

    Returns floats (N, F), one row per image: the results of all the functions, one after the other.

    Raises ValueError if there is no image or no function, or a function's result has the wrong shape.
    """
    imgs = np.asarray(imgs)
    if imgs.ndim != 4 or len(imgs) == 0:
        raise ValueError(f"imgs must be a batch of images (N, H, W, C) with N >= 1, but its shape is {imgs.shape}.")
    if not feature_fns:
        raise ValueError("feature_fns must hold at least one function.")
    if verbose:
        from tqdm.auto import tqdm

        images = tqdm(imgs, desc="features", unit="image")
    else:
        images = imgs

    features = None
    for i, image in enumerate(images):
        parts = [np.asarray(feature_fn(image)) for feature_fn in feature_fns]
        for feature_fn, part in zip(feature_fns, parts, strict=True):
            if part.ndim != 1:
                name = getattr(feature_fn, "__name__", feature_fn)
                raise ValueError(f"{name} must return a one-dimensional array, but its shape is {part.shape}.")
        row = np.concatenate(parts)
        if features is None:
            features = np.zeros((len(imgs), len(row)))
        if len(row) != features.shape[1]:
            raise ValueError(f"Image {i} has {len(row)} features, but the ones before have {features.shape[1]}.")
        features[i] = row
    return features


def rgb2gray(rgb):
    """Convert colour to brightness: 0.299 R + 0.587 G + 0.114 B.

    Inputs:
    - rgb: numbers (..., 3)

    Returns floats (...,). Raises ValueError if the last dimension is not 3.

    Source: ITU-R Recommendation BT.601.
    """
    rgb = as_floats("rgb", rgb)
    if rgb.ndim == 0 or rgb.shape[-1] != 3:
        raise ValueError(f"rgb must have a last dimension of 3 (red, green, blue), but its shape is {rgb.shape}.")
    return rgb @ np.array([0.299, 0.587, 0.114], dtype=rgb.dtype)


def hog_feature(im):
    """Compute a histogram of oriented gradients: which edges run where.

    The brightness gradient of each pixel votes, with its magnitude, for its orientation (in 0 .. 180 degrees,
    split between the two nearest of 9 bins), in the cell of 8x8 pixels where it lies. Each cell's histogram is
    then divided by the norm of the 3x3 cells around it, so that neither brightness nor contrast matters.

    Inputs:
    - im: numbers (H, W, 3) or (H, W), H and W at least 8; what is left over by whole cells is not used

    Returns floats (9 * (H // 8) * (W // 8),): 144 of them for a 32x32 image.

    Raises ValueError if the image has another shape or is too small.

    Source: Dalal and Triggs, Histograms of Oriented Gradients for Human Detection (2005).
    """
    num_bins, cell = 9, 8
    im = np.asarray(im)
    gray = rgb2gray(im) if im.ndim == 3 else as_floats("im", im, ndim=2)
    rows, columns = gray.shape[0] // cell, gray.shape[1] // cell
    if rows == 0 or columns == 0:
        raise ValueError(f"im must be at least {cell}x{cell} pixels, but its shape is {im.shape}.")

    padded = np.pad(gray, 1, mode="edge")
    gx = (padded[1:-1, 2:] - padded[1:-1, :-2]) / 2
    gy = (padded[2:, 1:-1] - padded[:-2, 1:-1]) / 2
    gx, gy = gx[: rows * cell, : columns * cell], gy[: rows * cell, : columns * cell]
    magnitude = np.hypot(gx, gy)
    position = np.arctan2(gy, gx) % np.pi * (num_bins / np.pi) - 0.5  # in bins; bin b's centre is at b
    lower = np.floor(position)
    share = position - lower  # what the upper of the two bins gets
    lower = lower.astype(int)

    # One bincount fills the histograms of all cells; 0 and 180 degrees are neighbours.
    cells = np.arange(rows * cell)[:, np.newaxis] // cell * columns + np.arange(columns * cell) // cell
    index = np.stack([cells * num_bins + lower % num_bins, cells * num_bins + (lower + 1) % num_bins])
    votes = np.stack([magnitude * (1 - share), magnitude * share])
    histograms = np.bincount(index.ravel(), votes.ravel(), minlength=rows * columns * num_bins)
    histograms = histograms.reshape(rows, columns, num_bins)

    energy = np.pad(np.sum(histograms**2, axis=2), 1)
    around = sum(energy[i : i + rows, j : j + columns] for i in range(3) for j in range(3))
    # One grey level per pixel of a cell: flat regions are divided by this instead of by almost nothing.
    return (histograms / np.sqrt(around + cell**2)[:, :, np.newaxis]).ravel()


def color_histogram_hsv(im, nbin=10, xmin=0, xmax=255, normalized=True):
    """Compute a histogram of hues: which colours there are, wherever they are.

    The hue is the angle of a colour around the grey axis, counted from red (0) over green (1/3) and blue (2/3)
    to red again; it does not depend on how bright or how pale the colour is. Grey has no hue, and counts as 0.

    Inputs:
    - im: numbers (H, W, 3), the image
    - nbin: the number of bins that share the circle of hues
    - xmin, xmax: the pixel values for none and all of a colour; values outside are clipped
    - normalized: if True the histogram is divided by its sum, otherwise it holds numbers of pixels

    Returns floats (nbin,). Raises ValueError if im has another shape, nbin < 1 or xmax <= xmin.

    Source: Smith, Color Gamut Transform Pairs (1978); Swain and Ballard, Color Indexing (1991).
    """
    im, nbin = as_floats("im", im, ndim=3), as_count("nbin", nbin)
    if im.shape[2] != 3 or im.size == 0:
        raise ValueError(f"im must be an image (H, W, 3), but its shape is {im.shape}.")
    xmin = as_number("xmin", xmin)
    if as_number("xmax", xmax) <= xmin:
        raise ValueError(f"xmax must be greater than xmin = {xmin}, but got {xmax!r}.")
    hue = _hue(np.clip((im - xmin) / (xmax - xmin), 0, 1))
    counts = np.bincount((hue * nbin).astype(int).ravel() % nbin, minlength=nbin).astype(float)
    return counts / counts.sum() if normalized else counts


def _hue(rgb):
    """Return the hue in [0, 1] of colours (..., 3) with values in [0, 1]; 0 for grey."""
    red, green, blue = np.moveaxis(rgb, -1, 0)
    largest = rgb.max(axis=-1)
    spread = largest - rgb.min(axis=-1)
    safe = np.where(spread > 0, spread, 1)
    # In sixths of the circle: which primary is the strongest, and to which side of it the others lean.
    sixths = np.select(
        [largest == red, largest == green],
        [(green - blue) / safe % 6, (blue - red) / safe + 2],
        (red - green) / safe + 4,
    )
    return np.where(spread > 0, sixths / 6, 0)
