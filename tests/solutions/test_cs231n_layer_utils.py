"""layer_utils.py: joined layers are the single ones, one after the other."""

import numpy as np
import pytest

from cs231n import layer_utils, layers

BN = {"mode": "train", "eps": 0.2}
CONV = {"stride": 2, "pad": 1}
POOL = {"pool_height": 2, "pool_width": 2, "stride": 1}

#: Name, shapes of x, w, b and of gamma and beta if any, settings, and the layers that it stands for.
JOINED = {
    "affine_relu": ([(4, 2, 3), (6, 5), (5,)], (), [layers.affine_forward]),
    "affine_bn_relu": ([(4, 2, 3), (6, 5), (5,), (5,), (5,)], (BN,), [layers.affine_forward, layers.batchnorm_forward]),
    "affine_ln_relu": (
        [(4, 2, 3), (6, 5), (5,), (5,), (5,)],
        ({"eps": 0.2},),
        [layers.affine_forward, layers.layernorm_forward],
    ),
    "conv_relu": ([(2, 3, 7, 6), (4, 3, 3, 2), (4,)], (CONV,), [layers.conv_forward_naive]),
    "conv_bn_relu": (
        [(2, 3, 7, 6), (4, 3, 3, 2), (4,), (4,), (4,)],
        (CONV, BN),
        [layers.conv_forward_naive, layers.spatial_batchnorm_forward],
    ),
    "conv_relu_pool": (
        [(2, 3, 7, 6), (4, 3, 3, 2), (4,)],
        (CONV, POOL),
        [layers.conv_forward_naive, layers.max_pool_forward_naive],
    ),
}


def in_turn(name, steps, arrays, settings):
    """The same, by the single layers."""
    x, w, b, *norm = arrays
    conv = settings[:1] if name.startswith("conv") else ()
    out, _ = steps[0](x, w, b, *conv)
    if norm:
        out, _ = steps[1](out, *norm, settings[-1])
    out, _ = layers.relu_forward(out)
    return steps[1](out, settings[-1])[0] if name.endswith("pool") else out


def pair(name):
    return getattr(layer_utils, f"{name}_forward"), getattr(layer_utils, f"{name}_backward")


@pytest.fixture(params=JOINED)
def name(request):
    return request.param


@pytest.fixture
def arrays(rng, name):
    return [rng.standard_normal(shape) for shape in JOINED[name][0]]


def fresh(settings):
    return [dict(s) for s in settings]


def test_the_output_is_that_of_the_single_layers(name, arrays, unchanged):
    _, settings, steps = JOINED[name]
    out, _ = unchanged(pair(name)[0], *arrays, *fresh(settings))
    assert out == pytest.approx(in_turn(name, steps, arrays, fresh(settings)), rel=1e-9, abs=1e-12)
    assert (out > 0).any()


def test_gradients(rng, slope, unchanged, name, arrays):
    forward, backward = pair(name)
    settings = JOINED[name][1]
    out, cache = forward(*arrays, *fresh(settings))
    dout = rng.standard_normal(out.shape)
    grads = unchanged(backward, dout, cache)
    assert [grad.shape for grad in grads] == [value.shape for value in arrays]
    for position, (value, grad) in enumerate(zip(arrays, grads, strict=True)):
        direction = rng.standard_normal(value.shape)

        def loss(v, position=position):
            inputs = [*arrays[:position], v, *arrays[position + 1 :]]
            return np.sum(forward(*inputs, *fresh(settings))[0] * dout)

        numerical = slope(loss, value, direction, h=1e-6)
        assert np.sum(grad * direction) == pytest.approx(numerical, rel=1e-5, abs=1e-8), position


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_are_kept(name, arrays, dtype):
    forward, backward = pair(name)
    out, cache = forward(*(a.astype(dtype) for a in arrays), *fresh(JOINED[name][1]))
    assert out.dtype == dtype
    assert all(grad.dtype == dtype for grad in backward(out, cache))
