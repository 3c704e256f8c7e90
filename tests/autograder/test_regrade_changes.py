"""What a change in the course means for its items: which are graded again, and that nothing is missed."""

import dataclasses
import inspect
import re
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from autograder.checks.engine import VISIBLE, Case, run_check
from autograder.checks.executor import Reply
from autograder.checks.registry import CHECKS
from autograder.checks.student import Code, LocalSession
from autograder.course import Course
from autograder.errors import CourseError
from autograder.reference import executor_of, live_reference
from autograder.regrade import changes
from autograder.regrade.reach import PACKAGES, Tree

from .conftest import REPOSITORY

TOPICS = "autograder/checks/topics"
ALL = {item.id for item in Course(REPOSITORY).assignment("assignment1").items}
QUESTIONS = {id for id in ALL if id not in CHECKS}
CODE = ALL - QUESTIONS
ALL_CODE = {check.id for check in CHECKS.values() if not check.saved}
MODELS = {id for id in CODE if id.endswith("_model")}
LINEAR_LOSSES = {"svm_loss_naive", "svm_loss_vectorized", "softmax_loss_naive", "softmax_loss_vectorized"}
LAYERS = {"affine_forward", "affine_backward", "relu_forward", "relu_backward", "svm_loss", "softmax_loss"}


def copy_course(target):
    """What decides the scores of assignment1, in a folder of its own."""
    for folder in ("autograder", "datasets", "solutions", "assignments/assignment1/cs231n"):
        ignored = shutil.ignore_patterns("__pycache__", "*.html")
        shutil.copytree(REPOSITORY / folder, target / folder, ignore=ignored)
    return target


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    """The course at an earlier time; never changed."""
    return copy_course(tmp_path_factory.mktemp("before") / "course")


@pytest.fixture
def after(before, tmp_path):
    return Course(Path(shutil.copytree(before, tmp_path / "after"))).assignment("assignment1")


def changes_between(earlier, now, since=""):
    """What has changed in the course of the assignment `now`, read afresh."""
    return changes.changes_between(earlier, Course(now.course.root).assignment(now.name), since)


@pytest.fixture
def edit(after):
    """Replaces text in a file of the course as it is now; it must be there."""

    def replace(file, old, new):
        path = after.course.root / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} has no {old}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


def test_nothing_has_changed(before, after):
    found = changes_between(before, after)
    assert (found.items, found.modules) == ({}, set())


@pytest.mark.parametrize(
    ("file", "old", "new", "items"),
    [
        # one check, what several share, what all topics share
        (f"{TOPICS}/layers.py", "rng.standard_normal((1, 5))", "rng.standard_normal((1, 6))", {"relu_forward"}),
        (f"{TOPICS}/optim.py", "in_place=True", "in_place=False", {"sgd"}),
        (f"{TOPICS}/knn.py", "np.maximum(array, 0.0)", "np.abs(array)", {i for i in CODE if "distances" in i}),
        (f"{TOPICS}/linear.py", "rng.randint(0, c, n)", "rng.randint(0, c - 1, n)",
         LINEAR_LOSSES | {"LinearClassifier_train", "LinearClassifier_predict"}),
        (f"{TOPICS}/models.py", '"svm_model": 0.40', '"svm_model": 0.39', MODELS | {"knn_cross_validation"}),
        ("autograder/checks/inputs.py", "np.float32", "np.float16", LAYERS | {"sgd"}),
        # the solution: a method, a function that other references are made with, one that only loads data
        ("solutions/cs231n/classifiers/k_nearest_neighbor.py", "### BEGIN SOLUTION compute_distances_one_loop\n",
         "### BEGIN SOLUTION compute_distances_one_loop\n        num_test = 1 * num_test\n",
         {"compute_distances_one_loop"}),
        ("solutions/cs231n/optim.py", "### BEGIN SOLUTION sgd\n", "### BEGIN SOLUTION sgd\n    w = 1 * w\n",
         {"sgd", "two_layer_model", "features_net_model"}),
        ("solutions/cs231n/layers.py", "### BEGIN SOLUTION svm_loss\n", "### BEGIN SOLUTION svm_loss\n    x = 1 * x\n",
         LINEAR_LOSSES | {"svm_loss", "LinearClassifier_train"}),
        ("solutions/cs231n/data_utils.py", "X.astype(np.float64)", "X.astype(np.float32)", set()),
        # what draws held-out images
        ("datasets/drawing.py", "import numpy as np", "import numpy as np\n\nnp.seterr(all='raise')", MODELS),
        ("autograder/held_out.py", "COUNT = 1000", "COUNT = 900", MODELS),
        # what judges everything
        ("autograder/checks/expect.py", "EDGE_SHARE = 0.3", "EDGE_SHARE = 0.25", ALL),
        ("autograder/sandbox/limits.py", "memory_mb: int = 1024", "memory_mb: int = 2048", ALL),
        ("autograder/sandbox/worker.py", "MAX_REQUEST = 1 << 30", "MAX_REQUEST = 1 << 29", ALL),
        ("autograder/submissions.py", "MAX_NOTES = 20", "MAX_NOTES = 21", ALL),
        ("autograder/checks/source.py", '"numpy.vectorize",', "", ALL),
        # settings
        ("solutions/course.toml", "hidden_seeds = [4", "hidden_seeds = [5", CODE),
        ("solutions/course.toml", '"shapes10", "cifar10"', '"shapes10"', MODELS),
        ("solutions/course.toml", '# preload = ["torch"]', 'loops = 3\n# preload = ["torch"]', ALL),
        ("solutions/course.toml", 'name = "Deep', 'name = "Very deep', set()),
        ("solutions/course.toml", "percent_per_day = 10", "percent_per_day = 20", set()),
        # what decides no score
        ("autograder/console.py", "_SHOWN = 3", "_SHOWN = 4", set()),
        ("autograder/feedback/figures.py", "import", "import this\nimport", set()),
        ("autograder/checks/messages.py", "The magnitudes are right and the sign is not.", "Look at the sign.", set()),
        ("solutions/assignment1/svm.ipynb", '"cells": [', '"cells":  [', set()),
    ],
    ids=lambda value: value if isinstance(value, str) and "/" in value else "",
)  # fmt: skip
def test_a_change_touches_what_reaches_it(before, after, edit, file, old, new, items):
    edit(file, old, new)
    found = changes_between(before, after).items
    assert found.keys() == items
    assert all(any(Path(file).name in reason for reason in why) for why in found.values())


@pytest.mark.parametrize(
    "file", [f"{TOPICS}/linear.py", "solutions/cs231n/layers.py", "autograder/checks/engine.py", "datasets/shapes10.py"]
)
def test_comments_docstrings_and_layout_do_not_count(before, after, file):
    path = after.course.root / file
    text = re.sub(r'^( +)"""[^"]*"""$', r'\1"""Something else."""', path.read_text(), flags=re.MULTILINE)
    text = re.sub(r"^( *)return (.*[^(\[{])$", r"\1# a comment\n\1return (\2)", text, flags=re.MULTILINE)
    text = text.replace("import numpy as np\n", "import numpy as np  # arrays\n\n\n")
    assert text != path.read_text()
    path.write_text('"""Another beginning."""\n' + text.partition('"""')[2].partition('"""')[2])
    assert changes_between(before, after).items == {}


def test_data_beside_the_modules_may_be_read_by_any(before, after):
    (after.course.root / "autograder" / "checks" / "limits.json").write_text("{}")
    (after.course.root / "autograder" / "feedback" / "colours.json").write_text("{}")
    found = changes_between(before, after).items
    assert found == dict.fromkeys(found, ["autograder/checks/limits.json"])
    assert found.keys() == ALL


def test_what_is_filled_into_a_sentence_counts_where_the_sentence_is_used(before, after, edit):
    """A check that fills in what the sentence does not have, or has no sentence, goes wrong."""
    edit("autograder/checks/messages.py", "{rate:.4g} in it", "{rates:.4g} in it")
    assert changes_between(before, after).items.keys() == {"sgd"}


def test_a_sentence_that_all_may_need_counts_for_all(before, after, edit):
    edit(
        "autograder/checks/messages.py", '    "dtype": "{name} has dtype {got}', '    "dtype": "{name} has dtype {gat}'
    )
    assert changes_between(before, after).items.keys() == CODE


def test_code_that_can_reach_anything_reaches_everything(before, after, edit):
    edit(f"{TOPICS}/optim.py", "    shape = distinct(rng, 3)", '    globals()["x"] = 1\n    shape = distinct(rng, 3)')
    assert changes_between(before, after).items.keys() == {"sgd"}
    earlier = Path(shutil.copytree(after.course.root, after.course.root.parent / "earlier"))
    edit(f"{TOPICS}/knn.py", "np.maximum(array, 0.0)", "np.abs(array)")
    assert "sgd" in changes_between(earlier, after).items


@pytest.mark.parametrize(
    "name", ['f"affine_{way}"', '"affine_" + way', '"affine_%s" % way', '"{}_forward".format(way)']
)
def test_a_name_that_is_put_together_is_followed(before, after, edit, name):
    solution = "solutions/cs231n/layers.py", "### BEGIN SOLUTION affine_forward\n"
    edit(f"{TOPICS}/optim.py", "    shape = distinct(rng, 3)",
         f"    way = 'forward'\n    getattr(reference.layers, {name})\n    shape = distinct(rng, 3)")  # fmt: skip
    earlier = Path(shutil.copytree(after.course.root, after.course.root.parent / "earlier"))
    edit(*solution, f"{solution[1]}    w = 1 * w\n")
    assert "sgd" in changes_between(earlier, after).items


def test_a_decorator_of_the_course_may_register_what_it_decorates(before, after):
    """A table that is filled by a decorator is used by others without their naming what is in it."""
    path = after.course.root / f"{TOPICS}/optim.py"
    table = (
        "_TABLE = {}\n\n\ndef listed(f):\n    _TABLE[f.__name__] = f\n    return f\n\n\n@listed\ndef one(): return 1\n"
    )
    path.write_text(path.read_text().replace('@item("sgd"', f'{table}\n\n@item("sgd"'))
    earlier = Path(shutil.copytree(after.course.root, after.course.root.parent / "earlier"))
    path.write_text(path.read_text().replace("return 1", "return 2"))
    assert changes_between(earlier, after).items.keys() == {"sgd"}


def test_a_check_that_is_not_plainly_declared_depends_on_all_checks(before, after, edit):
    edit(f"{TOPICS}/optim.py", '@item("sgd"', 'declare = item\n\n\n@declare("sgd"')
    earlier = Path(shutil.copytree(after.course.root, after.course.root.parent / "earlier"))
    edit(f"{TOPICS}/layers.py", "rng.standard_normal((1, 5))", "rng.standard_normal((1, 6))")
    assert changes_between(earlier, after).items.keys() == {"relu_forward", "sgd"}


def test_source_that_cannot_be_read_counts_as_changed(before, after):
    earlier = Path(shutil.copytree(before, after.course.root.parent / "earlier"))
    (earlier / TOPICS / "optim.py").write_text("def broken(:\n")
    assert changes_between(earlier, after).items.keys() == {"sgd"}


def test_a_module_of_the_release_stands_in_for_what_a_submission_lacks(before, after, edit):
    edit("assignments/assignment1/cs231n/solver.py", "self.epoch = 0", "self.epoch = 1")
    found = changes_between(before, after)
    assert (found.items, found.modules) == ({}, {"solver.py"})


def test_an_item_that_was_a_question_of_another_notebook(before, after, edit):
    edit("solutions/course.toml", 'notebooks = ["knn", "svm", "softmax"', 'notebooks = ["svm", "knn", "softmax"')
    assert set(changes_between(before, after).items) == ALL
    assert "the order of the items" in changes_between(before, after).items["sgd"]


def test_a_revision_without_the_assignment(before, after, tmp_path):
    earlier = Path(shutil.copytree(before, tmp_path / "earlier"))
    toml = earlier / "solutions" / "course.toml"
    toml.write_text(toml.read_text().replace("assignments.assignment1", "assignments.assignment0"))
    with pytest.raises(
        CourseError, match=r"abc cannot be compared with: there is no assignment 'assignment1'.*--items"
    ):
        changes_between(earlier, after, "abc")


class _Off:
    """The solution, with all its results a little wrong: then the checks look for mistakes."""

    def __init__(self, session, factor):
        self._session, self._factor = session, factor

    def request(self, request):
        reply = self._session.request(request)
        return dataclasses.replace(reply, value=self._wrong(reply.value)) if request.op == "call" else reply

    def _wrong(self, value):
        if isinstance(value, tuple):
            return tuple(map(self._wrong, value))
        floating = isinstance(value, float | np.floating) or isinstance(value, np.ndarray) and value.dtype.kind == "f"
        return value * self._factor + (self._factor - 1) if floating else value


@pytest.mark.parametrize("factor", [1.0, 1.37], ids=["right", "wrong"])
@pytest.mark.parametrize("id", sorted(ALL_CODE))
def test_nothing_runs_that_is_not_reached(before, id, factor):
    """Runs each check, on right results and on wrong ones, and watches which functions of the course are called."""
    course, tree = Course(REPOSITORY), Tree(before)
    reached = {*tree.reach(id).sources, *tree.common}
    called = set()

    def watch(frame, event, argument):
        if event == "call":
            called.add(frame.f_code)

    def student(case):
        return Code(_Off(LocalSession(executor_of(course)), factor), seed=case.seed)

    reference = live_reference(course)
    sys.setprofile(watch)
    try:
        run_check(CHECKS[id], 10, student, lambda case: reference(id, case), (VISIBLE, Case(1 << 50, False)))
    finally:
        sys.setprofile(None)
    folders = tuple(str(REPOSITORY / folder) for folder in PACKAGES.values())
    ours = [code for code in called if code.co_filename.startswith(folders) and not code.co_name.startswith("<")]
    ours = [code for code in ours if code.co_flags & inspect.CO_OPTIMIZED]  # no class's body, which an import runs
    names = {
        (Path(code.co_filename).relative_to(REPOSITORY), code.co_qualname.partition(".<locals>")[0]) for code in ours
    }
    assert {f"{file.as_posix()}: {name}" for file, name in names} <= reached
    assert any(file.is_relative_to("solutions") for file, _ in names) or id == "TwoLayerNet_init"


def test_replies_can_be_spoilt():
    """Or the test above would run no other code on wrong results than on right ones."""
    course = Course(REPOSITORY)
    session = _Off(LocalSession(executor_of(course)), 2.0)
    code = Code(session, seed=0)
    assert code.layers.relu_forward(np.ones((1, 1)))[0] == 3.0
    assert isinstance(Reply(1), Reply)
