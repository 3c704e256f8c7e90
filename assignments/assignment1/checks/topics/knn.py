"""The k-nearest-neighbour classifier: distances computed in three ways, and the vote."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..expect import Expect
from ..inputs import distinct, fortran
from ..registry import item
from ..student import Code, call, plain
from ..values import Array

_MODULE = "classifiers.k_nearest_neighbor"
_DISTANCE_PARTS = ("equal points", "one point", "memory layout")
_NORMS = ("numpy.linalg.norm", "numpy.linalg.vector_norm", "numpy.linalg.matrix_norm")


def _models(student: Code, reference: Code) -> tuple[Any, Any]:
    """A classifier of each, which is trained again and again."""
    theirs = student.classifiers.k_nearest_neighbor.KNearestNeighbor()
    ours = reference.classifiers.k_nearest_neighbor.KNearestNeighbor()
    return theirs, ours


# ---- distances ------------------------------------------------------------------------------------------------


def _distances(model: Any, method: str, points: Array, train: Array) -> Any:
    call(model, "train", train, np.zeros(len(train), dtype=np.int64))
    return plain(call(model, method, points))


def _at_least_zero(array: Array) -> Array:
    return np.maximum(array, 0.0)


def _distance_mistakes(right: Array, points: Array, train: Array) -> dict[str, Any]:
    """What known mistakes make of the distances `right`."""
    squares = right**2
    norms, products = np.sum(points**2, axis=1, keepdims=True), points @ train.T
    differences = points[:, np.newaxis] - train
    rests = squares - norms, norms - 2 * products
    return {
        "root_missing": squares,
        "manhattan": np.sum(np.abs(differences), axis=2),
        "summed_before_squaring": np.abs(np.sum(differences, axis=2)),
        "summed_over_points": np.sqrt(np.sum(squares, axis=1, keepdims=True)) + np.zeros_like(right),
        "cross_term_sign": np.sqrt(squares + 4 * products),
        "cross_term_once": np.sqrt(squares + products),
        "cross_term_missing": np.sqrt(squares + 2 * products),
        "norm_term_missing": [np.sqrt(repair(rest)) for rest in rests for repair in (np.abs, _at_least_zero)],
    }


def _check_distances(method: str, student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """What the three methods have in common; `method` is the name of one."""

    theirs, ours = _models(student, reference)

    def judge(points: Array, train: Array, nonfinite: str) -> None:
        right = _distances(ours, method, points, train)
        expect(_distances(theirs, method, points, train), "dists").close_to(
            right, mistakes=lambda: _distance_mistakes(right, points, train), any_dtype=True, nonfinite=nonfinite
        )

    tests, trains, d = distinct(rng, 3)
    judge(rng.standard_normal((tests, d)), rng.standard_normal((trains, d)), "negative_squares")
    with expect.part("equal points") as rng:
        # By the expanded square, about one such distance in three is the root of a negative rounding error.
        train = 10 * rng.standard_normal((32, 7))
        judge(train[rng.permutation(32)[:24]], train, "rounded_below_zero")
    with expect.part("one point", otherwise="single_example") as rng:
        judge(rng.standard_normal((1, 4)), rng.standard_normal((5, 4)), "")
        judge(rng.standard_normal((5, 4)), rng.standard_normal((1, 4)), "")
    with expect.part("memory layout", otherwise="noncontiguous") as rng:
        points, train = fortran(rng.standard_normal((3, 5)), rng.standard_normal((4, 5)))
        judge(points, train, "")


@item("compute_distances_two_loops", module=_MODULE, main=("dists",), edge=_DISTANCE_PARTS, forbid=_NORMS)
def compute_distances_two_loops(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Euclidean distances from test to training points, one at a time."""
    _check_distances("compute_distances_two_loops", student, reference, expect, rng)


@item("compute_distances_one_loop", module=_MODULE, main=("dists",), edge=_DISTANCE_PARTS, forbid=_NORMS, max_loops=1)
def compute_distances_one_loop(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Euclidean distances from test to training points, one test point at a time."""
    _check_distances("compute_distances_one_loop", student, reference, expect, rng)


@item("compute_distances_no_loops", module=_MODULE, main=("dists",), edge=_DISTANCE_PARTS, forbid=_NORMS, max_loops=0)
def compute_distances_no_loops(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Euclidean distances from test to training points, all at once."""
    _check_distances("compute_distances_no_loops", student, reference, expect, rng)


# ---- the vote -------------------------------------------------------------------------------------------------


def _vote(model: Any, labels: Array, dists: Array, k: int) -> Any:
    call(model, "train", np.zeros((len(labels), 2)), labels)
    return plain(call(model, "predict_labels", dists, k=k))


def _apart(rng: np.random.RandomState, shape: tuple[int, int]) -> Array:
    """Random distances, in each row well apart from each other."""
    steps = 0.1 + rng.random_sample(shape)
    return np.array([row[rng.permutation(len(row))] for row in np.cumsum(steps, axis=1)])


def _ranked(rng: np.random.RandomState, labels: Array, wanted: Array) -> Array:
    """Distances (rows, training points) such that row i's nearest training points have the labels wanted[i],
    nearest first. `labels` are the training points' own."""
    dists = np.sort(_apart(rng, (len(wanted), len(labels))), axis=1)
    for row, row_labels in zip(dists, wanted, strict=True):
        places = [int(place) for place in rng.permutation(len(labels))]
        first = []
        for label in row_labels:
            first.append(next(place for place in places if labels[place] == label))
            places.remove(first[-1])
        row[first + places] = row.copy()
    return dists


def _patterns(rng: np.random.RandomState, patterns: list[list[int]], classes: int, repeats: int) -> Array:
    """Rows of labels: each pattern `repeats` times, with its numbers 0, 1, ... standing for random labels in
    ascending order; the rows are shuffled."""
    rows = []
    for pattern in patterns * repeats:
        names = np.sort(rng.permutation(classes)[: max(pattern) + 1])
        rows.append(names[pattern])
    return np.array(rows)[rng.permutation(len(rows))]


@item(
    "predict_labels",
    module=_MODULE,
    main=("nearest neighbour", "vote"),
    edge=("tied vote", "every point votes", "one point"),
)
def predict_labels(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Labels of test points, by a vote of the k nearest training points."""
    classes = 4
    labels = rng.permutation(np.repeat(np.arange(classes), 5))
    theirs, ours = _models(student, reference)

    def judge(dists: Array, k: int, **mistakes: Any) -> None:
        right = _vote(ours, labels, dists, k)
        expect(_vote(theirs, labels, dists, k), "y_pred").close_to(right, mistakes=lambda: mistakes, any_dtype=True)

    with expect.part("nearest neighbour") as rng:
        dists = _apart(rng, (7, len(labels)))
        farthest = _vote(ours, labels, -dists, 1)
        judge(dists, 1, farthest=farthest, places_not_labels=np.argmin(dists, axis=1))
    with expect.part("vote") as rng:
        # No label is tied, the nearest point is outvoted, and one neighbour more or less would often tip the vote.
        wanted = _patterns(
            rng, [[0, 1, 1, 2, 1, 0], [1, 0, 0, 3, 0, 1], [0, 1, 2, 1, 3, 0], [0, 0, 1, 1, 1, 0]], classes, 3
        )
        dists = _ranked(rng, labels, wanted)
        judge(
            dists,
            5,
            farthest=_vote(ours, labels, -dists, 5),
            only_nearest=wanted[:, 0],
            labels_averaged=[wanted[:, :5].mean(axis=1), np.round(wanted[:, :5].mean(axis=1))],
            one_too_few=_vote(ours, labels, dists, 4),
            one_too_many=_vote(ours, labels, dists, 6),
        )
    with expect.part("tied vote", otherwise="tie") as rng:
        # Every label that votes is tied.
        wanted = _patterns(rng, [[1, 0, 0, 1], [0, 1, 1, 0], [3, 1, 2, 0], [2, 0, 1, 3], [1, 0, 1, 0]], classes, 2)
        judge(_ranked(rng, labels, wanted), 4, tie_nearest=wanted[:, 0], tie_largest=wanted.max(axis=1))
    with expect.part("every point votes", otherwise="every_point") as rng:
        labels = rng.permutation(np.repeat([0, 1, 2], [2, 5, 3]))
        judge(_apart(rng, (3, len(labels))), len(labels))
    with expect.part("one point", otherwise="single_example") as rng:
        judge(_ranked(rng, labels, np.array([[2, 1, 1]])), 3)
