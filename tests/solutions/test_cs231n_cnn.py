"""cnn.py: the three-layer convolutional network."""

import numpy as np
import pytest

from cs231n import layers
from cs231n.classifiers import ThreeLayerConvNet
from cs231n.solver import Solver


def network(rng, reg=0.0, dtype=np.float64, **settings):
    """A small network, far from its initial state."""
    sizes = {"input_dim": (2, 6, 5), "num_filters": 3, "filter_size": 3, "hidden_dim": 7, "num_classes": 4}
    net = ThreeLayerConvNet(**{**sizes, **settings}, reg=reg, dtype=dtype)
    net.params = {name: (rng.standard_normal(p.shape) / 2).astype(dtype) for name, p in net.params.items()}
    return net


def test_initial_parameters():
    np.random.seed(0)
    net = ThreeLayerConvNet((3, 20, 24), 16, 5, 50, 7, weight_scale=0.02, reg=0.5, dtype=np.float64)
    assert {name: value.shape for name, value in net.params.items()} == {
        "W1": (16, 3, 5, 5),
        "b1": (16,),
        "W2": (16 * 10 * 12, 50),
        "b2": (50,),
        "W3": (50, 7),
        "b3": (7,),
    }
    assert net.reg == 0.5
    for name, value in net.params.items():
        assert value.std() == pytest.approx(0.02 if name[0] == "W" else 0, rel=0.15)
    np.random.seed(0)
    for name in ("W1", "W2", "W3"):  # what old notebooks rely on
        assert np.array_equal(net.params[name], 0.02 * np.random.randn(*net.params[name].shape))


def test_defaults_fit_cifar10():
    net = ThreeLayerConvNet()
    assert {value.dtype for value in net.params.values()} == {np.dtype(np.float32)}
    assert net.params["W1"].shape == (32, 3, 7, 7)
    assert net.params["W2"].shape == (32 * 16 * 16, 100)
    assert net.loss(np.zeros((2, 3, 32, 32))).shape == (2, 10)


def test_loss_at_initialisation(rng):
    """log(C): all classes are about equally probable; regularisation raises it."""
    X, y = rng.standard_normal((20, 3, 32, 32)), rng.randint(0, 10, 20)
    losses = []
    for reg in (0, 0.5):
        np.random.seed(0)
        losses.append(ThreeLayerConvNet(reg=reg).loss(X, y)[0])
    assert losses[0] == pytest.approx(np.log(10), abs=0.01)
    assert losses[1] > losses[0]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("image", [(6, 5), (5, 6), (7, 7)])
def test_scores_and_loss_follow_the_formula(rng, unchanged, size, image):
    net = network(rng, reg=0.3, filter_size=size, input_dim=(2, *image))
    p, X, y = net.params, rng.standard_normal((3, 2, *image)), np.array([3, 0, 3])
    maps, _ = layers.conv_forward_naive(X, p["W1"], p["b1"], {"stride": 1, "pad": (size - 1) // 2})
    if size % 2:
        assert maps.shape == (3, 3, *image)
    pooled, _ = layers.max_pool_forward_naive(np.maximum(maps, 0), {"pool_height": 2, "pool_width": 2, "stride": 2})
    scores = np.maximum(pooled.reshape(3, -1) @ p["W2"] + p["b2"], 0) @ p["W3"] + p["b3"]
    assert unchanged(net.loss, X) == pytest.approx(scores, rel=1e-9)
    loss, _ = unchanged(net.loss, X, y)
    data = np.mean(np.logaddexp.reduce(scores, axis=1) - scores[np.arange(3), y])
    assert loss == pytest.approx(data + 0.15 * sum(np.sum(p[name] ** 2) for name in ("W1", "W2", "W3")), rel=1e-9)


@pytest.mark.parametrize("reg", [0.0, 0.7])
@pytest.mark.parametrize("n", [1, 4])
def test_gradients(rng, slope, reg, n):
    net = network(rng, reg)
    X, y = rng.standard_normal((n, 2, 6, 5)), rng.randint(0, 4, n)
    _, grads = net.loss(X, y)
    assert grads.keys() == net.params.keys()
    for name, value in net.params.items():
        direction = rng.standard_normal(value.shape)

        def loss(v, name=name, value=value):
            net.params[name] = v
            try:
                return net.loss(X, y)[0]
            finally:
                net.params[name] = value

        assert grads[name].shape == value.shape
        numerical = slope(loss, value, direction, h=1e-6)
        assert np.sum(grads[name] * direction) == pytest.approx(numerical, rel=1e-5, abs=1e-8), name


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_it_computes_in_its_dtype(rng, dtype):
    net = network(rng, reg=np.float64(0.1), dtype=dtype)
    for X in (rng.standard_normal((3, 2, 6, 5)), rng.randint(0, 256, (3, 2, 6, 5)).astype(np.uint8)):
        assert net.loss(X).dtype == dtype
        assert {grad.dtype for grad in net.loss(X, [0, 1, 2])[1].values()} == {np.dtype(dtype)}


def test_it_overfits_a_few_images(rng):
    np.random.seed(0)
    X, y = rng.standard_normal((20, 3, 8, 8)), rng.randint(0, 5, 20)
    net = ThreeLayerConvNet((3, 8, 8), 8, 3, 30, 5, weight_scale=0.1)
    data = {"X_train": X, "y_train": y, "X_val": X, "y_val": y}
    config = {"learning_rate": 5e-3}
    options = {"optim_config": config, "num_epochs": 30, "batch_size": 10, "verbose": False, "rng": 0}
    Solver(net, data, update_rule="adam", **options).train()
    assert np.array_equal(net.loss(X).argmax(axis=1), y)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ThreeLayerConvNet(input_dim=(32, 32)), "input_dim must be"),
        (lambda: ThreeLayerConvNet(input_dim=(3, 0, 32)), "input_dim"),
        (lambda: ThreeLayerConvNet(input_dim=(3, 1, 32)), "too small"),
        (lambda: ThreeLayerConvNet(input_dim=(3, 2, 32), filter_size=4), "too small"),
        (lambda: ThreeLayerConvNet(num_filters=0), "num_filters"),
        (lambda: ThreeLayerConvNet(filter_size=2.5), "filter_size"),
        (lambda: ThreeLayerConvNet(hidden_dim=0), "hidden_dim"),
        (lambda: ThreeLayerConvNet(num_classes="ten"), "num_classes"),
        (lambda: ThreeLayerConvNet(weight_scale=-1), "weight_scale"),
        (lambda: ThreeLayerConvNet(reg=-1), "reg"),
        (lambda: ThreeLayerConvNet(dtype=int), "dtype must be a type of floats"),
        (lambda: ThreeLayerConvNet(dtype="quadruple"), "dtype must be a type of floats"),
        (lambda: ThreeLayerConvNet((1, 4, 4), 2, 3, 2).loss(np.zeros((2, 16))), "X must have 4"),
        (lambda: ThreeLayerConvNet((1, 4, 4), 2, 3, 2).loss(np.zeros((2, 3, 4, 4))), "x has 3 channels"),
        (lambda: ThreeLayerConvNet((1, 4, 4), 2, 3, 2).loss(np.zeros((2, 1, 4, 4)), [0, 10]), "at most 9"),
    ],
)
def test_bad_input_is_a_clear_error(call, message):
    with pytest.raises(ValueError, match=message):
        call()
