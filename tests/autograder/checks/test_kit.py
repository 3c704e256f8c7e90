"""The checks as a student uses them in an assignment's folder."""

import html.parser
import sys

import numpy as np
import pytest

from autograder.checks import kit as kits
from autograder.checks.answers import RecordingSession
from autograder.checks.engine import ItemResult, run_check
from autograder.checks.executor import CodeError, Executor
from autograder.checks.kit import Item, Kit, Score, checker, replaying, run_all, scoreboard
from autograder.checks.registry import CHECKS
from autograder.checks.student import Code, LocalSession

ITEMS = [
    Item("affine_forward", "code", "layers", 3),
    Item("affine_backward", "code", "layers", 4),
    Item("knn_cross_validation", "model", "knn", 3),
    Item("why", "question", "layers", 2),
]
FORWARD = "def affine_forward(x, w, b): return x.reshape(len(x), -1) @ w + b, (x, w)\n"
BACKWARD = """
def affine_backward(dout, cache):
    x, w = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(len(x), -1).T @ dout, dout.sum(axis=0)
"""


@pytest.fixture
def kit(tmp_path, monkeypatch):
    """Returns a function that makes a kit over a folder with the given layers.py, with live answers."""
    answer_folder = tmp_path / "answers"
    (answer_folder / "solved").mkdir(parents=True)
    (answer_folder / "solved" / "__init__.py").write_text("")
    (answer_folder / "solved" / "layers.py").write_text(FORWARD + BACKWARD)
    folder = tmp_path / "assignment"
    (folder / "cs231n").mkdir(parents=True)
    (folder / "cs231n" / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.syspath_prepend(answer_folder)

    def loaded():
        return [name for name in sys.modules if name.partition(".")[0] in ("cs231n", "solved")]

    kept = {name: sys.modules.pop(name) for name in loaded()}

    def make(layers):
        (folder / "cs231n" / "layers.py").write_text(layers)
        return Kit(folder, ITEMS, lambda id, case: Code(LocalSession(Executor("solved")), seed=case.seed))

    yield make
    for name in loaded():
        del sys.modules[name]
    sys.modules.update(kept)


def test_check_is_worth_the_points_that_the_code_earns(kit):
    check = checker(lambda: kit(FORWARD + BACKWARD))
    score = check("affine_forward")
    assert score == 3.0
    assert score.result.verdict == "correct"


def test_an_unknown_item_is_answered_with_those_that_exist(kit):
    with pytest.raises(KeyError, match="affine_forward, affine_backward"):
        kit("").run("affine_fourward")


def test_a_question_is_left_to_a_person(kit):
    assert kit("").run("why").verdict == "manual"


def test_a_needed_item_is_judged_first_when_a_check_fails(kit):
    result = kit("def affine_forward(x, w, b): return x, None" + BACKWARD).run("affine_backward")
    assert (result.verdict, result.message) == (
        "blocked",
        "This cannot work before affine_forward does: fix affine_forward first.",
    )


def test_a_failure_of_its_own_is_not_blocked(kit):
    result = kit(FORWARD + BACKWARD.replace("dout.sum(axis=0)", "dout.sum(axis=1)")).run("affine_backward")
    assert (result.verdict, result.mistake) == ("partial", "summed_wrong_axis")


def test_what_is_not_written_yet_is_missing(kit):
    stub = "def affine_forward(x, w, b): raise NotImplementedError('affine_forward')\n"
    unfinished = kit(stub + BACKWARD)
    assert unfinished.run("affine_forward").verdict == "missing"
    assert unfinished.run("affine_backward").verdict == "blocked"


def test_a_saved_file_that_is_not_there_names_its_notebook(kit):
    result = kit("").run("knn_cross_validation")
    assert result.verdict == "missing"
    assert "saved/knn_cross_validation.npz is missing" in result.message
    assert "knn.ipynb" in result.message


def test_a_saved_file_is_read_from_the_folder(kit):
    assignment = kit("")
    (assignment.folder / "saved").mkdir()
    np.savez(assignment.folder / "saved" / "knn_cross_validation.npz", dataset="shapes10")
    assert assignment.run("knn_cross_validation").mistake == "saved_key"


def test_recorded_answers_serve_as_the_reference(kit):
    live = kit(FORWARD + BACKWARD)
    recordings = {}
    for id in ("affine_forward", "affine_backward"):
        session = RecordingSession(LocalSession(Executor("solved")))
        run_check(CHECKS[id], 1, live.student, lambda case, s=session: Code(s, seed=case.seed))
        recordings[id] = session.recording
    release = Kit(live.folder, ITEMS, replaying(recordings))
    assert [release.run(id).verdict for id in recordings] == ["correct", "correct"]


def test_a_recording_that_does_not_fit_is_not_the_students_fault(kit):
    live = kit(FORWARD + BACKWARD)
    result = Kit(live.folder, ITEMS, replaying({})).run("affine_forward")
    assert result.verdict == "not graded"


def test_running_everything_gives_the_scoreboard(kit):
    assignment = kit(FORWARD.replace("+ b", "- b") + BACKWARD)
    results = run_all(assignment, list(assignment.items))
    text = scoreboard(results, assignment.items)
    assert [result.verdict for result in results] == ["wrong", "correct", "missing", "manual"]
    assert "layers.ipynb" in text
    assert "add it" in text  # the hint
    assert "4 of 10 points by checks" in text
    assert "2 more points are graded by a person" in text


# ---- what a notebook shows ------------------------------------------------------------------------------------


def score(**settings):
    fields = {"id": "sgd", "verdict": "wrong", "points": 0.5, "max_points": 1, "message": "It is not right."}
    return Score(ItemResult(**{**fields, **settings}))


def test_a_score_is_a_number_and_looks_like_one():
    # nbgrader takes a cell's points from the text of its value.
    assert repr(score()) == "0.5"
    assert repr(score(points=3.0)) == "3"
    assert float(repr(score(points=2.33))) == score(points=2.33) == 2.33


class Tags(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text = [], ""

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text += data


def test_the_panel_shows_what_code_says_as_text():
    hostile = "<script>alert(1)</script><img src=x onerror='alert(2)'> & \"quotes\""
    page = Tags()
    page.feed(score(message=hostile, hint=hostile)._repr_html_())
    assert set(page.tags) == {"div", "b"}
    assert page.text.count(hostile) == 2


def test_the_panel_says_verdict_and_points():
    text = score()._repr_html_()
    assert "sgd: wrong" in text
    assert "0.5 of 1 points" in text


# ---- images to test models on ---------------------------------------------------------------------------------


@pytest.fixture
def on_shapes10(monkeypatch, tmp_path):
    monkeypatch.setattr("datasets.cifar10_folder", lambda: tmp_path)
    monkeypatch.setattr("datasets.name_of", lambda folder: "shapes10")
    monkeypatch.setattr("datasets.load_batch", lambda path: (path.name, "labels"))
    kits.local_images.cache_clear()
    yield
    kits.local_images.cache_clear()


def test_models_are_tested_on_the_test_images_of_the_data_set_at_hand(on_shapes10):
    assert kits.local_images("shapes10") == ("test_batch", "labels")


def test_a_model_of_another_data_set_is_refused_with_both_names(on_shapes10):
    with pytest.raises(CodeError, match="trained on cifar10, but the data set here is shapes10"):
        kits.local_images("cifar10")
