"""How `nbgrader autograde` reads submissions: the place where it can be told what to do with a class, and with a file.

An exporter is made once nbgrader knows which submissions there are and before it touches any of them, and it is what
reads every notebook. So everything that nbgrader would fall over, or be misled by, is dealt with here:

- a notebook is taken where the grader finds it and built anew (`mending`); one that is missing or damaged costs its
  questions, not the rest of the submission, and a submission without notebooks is not passed over;
- folders are looked for, and files copied, by `conversion`: nothing behind a link, and no more than a bounded number;
- files of the source folder are not copied over the student's;
- a submission that an earlier run was killed over is begun anew (`interrupted`).
"""

from __future__ import annotations

import fnmatch
import os
import re
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.converters import Autograde
from traitlets import Bool, Enum, Float

from ..checks.text import printable
from ..errors import CourseError
from ..grading import Options, Report
from ..mending import mended
from ..rerun.limits import Limits as RerunLimits
from ..rerun.reproduction import require as require_rerun
from ..sandbox.limits import Limits
from ..sandbox.modes import MODES, choose
from ..submissions import Submission
from . import report_file
from .bridge import node, task_of, told_in_one_sentence
from .conversion import Careful, folders, install
from .copying import Rules
from .gradebook import PATIENCE_SECONDS, released
from .grading_run import GradingRun
from .interrupted import Marks
from .late import LatePolicy
from .run_again import run_again
from .timestamps import handed_in_at

#: Beside the journals of `autograder grade`.
_MARKS = ".autograder"


class GradingExporter(NotebookExporter, Careful):
    """Reads submissions for `nbgrader autograde`, and grades them: `report` says how."""

    isolation = Enum(
        ("auto", *MODES), "auto", help="How students' code is kept from this machine; `autograder doctor` tells."
    ).tag(config=True)
    require_isolation = Bool(False, help="Grade nothing where code cannot be isolated.").tag(config=True)
    call_seconds = Float(Limits().call_seconds, help="How long one call of student code may take.").tag(config=True)
    rerun = Bool(False, help="Run notebooks again, in isolation, and show these outputs. No score comes of it.").tag(
        config=True
    )
    rerun_seconds = Float(RerunLimits().notebook_seconds, min=1.0, help="How long that may take a notebook.").tag(
        config=True
    )
    lock_seconds = Float(
        PATIENCE_SECONDS, help="How long a gradebook that another program is writing to is waited for."
    ).tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]
        converter = self.parent
        if not isinstance(converter, Autograde):
            raise TypeError(f"{type(self).__name__} belongs into c.Autograde.exporter_class")
        self._courses = converter.coursedir
        self._notes: tuple[str, str, list[str]] = ("", "", [])
        self._reported = ""
        with told_in_one_sentence(self.log):
            self.task = task_of(self._courses)
            self._prepare(converter)

    @classmethod
    def find(cls, converter: Any) -> dict[str, list[str]]:
        """All folders that were handed in, and in each the notebooks that the assignment has, be they there or not."""
        courses = converter.coursedir
        with told_in_one_sentence(converter.log):
            wanted = fnmatch.filter(task_of(courses).notebooks, courses.notebook_id)
        submitted = folders(converter, courses.submitted_directory) if wanted else ()
        return {folder: [os.path.join(folder, f"{name}.ipynb") for name in wanted] for folder in submitted}

    def rules(self) -> Rules:
        """What is copied: nothing by the name of our reports."""
        return Rules.of(self._courses, report_file.NAME)

    def _prepare(self, converter: Any) -> None:
        """Look at the gradebook, at what an earlier run left, and at the submissions that are about to be graded."""
        LatePolicy.of(self.task)  # which is asked for only once somebody is late
        self._cells = released(self.task, self._courses.db_url, patience=self.lock_seconds)
        isolation = choose(self.isolation, required=self.require_isolation)
        say = self.log.info if isolation.isolated else self.log.warning
        say("isolation: %s", isolation.describe())
        self.isolated = isolation.isolated
        if self.rerun:
            require_rerun()
        self._run = GradingRun(self.task, Options(limits=Limits(call_seconds=self.call_seconds), isolation=isolation))
        self._begin_interrupted_anew()
        self._surround(converter)
        # nbgrader's own waits for ever where that file is a FIFO, and fails where it holds no time.
        self._courses.get_existing_timestamp = self._timestamp
        # Nothing of it is needed for grading, and a solved module in the source folder would go into feedback.
        source = Path(self._courses.format_path(self._courses.source_directory, ".", self.task.name))
        kept = [str(path.relative_to(source)) for path in source.rglob("*") if path.is_file()]
        converter.exclude_overwriting = {**converter.exclude_overwriting, self.task.name: kept}

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[nbformat.NotebookNode, dict[str, Any]]:
        """Read a notebook; one of a submission is read where the grader finds it, and mended."""
        marks = (resources or {})["nbgrader"]
        folder, name = self._submitted(marks["student"]), marks["notebook"]
        if Path(filename).parent != folder:  # one that was read so already, to be graded now
            return super().from_filename(filename, resources=resources, **kw)
        notebook, notes = mended(self._run.notebook(marks["student"], folder, name), self._cells.get(name, []))
        for note in notes:
            self.log.warning("%s: %s", printable(filename), printable(note))
        self._notes = marks["student"], name, notes
        resources = {**(resources or {}), "metadata": {"name": name, "path": str(folder)}}
        converted: tuple[nbformat.NotebookNode, dict[str, Any]]
        converted = self.from_notebook_node(node(notebook), resources, **kw)  # type: ignore[no-untyped-call]
        return converted

    def report(self, student: str) -> Report:
        """What became of the student's submission. What was odd about it is for the log: students see notebooks."""
        report = self._run.report(student, self._submitted(student))
        if self._reported != student:
            self._reported = student
            for note in report.all_notes:
                self.log.warning("%s: %s", printable(student), note)
        return report

    def run_again(self, student: str, notebook: str, cells: Any) -> list[str]:
        """Replace the outputs of a notebook's `cells` by others, if that is wanted; what is to be said about that."""
        folder = self._submitted(student)
        if not self.rerun or self._run.notebook(student, folder, notebook) is None:
            return []
        self.log.info("running %s of %s again", printable(notebook), printable(student))
        return run_again(
            self.task, Submission(student, folder), notebook, cells, RerunLimits.within(self.rerun_seconds)
        )

    def notes(self, student: str, notebook: str) -> list[str]:
        """What was odd about a notebook, which is the one that was read last, and has been mended."""
        return self._notes[2] if self._notes[:2] == (student, notebook) else []

    def _timestamp(self, folder: str) -> datetime | None:
        try:
            return handed_in_at(Path(folder))
        except ValueError as error:
            self.log.warning("%s", error)
            return None

    def _submitted(self, student: str) -> Path:
        return Path(self._courses.format_path(self._courses.submitted_directory, student, self.task.name))

    def _student(self, folder: str) -> str:
        pattern = self._courses.format_path(
            self._courses.submitted_directory, "(?P<student>.*)", re.escape(self.task.name), escape=True
        )
        match = re.fullmatch(pattern, folder)
        if match is None:
            raise CourseError(f"{folder} does not name a student as c.CourseDirectory.directory_structure says")
        return match["student"]

    def _begin_interrupted_anew(self) -> None:
        self._marks = Marks(self.task.course.root / _MARKS / self.task.name)
        for student in self._marks.left():
            folder = Path(self._courses.format_path(self._courses.autograded_directory, student, self.task.name))
            if folder.is_dir():
                self.log.warning("an earlier run was interrupted over %s, who is graded anew", printable(student))
                shutil.rmtree(folder)

    def _surround(self, converter: Any) -> None:
        """Have done what is to be done before and after each submission."""
        before: Callable[..., object] = converter.pre_convert_hook or _nothing
        after: Callable[..., object] = converter.post_convert_hook or _nothing

        def begin(**named: Any) -> None:
            self._marks.begin(self._student(os.path.dirname(named["notebooks"][0])))
            before(**named)

        def end(**named: Any) -> None:
            self._marks.end()
            after(**named)

        converter.pre_convert_hook, converter.post_convert_hook = begin, end


def _nothing(**named: Any) -> None:
    pass


install()  # before nbgrader looks for submissions it only imports this
