"""Runs the notebooks of many submissions again, some at a time, and writes them with their outputs."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tqdm import tqdm

from .. import scratch
from ..checks.errors import NotGraded
from ..checks.text import printable
from ..course import Assignment
from ..errors import CourseError, SubmissionError
from ..feedback import page_name
from ..files import replacing
from ..mending import SourceCell, mended
from ..notebook_outputs import mark
from ..submissions import Submission, lay_out
from .beside import add_beside
from .limits import Limits
from .reproduction import is_scored, reproduce, require

_SCORED = "Not run again: what a graded cell earns, `autograder grade` says."
_KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


@dataclass
class Outcome:
    """What became of the notebooks of one submission: the seconds of each that was run, and what was odd.

    `complete` is False where something went wrong that is not the submission's fault.
    """

    submission: str
    seconds: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    complete: bool = True


def show_class(submissions: Sequence[Submission], task: Assignment, folder: Path, limits: Limits, jobs: int) -> bool:
    """`rerun_class` with a progress bar, and what became of each submission; returns whether all were complete.

    Raises `IsolationError` where notebooks cannot be isolated, before any is run.
    """
    require()
    outcomes = []
    with tqdm(total=len(submissions) * len(task.notebooks), unit="notebook", disable=None) as bar:
        for outcome in rerun_class(submissions, task, folder, limits, jobs, bar.update):
            outcomes.append(outcome)
    for outcome in sorted(outcomes, key=lambda outcome: outcome.submission):
        times = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in outcome.seconds.items())
        print(f"{outcome.submission}: {times or 'nothing was run'}")
        for note in outcome.notes:
            print(f"  {printable(note)}")
    print(f"wrote {sum(len(outcome.seconds) for outcome in outcomes)} notebooks into {folder}")
    return all(outcome.complete for outcome in outcomes)


def rerun_class(
    submissions: Sequence[Submission],
    task: Assignment,
    folder: Path,
    limits: Limits,
    jobs: int,
    done: Callable[[], object] = lambda: None,
) -> Iterator[Outcome]:
    """Run all notebooks of `submissions` again, `jobs` at a time, and write them into a folder for each in `folder`.

    Outcomes come as they are there; `done` is called after each notebook, in any thread. Whatever ends this early ends
    everything that was started. Raises `CourseError` where the release was not built.
    """
    released = {name: _released(task, name) for name in task.notebooks}
    stop = threading.Event()

    def rerun(submission: Submission) -> Outcome:
        outcome = Outcome(submission.name)
        with scratch.folder() as place:
            try:
                layout = lay_out(submission, place / "work", list(task.notebooks), list(task.modules))
            except SubmissionError as error:
                outcome.notes.append(str(error))
                return outcome
            outcome.notes += layout.notes
            target = folder / Path(page_name(submission.name)).stem
            for name in task.notebooks:
                if not stop.is_set():
                    _rerun(task, submission, layout.folder, name, released[name], limits, stop.is_set, target, outcome)
                    done()
        return outcome

    with ThreadPoolExecutor(jobs) as pool:
        try:
            waiting = {pool.submit(rerun, submission): submission for submission in submissions}
            for ready in as_completed(waiting):
                try:
                    yield ready.result()
                except OSError as error:  # of this machine, as a full disk
                    yield Outcome(waiting[ready].name, notes=[f"not run again: {error}"], complete=False)
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)


def _rerun(
    task: Assignment,
    submission: Submission,
    work: Path,
    name: str,
    release: Sequence[SourceCell],
    limits: Limits,
    over: Callable[[], bool],
    target: Path,
    outcome: Outcome,
) -> None:
    """Run the notebook `name` again, write it into `target`, and put into `outcome` what became of it."""
    path = work / f"{name}.ipynb"
    if not path.is_file():
        outcome.notes.append(f"{name}.ipynb is missing")
        return
    notebook, notes = mended(path.read_bytes(), release)
    notes += add_beside(task, submission, name, work)
    outcome.notes += [f"{name}.ipynb: {printable(note)}" for note in notes]
    try:
        reproduction = reproduce(task, work, notebook["cells"], limits, over)
    except NotGraded as error:
        outcome.notes.append(f"{name}.ipynb: {error}")
        outcome.complete = False
        return
    if over():
        return
    for number, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "code":
            cell["outputs"] = [mark(_SCORED)] if is_scored(cell) else reproduction.outputs.get(number, [])
    target.mkdir(parents=True, exist_ok=True)
    with replacing(target / f"{name}.ipynb") as part:
        part.write_text(json.dumps(notebook | {"metadata": _KERNEL}, indent=1) + "\n", encoding="utf-8")
    outcome.seconds[name] = reproduction.seconds
    if reproduction.remark:
        outcome.notes.append(f"{name}.ipynb: {reproduction.remark}")


def _released(task: Assignment, name: str) -> list[SourceCell]:
    """The cells of a notebook that are graded or locked, as students got them."""
    path = task.release / f"{name}.ipynb"
    if not path.is_file():
        raise CourseError(f"{path} does not exist; run `autograder build` first")
    cells: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [_source_cell(cell) for cell in cells if "nbgrader" in cell["metadata"]]


def _source_cell(cell: dict[str, Any]) -> SourceCell:
    marks = cell["metadata"]["nbgrader"]
    return SourceCell(
        id=marks["grade_id"],
        kind=cell["cell_type"],
        source="".join(cell["source"]),
        checksum=marks.get("checksum", ""),
        locked=marks["locked"],
        solution=marks["solution"],
        points=marks.get("points") if marks["grade"] else None,
    )
