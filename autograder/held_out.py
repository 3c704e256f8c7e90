"""Images on which the grader tests trained models: of the embedded set fresh ones, which nobody has seen."""

from __future__ import annotations

import functools

import datasets

from .checks.errors import NotGraded
from .checks.values import Array

#: Other images of the same distribution than the students' test set; an accuracy's standard error is 1.6 %.
SEED = 977
COUNT = 1000


@functools.cache
def held_out_images(dataset: str) -> tuple[Array, Array]:
    """Labelled images of `dataset`: X (n, 32, 32, 3) uint8 and y (n,) int64.

    For "shapes10" `COUNT` images drawn with another seed, for "cifar10" its test set, if it is on this machine.
    Raises `NotGraded` where it is not.
    """
    if dataset == "shapes10":
        _, _, images, labels = datasets.make_shapes10(0, COUNT, SEED, progress=False)
        return images, labels
    folder, name = datasets.locate()
    if name != dataset:
        raise NotGraded(
            f"the model was trained on {dataset}, which is not on this machine; run `python -m datasets fetch cifar10`"
        )
    images, labels = datasets.load_batch(folder / "test_batch")
    return images, labels
