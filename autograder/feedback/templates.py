"""What a saved linear classifier has learned: the weights of each class as a picture."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import datasets

from .. import grading, scratch
from ..checks.executor import CodeError
from ..checks.registry import CHECKS
from ..checks.saved import read_saved
from ..checks.topics.models import CLASSES, PIXELS, SHAPE, SavedFile, Unusable
from ..course import Assignment
from ..errors import SubmissionError
from ..grading import Report
from ..submissions import Submission, lay_out
from .pixels import data_url


@dataclass(frozen=True)
class Template:
    """The weights of one class: its name, and the URL of the picture."""

    label: str
    url: str


def templates(path: Path) -> list[Template]:
    """The templates of the linear classifier that is saved in `path`; none where it holds no such thing."""
    try:
        file = SavedFile(path.name, read_saved(path))
        weights = file.numbers("W", PIXELS + 1, CLASSES)[:-1]
        labels = datasets.class_names(file.dataset)
    except (CodeError, Unusable):
        return []
    low, high = float(weights.min()), float(weights.max())
    span = high / 2 - low / 2  # their difference may be more than a float can be
    if not span:
        return []
    shades = np.rint((weights / 2 - low / 2) / span * 255).astype(np.uint8).reshape(*SHAPE, CLASSES)
    return [Template(label, data_url(shades[..., i])) for i, label in enumerate(labels)]


@contextlib.contextmanager
def saved_as_graded(report: Report, submission: Submission | None, assignment: Assignment) -> Iterator[Path | None]:
    """The folder of the submission's saved files; None where no item of `report` is about such files, or where the
    submission is not at hand or no longer the one that `report` is about."""
    if submission is None or not any(CHECKS[item.id].saved for item in report.items if item.id in CHECKS):
        yield None
        return
    with scratch.folder() as folder:
        try:
            layout = lay_out(submission, folder / "work", list(assignment.notebooks), list(assignment.modules))
        except (SubmissionError, OSError):
            yield None
            return
        yield layout.folder / "saved" if grading.digest_of(layout.folder) == report.digest else None
