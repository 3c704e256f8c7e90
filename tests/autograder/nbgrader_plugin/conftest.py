"""The small course as nbgrader sees it, with the repository's own nbgrader_config.py, all in this process."""

import json
import os
import shutil
import warnings
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config.loader import PyFileConfigLoader

from autograder.course import Course
from autograder.demo import strongest

REPOSITORY = Path(__file__).resolve().parents[3]
MODULE = "cs231n/classifiers/linear_svm.py"
ITEMS = ("svm_loss_naive", "svm_loss_vectorized", "why")


class NbGrader:
    """nbgrader's commands on a course in the folder `root`."""

    name = "tiny"

    def __init__(self, root):
        self.root = root
        self.db_url = f"sqlite:///{root / 'gradebook.db'}"

    @property
    def task(self):
        return Course(self.root).assignment(self.name)

    def config(self, student="*"):
        config = PyFileConfigLoader("nbgrader_config.py", str(REPOSITORY)).load_config()
        config.CourseDirectory.root = str(self.root)
        config.CourseDirectory.course_id = "tiny"
        config.CourseDirectory.assignment_id = self.name
        config.CourseDirectory.student_id = student
        config.GradingExporter.isolation = strongest().mode
        config.GradingExporter.call_seconds = 2.0
        return config

    def run(self, converter, student="*", change=lambda config: None, **traits):
        with warnings.catch_warnings():
            config = self.config(student)
            change(config)
            converter(coursedir=CourseDirectory(config=config), config=config, **traits).start()

    def generate_assignment(self, **traits):
        self.run(GenerateAssignment, **traits)

    def autograde(self, student="*", **traits):
        self.run(Autograde, student, **traits)

    def submitted(self, student):
        return self.root / "submitted" / student / self.name

    def autograded(self, student, name="losses.ipynb"):
        return json.loads((self.root / "autograded" / student / self.name / name).read_text())

    def gradebook(self):
        return Gradebook(self.db_url, "tiny")

    def hand_in(self, student, *, solved=True):
        """A submission as it comes out of a release: right, or untouched."""
        folder = self.submitted(student)
        shutil.copytree(self.task.release, folder, ignore=shutil.ignore_patterns("checks", "datasets"))
        if solved:
            shutil.copy(self.task.course.solutions / MODULE, folder / MODULE)
        return folder

    def scores(self, student):
        """Item -> auto score, None where a person is waited for."""
        with self.gradebook() as gradebook:
            grades = [g for n in gradebook.find_submission(self.name, student).notebooks for g in n.grades]
            return {grade.name: grade.auto_score for grade in grades}

    def dump(self):
        """All that is in the gradebook about students, without its arbitrary ids."""
        with self.gradebook() as gradebook:
            return {
                submission.student.id: {
                    "timestamp": submission.timestamp,
                    "penalties": {n.name: n.late_submission_penalty for n in submission.notebooks},
                    "grades": {
                        g.name: (g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade)
                        for n in submission.notebooks
                        for g in n.grades
                    },
                    "comments": {
                        c.name: (c.auto_comment, c.manual_comment) for n in submission.notebooks for c in n.comments
                    },
                }
                for submission in gradebook.assignment_submissions(self.name)
            }


@pytest.fixture(scope="session")
def generated(built_course, tmp_path_factory):
    """The small course after `nbgrader generate_assignment`: never change it."""
    root = tmp_path_factory.mktemp("nbgrader") / "course"
    shutil.copytree(built_course.course.root, root)
    shutil.rmtree(root / "assignments")
    before = dict(os.environ)
    nbgrader = NbGrader(root)
    nbgrader.generate_assignment()
    yield nbgrader
    os.environ["PATH"] = before["PATH"]


@pytest.fixture
def nbgrader(generated, tmp_path):
    """A course of one's own."""
    root = tmp_path / "course"
    shutil.copytree(generated.root, root)
    return NbGrader(root)
