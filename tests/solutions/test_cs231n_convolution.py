"""layers.py, fast_layers.py, im2col.py: convolution and pooling, the naive and the fast functions alike."""

import itertools
import tracemalloc

import numpy as np
import pytest

from cs231n import fast_layers, layers
from cs231n.im2col import col2im_indices, get_im2col_indices, im2col_indices

CONV = {
    "naive": (layers.conv_forward_naive, layers.conv_backward_naive),
    "fast": (fast_layers.conv_forward_fast, fast_layers.conv_backward_fast),
}
POOL = {
    "naive": (layers.max_pool_forward_naive, layers.max_pool_backward_naive),
    "fast": (fast_layers.max_pool_forward_fast, fast_layers.max_pool_backward_fast),
}
each_conv = pytest.mark.parametrize(("forward", "backward"), CONV.values(), ids=CONV)
each_pool = pytest.mark.parametrize(("forward", "backward"), POOL.values(), ids=POOL)

#: Image, filters, stride, padding: square and not, that tile and do not, larger strides than filters, one pixel.
CONV_CASES = [
    ((2, 3, 5, 5), (4, 3, 3, 3), 1, 1),
    ((2, 3, 7, 6), (2, 3, 3, 3), 2, 1),
    ((1, 2, 8, 5), (3, 2, 4, 2), 3, 0),
    ((2, 1, 5, 6), (2, 1, 2, 3), 2, 2),
    ((3, 2, 4, 4), (3, 2, 1, 1), 1, 0),
    ((1, 3, 6, 9), (2, 3, 2, 2), 4, 1),
    ((2, 2, 3, 4), (2, 2, 3, 4), 1, 0),
    ((1, 1, 1, 1), (1, 1, 3, 3), 1, 1),
    ((2, 2, 2, 3), (2, 2, 5, 5), 1, 2),
    ((1, 2, 5, 5), (2, 2, 3, 3), 1, 3),
]
each_conv_case = pytest.mark.parametrize(("image", "filters", "stride", "pad"), CONV_CASES)

#: Image, window, stride: that tile and do not, overlapping, with gaps, the whole image.
POOL_CASES = [
    ((2, 3, 4, 4), (2, 2), 2),
    ((2, 3, 5, 7), (2, 2), 2),
    ((2, 2, 6, 5), (3, 3), 2),
    ((1, 2, 5, 4), (3, 2), 1),
    ((2, 1, 7, 7), (2, 2), 3),
    ((2, 2, 4, 5), (1, 1), 1),
    ((2, 2, 4, 5), (1, 1), 2),
    ((3, 2, 4, 5), (4, 5), 1),
    ((1, 1, 1, 1), (1, 1), 1),
]
each_pool_case = pytest.mark.parametrize(("image", "window", "stride"), POOL_CASES)


def conv_inputs(rng, image, filters):
    return rng.standard_normal(image), rng.standard_normal(filters), rng.standard_normal(filters[0])


def conv_by_definition(x, w, b, stride, pad):
    """The formula, pixel by pixel: what lies outside of the image is 0."""
    (N, C, H, W), (F, _, HH, WW) = x.shape, w.shape
    out_h, out_w = (H + 2 * pad - HH) // stride + 1, (W + 2 * pad - WW) // stride + 1
    out = np.zeros((N, F, out_h, out_w))
    for n, f, i, j in np.ndindex(out.shape):
        out[n, f, i, j] = b[f]
        for c, k, m in itertools.product(range(C), range(HH), range(WW)):
            row, column = i * stride + k - pad, j * stride + m - pad
            if 0 <= row < H and 0 <= column < W:
                out[n, f, i, j] += w[f, c, k, m] * x[n, c, row, column]
    return out


@each_conv
@each_conv_case
def test_convolution_follows_the_formula(rng, unchanged, forward, backward, image, filters, stride, pad):
    x, w, b = conv_inputs(rng, image, filters)
    out, _ = unchanged(forward, x, w, b, {"stride": stride, "pad": pad})
    expected = conv_by_definition(x, w, b, stride, pad)
    assert out.shape == expected.shape
    assert out == pytest.approx(expected, rel=1e-9, abs=1e-9)


@each_conv
@each_conv_case
def test_convolution_gradients(rng, slope, unchanged, forward, backward, image, filters, stride, pad):
    x, w, b = conv_inputs(rng, image, filters)
    inputs, conv_param = {"x": x, "w": w, "b": b}, {"stride": stride, "pad": pad}
    out, cache = forward(x, w, b, conv_param)
    dout = rng.standard_normal(out.shape)
    grads = unchanged(backward, dout, cache)
    again = backward(dout, cache)
    for (name, value), grad, second in zip(inputs.items(), grads, again, strict=True):
        assert grad.shape == value.shape
        assert np.array_equal(grad, second)
        direction = rng.standard_normal(value.shape)

        def loss(v, name=name):
            return np.sum(forward(**{**inputs, name: v}, conv_param=conv_param)[0] * dout)

        numerical = slope(loss, value, direction)
        assert np.sum(grad * direction) == pytest.approx(numerical, rel=1e-6, abs=1e-9), name


def pool_param(window, stride):
    return {"pool_height": window[0], "pool_width": window[1], "stride": stride}


@each_pool
@each_pool_case
def test_pooling_follows_the_formula(rng, unchanged, forward, backward, image, window, stride):
    x = rng.standard_normal(image) - 5  # below 0, so that a 0 from anywhere would be the largest
    out, _ = unchanged(forward, x, pool_param(window, stride))
    (N, C, H, W), (h, w) = image, window
    assert out.shape == (N, C, (H - h) // stride + 1, (W - w) // stride + 1)
    for n, c, i, j in np.ndindex(out.shape):
        values = [x[n, c, i * stride + k, j * stride + m] for k in range(h) for m in range(w)]
        assert out[n, c, i, j] == max(values)


@each_pool
@each_pool_case
def test_pooling_gradients(rng, slope, unchanged, forward, backward, image, window, stride):
    x = rng.permutation(np.prod(image)).reshape(image) / 10  # values far enough apart for a numerical gradient
    out, cache = forward(x, pool_param(window, stride))
    dout, direction = rng.standard_normal(out.shape), rng.standard_normal(image)
    dx = unchanged(backward, dout, cache)
    assert dx.shape == image
    assert np.array_equal(dx, backward(dout, cache))
    numerical = slope(lambda v: np.sum(forward(v, pool_param(window, stride))[0] * dout), x, direction)
    assert np.sum(dx * direction) == pytest.approx(numerical, rel=1e-6, abs=1e-9)
    assert np.sum(dx) == pytest.approx(np.sum(dout))


@each_pool
def test_of_equal_values_the_first_receives_the_gradient(forward, backward):
    x = np.array([[[[1.0, 2, 0, 0], [2, 2, 0, 0], [7, 7, 3, 4], [7, 7, 4, 4]]]])
    out, cache = forward(x, pool_param((2, 2), 2))
    assert out.tolist() == [[[[2, 0], [7, 4]]]]
    dx = backward(np.array([[[[1.0, 2], [3, 4]]]]), cache)
    assert dx.tolist() == [[[[0, 1, 2, 0], [0, 0, 0, 0], [3, 0, 0, 4], [0, 0, 0, 0]]]]


@each_pool
def test_overlapping_windows_add_their_gradients(forward, backward):
    x = np.array([[[[1.0, 0, 0], [0, 9, 0], [0, 0, 1]]]])
    _, cache = forward(x, pool_param((2, 2), 1))
    dx = backward(np.array([[[[1.0, 20], [300, 4000]]]]), cache)
    assert dx.tolist() == [[[[0, 0, 0], [0, 4321, 0], [0, 0, 0]]]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@each_conv
def test_convolution_keeps_dtypes(rng, forward, backward, dtype):
    x, w, b = (a.astype(dtype) for a in conv_inputs(rng, (2, 3, 5, 5), (4, 3, 3, 3)))
    out, cache = forward(x, w, b, {"stride": np.int64(1), "pad": np.int64(1)})
    assert out.dtype == dtype
    assert all(grad.dtype == dtype for grad in backward(out, cache))
    exact = conv_by_definition(*(a.astype(np.float64) for a in (x, w, b)), 1, 1)
    assert out == pytest.approx(exact, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@each_pool
def test_pooling_keeps_dtypes(rng, forward, backward, dtype):
    out, cache = forward(rng.standard_normal((2, 3, 5, 5)).astype(dtype), pool_param((2, 2), 2))
    assert out.dtype == dtype
    assert backward(out, cache).dtype == dtype


def other_orders(a):
    """The same numbers, differently laid out: column-major, channels last, with gaps, backwards."""
    yield np.asfortranarray(a)
    yield np.ascontiguousarray(a.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    yield np.repeat(a, 2, axis=3)[..., ::2]
    yield a[::-1, ::-1].copy()[::-1, ::-1]


@each_conv
def test_convolution_in_any_memory_order(rng, forward, backward):
    x, w, b = conv_inputs(rng, (3, 2, 5, 6), (4, 2, 3, 2))
    conv_param = {"stride": 2, "pad": 1}
    out, cache = forward(x, w, b, conv_param)
    dout = rng.standard_normal(out.shape)
    grads = backward(dout, cache)
    for other_x, other_w, other_dout in zip(*map(other_orders, (x, w, dout)), strict=True):
        other_out, other_cache = forward(other_x, other_w, b, conv_param)
        assert other_out == pytest.approx(out, rel=1e-9, abs=1e-12)
        for a, b_ in zip(backward(other_dout, other_cache), grads, strict=True):
            assert a == pytest.approx(b_, rel=1e-9, abs=1e-12)


@each_pool
def test_pooling_in_any_memory_order(rng, forward, backward):
    x = rng.standard_normal((3, 2, 5, 6))
    out, cache = forward(x, pool_param((3, 2), 2))
    dout = rng.standard_normal(out.shape)
    dx = backward(dout, cache)
    for other_x, other_dout in zip(other_orders(x), other_orders(dout), strict=True):
        other_out, other_cache = forward(other_x, pool_param((3, 2), 2))
        assert np.array_equal(other_out, out)
        assert backward(other_dout, other_cache) == pytest.approx(dx, rel=1e-9, abs=1e-12)


def buffers(run):
    """The bytes that `run` allocates at most, beyond what it returns."""
    tracemalloc.start()
    try:
        result = run()
        kept, peak = tracemalloc.get_traced_memory()
        del result
        return peak - kept
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("image", [(300, 8, 32, 32), (1, 16, 600, 500)], ids=["many", "large"])
def test_buffers_grow_neither_with_the_batch_nor_with_the_image(rng, image):
    """All columns at once would take 0.4 GB and 1 GB."""
    x, w, b = conv_inputs(rng, image, (4, image[1], 5, 5))

    def convolve():
        out, cache = fast_layers.conv_forward_fast(x, w, b, {"stride": 1, "pad": 2})
        return out, fast_layers.conv_backward_fast(out, cache)

    def pool():
        out, cache = fast_layers.max_pool_forward_fast(x, pool_param((3, 3), 2))
        return out, fast_layers.max_pool_backward_fast(out, cache)

    assert buffers(convolve) < 160 << 20
    assert buffers(pool) < 160 << 20


@pytest.mark.parametrize("kind", ["naive", "fast"])
def test_an_empty_batch(kind):
    (conv_forward, conv_backward), (pool_forward, pool_backward) = CONV[kind], POOL[kind]
    x = np.zeros((0, 3, 5, 5))
    out, cache = conv_forward(x, np.ones((4, 3, 3, 3)), np.ones(4), {"stride": 1, "pad": 1})
    assert out.shape == (0, 4, 5, 5)
    assert conv_backward(out, cache)[0].shape == x.shape
    out, cache = pool_forward(x, pool_param((2, 2), 2))
    assert out.shape == (0, 3, 2, 2)
    assert pool_backward(out, cache).shape == x.shape


@each_conv
@pytest.mark.parametrize(
    ("x", "w", "b", "settings", "message"),
    [
        ((2, 3, 5), (4, 3, 3, 3), 4, {}, "x must have 4"),
        ((2, 3, 5, 5), (4, 3, 3), 4, {}, "w must have 4"),
        ((2, 3, 5, 5), (4, 2, 3, 3), 4, {}, "x has 3 channels, but the filters w have 2"),
        ((2, 3, 5, 5), (4, 3, 3, 3), 3, {}, "b has 3 entries, but w has 4 filters"),
        ((2, 3, 5, 5), (4, 3, 6, 3), 4, {}, r"filters \(6 x 3\) must fit into the image \(5 x 5\)"),
        ((2, 3, 5, 5), (4, 3, 8, 3), 4, {"pad": 1}, r"filters \(8 x 3\) must fit into the image \(7 x 7\)"),
        ((2, 3, 5, 5), (4, 3, 3, 3), 4, {"stride": 0}, "stride must be at least 1"),
        ((2, 3, 5, 5), (4, 3, 3, 3), 4, {"pad": -1}, "pad must be at least 0"),
        ((2, 3, 5, 5), (4, 3, 3, 3), 4, {"stride": 1.5}, "stride must be a whole number"),
    ],
)
def test_bad_convolutions_are_clear_errors(forward, backward, x, w, b, settings, message):
    with pytest.raises(ValueError, match=message):
        forward(np.ones(x), np.ones(w), np.ones(b), {"stride": 1, "pad": 0} | settings)


@each_conv
def test_missing_settings_of_a_convolution(forward, backward):
    with pytest.raises(ValueError, match="conv_param must have the key 'pad', but has 'stride'"):
        forward(np.ones((1, 1, 2, 2)), np.ones((1, 1, 1, 1)), np.ones(1), {"stride": 1})
    with pytest.raises(ValueError, match="dout must have 4"):
        backward(np.ones(3), None)


@each_pool
@pytest.mark.parametrize(
    ("x", "settings", "message"),
    [
        ((2, 5, 5), {}, "x must have 4"),
        ((2, 3, 5, 1), {}, r"window \(2 x 2\) must fit into the image \(5 x 1\)"),
        ((2, 3, 5, 5), {"stride": 0}, "stride must be at least 1"),
        ((2, 3, 5, 5), {"pool_height": 0}, "pool_height must be at least 1"),
        ((2, 3, 5, 5), {"pool_width": "2"}, "pool_width must be a whole number"),
    ],
)
def test_bad_poolings_are_clear_errors(forward, backward, x, settings, message):
    with pytest.raises(ValueError, match=message):
        forward(np.ones(x), pool_param((2, 2), 2) | settings)
    with pytest.raises(ValueError, match="dout must have 4"):
        backward(np.ones(3), None)


# ---- im2col ------------------------------------------------------------------------------------------------


@each_conv_case
def test_columns_are_windows(rng, image, filters, stride, pad):
    """In this order: channel, row and column within a column; position, then image, from column to column."""
    x, (N, C, H, W), (_, _, HH, WW) = rng.standard_normal(image), image, filters
    cols = im2col_indices(x, HH, WW, padding=pad, stride=stride)
    out_h, out_w = (H + 2 * pad - HH) // stride + 1, (W + 2 * pad - WW) // stride + 1
    assert cols.shape == (C * HH * WW, out_h * out_w * N)
    padded = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    padded[:, :, pad : pad + H, pad : pad + W] = x
    for number, (i, j, n) in enumerate(np.ndindex(out_h, out_w, N)):
        window = padded[n, :, i * stride : i * stride + HH, j * stride : j * stride + WW]
        assert np.array_equal(cols[:, number], window.ravel())
    k, rows, columns = get_im2col_indices(image, HH, WW, pad, stride)
    assert np.array_equal(padded[:, k, rows, columns].transpose(1, 2, 0).reshape(cols.shape), cols)


@each_conv_case
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_col2im_is_the_transpose_of_im2col(rng, image, filters, stride, pad, dtype):
    """<im2col(x), cols> = <x, col2im(cols)>, whatever x and cols are."""
    x, (HH, WW) = rng.standard_normal(image), filters[2:]
    straight = im2col_indices(x, HH, WW, pad, stride)
    cols = rng.standard_normal(straight.shape).astype(dtype)
    back = col2im_indices(cols, image, HH, WW, pad, stride)
    assert back.shape == image
    assert back.dtype == dtype
    assert np.sum(straight * cols) == pytest.approx(np.sum(x * back), rel=1e-5 if dtype == np.float32 else 1e-9)


def test_columns_keep_any_dtype():
    pixels = np.arange(16, dtype=np.uint8).reshape(1, 1, 4, 4)
    assert im2col_indices(pixels, 2, 2, padding=0, stride=2).dtype == np.uint8


@pytest.mark.parametrize(
    ("field", "padding", "stride"), [((5, 3), 0, 1), ((3, 3), -1, 1), ((2, 2), 0, 0), ((0, 2), 0, 1)]
)
def test_windows_that_do_not_fit_are_clear_errors(field, padding, stride):
    x, arguments = np.ones((1, 1, 4, 4)), (*field, padding, stride)
    for call in (
        lambda: get_im2col_indices(x.shape, *arguments),
        lambda: im2col_indices(x, *arguments),
        lambda: col2im_indices(np.ones((4, 4)), x.shape, *arguments),
    ):
        with pytest.raises(ValueError, match="does not fit into images of 4 x 4"):
            call()
