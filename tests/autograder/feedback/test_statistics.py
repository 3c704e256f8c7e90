"""Numbers about a class: each against a case small enough to work out by hand."""

import pytest

from autograder.checks.messages import say
from autograder.feedback.statistics import (
    FEWEST_TO_CORRELATE,
    discriminations,
    item_statistics,
    mistakes,
    needs,
    timings,
)
from autograder.standing import ByHand, Mark, standings

from .conftest import item, report_of


def a_class(*rows, **by_hand):
    """Where a class stands in which each row has the points of items a, b, c (None: not graded)."""
    reports = []
    for number, row in enumerate(rows):
        items = [
            item(id, "correct" if points else "not graded" if points is None else "wrong", points or 0.0, 5.0)
            for id, points in zip("abc", row, strict=False)
        ]
        reports.append(report_of(f"s{number}", items))
    return standings(reports, by_hand)


# ---- discrimination


def test_discrimination_is_pearsons_r_with_the_points_of_the_others():
    """Worked out by hand for item a: x = 0 1 2 3 4 and R = b + c = 1 1 3 2 3 have means 2 and 2, so that
    r = ((-2)(-1) + (-1)(-1) + 0 + 0 + 2 * 1) / sqrt((4 + 1 + 0 + 1 + 4) * (1 + 1 + 1 + 0 + 1)) = 5 / sqrt(40)."""
    found = discriminations(a_class((0, 1, 0), (1, 0, 1), (2, 2, 1), (3, 1, 1), (4, 2, 1)))
    assert found["a"] == pytest.approx(5 / 40**0.5)
    assert list(found) == ["a", "b", "c"]


def test_an_item_does_not_count_for_itself():
    """With itself in the total, an item that the strong ones fail would look harmless."""
    rows = [(5, 0, 0), (5, 1, 0), (0, 4, 4), (0, 5, 4), (0, 5, 5)]
    assert discriminations(a_class(*rows))["a"] < -0.9


def test_where_all_are_alike_there_is_nothing_to_tell_apart():
    rows = [(3, points, 2) for points in range(5)]
    assert discriminations(a_class(*rows)) == {"a": None, "b": None, "c": None}


def test_rounding_is_not_taken_for_a_difference():
    assert 0.1 + 0.2 != 0.3
    rows = [
        (points, *others) for points, others in enumerate([(0.1, 0.2), (0.3, 0.0), (0.1, 0.2), (0.3, 0.0), (0.2, 0.1)])
    ]
    assert discriminations(a_class(*rows))["a"] is None


def test_of_too_few_submissions_nothing_is_said():
    rows = [(points, points, 0) for points in range(FEWEST_TO_CORRELATE)]
    assert discriminations(a_class(*rows))["a"] == pytest.approx(1)
    assert discriminations(a_class(*rows[1:]))["a"] is None
    assert discriminations([]) == {}


def test_submissions_that_the_grader_failed_on_do_not_count():
    rows = [(points, points, 5) for points in range(5)]
    with_a_failure = a_class(*rows, (5, None, 0))
    assert discriminations(with_a_failure) == discriminations(a_class(*rows))


def test_questions_count_once_all_of_them_are_graded():
    def standing_of(marks):
        reports = []
        for number in range(5):
            question = item("why", "manual", 0.0, 2.0, say("manual"))
            reports.append(report_of(f"s{number}", [item("a", "correct", float(number)), question]))
        return standings(reports, {f"s{n}": ByHand({"why": Mark(points)}) for n, points in marks.items()})

    assert "why" not in discriminations(standing_of({0: 0.0}))
    assert discriminations(standing_of({n: n / 2 for n in range(5)}))["why"] == pytest.approx(1)


# ---- difficulty


def test_difficulty_is_the_mean_share_of_the_points(assignment):
    found = {one.id: one for one in item_statistics(a_class((5, 0), (0, 1), (5, None)), assignment)}
    assert found["a"].share == pytest.approx(10 / 15)
    assert found["b"].share == pytest.approx(1 / 10)  # what the grader failed on counts for nothing
    assert found["b"].verdicts == {"correct": 1, "wrong": 1, "not graded": 1}


def test_a_question_has_no_difficulty_while_some_answers_wait(assignment):
    waiting, empty = (
        item("svm_q1", "manual", 0.0, 2.0, say("manual")),
        item("svm_q1", "manual", 0.0, 2.0, say("untouched")),
    )
    reports = [report_of("a", [waiting]), report_of("b", [empty])]
    (found,) = item_statistics(standings(reports, None), assignment)
    assert (found.share, found.verdicts) == (None, {"manual": 1, "empty": 1})
    (found,) = item_statistics(standings(reports, {"a": ByHand({"svm_q1": Mark(1.0, extra=3.0)})}), assignment)
    assert found.share == 0.25


def test_items_come_as_in_the_assignment(assignment):
    ids = [one.id for one in assignment.items]
    items = [item(id) for id in ["gone", *reversed(ids)]]
    assert [one.id for one in item_statistics(standings([report_of(items=items)], None), assignment)] == [*ids, "gone"]


# ---- mistakes, needs, timings


def test_mistakes_are_counted_by_submission_with_the_commonest_words():
    def wrong(id, hint, key="half"):
        return item(id, "wrong", 0.0, hint=hint, mistake=key)

    reports = [
        report_of("x", [wrong("a", "by 2"), wrong("b", "by 2"), wrong("c", "sign", "sign")]),
        report_of("y", [wrong("a", "by 3"), item("b", mistake="half")]),
    ]
    half, sign = mistakes(standings(reports, None))
    assert (half.key, half.hint, half.items, half.submissions) == ("half", "by 2", ("a", "b"), ("x", "y"))
    assert (sign.key, sign.submissions) == ("sign", ("x",))


def test_who_needs_help():
    reports = [
        report_of("good", [item("a", points=10.0, most=10.0), item("b", points=10.0, most=10.0)]),
        report_of("fine", [item("a", points=9.0, most=10.0), item("b", "wrong", 0.0, 10.0)]),
        report_of("low", [item("a", "partial", 2.0, 10.0), item("b", "wrong", 0.0, 10.0)]),
        report_of("ours", [item("a", points=10.0, most=10.0), item("b", "not graded", 0.0, 10.0)]),
        report_of(
            "stuck",
            [item(id, "missing", 0.0, 1.0) for id in "abcde"]
            + [item("f", "blocked", 0.0), item("g", points=9.0, most=9.0)],
        ),
    ]
    found = needs(standings(reports, None))
    assert [need.name for need in found] == ["ours", "low", "stuck"]
    assert [need.ours for need in found] == [True, False, False]
    assert found[0].reasons == ("not graded, for no fault of the student: b",)
    assert found[1].reasons == ("far below: less than half of the median, 9",)
    assert found[2].reasons == ("missing: a, b, c and 2 more", "blocked: f")


def test_what_a_person_has_graded_needs_no_help():
    report = report_of("ours", [item("b", "not graded", 0.0, 10.0)])
    assert needs(standings([report], {"ours": ByHand({"b": Mark(4.0)})})) == []


def test_timings_name_the_slowest():
    reports = [
        report_of(name, [item("a", seconds=seconds), item("b", seconds=0.0)])
        for name, seconds in (("x", 1.0), ("y", 4.0), ("z", 2.0))
    ]
    (found,) = timings(standings(reports, None))
    assert (found.id, found.median, found.slowest, found.submission) == ("a", 2.0, 4.0, "y")
