"""Assignment 2's layers, update rules and networks against PyTorch, which knows nothing of ours. Needs torch."""

import numpy as np
import pytest

from cs231n import fast_layers, layers, optim
from cs231n.classifiers import FullyConnectedNet, ThreeLayerConvNet

torch = pytest.importorskip("torch")
F = torch.nn.functional

#: What may differ, by dtype: both round, and sum in another order.
NEAR = {np.float32: {"rel": 2e-4, "abs": 2e-4}, np.float64: {"rel": 1e-9, "abs": 1e-9}}
each_dtype = pytest.mark.parametrize("dtype", NEAR)


def leaves(*arrays):
    """The arrays as torch's tensors, whose gradients are wanted."""
    return [torch.tensor(a, requires_grad=True) for a in arrays]


def gradients(out, dout, tensors):
    return [grad.numpy() for grad in torch.autograd.grad(out, tensors, torch.tensor(dout))]


def judge(near, out, expected, grads, dout, tensors):
    assert out == pytest.approx(expected.detach().numpy(), **near)
    for grad, right, name in zip(grads, gradients(expected, dout, tensors), "xwbg", strict=False):
        assert grad.shape == right.shape, name
        assert grad.dtype == right.dtype, name
        assert grad == pytest.approx(right, **near), name


def draw(rng, dtype, *shapes):
    return [rng.standard_normal(shape).astype(dtype) for shape in shapes]


@each_dtype
@pytest.mark.parametrize("shape", [(5, 3), (2, 1), (40, 7)])
@pytest.mark.parametrize("backward", [layers.batchnorm_backward, layers.batchnorm_backward_alt])
def test_batchnorm(rng, dtype, shape, backward):
    x, gamma, beta, dout = draw(rng, dtype, shape, shape[1], shape[1], shape)
    x, bn_param = 3 * x + 2, {"mode": "train", "eps": 1e-3, "momentum": 0.8}
    mean, var = torch.zeros(shape[1], dtype=torch.tensor(x).dtype), torch.zeros(shape[1], dtype=torch.tensor(x).dtype)
    tensors = leaves(x, gamma, beta)
    expected = F.batch_norm(tensors[0], mean, var, *tensors[1:], training=True, momentum=0.2, eps=1e-3)
    out, cache = layers.batchnorm_forward(x, gamma, beta, bn_param)
    judge(NEAR[dtype], out, expected, backward(dout, cache), dout, tensors)
    assert bn_param["running_mean"] == pytest.approx(mean.numpy(), **NEAR[dtype])
    unbiased = shape[0] / (shape[0] - 1)  # torch's running variance is that with 1/(N - 1)
    assert bn_param["running_var"] * unbiased == pytest.approx(var.numpy(), **NEAR[dtype])


@each_dtype
def test_batchnorm_when_testing(rng, dtype):
    x, gamma, beta, mean, var = draw(rng, dtype, (4, 3), 3, 3, 3, 3)
    var = var**2
    out, _ = layers.batchnorm_forward(x, gamma, beta, {"mode": "test", "running_mean": mean, "running_var": var})
    expected = F.batch_norm(*map(torch.tensor, (x, mean, var, gamma, beta)), training=False, eps=1e-5)
    assert out == pytest.approx(expected.numpy(), **NEAR[dtype])


@each_dtype
@pytest.mark.parametrize("shape", [(5, 3), (1, 2), (7, 40)])
def test_layernorm(rng, dtype, shape):
    x, gamma, beta, dout = draw(rng, dtype, shape, shape[1], shape[1], shape)
    tensors = leaves(3 * x + 2, gamma, beta)
    expected = F.layer_norm(tensors[0], shape[1:], *tensors[1:], eps=1e-3)
    out, cache = layers.layernorm_forward(3 * x + 2, gamma, beta, {"eps": 1e-3})
    judge(NEAR[dtype], out, expected, layers.layernorm_backward(dout, cache), dout, tensors)


@each_dtype
@pytest.mark.parametrize("shape", [(2, 3, 4, 5), (3, 2, 1, 1), (1, 2, 3, 1)])
def test_spatial_batchnorm(rng, dtype, shape):
    x, gamma, beta, dout = draw(rng, dtype, shape, shape[1], shape[1], shape)
    tensors = leaves(3 * x + 2, gamma, beta)
    expected = F.batch_norm(tensors[0], None, None, *tensors[1:], training=True, eps=1e-3)
    out, cache = layers.spatial_batchnorm_forward(3 * x + 2, gamma, beta, {"mode": "train", "eps": 1e-3})
    judge(NEAR[dtype], out, expected, layers.spatial_batchnorm_backward(dout, cache), dout, tensors)


@each_dtype
@pytest.mark.parametrize("groups", [1, 2, 3, 6])
def test_spatial_groupnorm(rng, dtype, groups):
    x, gamma, beta, dout = draw(rng, dtype, (2, 6, 3, 4), (1, 6, 1, 1), (1, 6, 1, 1), (2, 6, 3, 4))
    tensors = leaves(3 * x + 2, gamma, beta)
    flat = (tensor.reshape(6) for tensor in tensors[1:])
    expected = F.group_norm(tensors[0], groups, *flat, eps=1e-3)
    out, cache = layers.spatial_groupnorm_forward(3 * x + 2, gamma, beta, groups, {"eps": 1e-3})
    judge(NEAR[dtype], out, expected, layers.spatial_groupnorm_backward(dout, cache), dout, tensors)


@each_dtype
@pytest.mark.parametrize(
    ("forward", "backward"),
    [
        (layers.conv_forward_naive, layers.conv_backward_naive),
        (fast_layers.conv_forward_fast, fast_layers.conv_backward_fast),
    ],
    ids=["naive", "fast"],
)
@pytest.mark.parametrize(
    ("image", "filters", "stride", "pad"),
    [
        ((2, 3, 5, 5), (4, 3, 3, 3), 1, 1),
        ((2, 3, 8, 7), (2, 3, 3, 3), 2, 1),
        ((3, 2, 9, 6), (2, 2, 4, 2), 3, 0),
        ((2, 1, 5, 6), (3, 1, 2, 5), 2, 3),
        ((2, 4, 6, 6), (5, 4, 1, 1), 1, 0),
        ((1, 2, 3, 4), (2, 2, 3, 4), 5, 0),
        ((2, 3, 12, 12), (4, 3, 7, 7), 1, 3),
    ],
)
def test_convolution(rng, dtype, forward, backward, image, filters, stride, pad):
    x, w, b = draw(rng, dtype, image, filters, filters[0])
    tensors = leaves(x, w, b)
    expected = F.conv2d(*tensors, stride=stride, padding=pad)
    (dout,) = draw(rng, dtype, tuple(expected.shape))
    out, cache = forward(x, w, b, {"stride": stride, "pad": pad})
    judge(NEAR[dtype], out, expected, backward(dout, cache), dout, tensors)


@each_dtype
@pytest.mark.parametrize(
    ("forward", "backward"),
    [
        (layers.max_pool_forward_naive, layers.max_pool_backward_naive),
        (fast_layers.max_pool_forward_fast, fast_layers.max_pool_backward_fast),
    ],
    ids=["naive", "fast"],
)
@pytest.mark.parametrize("levels", [3, 1000])
@pytest.mark.parametrize(
    ("image", "window", "stride"),
    [((2, 3, 6, 6), (2, 2), 2), ((2, 3, 7, 5), (3, 3), 2), ((1, 2, 9, 8), (3, 2), 1), ((2, 2, 5, 5), (2, 2), 3)],
)
def test_pooling_ties_included(rng, dtype, forward, backward, levels, image, window, stride):
    """With three levels, most windows have several largest values."""
    x = rng.randint(0, levels, image).astype(dtype)
    tensors = leaves(x)
    expected = F.max_pool2d(*tensors, window, stride)
    (dout,) = draw(rng, dtype, tuple(expected.shape))
    out, cache = forward(x, {"pool_height": window[0], "pool_width": window[1], "stride": stride})
    judge(NEAR[dtype], out, expected, [backward(dout, cache)], dout, tensors)


RULES = {
    "sgd_momentum": (torch.optim.SGD, {"learning_rate": 0.1, "momentum": 0.8}, {"lr": 0.1, "momentum": 0.8}),
    "sgd_nesterov": (
        torch.optim.SGD,
        {"learning_rate": 0.1, "momentum": 0.8},
        {"lr": 0.1, "momentum": 0.8, "nesterov": True},
    ),
    "adagrad": (torch.optim.Adagrad, {"learning_rate": 0.1, "epsilon": 0.01}, {"lr": 0.1, "eps": 0.01}),
    "rmsprop": (
        torch.optim.RMSprop,
        {"learning_rate": 0.1, "decay_rate": 0.7, "epsilon": 0.01},
        {"lr": 0.1, "alpha": 0.7, "eps": 0.01},
    ),
    "adam": (
        torch.optim.Adam,
        {"learning_rate": 0.1, "beta1": 0.6, "beta2": 0.8, "epsilon": 0.01},
        {"lr": 0.1, "betas": (0.6, 0.8), "eps": 0.01},
    ),
}


@each_dtype
@pytest.mark.parametrize("name", RULES)
def test_update_rules(rng, dtype, name):
    theirs, settings, options = RULES[name]
    config = dict(settings)
    (w,) = draw(rng, dtype, (3, 4))
    (weights,) = leaves(w)
    rule = theirs([weights], **options)
    for _ in range(6):
        (dw,) = draw(rng, dtype, (3, 4))
        w, config = getattr(optim, name)(w, dw, config)
        weights.grad = torch.tensor(dw)
        rule.step()
        assert w == pytest.approx(weights.detach().numpy(), **NEAR[dtype])


def judge_network(net, X, y, scores, reg, near):
    """`scores` computes them from a dict of tensors and the examples."""
    tensors = dict(zip(net.params, leaves(*net.params.values()), strict=True))
    expected = F.cross_entropy(scores(tensors, torch.tensor(X)), torch.tensor(y))
    expected = expected + 0.5 * reg * sum(torch.sum(p * p) for name, p in tensors.items() if name[0] == "W")
    loss, grads = net.loss(X, y)
    assert loss == pytest.approx(expected.item(), **near)
    assert grads.keys() == tensors.keys()
    rights = torch.autograd.grad(expected, list(tensors.values()))
    for name, right in zip(tensors, rights, strict=True):
        assert grads[name] == pytest.approx(right.numpy(), **near), name


@each_dtype
@pytest.mark.parametrize("normalization", [None, "batchnorm", "layernorm"])
@pytest.mark.parametrize("keep", [1, 0.7])
@pytest.mark.parametrize("hidden", [[], [9], [9, 6, 8]])
def test_fully_connected_net(rng, dtype, normalization, keep, hidden):
    net = FullyConnectedNet(hidden, 12, 5, keep, normalization, reg=0.3, dtype=dtype, seed=8)
    for name, value in net.params.items():
        net.params[name] = (rng.standard_normal(value.shape) / 2).astype(dtype)
    X, y = rng.standard_normal((10, 3, 4)).astype(dtype), rng.randint(0, 5, 10)

    def scores(p, x):
        x = x.flatten(1)
        for layer, units in enumerate(hidden, 1):
            x = x @ p[f"W{layer}"] + p[f"b{layer}"]
            if normalization:
                scale, shift = p[f"gamma{layer}"], p[f"beta{layer}"]
                if normalization == "batchnorm":
                    x = F.batch_norm(x, None, None, scale, shift, training=True)
                else:
                    x = F.layer_norm(x, (units,), scale, shift)
            x = torch.relu(x)
            if keep < 1:
                kept = np.random.RandomState(8).random_sample((10, units)) < keep
                x = x * torch.tensor(kept.astype(dtype)) / keep
        last = len(hidden) + 1
        return x @ p[f"W{last}"] + p[f"b{last}"]

    judge_network(net, X, y, scores, 0.3, NEAR[dtype])


@each_dtype
@pytest.mark.parametrize(("image", "size"), [((3, 8, 8), 3), ((2, 7, 6), 5), ((1, 5, 5), 1)])
def test_three_layer_conv_net(rng, dtype, image, size):
    net = ThreeLayerConvNet(image, 4, size, 10, 5, reg=0.3, dtype=dtype)
    for name, value in net.params.items():
        net.params[name] = (rng.standard_normal(value.shape) / 2).astype(dtype)
    X, y = rng.standard_normal((6, *image)).astype(dtype), rng.randint(0, 5, 6)

    def scores(p, x):
        x = F.max_pool2d(torch.relu(F.conv2d(x, p["W1"], p["b1"], padding="same")), 2)
        x = torch.relu(x.flatten(1) @ p["W2"] + p["b2"])
        return x @ p["W3"] + p["b3"]

    judge_network(net, X, y, scores, 0.3, NEAR[dtype])
