"""Images on which the grader tests trained models: of the embedded set fresh ones, which nobody has seen."""

from __future__ import annotations

import functools
import hashlib

import datasets

from .checks.errors import NotGraded
from .checks.executor import CodeError
from .checks.messages import say
from .checks.values import Array
from .course import Course

#: An accuracy's standard error is 1.6 %.
COUNT = 1000


def held_out_images(course: Course, dataset: str) -> tuple[Array, Array]:
    """Labelled images of `dataset`: X (n, 32, 32, 3) uint8 and y (n,) int64.

    For "shapes10" `COUNT` images of the same distribution as the students' test set, drawn with a seed that comes of
    the course's hidden ones: students have what draws them. For "cifar10" its test set, if it is on this machine.
    Raises `NotGraded` where it is not, and `CodeError` where the course does not count this data set.
    """
    if dataset not in course.datasets:
        raise CodeError("wrong result", say("saved_other_course", got=dataset, expected=" or ".join(course.datasets)))
    if dataset == "shapes10":
        return _drawn(_seed(course.hidden_seeds))
    return _on_disk(dataset)


def _seed(hidden_seeds: tuple[int, ...]) -> int:
    digest = hashlib.sha256(f"held-out images/{hidden_seeds}".encode()).digest()
    return int.from_bytes(digest[:4], "little")


@functools.cache
def _drawn(seed: int) -> tuple[Array, Array]:
    _, _, images, labels = datasets.make_shapes10(0, COUNT, seed, progress=False)
    return images, labels


@functools.cache
def _on_disk(dataset: str) -> tuple[Array, Array]:
    folder, name = datasets.locate()
    if name != dataset:
        raise NotGraded(
            f"the model was trained on {dataset}, which is not on the grader's machine; the instructor must fetch it: "
            f"`python -m datasets fetch {dataset}`, or leave it out of `datasets` in course.toml"
        )
    images, labels = datasets.load_batch(folder / "test_batch")
    return images, labels
