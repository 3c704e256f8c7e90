"""A small course on disk: two items in one notebook, for tests of everything around the checks."""

import json
import shutil
import signal
from pathlib import Path

import pytest

from autograder.course import Course

REPOSITORY = Path(__file__).resolve().parents[2]

# A shell has what it starts with & ignore Ctrl-C, and what that starts inherits it; some tests press it.
signal.signal(signal.SIGINT, signal.default_int_handler)

COURSE_TOML = """
[course]
name = "Tiny"
id = "tiny"
hidden_seeds = [1125899906842624]

[assignments.tiny]
title = "A tiny assignment"
notebooks = ["losses"]

[assignments.tiny.modules]
"__init__.py" = "all"
"validation.py" = "all"
"classifiers/__init__.py" = "all"
"classifiers/linear_svm.py" = "all"
"""


def markdown(text, **nbgrader):
    return _cell("markdown", text, nbgrader)


def code(text, **nbgrader):
    return _cell("code", text, nbgrader) | {"outputs": [], "execution_count": None}


def _cell(kind, text, nbgrader):
    metadata = {}
    if nbgrader:
        flags = {"schema_version": 3, "grade": False, "locked": False, "solution": False, "task": False}
        metadata = {"nbgrader": flags | nbgrader}
        if "points" in nbgrader:
            metadata["nbgrader"]["cell_type"] = kind
    name = f"{kind}-{nbgrader.get('grade_id', abs(hash(text)) % 10**6)}"
    return {"cell_type": kind, "id": name.lower()[:60], "metadata": metadata, "source": text.splitlines(keepends=True)}


def grade_cell(item, points):
    return code(f'check("{item}")', grade=True, locked=True, grade_id=item, points=points)


def write_notebook(path, cells):
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook, indent=1), encoding="utf-8")


TINY_CELLS = [
    markdown("# Losses"),
    code("from checks import check"),
    grade_cell("svm_loss_naive", 50),
    grade_cell("svm_loss_vectorized", 40),
    markdown("Why a margin?"),
    markdown("The MODEL ANSWER.\n\n**Rubric.** One point.", grade=True, solution=True, grade_id="why", points=10),
]


@pytest.fixture
def tiny(tmp_path):
    """The assignment of a small course in a fresh folder, not built yet."""
    root = tmp_path / "course"
    shutil.copytree(REPOSITORY / "solutions" / "cs231n", root / "solutions" / "cs231n")
    (root / "solutions" / "course.toml").write_text(COURSE_TOML)
    shutil.copy(REPOSITORY / "pyproject.toml", root)
    write_notebook(root / "solutions" / "tiny" / "losses.ipynb", TINY_CELLS)
    return Course(root).assignment("tiny")


@pytest.fixture(scope="session")
def built_course(tmp_path_factory):
    """Where the small course stands built; built once, so never change it."""
    from autograder.release import build

    root = tmp_path_factory.mktemp("built") / "course"
    shutil.copytree(REPOSITORY / "solutions" / "cs231n", root / "solutions" / "cs231n")
    (root / "solutions" / "course.toml").write_text(COURSE_TOML)
    shutil.copy(REPOSITORY / "pyproject.toml", root)
    write_notebook(root / "solutions" / "tiny" / "losses.ipynb", TINY_CELLS)
    assignment = Course(root).assignment("tiny")
    build(assignment)
    return assignment
