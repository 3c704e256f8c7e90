"""A made-up class of forty on the real first assignment, by both routes, with a person grading in between."""

import shutil

import pytest

from autograder import corpus
from autograder.demo import Member, class_of_24, make_class, variant_change

from .conftest import REPOSITORY, NbGrader
from .test_autograde import grade_straight

pytestmark = pytest.mark.slow


def forty(assignment):
    """The demonstration's class, and sixteen more who have one item wrong each."""
    members = class_of_24(assignment)
    codes = {item.id for item in assignment.items if item.kind == "code"}
    wrong = [v for v in corpus.variants(assignment) if v.item in codes and v.verdict in ("wrong", "partial")]
    chosen = [wrong[number * len(wrong) // 16] for number in range(16)]
    return members + [
        Member(f"more{number:02}", variant.name, variant_change(assignment, variant), {})
        for number, variant in enumerate(chosen)
    ]


class Assignment1(NbGrader):
    """The repository's own course."""

    name = "assignment1"


def test_forty(tmp_path):
    root = tmp_path / "course"
    for part in ("solutions", "tests/submissions"):
        shutil.copytree(REPOSITORY / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", root)
    nbgrader = Assignment1(root)
    nbgrader.generate_assignment()
    members = forty(nbgrader.task)
    make_class(nbgrader.task, members, root)
    for packed in (root / "submitted").glob("*.zip"):  # nbgrader knows folders only
        folder = nbgrader.submitted(packed.stem)
        folder.mkdir(parents=True)
        packed.rename(folder / packed.name)
    straight = Assignment1(tmp_path / "straight")
    shutil.copytree(root, straight.root)

    nbgrader.autograde()
    grade_straight(straight, tmp_path / "1")
    dump = nbgrader.dump()
    assert len(dump) == 40
    assert dump == straight.dump()
    for course in (nbgrader, straight):
        with course.gradebook() as gradebook:
            for id, points in (("knn_q1", 1.5), ("svm_loss_naive", 0.5)):
                notebook = course.task.item(id).notebook
                grade = gradebook.find_grade(id, notebook, "assignment1", "ada")
                grade.manual_score, grade.needs_manual_grade = points, False
            gradebook.find_comment("knn_q1", "knn", "assignment1", "ada").manual_comment = "Nearly."
            gradebook.db.commit()
    nbgrader.autograde(force=True)
    grade_straight(straight, tmp_path / "2")
    again = nbgrader.dump()
    assert again == straight.dump()
    assert again["ada"]["grades"]["knn_q1"][1] == 1.5
    assert again["ada"]["grades"]["svm_loss_naive"][:2] == (dump["ada"]["grades"]["svm_loss_naive"][0], 0.5)
    assert again["ada"]["comments"]["knn_q1"][1] == "Nearly."
    del again["ada"], dump["ada"]
    assert again == dump
