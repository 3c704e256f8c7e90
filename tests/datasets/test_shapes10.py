"""The embedded set: reproducible, balanced, well exposed. Bytes are compared on this machine only."""

import numpy as np
import pytest

import datasets
from datasets import difficulty
from datasets.drawing import rgb, union
from datasets.shapes10 import CLASS_NAMES, KINDS, SCENES, X_AXIS, Y_AXIS, make_shapes10


def test_shapes_dtypes_and_ranges():
    X, y, Xt, yt = make_shapes10(30, 20, progress=False)
    assert X.shape == (30, 32, 32, 3)
    assert Xt.shape == (20, 32, 32, 3)
    assert y.shape == (30,)
    assert yt.shape == (20,)
    assert (X.dtype, Xt.dtype, y.dtype, yt.dtype) == (np.uint8, np.uint8, np.int64, np.int64)
    assert set(y) == set(yt) == set(range(10))


def test_same_seed_same_bytes():
    first, second = (make_shapes10(120, 20, seed=5, progress=False) for _ in range(2))
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_larger_set_begins_with_the_smaller():
    small, large = make_shapes10(130, 7, progress=False), make_shapes10(250, 110, progress=False)
    for a, b in zip(small, large, strict=True):
        np.testing.assert_array_equal(a, b[: len(a)])


def test_train_test_and_seeds_share_no_picture():
    X, _, Xt, _ = make_shapes10(100, 100, seed=1, progress=False)
    X2, _, Xt2, _ = make_shapes10(100, 100, seed=2, progress=False)
    pictures = np.concatenate([X, Xt, X2, Xt2]).reshape(400, -1)
    assert len(np.unique(pictures, axis=0)) == 400


@pytest.mark.parametrize("n", [0, 1, 57, 100, 230])
def test_labels_are_balanced_whatever_the_size(n):
    _, y, _, yt = make_shapes10(n, n, progress=False)
    for labels in (y, yt):
        counts = np.bincount(labels, minlength=10)
        assert counts.max() - counts.min() <= 1


def test_statistics_of_the_pictures():
    X, _, Xt, _ = make_shapes10(300, 300, progress=False)
    X2, *_ = make_shapes10(300, 0, seed=99, progress=False)
    for pictures in (X, Xt, X2):
        assert 110 < pictures.mean() < 150  # neither dark nor pale
        assert 45 < pictures.std() < 80
        assert np.mean((pictures == 0) | (pictures == 255)) < 0.15  # little is over- or underexposed
        assert pictures.reshape(300, -1).std(axis=1).min() > 5  # none is empty
    assert abs(X.mean() - X2.mean()) < 10  # another seed is the same distribution


@pytest.mark.parametrize("kind", KINDS, ids=CLASS_NAMES)
def test_every_object_fills_its_frame(kind):
    for style in (0.0, 0.4, 1.0):
        x, y = X_AXIS[None], Y_AXIS[None]
        shape = union(*(distance for distance, _ in kind.parts(x, y, np.full((1, 1, 1), style, np.float32))))
        inside = shape < 0
        assert inside.shape == (1, 32, 32)
        assert 0.1 < inside.mean() < 0.75
        rows, columns = np.flatnonzero(inside.any((0, 2))), np.flatnonzero(inside.any((0, 1)))
        assert max(rows[-1] - rows[0], columns[-1] - columns[0]) > 24  # of 32: no object is a speck


def test_kinds_name_scenes_that_exist():
    assert {scene for kind in KINDS for scene in kind.scenes} <= set(SCENES)
    assert len(set(CLASS_NAMES)) == 10


def test_rgb():
    colours = rgb([0, 1 / 3, 2 / 3, 0.5], [1, 1, 1, 0], [1, 1, 1, 0.5])
    np.testing.assert_allclose(colours, [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.5, 0.5, 0.5]], atol=1e-6)


@pytest.mark.parametrize(("n_train", "n_test", "seed"), [(-1, 0, 0), (0, -1, 0), (0, 0, -1), (0, 0, 2**32)])
def test_sizes_and_seed_out_of_range(n_train, n_test, seed):
    with pytest.raises(ValueError, match="expected"):
        make_shapes10(n_train, n_test, seed, progress=False)


def test_class_names():
    assert datasets.class_names("shapes10") == list(CLASS_NAMES)
    assert datasets.class_names("cifar10")[1] == "automobile"
    with pytest.raises(ValueError, match="'cifar10', 'shapes10', got 'mnist'"):
        datasets.class_names("mnist")


# ---- the measure of difficulty


def test_convolution_agrees_with_its_definition():
    rng = np.random.RandomState(0)
    x, W = rng.normal(size=(2, 4, 6, 3)), rng.normal(size=(27, 5))
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    expected = np.empty((2, 4, 6, 5))
    for n, i, j in np.ndindex(2, 4, 6):
        expected[n, i, j] = padded[n, i : i + 3, j : j + 3].ravel() @ W
    np.testing.assert_allclose(difficulty.convolve(x, W), expected, rtol=1e-12)


def test_pooling_and_its_gradient():
    x = np.random.RandomState(0).permutation(2 * 4 * 4 * 3).reshape(2, 4, 4, 3).astype(np.float32)
    pooled = difficulty.pool(x)
    assert pooled.shape == (2, 2, 2, 3)
    assert pooled[1, 0, 1, 2] == x[1, 0:2, 2:4, 2].max()
    dx = difficulty.unpool(pooled, x, pooled)
    np.testing.assert_array_equal(dx, np.where(np.isin(x, pooled), x, 0))


def test_the_classifiers_learn_something():
    data = make_shapes10(500, 200, progress=False)
    for name, accuracy in difficulty.measure(data, ["knn", "linear"]).items():
        assert accuracy > 0.2, name  # 0.1 is chance


@pytest.mark.slow
def test_difficulty_is_as_documented():
    """The order that students are to discover, and room above and below each."""
    accuracies = difficulty.measure(make_shapes10(5000, 1000, progress=False), list(difficulty.CLASSIFIERS))
    assert 0.30 <= accuracies["knn"] <= 0.40
    assert 0.45 <= accuracies["linear"] <= 0.55
    assert 0.55 <= accuracies["two-layer"] <= 0.65
    assert 0.85 <= accuracies["convnet"] <= 0.93
