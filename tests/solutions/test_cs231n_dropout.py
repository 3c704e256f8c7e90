"""layers.py: dropout, by its law and not by one mask."""

import numpy as np
import pytest

from cs231n import layers


def train(p, **settings):
    return {"mode": "train", "p": p, **settings}


@pytest.mark.parametrize("p", [0.25, 0.6, 1.0])
def test_elements_are_kept_with_the_probability_p_and_scaled(rng, unchanged, p):
    np.random.seed(1)
    x = rng.uniform(1, 2, (300, 200))
    out, _ = unchanged(layers.dropout_forward, x, train(p))
    kept = out != 0
    assert out[kept] == pytest.approx(x[kept] / p)
    assert kept.mean() == pytest.approx(p, abs=5 * np.sqrt(p * (1 - p) / x.size) + 1e-15)
    assert out.mean() == pytest.approx(x.mean(), rel=0.02)
    for axis in (0, 1):  # elements are dropped, not rows or columns
        assert kept.mean(axis=axis).std() < 0.1


def test_testing_is_the_identity(rng):
    x = rng.standard_normal((3, 2))
    dropout_param = {"mode": "test", "p": 0.3}
    out, cache = layers.dropout_forward(x, dropout_param)
    assert np.array_equal(out, x)
    assert np.array_equal(layers.dropout_backward(x, cache), x)
    assert dropout_param == {"mode": "test", "p": 0.3}


def test_backward_uses_the_mask_of_forward(rng, slope, unchanged):
    x, dropout_param = rng.standard_normal((7, 5)), train(0.6, seed=3)
    out, cache = layers.dropout_forward(x, dropout_param)
    dout, direction = rng.standard_normal(x.shape), rng.standard_normal(x.shape)
    dx = unchanged(layers.dropout_backward, dout, cache)
    numerical = slope(lambda v: np.sum(layers.dropout_forward(v, dropout_param)[0] * dout), x, direction)
    assert np.sum(dx * direction) == pytest.approx(numerical, rel=1e-6)
    assert np.array_equal(dx != 0, out != 0)
    assert np.array_equal(layers.dropout_backward(dout, cache), dx)


def test_a_seed_repeats_the_mask_and_leaves_the_global_generator_alone(rng):
    x = rng.standard_normal((20, 20))
    before = np.random.get_state()[1].copy()
    masks = [layers.dropout_forward(x, train(0.5, seed=seed))[0] for seed in (7, 7, 8)]
    assert np.array_equal(masks[0], masks[1])
    assert not np.array_equal(masks[0], masks[2])
    assert np.array_equal(np.random.get_state()[1], before)


def test_without_a_seed_masks_differ_and_come_from_the_global_generator(rng):
    x = rng.standard_normal((20, 20))
    for settings in (train(0.5), train(0.5, seed=None)):
        runs = []
        for _ in range(2):
            np.random.seed(4)
            runs.append([layers.dropout_forward(x, settings)[0] for _ in range(2)])
        assert np.array_equal(runs[0], runs[1])
        assert not np.array_equal(runs[0][0], runs[0][1])


def test_a_seed_gives_the_mask_that_old_notebooks_know(rng):
    """They seeded NumPy's generator and compared np.random.rand(*shape) with p."""
    x = rng.standard_normal((6, 4))
    out, _ = layers.dropout_forward(x, train(0.3, seed=123))
    old = np.random.RandomState(123).rand(6, 4) < 0.3
    assert np.array_equal(out, x * (old / 0.3))


@pytest.mark.parametrize("mode", ["train", "test"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_and_shapes_are_kept(rng, dtype, mode):
    for shape in [(3,), (2, 0), (2, 3, 4, 5)]:
        x = rng.standard_normal(shape).astype(dtype)
        out, cache = layers.dropout_forward(np.asfortranarray(x), {"mode": mode, "p": np.float64(0.5)})
        dx = layers.dropout_backward(x, cache)
        assert out.dtype == dx.dtype == dtype
        assert out.shape == dx.shape == shape


@pytest.mark.parametrize(
    ("dropout_param", "message"),
    [
        ({"p": 0.5}, "must have the key 'mode', but has 'p'"),
        ({"mode": "train"}, "must have the key 'p'"),
        ({"mode": "eval", "p": 0.5}, '"train" or "test"'),
        (train(0), "above 0 and at most 1"),
        (train(1.5), "above 0 and at most 1"),
        (train("half"), "p must be a number"),
        (train(0.5, seed=-1), "seed"),
        (train(0.5, seed="x"), "seed"),
    ],
)
def test_bad_settings_are_clear_errors(dropout_param, message):
    with pytest.raises(ValueError, match=message):
        layers.dropout_forward(np.ones((2, 2)), dropout_param)


def test_backward_wants_numbers():
    with pytest.raises(ValueError, match="real numbers"):
        layers.dropout_backward("abc", None)
