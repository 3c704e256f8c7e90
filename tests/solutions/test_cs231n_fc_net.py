"""fc_net.py: the two-layer network."""

import numpy as np
import pytest

from cs231n.classifiers import TwoLayerNet


def test_initial_parameters():
    np.random.seed(0)
    net = TwoLayerNet(input_dim=300, hidden_dim=50, num_classes=7, weight_scale=0.02, reg=0.5)
    assert {name: value.shape for name, value in net.params.items()} == {
        "W1": (300, 50),
        "b1": (50,),
        "W2": (50, 7),
        "b2": (7,),
    }
    assert net.reg == 0.5
    assert net.params["W1"].std() == pytest.approx(0.02, rel=0.05)
    assert net.params["W2"].std() == pytest.approx(0.02, rel=0.15)
    assert not net.params["b1"].any()
    assert not net.params["b2"].any()
    np.random.seed(0)
    assert np.array_equal(net.params["W1"], 0.02 * np.random.randn(300, 50))  # what old notebooks rely on


def test_defaults_fit_cifar10():
    assert TwoLayerNet().params["W1"].shape == (3072, 100)
    assert TwoLayerNet().loss(np.zeros((2, 3, 32, 32))).shape == (2, 10)


@pytest.mark.parametrize("reg", [0.0, 0.7])
def test_scores_and_loss_follow_the_formula(rng, unchanged, reg):
    net = TwoLayerNet(6, 5, 4, weight_scale=1.0, reg=reg)
    net.params = {name: rng.randn(*value.shape) for name, value in net.params.items()}
    p, X, y = net.params, rng.randn(3, 2, 3), np.array([0, 3, 1])
    hidden = np.einsum("nij,ijh->nh", X, p["W1"].reshape(2, 3, 5)) + p["b1"]
    scores = (hidden * (hidden > 0)) @ p["W2"] + p["b2"]
    assert unchanged(net.loss, X) == pytest.approx(scores, rel=1e-12)
    loss, _ = unchanged(net.loss, X, y)
    data = np.mean(np.logaddexp.reduce(scores, axis=1) - scores[np.arange(3), y])
    assert loss == pytest.approx(data + 0.5 * reg * (np.sum(p["W1"] ** 2) + np.sum(p["W2"] ** 2)), rel=1e-12)


@pytest.mark.parametrize("reg", [0.0, 0.7])
@pytest.mark.parametrize("n", [1, 5])
def test_gradients(rng, slope, reg, n):
    net = TwoLayerNet(6, 5, 4, weight_scale=1.0, reg=reg)
    net.params = {name: rng.randn(*value.shape) for name, value in net.params.items()}
    X, y = rng.randn(n, 6), rng.randint(4, size=n)
    _, grads = net.loss(X, y)
    assert grads.keys() == net.params.keys()
    for name, value in net.params.items():
        direction = rng.randn(*value.shape)

        def loss(v, name=name, value=value):
            net.params[name] = v
            try:
                return net.loss(X, y)[0]
            finally:
                net.params[name] = value

        assert grads[name].shape == value.shape
        assert np.sum(grads[name] * direction) == pytest.approx(slope(loss, value, direction), rel=1e-6), name


def test_float32_stays_float32(rng):
    net = TwoLayerNet(6, 5, 4, reg=np.float64(0.1))
    net.params = {name: value.astype(np.float32) for name, value in net.params.items()}
    X = rng.randn(3, 6).astype(np.float32)
    assert net.loss(X).dtype == np.float32
    assert {grad.dtype for grad in net.loss(X, [0, 1, 2])[1].values()} == {np.dtype(np.float32)}


def test_loss_leaves_the_parameters_alone(rng):
    net = TwoLayerNet(6, 5, 4, reg=0.1)
    before = {name: value.copy() for name, value in net.params.items()}
    net.loss(rng.randn(3, 6), [0, 1, 2])
    assert all(np.array_equal(before[name], value) for name, value in net.params.items())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: TwoLayerNet(input_dim=0), "input_dim"),
        (lambda: TwoLayerNet(hidden_dim=2.5), "hidden_dim"),
        (lambda: TwoLayerNet(num_classes="ten"), "num_classes"),
        (lambda: TwoLayerNet(weight_scale=-1), "weight_scale"),
        (lambda: TwoLayerNet(reg=-1), "reg"),
        (lambda: TwoLayerNet(6, 5, 4).loss(np.zeros((2, 7))), "7 numbers"),
        (lambda: TwoLayerNet(6, 5, 4).loss(np.zeros((2, 6)), [0, 4]), "at most 3"),
    ],
)
def test_bad_input_is_a_clear_error(call, message):
    with pytest.raises(ValueError, match=message):
        call()
