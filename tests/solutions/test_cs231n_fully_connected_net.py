"""fc_net.py: the fully connected network of any depth."""

import itertools

import numpy as np
import pytest

from cs231n.classifiers import FullyConnectedNet
from cs231n.solver import Solver

NORMALISATIONS = [None, "batchnorm", "layernorm"]
KINDS = list(itertools.product(NORMALISATIONS, [1, 0.6]))
each_kind = pytest.mark.parametrize(("normalization", "keep"), KINDS)


def network(rng, normalization=None, keep=1, hidden_dims=(5, 6, 4), reg=0.0, dtype=np.float64, seed=11):
    """A network for 7 numbers and 3 classes, far from its initial state."""
    net = FullyConnectedNet(
        list(hidden_dims),
        input_dim=7,
        num_classes=3,
        dropout_keep_ratio=keep,
        normalization=normalization,
        reg=reg,
        dtype=dtype,
        seed=seed,
    )
    net.params = {name: rng.standard_normal(value.shape).astype(dtype) for name, value in net.params.items()}
    return net


@pytest.mark.parametrize("normalization", NORMALISATIONS)
@pytest.mark.parametrize("hidden", [[], [40], [40, 30, 20, 25]])
def test_initial_parameters(hidden, normalization):
    np.random.seed(0)
    net = FullyConnectedNet(hidden, 50, 45, normalization=normalization, weight_scale=0.02, dtype=np.float64)
    sizes = [50, *hidden, 45]
    expected = {f"W{i + 1}": (sizes[i], sizes[i + 1]) for i in range(len(hidden) + 1)}
    expected |= {f"b{i + 1}": (sizes[i + 1],) for i in range(len(hidden) + 1)}
    if normalization:
        expected |= {f"{name}{i + 1}": (h,) for i, h in enumerate(hidden) for name in ("gamma", "beta")}
    assert {name: value.shape for name, value in net.params.items()} == expected
    for name, value in net.params.items():
        if name.startswith("W"):
            assert value.std() == pytest.approx(0.02, rel=0.15)
        else:
            assert np.all(value == (1 if name.startswith("gamma") else 0)), name
    np.random.seed(0)
    for layer in range(1, len(hidden) + 2):  # what old notebooks rely on
        W = net.params[f"W{layer}"]
        assert np.array_equal(W, 0.02 * np.random.randn(*W.shape))


def test_attributes():
    net = FullyConnectedNet([4, 3], dropout_keep_ratio=0.5, normalization="batchnorm", reg=0.1, seed=3)
    assert (net.num_layers, net.reg, net.use_dropout, net.normalization) == (3, 0.1, True, "batchnorm")
    assert net.dropout_param == {"mode": "train", "p": 0.5, "seed": 3}
    assert net.bn_params == [{"mode": "train"}, {"mode": "train"}]
    assert net.bn_params[0] is not net.bn_params[1]
    assert net.params["W1"].shape == (3072, 4)
    assert {value.dtype for value in net.params.values()} == {np.dtype(np.float32)}
    plain = FullyConnectedNet([4, 3], normalization="layernorm", seed=3)
    assert (plain.use_dropout, plain.dropout_param, plain.bn_params) == (False, {}, [{}, {}])
    assert FullyConnectedNet([4, 3]).bn_params == []


def by_formula(net, X, mode, mask):
    """The scores, layer by layer; mask(layer, shape) are dropout's masks."""
    hidden, p = X.reshape(len(X), -1), net.params
    for layer in range(1, net.num_layers):
        hidden = hidden @ p[f"W{layer}"] + p[f"b{layer}"]
        if net.normalization:
            if net.normalization == "layernorm":
                mean, var = hidden.mean(axis=1, keepdims=True), hidden.var(axis=1, keepdims=True)
            elif mode == "train":
                mean, var = hidden.mean(axis=0), hidden.var(axis=0)
            else:
                mean, var = (net.bn_params[layer - 1][name] for name in ("running_mean", "running_var"))
            hidden = p[f"gamma{layer}"] * (hidden - mean) / np.sqrt(var + 1e-5) + p[f"beta{layer}"]
        hidden = np.maximum(hidden, 0)
        if mode == "train" and net.use_dropout:
            hidden = hidden * mask(hidden.shape)
    return hidden @ p[f"W{net.num_layers}"] + p[f"b{net.num_layers}"]


@each_kind
@pytest.mark.parametrize("reg", [0.0, 0.7])
def test_loss_and_scores_follow_the_formula(rng, unchanged, normalization, keep, reg):
    net = network(rng, normalization, keep, reg=reg)
    X, y = rng.standard_normal((6, 7)), rng.randint(0, 3, 6)
    loss, _ = unchanged(net.loss, X, y)
    scores = by_formula(net, X, "train", lambda shape: (np.random.RandomState(11).rand(*shape) < keep) / keep)
    data = np.mean(np.logaddexp.reduce(scores, axis=1) - scores[np.arange(6), y])
    penalty = sum(np.sum(value**2) for name, value in net.params.items() if name.startswith("W"))
    assert loss == pytest.approx(data + 0.5 * reg * penalty, rel=1e-9)
    assert unchanged(net.loss, X) == pytest.approx(by_formula(net, X, "test", None), rel=1e-9)


@each_kind
@pytest.mark.parametrize("reg", [0.0, 0.7])
@pytest.mark.parametrize("hidden_dims", [(), (5,), (5, 6, 4)])
def test_gradients(rng, slope, normalization, keep, reg, hidden_dims):
    net = network(rng, normalization, keep, hidden_dims, reg)
    X, y = rng.standard_normal((8, 7)), rng.randint(0, 3, 8)
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
        assert np.sum(grads[name] * direction) == pytest.approx(numerical, rel=1e-5, abs=1e-7), name


@pytest.mark.parametrize("normalization", NORMALISATIONS)
def test_loss_at_initialisation(rng, normalization):
    X, y = rng.standard_normal((50, 3, 8, 8)), rng.randint(0, 10, 50)
    losses = []
    for reg in (0, 3.14):
        np.random.seed(0)
        net = FullyConnectedNet([20, 30], 192, 10, normalization=normalization, reg=reg, dtype=np.float64)
        losses.append(net.loss(X, y)[0])
    assert losses[0] == pytest.approx(np.log(10), abs=0.05)
    penalty = sum(np.sum(value**2) for name, value in net.params.items() if name.startswith("W"))
    assert losses[1] - losses[0] == pytest.approx(0.5 * 3.14 * penalty)


def test_modes(rng):
    """Scores come from testing, losses from training, whatever came before."""
    net = network(rng, "batchnorm", 0.5, seed=None)
    X, y = rng.standard_normal((30, 7)), rng.randint(0, 3, 30)
    net.loss(X, y)
    averages = [{k: v.copy() for k, v in p.items() if k != "mode"} for p in net.bn_params]
    assert averages[0].keys() == {"running_mean", "running_var"}
    scores = net.loss(X)
    assert np.array_equal(net.loss(X), scores)
    assert net.loss(X[:1]) == pytest.approx(scores[:1])
    for before, after in zip(averages, net.bn_params, strict=True):
        assert all(np.array_equal(before[key], after[key]) for key in before)
    assert net.loss(X, y)[0] != net.loss(X, y)[0]  # other masks
    assert not np.array_equal(averages[0]["running_mean"], net.bn_params[0]["running_mean"])


def test_layers_have_their_own_averages(rng):
    net = network(rng, "batchnorm", hidden_dims=(5, 5))
    net.loss(rng.standard_normal((9, 7)), rng.randint(0, 3, 9))
    means = [p["running_mean"] for p in net.bn_params]
    assert not np.allclose(means[0], means[1])


@each_kind
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_it_computes_in_its_dtype(rng, normalization, keep, dtype):
    net = network(rng, normalization, keep, reg=np.float64(0.1), dtype=dtype)
    for X in (rng.standard_normal((3, 7)), rng.randint(0, 256, (3, 7)).astype(np.uint8)):
        assert net.loss(X).dtype == dtype
        assert {grad.dtype for grad in net.loss(X, [0, 1, 2])[1].values()} == {np.dtype(dtype)}


def test_loss_leaves_the_parameters_alone(rng):
    net = network(rng, "batchnorm", 0.5, reg=0.1)
    before = {name: value.copy() for name, value in net.params.items()}
    net.loss(rng.standard_normal((4, 7)), [0, 1, 2, 0])
    assert all(np.array_equal(before[name], value) for name, value in net.params.items())


@each_kind
def test_it_overfits_a_few_examples(rng, normalization, keep):
    np.random.seed(0)
    X, y = rng.standard_normal((20, 3, 4)), rng.randint(0, 5, 20)
    net = FullyConnectedNet([40, 40], 12, 5, keep, normalization, weight_scale=0.2)
    data = {"X_train": X, "y_train": y, "X_val": X, "y_val": y}
    config = {"learning_rate": 1e-2}
    Solver(net, data, update_rule="adam", optim_config=config, num_epochs=60, verbose=False, rng=0).train()
    assert np.mean(net.loss(X).argmax(axis=1) == y) >= 0.95


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: FullyConnectedNet([10, 0]), "hidden_dims"),
        (lambda: FullyConnectedNet([2.5]), "hidden_dims"),
        (lambda: FullyConnectedNet([5], input_dim=0), "input_dim"),
        (lambda: FullyConnectedNet([5], num_classes="ten"), "num_classes"),
        (lambda: FullyConnectedNet([5], dropout_keep_ratio=0), "dropout_keep_ratio is the probability of keeping"),
        (lambda: FullyConnectedNet([5], dropout_keep_ratio=1.1), "dropout_keep_ratio is the probability of keeping"),
        (lambda: FullyConnectedNet([5], normalization="groupnorm"), "normalization must be"),
        (lambda: FullyConnectedNet([5], reg=-1), "reg"),
        (lambda: FullyConnectedNet([5], weight_scale=-1), "weight_scale"),
        (lambda: FullyConnectedNet([5], dtype=np.int32), "dtype must be a type of floats"),
        (lambda: FullyConnectedNet([5], dropout_keep_ratio=0.5, seed=-1), "seed"),
        (lambda: FullyConnectedNet([5], 6).loss(np.zeros((2, 7))), "7 numbers"),
        (lambda: FullyConnectedNet([5], 6, 4).loss(np.zeros((2, 6)), [0, 4]), "at most 3"),
    ],
)
def test_bad_input_is_a_clear_error(call, message):
    with pytest.raises(ValueError, match=message):
        call()
