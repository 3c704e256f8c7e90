"""layers.py: batch, layer and group normalisation, on rows and on images."""

import timeit

import numpy as np
import pytest

from cs231n import layers

ROWS = [(4, 3), (2, 1), (7, 7), (1, 5), (50, 2)]
IMAGES = [(2, 6, 4, 5), (1, 2, 1, 1), (3, 4, 1, 7), (5, 1, 3, 2)]


def batch(x, gamma, beta, **settings):
    return layers.batchnorm_forward(x, gamma, beta, {"mode": "train", **settings})


def spatial_batch(x, gamma, beta, **settings):
    return layers.spatial_batchnorm_forward(x, gamma, beta, {"mode": "train", **settings})


def layer(x, gamma, beta, **settings):
    return layers.layernorm_forward(x, gamma, beta, settings)


def groups_of(channels):
    """The first number of groups above 1 that divides the channels."""
    return next((g for g in range(2, channels + 1) if channels % g == 0), 1)


def group(x, gamma, beta, **settings):
    return layers.spatial_groupnorm_forward(x, gamma, beta, groups_of(x.shape[1]), settings)


def parameters(rng, forward, shape):
    """gamma and beta for inputs of this shape, far from 1 and 0."""
    size = (1, shape[1], 1, 1) if forward is group else (shape[1],)
    return rng.uniform(0.5, 2, size) * rng.choice([-1, 1], size), rng.standard_normal(size)


PAIRS = [
    (batch, layers.batchnorm_backward),
    (batch, layers.batchnorm_backward_alt),
    (layer, layers.layernorm_backward),
    (spatial_batch, layers.spatial_batchnorm_backward),
    (group, layers.spatial_groupnorm_backward),
]
CASES = [(f, b, s) for f, b in PAIRS for s in (IMAGES if f in (spatial_batch, group) else ROWS)]
each_case = pytest.mark.parametrize(("forward", "backward", "shape"), CASES)
each_pair = pytest.mark.parametrize(("forward", "backward"), PAIRS)


@pytest.mark.parametrize("shape", ROWS)
def test_batchnorm_follows_the_formula(rng, shape):
    x, (gamma, beta), eps = 3 * rng.standard_normal(shape) + 10, parameters(rng, batch, shape), 0.1
    out, _ = batch(x, gamma, beta, eps=eps)
    n = shape[0]
    for d in range(shape[1]):
        column = x[:, d].tolist()
        mean = sum(column) / n
        var = sum((v - mean) ** 2 for v in column) / n
        assert out[:, d] == pytest.approx([gamma[d] * (v - mean) / (var + eps) ** 0.5 + beta[d] for v in column])


def test_batchnorm_normalises(rng):
    x = rng.standard_normal((200, 4)) @ rng.standard_normal((4, 4)) + 5
    out, _ = batch(x, np.ones(4), np.zeros(4))
    assert out.mean(axis=0) == pytest.approx(np.zeros(4), abs=1e-12)
    assert out.std(axis=0) == pytest.approx(np.ones(4), abs=1e-4)
    out, _ = batch(x, np.array([1.0, 2, 3, 4]), np.array([11.0, 12, 13, 14]))
    assert out.mean(axis=0) == pytest.approx([11, 12, 13, 14])
    assert out.std(axis=0) == pytest.approx([1, 2, 3, 4], rel=1e-4)


def test_running_averages_follow_the_formula(rng):
    """From zeros, with the share `momentum` of the old value, and the variance with 1/N."""
    bn_param = {"mode": "train", "momentum": 0.7}
    mean, var = np.zeros(3), np.zeros(3)
    for n in (5, 2, 9):
        x = rng.standard_normal((n, 3)) * [1, 2, 3] + 4
        layers.batchnorm_forward(x, np.ones(3), np.zeros(3), bn_param)
        mean, var = 0.7 * mean + 0.3 * x.mean(axis=0), 0.7 * var + 0.3 * x.var(axis=0)
        assert bn_param["running_mean"] == pytest.approx(mean, rel=1e-12)
        assert bn_param["running_var"] == pytest.approx(var, rel=1e-12)


def test_testing_uses_the_running_averages_and_leaves_them(rng):
    mean, var = rng.standard_normal(3), rng.uniform(1, 2, 3)
    bn_param = {"mode": "test", "running_mean": mean, "running_var": var, "eps": 0.5}
    x, gamma, beta = rng.standard_normal((4, 3)), rng.standard_normal(3), rng.standard_normal(3)
    out, _ = layers.batchnorm_forward(x, gamma, beta, bn_param)
    assert out == pytest.approx(gamma * (x - mean) / np.sqrt(var + 0.5) + beta)
    assert bn_param == {"mode": "test", "running_mean": mean, "running_var": var, "eps": 0.5}
    for i in range(4):  # one example's output does not depend on the others
        assert np.array_equal(layers.batchnorm_forward(x[i : i + 1], gamma, beta, bn_param)[0], out[i : i + 1])
    assert layers.batchnorm_forward(x[:0], gamma, beta, bn_param)[0].shape == (0, 3)


def test_running_averages_are_new_arrays(rng):
    """So that a copy of bn_param keeps what it had."""
    bn_param = {"mode": "train", "running_mean": np.ones(2), "running_var": np.ones(2)}
    before = dict(bn_param)
    layers.batchnorm_forward(rng.standard_normal((3, 2)), np.ones(2), np.zeros(2), bn_param)
    assert before["running_mean"].tolist() == before["running_var"].tolist() == [1, 1]
    assert bn_param["running_mean"].tolist() != [1, 1]


def test_after_many_batches_testing_is_as_training(rng):
    bn_param, ones, zeros = {"mode": "train"}, np.ones(5), np.zeros(5)
    weights = rng.standard_normal((5, 5))
    for _ in range(200):
        layers.batchnorm_forward(rng.standard_normal((100, 5)) @ weights + 3, ones, zeros, bn_param)
    bn_param["mode"] = "test"
    out, _ = layers.batchnorm_forward(rng.standard_normal((1000, 5)) @ weights + 3, ones, zeros, bn_param)
    assert out.mean(axis=0) == pytest.approx(np.zeros(5), abs=0.15)
    assert out.std(axis=0) == pytest.approx(np.ones(5), abs=0.15)


@pytest.mark.parametrize("shape", ROWS)
def test_layernorm_is_batchnorm_of_the_transpose(rng, shape):
    x = rng.standard_normal(shape) * 4 + 2
    gamma, beta = parameters(rng, layer, shape)
    out, _ = layer(x, gamma, beta, eps=0.1)
    turned, _ = batch(x.T, np.ones(len(x)), np.zeros(len(x)), eps=0.1)
    assert out == pytest.approx(gamma * turned.T + beta)


@pytest.mark.parametrize("shape", IMAGES)
def test_spatial_batchnorm_takes_statistics_of_each_channel(rng, shape):
    x, (gamma, beta) = rng.standard_normal(shape) + 7, parameters(rng, spatial_batch, shape)
    bn_param = {"mode": "train"}
    out, _ = layers.spatial_batchnorm_forward(x, gamma, beta, bn_param)
    assert out.shape == shape
    for c in range(shape[1]):
        channel = x[:, c]
        expected = gamma[c] * (channel - channel.mean()) / np.sqrt(channel.var() + 1e-5) + beta[c]
        assert out[:, c] == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert bn_param["running_mean"] == pytest.approx(0.1 * x.mean(axis=(0, 2, 3)))
    assert bn_param["running_var"] == pytest.approx(0.1 * x.var(axis=(0, 2, 3)))
    bn_param["mode"] = "test"
    out, _ = layers.spatial_batchnorm_forward(x, gamma, beta, bn_param)
    mean, var = (bn_param[name][:, np.newaxis, np.newaxis] for name in ("running_mean", "running_var"))
    shaped = gamma[:, np.newaxis, np.newaxis], beta[:, np.newaxis, np.newaxis]
    assert out == pytest.approx(shaped[0] * (x - mean) / np.sqrt(var + 1e-5) + shaped[1])


@pytest.mark.parametrize(("channels", "groups"), [(6, 1), (6, 2), (6, 3), (6, 6)])
def test_groupnorm_takes_statistics_of_each_group_of_each_image(rng, channels, groups):
    x = rng.standard_normal((3, channels, 2, 5)) + 7
    gamma, beta = parameters(rng, group, x.shape)
    out, _ = layers.spatial_groupnorm_forward(x, gamma, beta, groups, {"eps": 0.1})
    size = channels // groups
    for n in range(3):
        for g in range(groups):
            part = slice(g * size, (g + 1) * size)
            block = x[n, part]
            expected = gamma[0, part] * (block - block.mean()) / np.sqrt(block.var() + 0.1) + beta[0, part]
            assert out[n, part] == pytest.approx(expected)


def test_groupnorm_with_one_group_is_layernorm(rng):
    x, ones, zeros = rng.standard_normal((3, 4, 2, 5)), np.ones((1, 4, 1, 1)), np.zeros((1, 4, 1, 1))
    out, _ = layers.spatial_groupnorm_forward(x, ones, zeros, 1, {})
    flat, _ = layer(x.reshape(3, 40), np.ones(40), np.zeros(40))
    assert out == pytest.approx(flat.reshape(x.shape), rel=1e-9)


@each_case
def test_gradients(rng, slope, unchanged, forward, backward, shape):
    """In a random direction, for a random upstream gradient; eps is large, so that its place matters."""
    gamma, beta = parameters(rng, forward, shape)
    inputs = {"x": 2 * rng.standard_normal(shape) + 3, "gamma": gamma, "beta": beta}
    out, cache = forward(**inputs, eps=0.3)
    dout = rng.standard_normal(out.shape)
    grads = unchanged(backward, dout, cache)
    for (name, value), grad in zip(inputs.items(), grads, strict=True):
        assert grad.shape == value.shape
        direction = rng.standard_normal(value.shape)

        def loss(v, name=name):
            return np.sum(forward(**{**inputs, name: v}, eps=0.3)[0] * dout)

        numerical = slope(loss, value, direction)
        assert np.sum(grad * direction) == pytest.approx(numerical, rel=1e-6, abs=1e-9), name


@each_pair
def test_the_cache_serves_more_than_once(rng, forward, backward):
    shape = (3, 4, 2, 2) if forward in (spatial_batch, group) else (6, 4)
    out, cache = forward(rng.standard_normal(shape), *parameters(rng, forward, shape))
    dout = rng.standard_normal(out.shape)
    first, second = backward(dout, cache), backward(dout, cache)
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("shape", [*ROWS, (200, 31)])
def test_both_backward_functions_agree(rng, shape):
    gamma, beta = parameters(rng, batch, shape)
    out, cache = batch(5 * rng.standard_normal(shape) + 12, gamma, beta)
    dout = rng.standard_normal(out.shape)
    for a, b in zip(layers.batchnorm_backward(dout, cache), layers.batchnorm_backward_alt(dout, cache), strict=True):
        assert b == pytest.approx(a, rel=1e-9, abs=1e-9)


def test_the_alternative_is_cheaper(rng):
    """Which is the point of it: about twice as fast."""
    out, cache = batch(rng.standard_normal((2000, 500)), np.ones(500), np.zeros(500))
    dout = rng.standard_normal(out.shape)
    staged, alternative = (
        min(timeit.repeat(lambda f=f: f(dout, cache), number=1, repeat=7))
        for f in (layers.batchnorm_backward, layers.batchnorm_backward_alt)
    )
    assert alternative < staged


@each_pair
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_are_kept(rng, unchanged, forward, backward, dtype):
    shape = (3, 4, 2, 2) if forward in (spatial_batch, group) else (6, 4)
    x, gamma, beta = (a.astype(dtype) for a in (rng.standard_normal(shape), *parameters(rng, forward, shape)))
    out, cache = unchanged(lambda x, gamma, beta: forward(x, gamma, beta, eps=np.float64(1e-5)), x, gamma, beta)
    assert out.dtype == dtype
    assert all(grad.dtype == dtype for grad in backward(out, cache))


@pytest.mark.parametrize("mode", ["train", "test"])
def test_running_averages_have_the_inputs_dtype(rng, mode):
    x, ones = rng.standard_normal((4, 3)).astype(np.float32), np.ones(3, np.float32)
    bn_param = {"mode": mode, "momentum": np.float64(0.9), "running_mean": np.ones(3), "running_var": np.ones(3)}
    out, _ = layers.batchnorm_forward(x, ones, ones, bn_param)
    assert out.dtype == np.float32
    if mode == "train":
        assert bn_param["running_mean"].dtype == bn_param["running_var"].dtype == np.float32


@each_pair
def test_memory_order_makes_no_difference(rng, forward, backward):
    shape = (3, 4, 2, 5) if forward in (spatial_batch, group) else (6, 4)
    x, (gamma, beta) = rng.standard_normal(shape), parameters(rng, forward, shape)
    out, cache = forward(x, gamma, beta)
    dout = rng.standard_normal(shape)
    strided = np.repeat(x, 2, axis=-1)[..., ::2]
    for other in (np.asfortranarray(x), strided):
        other_out, other_cache = forward(other, gamma, beta)
        assert other_out == pytest.approx(out, rel=1e-12)
        for a, b in zip(backward(np.asfortranarray(dout), other_cache), backward(dout, cache), strict=True):
            assert a == pytest.approx(b, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("forward", [batch, layer])
def test_a_large_mean_does_no_harm(rng, forward, dtype):
    """As it would if the variance were E[x^2] - mean^2."""
    x = (rng.randint(0, 2, (40, 30)) + 4096).astype(dtype)
    ones, zeros = np.ones(30, dtype), np.zeros(30, dtype)
    out, _ = forward(x, ones, zeros)
    small, _ = forward(x.astype(np.float64) - 4096, np.ones(30), np.zeros(30))
    assert out == pytest.approx(small, rel=3e-3 if dtype == np.float32 else 1e-6, abs=1e-3)


def test_constant_features_give_no_nan():
    out, cache = batch(np.full((4, 2), 3.0), np.ones(2), np.ones(2))
    assert out.tolist() == [[1, 1]] * 4
    assert all(np.isfinite(grad).all() for grad in layers.batchnorm_backward(np.ones((4, 2)), cache))


C = np.ones(3)
X4 = np.ones((2, 4, 1, 1))
C4 = np.ones((1, 4, 1, 1))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: batch(np.ones(3), C, C), "x must have 2"),
        (lambda: batch(np.ones((2, 3)), np.ones(2), C), r"gamma must have the shape \(3,\), but it has \(2,\)"),
        (lambda: batch(np.ones((2, 3)), C, 0.0), r"beta must have the shape \(3,\)"),
        (lambda: batch(np.ones((0, 3)), C, C), "at least one example"),
        (lambda: batch(np.ones((2, 0)), C[:0], C[:0]), "at least one feature"),
        (lambda: batch(np.ones((2, 3)), C, C, mode="training"), '"train" or "test"'),
        (lambda: batch(np.ones((2, 3)), C, C, eps=-1), "eps"),
        (lambda: batch(np.ones((2, 3)), C, C, momentum="fast"), "momentum"),
        (lambda: batch(np.ones((2, 3)), C, C, running_mean=np.ones(2)), "running_mean must have"),
        (lambda: layers.batchnorm_forward(np.ones((2, 3)), C, C, {}), "bn_param must have the key 'mode'"),
        (lambda: layers.batchnorm_backward(C, None), "dout must have 2"),
        (lambda: layers.batchnorm_backward_alt(C, None), "dout must have 2"),
        (lambda: layer(np.ones((2, 3)), C[:2], C), "gamma must have"),
        (lambda: layers.layernorm_backward(C, None), "dout must have 2"),
        (lambda: spatial_batch(np.ones((2, 3)), C, C), "x must have 4"),
        (lambda: spatial_batch(np.ones((2, 4, 1, 1)), C, C), "gamma must have"),
        (lambda: layers.spatial_batchnorm_backward(C, None), "dout must have 4"),
        (lambda: layers.spatial_groupnorm_forward(X4, C4, C4, 3, {}), "G must divide"),
        (lambda: layers.spatial_groupnorm_forward(X4, C4, C4, 0, {}), "G must be at least 1"),
        (lambda: layers.spatial_groupnorm_forward(X4, C4[0, :, 0, 0], C4, 2, {}), r"gamma must have the shape \(1, 4"),
        (lambda: layers.spatial_groupnorm_forward(X4[:, :, :0], C4, C4, 2, {}), "at least one pixel"),
        (lambda: layers.spatial_groupnorm_backward(C, None), "dout must have 4"),
    ],
)
def test_bad_input_is_a_clear_error(call, message):
    with pytest.raises(ValueError, match=message):
        call()
