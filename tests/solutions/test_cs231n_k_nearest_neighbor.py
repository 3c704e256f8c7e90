"""k_nearest_neighbor.py: distances three ways, and the vote."""

import math

import numpy as np
import pytest

from cs231n.classifiers import KNearestNeighbor

WAYS = ["compute_distances_two_loops", "compute_distances_one_loop", "compute_distances_no_loops"]


def trained(X, y):
    """A classifier that has seen the data."""
    classifier = KNearestNeighbor()
    classifier.train(X, y)
    return classifier


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("tests", "trains", "d"), [(3, 5, 4), (1, 1, 1), (4, 4, 4)])
def test_distances(rng, unchanged, way, tests, trains, d):
    X, X_train = rng.randn(tests, d), rng.randn(trains, d)
    dists = unchanged(getattr(trained(X_train, np.zeros(trains, int)), way), X)
    expected = [[math.dist(a, b) for b in X_train] for a in X]
    assert dists == pytest.approx(np.array(expected), rel=1e-9)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_distances_keep_the_dtype_and_are_never_nan(rng, way, dtype):
    X = (100 * rng.rand(50, 300)).astype(dtype)
    dists = getattr(trained(X, np.zeros(50, int)), way)(X)
    assert dists.dtype == dtype
    assert np.all(dists >= 0)
    assert np.all(np.diag(dists) < 2)  # where different points are about 700 apart, even after rounding in float32


@pytest.mark.parametrize("way", WAYS)
def test_pixels_do_not_wrap_around(way):
    dark, bright = np.array([[10]], np.uint8), np.array([[250]], np.uint8)
    assert getattr(trained(bright, [0]), way)(dark).tolist() == [[240]]


def test_votes_are_counted_and_ties_go_to_the_smaller_label():
    classifier = trained(np.zeros((5, 1)), [3, 1, 1, 3, 0])
    dists = np.array([[1, 2, 3, 4, 5.0], [5, 4, 3, 2, 1]])
    assert [classifier.predict_labels(dists, k).tolist() for k in range(1, 6)] == [
        [3, 0],
        [1, 0],
        [1, 0],
        [1, 1],
        [1, 1],
    ]


def test_any_labels_may_vote(rng):
    classifier = trained(np.zeros((3, 1)), np.array([700, 700, 5], dtype=np.uint16))
    y_pred = classifier.predict_labels([[3, 2, 1]], k=np.int64(3))
    assert y_pred.tolist() == [700]
    assert y_pred.dtype == np.uint16


@pytest.mark.parametrize("num_loops", [0, 1, 2])
def test_predict_agrees_with_a_search_by_hand(rng, num_loops):
    X_train, y_train, X = rng.randn(30, 6), rng.randint(3, size=30), rng.randn(8, 6)
    y_pred = trained(X_train, y_train).predict(X, k=5, num_loops=num_loops)
    for x, label in zip(X, y_pred, strict=True):
        nearest = sorted(range(30), key=lambda j, x=x: math.dist(x, X_train[j]))[:5]
        votes = [int(y_train[j]) for j in nearest]
        assert label == min(set(votes), key=lambda c: (-votes.count(c), c))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda c: c.predict(np.zeros((2, 4))), "as many columns"),
        (lambda c: c.predict(np.zeros(3)), "2 dimension"),
        (lambda c: c.predict(np.zeros((2, 3)), num_loops=3), "num_loops"),
        (lambda c: c.predict(np.zeros((2, 3)), k=0), "k must be between 1 and 2"),
        (lambda c: c.predict(np.zeros((2, 3)), k=3), "k must be between 1 and 2"),
        (lambda c: c.predict(np.zeros((2, 3)), k=1.5), "k must be a whole number"),
        (lambda c: c.predict_labels(np.zeros((2, 5))), "expected 2, got 5"),
        (lambda c: c.train(np.zeros((0, 3)), []), "at least one"),
        (lambda c: c.train(np.zeros((2, 3)), [1, 2, 3]), "expected 2, got 3"),
        (lambda c: KNearestNeighbor().predict(np.zeros((2, 3))), "call train"),
        (lambda c: KNearestNeighbor().predict_labels(np.zeros((2, 3))), "call train"),
    ],
)
def test_bad_input_is_a_clear_error(call, message):
    with pytest.raises(ValueError, match=message):
        call(trained(np.zeros((2, 3)), [0, 1]))
