"""What runs in Gradescope's container: one submission in, results.json out."""

from __future__ import annotations

import json
import time
import traceback
from pathlib import Path
from typing import Any

from ..course import Assignment, Course
from ..exports import Leader, gradescope_results
from ..files import replacing
from ..grading import Options, Report, grade_one, not_graded
from ..sandbox.limits import Limits
from ..sandbox.modes import Isolation, IsolationError, choose
from ..submissions import Submission
from .metadata import HandIn, read_hand_in
from .settings import GRADE, MAX_CALL_SECONDS, Settings

#: Gradescope gives a container 768 MB unless told otherwise, of which the grader itself needs a third, and 10 minutes.
_MEMORY_MB, _BUDGET_SECONDS = 384, 2 * MAX_CALL_SECONDS


def grade(home: Path) -> None:
    """Grade what lies in `home`, Gradescope's /autograder, and write the results. What is printed is for instructors.

    Raises `OSError` where the results cannot be written, and what `Settings.read` and `Course` raise for a zip that was
    not packed by `pack`.
    """
    settings = Settings.read(home / "source")
    task = Course(home / "source").assignment(settings.assignment)
    hand_in = read_hand_in(home / "submission_metadata.json")
    print(f"{settings.assignment}: {hand_in.who()}")
    if hand_in.problem:
        print(hand_in.problem)
    start = time.monotonic()
    report = _report(task, settings, home / "submission")
    for note in report.all_notes:
        print(note)
    print(f"{report.isolation}\n{report.score:g} of {report.max_score:g} points, {time.monotonic() - start:.1f} s")
    results = results_of(report, task, settings, hand_in)
    results["execution_time"] = round(time.monotonic() - start, 1)
    with replacing(home / "results" / "results.json") as path:
        path.write_text(json.dumps(results, indent=1, allow_nan=False), encoding="utf-8")


def _report(task: Assignment, settings: Settings, folder: Path) -> Report:
    """The report on the submission in `folder`, whatever happens."""
    try:
        isolation = choose("landlock")
    except IsolationError as error:
        print(error)
        if settings.unisolated != GRADE:
            why = "code that is handed in cannot be isolated in this container"
            return not_graded(folder.name, task, why, "nothing was run: it could not be isolated")
        isolation = Isolation("none")
    limits = Limits(settings.call_seconds, _BUDGET_SECONDS, _MEMORY_MB)
    submission = Submission(folder.name, folder)
    try:
        return grade_one(submission, task.course.root, task.name, Options(limits=limits, isolation=isolation))
    except Exception as error:  # which costs nobody points, and the next submission is graded all the same
        traceback.print_exc()
        return not_graded(folder.name, task, f"{type(error).__name__} in the autograder", isolation.describe())


def results_of(report: Report, task: Assignment, settings: Settings, hand_in: HandIn) -> dict[str, Any]:
    """The content of results.json. A question has no score in it, whatever became of it: its points are given in
    Gradescope, and those of all other items add up to the same for everybody."""
    kinds = {item.id: item.kind for item in task.items}
    leaders = [Leader.of(item) for item in report.items if settings.leaderboard and kinds[item.id] == "model"]
    results = gradescope_results(report, settings.visibility, leaders)
    for test, item in zip(results["tests"], report.items, strict=True):
        if kinds[item.id] == "question":
            for field in ("score", "max_score", "status"):
                test.pop(field, None)
    results["extra_data"] |= {"submission": hand_in.number, "seconds_late": hand_in.seconds_late}
    return results
