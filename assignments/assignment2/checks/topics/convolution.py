"""Layers on images: convolution and max pooling."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from ..compare import difference
from ..expect import Expect
from ..inputs import fortran, normal, single
from ..registry import item
from ..student import Code
from ..values import Array

#: So small that no maximum of a window changes, and large against rounding.
SMALL_STEP = 1e-7


def _shape_advice(value: Any, right: Array, key: str) -> str:
    """The hint `key`, if `value` has another shape than `right`."""
    return key if isinstance(value, np.ndarray) and value.shape != right.shape else ""


# ---- convolution ----------------------------------------------------------------------------------------------


def _conv_inputs(
    rng: np.random.RandomState, n: int, c: int, size: tuple[int, int], f: int, field: tuple[int, int]
) -> tuple[Array, Array, Array]:
    """n images of c channels, f filters and their biases."""
    return normal(rng, n, c, *size), normal(rng, f, c, *field), normal(rng, f)


def _conv(code: Code, x: Array, w: Array, b: Array, stride: int, pad: int) -> tuple[Any, Any]:
    found: tuple[Any, Any] = code.layers.conv_forward_naive(x, w, b, {"stride": stride, "pad": pad})
    return found


def _padded(x: Array, before: int, after: int, **how: Any) -> Array:
    """`x` with so many rows and columns before and after each image's own; zeros, unless `how` says otherwise."""
    return np.pad(x, ((0, 0), (0, 0), (before, after), (before, after)), **how)


def _conv_mistakes(
    reference: Code, x: Array, w: Array, b: Array, stride: int, pad: int, right: Array
) -> dict[str, list[Array]]:
    """What known mistakes make of the convolution `right`."""

    def other(x: Array, w: Array = w, stride: int = stride, pad: int = pad) -> Array:
        out: Array = _conv(reference, x, w, b, stride, pad)[0]
        return out

    bias, channels, window = b[:, np.newaxis, np.newaxis], w.shape[1], w.shape[2] * w.shape[3]
    sums, parts = right - bias, (channels, window, channels * window)
    found = {
        "conv_flipped": [other(x, w[:, :, ::-1, ::-1])],
        "bias_missing": [sums],
        "bias_subtracted": [right - 2 * bias],
        "conv_bias_repeated": [sums + count * bias for count in parts if count > 1],
        "conv_mean": [sums / count + bias for count in parts if count > 1],
    }
    if channels > 1:
        found["conv_channels"] = [other(x[:, part], w[:, part]) for part in (slice(0, 1), slice(-1, None))]
    if stride > 1:
        dense = other(x, stride=1)
        rows, columns = right.shape[2:]
        found["conv_stride_missing"] = [dense, dense[:, :, :rows, :columns]]
        found["conv_stride_one_way"] = [dense[:, :, ::stride, :columns], dense[:, :, :rows, ::stride]]
    if pad:
        ends = ((2 * pad, 0), (0, 2 * pad), (pad, 0), (0, pad))
        modes: list[dict[str, Any]] = [{"mode": mode} for mode in ("edge", "reflect", "symmetric", "wrap")]
        found |= {
            "conv_padding_missing": [other(x, pad=0)],
            "conv_padding_side": [other(_padded(x, *end), pad=0) for end in ends],
            "conv_padding_value": [
                other(_padded(x, pad, pad, **mode), pad=0) for mode in (*modes, {"constant_values": 1.0})
            ],
            "conv_padding_twice": [other(x, pad=2 * pad)],
        }
    return found


@item(
    "conv_forward_naive",
    module="layers",
    main=("out", "stride", "padding"),
    edge=("rest of the image", "gaps", "single pixels", "one of each", "float32", "memory layout"),
)
def conv_forward_naive(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Output of a convolutional layer."""

    def judge(x: Array, w: Array, b: Array, stride: int, pad: int, known: bool = True) -> None:
        out, _ = expect.unpack(_conv(student, x, w, b, stride, pad), "out cache")
        right, _ = _conv(reference, x, w, b, stride, pad)
        mistakes = _conv_mistakes(reference, x, w, b, stride, pad, right) if known else {}
        expect(out, "out").close_to(right, mistakes=lambda: mistakes, otherwise=_shape_advice(out, right, "conv_shape"))

    f = 4 + rng.randint(2)
    judge(*_conv_inputs(rng, 2, 3, (5, 7), f, (2, 4)), 1, 0)
    with expect.part("stride") as rng:
        judge(*_conv_inputs(rng, 2, 3, (8, 5), 4, (2, 3)), 2, 0)
    with expect.part("padding") as rng:
        judge(*_conv_inputs(rng, 2, 2, (4, 5), 3, (3, 2)), 1, 1)
        judge(*_conv_inputs(rng, 2, 3, (5, 6), 2, (3, 4)), 2, 2)
    with expect.part("rest of the image", otherwise="conv_rest") as rng:
        judge(*_conv_inputs(rng, 2, 2, (6, 8), 3, (3, 2)), 2, 0)
        judge(*_conv_inputs(rng, 1, 2, (5, 6), 3, (3, 4)), 3, 1)
    with expect.part("gaps", otherwise="conv_gaps") as rng:
        judge(*_conv_inputs(rng, 2, 2, (7, 8), 3, (1, 2)), 3, 0)
    with expect.part("single pixels", otherwise="conv_single_pixels") as rng:
        judge(*_conv_inputs(rng, 2, 4, (3, 5), 3, (1, 1)), 1, 0)
        judge(*_conv_inputs(rng, 2, 3, (3, 4), 5, (3, 4)), 1, 0)  # and the other extreme
    with expect.part("one of each", otherwise="conv_one_of_each") as rng:
        judge(*_conv_inputs(rng, 1, 1, (4, 6), 1, (3, 2)), 1, 1)
    with expect.part("float32", otherwise="float32") as rng:
        x, w, b = map(single, _conv_inputs(rng, 2, 3, (5, 4), 3, (3, 2)))
        judge(x, w, b, 2, 1, known=False)
    with expect.part("memory layout", otherwise="noncontiguous") as rng:
        x, w, b = fortran(*_conv_inputs(rng, 2, 3, (5, 4), 3, (3, 2)))
        judge(x, w, b, 2, 1, known=False)


def _last_written(dout: Array, x: Array, w: Array, stride: int, pad: int) -> tuple[Array, Array]:
    """What becomes of dx and dw in loops over images, filters, rows and columns that assign instead of adding."""
    height, width = w.shape[2:]
    padded = _padded(x, pad, pad)
    dx, dw = np.zeros_like(padded), np.zeros_like(w)
    for i, j in np.ndindex(dout.shape[2:]):
        rows, columns = slice(i * stride, i * stride + height), slice(j * stride, j * stride + width)
        dx[:, :, rows, columns] = dout[:, -1:, i : i + 1, j : j + 1] * w[-1]
        dw[:] = dout[-1, :, i, j][:, np.newaxis, np.newaxis, np.newaxis] * padded[-1, :, rows, columns]
    return dx[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]], dw


@item(
    "conv_backward_naive",
    module="layers",
    main=("dx", "dw", "db"),
    edge=("no padding", "gaps", "single pixels", "one of each", "float32", "memory layout"),
    needs=("conv_forward_naive",),
)
def conv_backward_naive(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Gradients of a convolutional layer with respect to x, w and b."""
    theirs, ours = student.layers, reference.layers

    def gradients(x: Array, w: Array, b: Array, stride: int, pad: int, dout: Array) -> tuple[Any, Any, Any]:
        found: tuple[Any, Any, Any] = ours.conv_backward_naive(dout, _conv(reference, x, w, b, stride, pad)[1])
        return found

    def mistakes(
        x: Array, w: Array, b: Array, stride: int, pad: int, dout: Array, right: tuple[Array, Array, Array]
    ) -> dict[str, dict[str, Any]]:
        """For each gradient, what known mistakes make of it."""
        dx, dw, db = right
        image, windows = _padded(x, pad, pad), dout.shape[2:]
        uncut, _, _ = gradients(image, w, b, stride, 0, dout)
        flipped, _, _ = gradients(x, w[:, :, ::-1, ::-1], b, stride, pad, dout)
        ones = gradients(x, w, b, stride, pad, np.ones_like(dout))
        used = [count + length - 1 for count, length in zip(windows, w.shape[2:], strict=True)]
        dense, dense_dw, _ = gradients(image[:, :, : used[0], : used[1]], w, b, 1, 0, dout)
        spread = np.zeros_like(image)
        spread[:, :, : used[0], : used[1]] = dense
        height, width = x.shape[2:]
        last_dx, last_dw = _last_written(dout, x, w, stride, pad)
        n, count = len(x), windows[0] * windows[1]
        found: dict[str, dict[str, Any]] = {
            "dx": {"conv_flipped": flipped, "conv_overwritten": last_dx, "batch_mean": dx / n},
            "dw": {"conv_flipped": dw[:, :, ::-1, ::-1], "conv_overwritten": last_dw, "batch_mean": dw / n},
            "db": {
                "conv_db_axes": [dout.sum(axis=axes) for axes in (0, (0, 2), (0, 3), (2, 3), (1, 2, 3), (0, 1, 2, 3))],
                "conv_db_mean": [db / count, db / (n * count), db / n],
            },
        }
        if pad:
            found["dx"]["conv_padding_uncut"] = uncut
            found["dx"]["conv_padding_cut_wrong"] = [uncut[:, :, :height, :width], uncut[:, :, -height:, -width:]]
        if stride > 1:
            found["dx"]["conv_stride_missing"] = spread[:, :, pad : pad + height, pad : pad + width]
            found["dw"]["conv_stride_missing"] = dense_dw
        for name, value in zip(found, ones, strict=True):
            found[name]["conv_dout_ignored"] = value
        return found

    def judge(x: Array, w: Array, b: Array, stride: int, pad: int, known: bool = True) -> tuple[Any, Array]:
        dout_shape = _conv(reference, x, w, b, stride, pad)[0].shape
        dout = normal(rng, *dout_shape).astype(x.dtype)
        if not x.flags.c_contiguous:
            (dout,) = fortran(dout)
        _, cache = expect.unpack(_conv(student, x, w, b, stride, pad), "out cache")
        got = expect.unpack(theirs.conv_backward_naive(dout, cache), "dx dw db")
        right = gradients(x, w, b, stride, pad, dout)
        wrong = mistakes(x, w, b, stride, pad, dout, right) if known else {}
        for value, name, expected in zip(got, ("dx", "dw", "db"), right, strict=True):
            expect(value, name).close_to(
                expected,
                mistakes=partial(dict, wrong.get(name, {})),
                otherwise=_shape_advice(value, expected, "conv_gradient_shape"),
            )
        return got, dout

    def forward(x: Array, w: Array, b: Array, stride: int, pad: int) -> Any:
        return expect.unpack(_conv(student, x, w, b, stride, pad), "out cache")[0]

    # Windows overlap, filters are not square, a row is left over, and the padding reaches into most windows.
    x, w, b = _conv_inputs(rng, 2, 3, (5, 6), 4, (3, 4))
    (dx, dw, db), dout = judge(x, w, b, 2, 2)
    expect(dx, "dx").gradient_of(lambda v: forward(v, w, b, 2, 2), x, dout, rng)
    expect(dw, "dw").gradient_of(lambda v: forward(x, v, b, 2, 2), w, dout, rng)
    expect(db, "db").gradient_of(lambda v: forward(x, w, v, 2, 2), b, dout, rng)
    with expect.part("no padding", otherwise="conv_no_padding") as rng:
        judge(*_conv_inputs(rng, 2, 2, (4, 5), 3, (2, 3)), 1, 0)
    with expect.part("gaps", otherwise="conv_gaps") as rng:
        judge(*_conv_inputs(rng, 2, 2, (7, 8), 3, (1, 2)), 3, 0)
    with expect.part("single pixels", otherwise="conv_single_pixels") as rng:
        judge(*_conv_inputs(rng, 2, 4, (3, 5), 3, (1, 1)), 1, 0)
        judge(*_conv_inputs(rng, 2, 3, (3, 4), 5, (3, 4)), 1, 0)  # and the other extreme
    with expect.part("one of each", otherwise="conv_one_of_each") as rng:
        judge(*_conv_inputs(rng, 1, 1, (4, 6), 1, (3, 2)), 1, 1)
    with expect.part("float32", otherwise="float32") as rng:
        x, w, b = map(single, _conv_inputs(rng, 2, 3, (5, 4), 3, (3, 2)))
        judge(x, w, b, 2, 1, known=False)
    with expect.part("memory layout", otherwise="noncontiguous") as rng:
        x, w, b = fortran(*_conv_inputs(rng, 2, 3, (5, 4), 3, (3, 2)))
        judge(x, w, b, 2, 1, known=False)


# ---- max pooling ----------------------------------------------------------------------------------------------


def _pool(code: Code, x: Array, height: int, width: int, stride: int) -> tuple[Any, Any]:
    settings = {"pool_height": height, "pool_width": width, "stride": stride}
    found: tuple[Any, Any] = code.layers.max_pool_forward_naive(x, settings)
    return found


def _windows(x: Array, height: int, width: int, stride: int) -> Array:
    """The windows (N, C, H', W', height, width) of images."""
    every: Array = np.lib.stride_tricks.sliding_window_view(x, (height, width), axis=(2, 3))
    return every[:, :, ::stride, ::stride]


def _apart(rng: np.random.RandomState, *shape: int) -> Array:
    """Random numbers of both signs, no two of them closer than 1e-3: no step changes which one is largest."""
    count = math.prod(shape)
    numbers = np.cumsum(1e-3 + 3 * rng.random_sample(count) / count)
    apart: Array = (numbers - numbers.mean())[rng.permutation(count)].reshape(shape)
    return apart


@item(
    "max_pool_forward_naive",
    module="layers",
    main=("out", "overlapping windows", "negative numbers"),
    edge=("rest of the image", "gaps", "single pixels", "one of each", "float32", "memory layout"),
)
def max_pool_forward_naive(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Output of a max pooling layer."""

    def judge(x: Array, height: int, width: int, stride: int) -> None:
        out, _ = expect.unpack(_pool(student, x, height, width, stride), "out cache")
        right, _ = _pool(reference, x, height, width, stride)

        def mistakes() -> dict[str, Any]:
            windows, dense = _windows(x, height, width, stride), _windows(x, height, width, 1)
            rows, columns = right.shape[2:]
            tiled = _windows(x, height, width, 1)[:, :, ::height, ::width]
            return {
                "pool_average": [windows.mean(axis=(4, 5)), windows.sum(axis=(4, 5))],
                "pool_smallest": windows.min(axis=(4, 5)),
                "pool_from_zero": np.maximum(right, 0),
                "pool_magnitude": [
                    np.abs(windows).max(axis=(4, 5)),
                    np.where(right > -windows.min(axis=(4, 5)), right, windows.min(axis=(4, 5))),
                ],
                "pool_over_channels": np.broadcast_to(right.max(axis=1, keepdims=True), right.shape),
                "pool_over_images": np.broadcast_to(right.max(axis=0, keepdims=True), right.shape),
                "pool_stride_missing": [part.max(axis=(4, 5)) for part in (dense, dense[:, :, :rows, :columns])],
                "pool_stride_is_window": tiled.max(axis=(4, 5)),
            }

        expect(out, "out").close_to(right, mistakes=mistakes, otherwise=_shape_advice(out, right, "pool_shape"))

    judge(normal(rng, 2, 3, 6, 8 + 2 * rng.randint(2)), 2, 2, 2)
    with expect.part("overlapping windows", otherwise="pool_overlap") as rng:
        judge(normal(rng, 2, 3, 7, 5), 3, 2, 1)
        judge(normal(rng, 3, 2, 7, 9), 3, 3, 2)
    with expect.part("negative numbers", otherwise="pool_from_zero") as rng:
        judge(-0.5 - rng.random_sample((2, 3, 4, 6)), 2, 3, 2)
    with expect.part("rest of the image", otherwise="pool_rest") as rng:
        judge(normal(rng, 2, 2, 5, 8), 2, 3, 2)
    with expect.part("gaps", otherwise="pool_gaps") as rng:
        judge(normal(rng, 2, 2, 8, 7), 2, 1, 3)
    with expect.part("single pixels", otherwise="pool_single_pixels") as rng:
        judge(normal(rng, 2, 3, 3, 4), 1, 1, 1)
        judge(normal(rng, 2, 3, 3, 4), 3, 4, 1)  # and the other extreme
    with expect.part("one of each", otherwise="conv_one_of_each") as rng:
        judge(normal(rng, 1, 1, 4, 6), 2, 3, 2)
    with expect.part("float32", otherwise="float32") as rng:
        judge(single(normal(rng, 2, 3, 4, 6)), 2, 3, 2)
    with expect.part("memory layout", otherwise="noncontiguous") as rng:
        judge(np.asfortranarray(normal(rng, 2, 3, 4, 6)), 2, 3, 2)


@item(
    "max_pool_backward_naive",
    module="layers",
    main=("dx", "overlapping windows"),
    edge=("ties", "negative numbers", "rest of the image", "gaps", "single pixels", "float32", "memory layout"),
    needs=("max_pool_forward_naive",),
)
def max_pool_backward_naive(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Gradient of a max pooling layer. (Which of several equal maxima receives it is not judged.)"""
    theirs, ours = student.layers, reference.layers

    def both(x: Array, height: int, width: int, stride: int) -> tuple[Any, Any, Array]:
        """dx, the reference's, and the upstream gradient."""
        out, cache = _pool(reference, x, height, width, stride)
        dout = normal(rng, *out.shape).astype(x.dtype)
        if not x.flags.c_contiguous:
            (dout,) = fortran(dout)
        right = ours.max_pool_backward_naive(dout, cache)
        _, cache = expect.unpack(_pool(student, x, height, width, stride), "out cache")
        return theirs.max_pool_backward_naive(dout, cache), right, dout

    def judge(x: Array, height: int, width: int, stride: int) -> tuple[Any, Array]:
        dx, right, dout = both(x, height, width, stride)
        expect(dx, "dx").close_to(
            right,
            mistakes=lambda: _pool_gradient_mistakes(x, dout, right, height, width, stride),
            otherwise=_shape_advice(dx, right, "pool_gradient_shape"),
        )
        return dx, dout

    x = _apart(rng, 2, 3, 6, 8)
    dx, dout = judge(x, 2, 2, 2)

    def forward(v: Array, height: int, width: int, stride: int) -> Any:
        return expect.unpack(_pool(student, v, height, width, stride), "out cache")[0]

    expect(dx, "dx").gradient_of(lambda v: forward(v, 2, 2, 2), x, dout, rng, SMALL_STEP)
    with expect.part("overlapping windows", otherwise="pool_gradient_overlap") as rng:
        x = _apart(rng, 2, 3, 7, 5)
        dx, dout = judge(x, 3, 2, 1)
        expect(dx, "dx").gradient_of(lambda v: forward(v, 3, 2, 1), x, dout, rng, SMALL_STEP)
        judge(_apart(rng, 3, 2, 7, 9), 3, 3, 2)
    with expect.part("ties", otherwise="pool_ties") as rng:
        # Half of each window's elements are its maximum. Any one of them may receive the gradient, or each a share.
        x = np.repeat(_apart(rng, 2, 3, 4, 3), 4, axis=3).reshape(2, 3, 4, 3, 4)
        x[..., 2:] -= 1
        x = x[..., rng.permutation(4)].reshape(2, 3, 4, 3, 2, 2).transpose(0, 1, 2, 4, 3, 5).reshape(2, 3, 8, 6)
        dx, right, dout = both(x, 2, 2, 2)
        if difference(dx, right, rtol=np.inf) is not None or not _is_shared_out(dx, x, dout, 2):
            expect(dx, "dx").close_to(
                right,
                mistakes=lambda: {"pool_ties_each": _upscaled(dout, 2) * (x == _upscaled(_pooled(x, 2), 2))},
            )
    with expect.part("negative numbers", otherwise="pool_negative") as rng:
        judge(_apart(rng, 2, 3, 4, 6) - 3, 2, 3, 2)
    with expect.part("rest of the image", otherwise="pool_rest") as rng:
        judge(_apart(rng, 2, 2, 5, 8), 2, 3, 2)
    with expect.part("gaps", otherwise="pool_gaps") as rng:
        judge(_apart(rng, 2, 2, 8, 7), 2, 1, 3)
    with expect.part("single pixels", otherwise="pool_single_pixels") as rng:
        judge(_apart(rng, 2, 3, 3, 4), 1, 1, 1)
        judge(_apart(rng, 1, 1, 3, 4), 3, 4, 1)  # and the other extreme
    with expect.part("float32", otherwise="float32") as rng:
        judge(single(_apart(rng, 2, 3, 4, 6)), 2, 3, 2)
    with expect.part("memory layout", otherwise="noncontiguous") as rng:
        judge(np.asfortranarray(_apart(rng, 2, 3, 4, 6)), 2, 3, 2)


def _pooled(x: Array, size: int) -> Array:
    """The maxima of square windows that tile images."""
    largest: Array = _windows(x, size, size, size).max(axis=(4, 5))
    return largest


def _upscaled(values: Array, size: int) -> Array:
    """Each value for every pixel of its window, where square windows tile the image."""
    return values.repeat(size, axis=2).repeat(size, axis=3)


def _is_shared_out(dx: Array, x: Array, dout: Array, size: int) -> bool:
    """Whether each upstream gradient went, once in all, to maxima of its window, where square windows tile the image.

    Each may have any share of it from 0 to 1: these are the subgradients of a maximum.
    """
    shares = dx.astype(np.float64) / _upscaled(dout, size)
    totals = _windows(shares, size, size, size).sum(axis=(4, 5))
    elsewhere = shares[x != _upscaled(_pooled(x, size), size)]
    small = 1e-9
    return bool((np.abs(totals - 1) < small).all() and (np.abs(elsewhere) < small).all() and (shares > -small).all())


def _pool_gradient_mistakes(
    x: Array, dout: Array, right: Array, height: int, width: int, stride: int
) -> dict[str, Any]:
    """What known mistakes make of the gradient `right`."""
    everywhere, last, last_zeroed, least = (np.zeros_like(right) for _ in range(4))
    ones = np.zeros_like(right)
    for i, j in np.ndindex(dout.shape[2:]):
        part = (..., slice(i * stride, i * stride + height), slice(j * stride, j * stride + width))
        window, gradient = x[part], dout[..., i, j][..., np.newaxis, np.newaxis]
        mask = window == window.max(axis=(2, 3), keepdims=True)
        everywhere[part] += gradient
        ones[part] += mask
        least[part] += gradient * (window == window.min(axis=(2, 3), keepdims=True))
        last[part] = np.where(mask, gradient, last[part])
        last_zeroed[part] = mask * gradient
    found = {
        "pool_gradient_everywhere": [everywhere, everywhere / (height * width)],
        "pool_gradient_smallest": least,
        "pool_dout_ignored": [ones, np.minimum(ones, 1)],
        "batch_mean": right / len(x),
    }
    if stride < max(height, width):
        found["pool_overwritten"] = [last, last_zeroed]
    return found
