"""Judging one item: verdicts, points and what never reaches the caller."""

import warnings
from dataclasses import replace

import numpy as np
import pytest

from autograder.checks.engine import VISIBLE, Case, Judging, run_check
from autograder.checks.errors import NotGraded, WorkerFault
from autograder.checks.executor import CodeError
from autograder.checks.registry import CHECKS, Check
from autograder.checks.student import Code, saved

CASES = (VISIBLE, Case(5, False))
RIGHT = """
    def double(x):
        return 2 * x
"""


def judge_double(student, reference, expect, rng):
    """Twice its argument, also of an empty array."""
    x = rng.standard_normal(3)
    expect(student.m.double(x), "out").close_to(reference.m.double(x))
    with expect.part("empty"):
        expect(student.m.double(np.zeros(0)), "an empty array").close_to(np.zeros(0))


def a_check(run=judge_double, **settings):
    fields = {
        "id": "double",
        "title": "Twice.",
        "module": "m",
        "function": "double",
        "main": ("out",),
        "edge": ("empty",),
        "needs": (),
        "forbid": (),
        "max_loops": None,
        "saved": "",
    }
    return Check(run=run, **{**fields, **settings})


@pytest.fixture
def judge(code):
    """Returns a function that judges a module's text, over a visible and a hidden case."""

    def run(text, check=None, points=10, earlier=None, cases=CASES):
        student, reference = code(m=text), code(m=RIGHT)
        # A fresh record of changes for each case, as in a kit.
        fresh = lambda case: Code(student._session, seed=case.seed)  # noqa: E731
        return run_check(check or a_check(), points, fresh, lambda case: reference, cases, earlier)

    return run


def outcome(result):
    return result.verdict, result.points


def test_right_code_earns_all_points(judge):
    result = judge(RIGHT)
    assert (*outcome(result), result.message, result.hint) == ("correct", 10, "Right.", "")


def test_a_wrong_main_part_earns_nothing_even_if_the_edge_parts_are_right(judge):
    result = judge("def double(x): return 3 * x")
    assert outcome(result) == ("wrong", 0)
    assert "out[" in result.message


def test_a_wrong_edge_part_costs_the_share_of_edge_parts(judge):
    result = judge("def double(x): return 2 * x if x.size else None")
    assert outcome(result) == ("partial", 7)
    assert result.message.startswith("an empty array should be an array")


def test_edge_parts_count_only_after_all_main_parts(judge):
    def run(student, reference, expect, rng):
        """Two main parts."""
        x = np.ones(2)
        expect(student.m.double(x), "out").close_to(2 * x)
        expect(student.m.half(x), "half").close_to(x / 2)
        with expect.part("empty"):
            expect(student.m.double(x), "out").close_to(2 * x)

    check = a_check(run, main=("out", "half"))
    assert outcome(judge(RIGHT + "\n    def half(x): return x", check)) == ("partial", 3.5)


def test_a_part_that_no_case_reached_is_not_earned(judge):
    check = a_check(edge=("empty", "never judged"))
    assert outcome(judge(RIGHT, check)) == ("partial", 8.5)


def test_a_failure_in_a_hidden_case_shows_no_numbers(judge):
    text = "calls = []\ndef double(x):\n    calls.append(x)\n    return 2 * x + (len(calls) > 2) * x**3"
    result = judge(text)
    assert result.verdict == "wrong"
    assert result.message == "out is right on the cases that you can see, but differs on others."
    assert result.hint.startswith("Try what the visible cases may not have")


def test_an_exception_in_a_hidden_case_does_not_show_its_text(judge):
    text = (
        "calls = []\ndef double(x):\n    calls.append(x)\n    if len(calls) > 2: raise ValueError(x)\n    return 2 * x"
    )
    result = judge(text)
    assert outcome(result) == ("error", 0)
    assert result.message == "ValueError was raised at m.py, line 4, on a case that you cannot see."


def test_an_argument_changed_in_place_costs_half(judge):
    result = judge("def double(x):\n    x *= 2\n    return x")
    assert (*outcome(result), result.mistake) == ("partial", 5, "changed")
    assert "double: argument 1" in result.message


def test_what_a_needed_function_changes_is_not_counted_twice(judge):
    def run(student, reference, expect, rng):
        """Needs another function."""
        x = np.ones(2)
        student.m.first(x)
        expect(student.m.double(x), "out").close_to(2 * x)

    text = RIGHT + "\n    def first(x): x += 1"
    assert judge(text, a_check(run, edge=())).verdict == "partial"
    assert judge(text, a_check(run, edge=(), needs=("first",))).verdict == "correct"


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ("raise ValueError('no')", "error"),
        ("raise SystemExit(0)", "error"),
        ("raise KeyboardInterrupt", "error"),
        ("return double(x)", "error"),
        ("raise MemoryError", "memory"),
        ("raise NotImplementedError('double')", "missing"),
        ("raise NotImplementedError", "missing"),
        ("raise NotImplementedError('an unrelated thing')", "missing"),
        ("raise NotImplementedError('first'); return x", "blocked"),  # as if it came from first()
    ],
)
def test_what_code_raises_becomes_a_verdict(judge, body, verdict):
    result = judge(f"def double(x): {body}", a_check(needs=("first",)))
    assert outcome(result) == (verdict, 0)


def test_code_that_builds_upon_an_item_that_is_not_written_is_blocked(judge, monkeypatch):
    monkeypatch.setitem(CHECKS, "treble", a_check(id="treble", function="treble"))
    text = "def double(x): return treble(x) - x\n\ndef treble(x): raise NotImplementedError('treble')"
    result = judge(text)
    assert (*outcome(result), result.message) == (
        "blocked",
        0,
        "This cannot work before treble does: fix treble first.",
    )


def test_an_import_that_fails_names_the_module(judge):
    result = judge("import thop\n\ndef double(x): return 2 * x")
    assert (result.verdict, result.mistake) == ("error", "missing_module")
    assert "thop" in result.hint


@pytest.mark.parametrize(
    ("earlier", "verdict"),
    [
        ({"first": "wrong"}, "blocked"),
        ({"first": "missing"}, "blocked"),
        ({"first": "correct"}, "wrong"),
        ({}, "wrong"),
    ],
)
def test_a_failure_is_blocked_where_a_needed_item_is_not_right(judge, earlier, verdict):
    result = judge("def double(x): return x", a_check(needs=("first",)), earlier=earlier)
    assert result.verdict == verdict
    assert ("first" in result.message) == (verdict == "blocked")


def test_right_code_is_right_whatever_became_of_the_items_it_needs(judge):
    assert judge(RIGHT, a_check(needs=("first",)), earlier={"first": "wrong"}).verdict == "correct"


def test_a_forbidden_name_fails_the_item_and_names_the_line(judge):
    text = "import numpy as np\ndef double(x):\n    return 2 * x * np.linalg.norm([1.0])"
    result = judge(text, a_check(forbid=("numpy.linalg.norm",)))
    assert (result.verdict, result.points, result.mistake) == ("wrong", 0, "forbidden")
    assert result.message.startswith("Line 3 uses numpy.linalg.norm")


def test_too_many_loops_cost_points_and_are_said(judge):
    text = "def double(x):\n    for i in range(1):\n        x = 2 * x\n    return x"
    assert judge(text, a_check(max_loops=1)).verdict == "correct"
    result = judge(text, a_check(max_loops=0))
    assert (result.verdict, result.mistake) == ("partial", "loops")
    assert 0 < result.points < 10


@pytest.mark.parametrize("fault", ["timeout", "memory", "error"])
def test_the_end_of_the_worker_is_the_verdict_of_the_item(fault):
    def run(student, reference, expect, rng):
        raise WorkerFault(fault, "It was stopped.")

    result = run_check(a_check(run, module=""), 10, lambda case: None, lambda case: None)
    assert (*outcome(result), result.message) == (fault, 0, "It was stopped.")


def test_a_fault_of_ours_is_not_graded():
    def run(student, reference, expect, rng):
        raise NotGraded("the disk is full")

    result = run_check(a_check(run, module=""), 10, lambda case: None, lambda case: None)
    assert (*outcome(result), result.message) == ("not graded", 0, "Not graded: the disk is full")


def test_a_missing_saved_file_is_missing_and_a_file_missing_in_the_code_is_an_error(judge):
    def files(name):
        raise CodeError("FileNotFoundError", f"saved/{name} is missing")

    def run(student, reference, expect, rng):
        saved(student, "model.npz")

    check = a_check(run, module="", saved="model.npz")
    result = run_check(check, 10, lambda case: Code(None, saved=files), lambda case: None)
    assert (result.verdict, result.message) == ("missing", "saved/model.npz is missing")
    assert judge("def double(x): return open('/no/such/file')").verdict == "error"


def test_a_function_that_its_file_has_not_got_is_missing_and_another_that_is_not_there_an_error(judge):
    result = judge("def treble(x): return 3 * x")
    assert (*outcome(result), result.message) == ("missing", 0, "m.py has no double.")
    assert "take it over from the file that was handed out" in result.hint
    assert judge("import math\ndef double(x): return math.double(x)").verdict == "error"
    assert judge("import math\ndef double(x): return math.twice(x)").verdict == "error"


def test_warnings_and_numpys_error_settings_make_no_difference(judge):
    text = "import numpy as np, warnings\ndef double(x):\n    warnings.warn('x')\n    np.log(0 * x)\n    return 2 * x"
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        assert judge(text).verdict == "correct"


@pytest.mark.parametrize(
    "value",
    [
        "None",
        "{}",
        "'2'",
        "x > 0",
        "x * 1j",
        "10**400",
        "x * float('nan')",
        "x.astype(object)",
        "[x]",
        "(x, x)",
        "1e308 * x",
    ],
)
def test_no_value_that_code_returns_breaks_the_check(judge, value):
    assert judge(f"def double(x): return {value}").verdict == "wrong"


def test_the_same_code_gets_the_same_result(judge):
    text = "import numpy as np\ndef double(x): return x * np.random.rand()"
    first, second = judge(text), judge(text)
    assert first.message == second.message
    assert set(first.as_json()) >= {"id", "verdict", "points", "max_points", "message", "hint", "seconds"}


def test_a_defect_of_the_check_costs_nobody_anything(judge):
    def run(student, reference, expect, rng):
        """Divides by zero."""
        1 / 0  # noqa: B018

    result = judge(RIGHT, a_check(run, edge=()))
    assert result.verdict == "not graded"
    assert "ZeroDivisionError in the check" in result.message


def breaks_over(get, fault=ZeroDivisionError):
    """A check that breaks once it has what `get(student)` gives."""

    def run(student, reference, expect, rng):
        """Breaks."""
        value = get(student)
        raise fault(value)

    return a_check(run, edge=())


def judging_of(check, student):
    judging = Judging(check, 10, lambda case: student, lambda case: None)
    judging.run(VISIBLE)
    return judging


def ask(student):
    return student.m.double(np.ones(2))


@pytest.mark.parametrize(
    ("fault", "verdict", "words"),
    [(ZeroDivisionError, "error", "could not be judged"), (MemoryError, "memory", "too large to be judged")],
)
def test_what_breaks_a_check_with_its_value_is_judged(code, fault, verdict, words):
    judging = judging_of(breaks_over(ask, fault), code(m="def double(x): return 'a value'"))
    result = judging.result()
    assert outcome(result) == (verdict, 0)
    assert words in result.message
    assert "a value" not in result.message
    (note,) = judging.notes
    assert note.startswith(f"double: {fault.__name__} in the check (engine.py, line ")


def test_what_breaks_a_check_with_its_saved_file_is_judged():
    check = breaks_over(lambda student: saved(student, "model.npz"))
    judging = judging_of(replace(check, module=""), Code(None, saved=lambda name: {}))
    assert judging.result().verdict == "error"


def test_a_reply_that_there_is_no_room_for_is_a_matter_of_memory():
    class Full:
        def request(self, request):
            raise MemoryError

    assert judging_of(replace(breaks_over(ask), module=""), Code(Full())).result().verdict == "memory"


def test_a_worker_that_does_not_start_is_not_graded():
    class Broken:
        def request(self, request):
            raise OSError("no more processes")

    judging = judging_of(replace(breaks_over(ask), module=""), Code(Broken()))
    assert (judging.result().verdict, judging.notes) == ("not graded", [])
