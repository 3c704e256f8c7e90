"""What a late submission costs, at the borders, and by both routes."""

import datetime

import pytest
from nbgrader.converters.base import NbGraderException

from autograder.errors import CourseError
from autograder.nbgrader_plugin.late import LatePolicy

from .conftest import NbGrader
from .test_autograde import grade_straight

MINUTE, HOUR, DAY = 60, 3600, 86400
POLICY = LatePolicy(grace_minutes=30, percent_per_day=10, cap_percent=50)


@pytest.mark.parametrize(
    ("seconds", "penalty"),
    [
        (0, None),
        (1, None),
        (30 * MINUTE, None),
        (30 * MINUTE + 0.001, 8),
        (DAY, 8),
        (DAY + 30 * MINUTE, 8),
        (DAY + 30 * MINUTE + 1, 16),
        (4 * DAY + 30 * MINUTE, 32),
        (4 * DAY + 31 * MINUTE, 40),
        (5 * DAY + 31 * MINUTE, 40),
        (1000 * DAY, 40),
    ],
)
def test_borders(seconds, penalty):
    assert POLICY.penalty(80.0, seconds) == penalty


@pytest.mark.parametrize("score", [0.0, -5.0, 0.01, 33.33, 100.0])
@pytest.mark.parametrize("percent", [0.0, 0.5, 33.3, 100.0, 1e9])
def test_a_penalty_is_between_nothing_and_the_score(score, percent):
    penalty = LatePolicy(percent_per_day=percent).penalty(score, 3 * DAY)
    assert (penalty is None) if percent == 0 or score <= 0 else 0 <= penalty <= score


def test_nothing_is_taken_off_without_a_table(tiny):
    assert LatePolicy.of(tiny).penalty(90.0, 30 * DAY) is None


def with_table(tiny, text):
    path = tiny.course.solutions / "course.toml"
    path.write_text(path.read_text() + text)
    return NbGrader(tiny.course.root).task


def test_an_assignment_may_differ_in_part(tiny):
    task = with_table(
        tiny, "[late]\ngrace_minutes = 5\npercent_per_day = 10\n[assignments.tiny.late]\ncap_percent = 20\n"
    )
    assert LatePolicy.of(task) == LatePolicy(5, 10, 20)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[late]\npercent = 10\n", "no setting 'percent'; it has: grace_minutes, percent_per_day, cap_percent"),
        ("[late]\npercent_per_day = -1\n", "should be a number of 0 or more, got -1"),
        ("[late]\npercent_per_day = '10'\n", "got '10'"),
        ("[late]\npercent_per_day = nan\n", "got nan"),
        ("[late]\ngrace_minutes = inf\n", "got inf"),
        ("[late]\ngrace_minutes = true\n", "got True"),
        ("[late]\ncap_percent = 101\n", "between 0 and 100, got 101"),
        ("[assignments.tiny.late]\ncap_percent = 101\n", r"\[assignments.tiny.late\]"),
        ("[[late]]\n", "should be a table"),
    ],
)
def test_a_wrong_table_says_what_was_expected(tiny, text, words):
    with pytest.raises(CourseError, match=words):
        LatePolicy.of(with_table(tiny, text))


def test_a_wrong_table_is_told_before_anybody_is_graded(nbgrader, caplog):
    nbgrader.hand_in("ann")
    course = nbgrader.root / "solutions" / "course.toml"
    course.write_text(course.read_text() + "[late]\npercent_per_day = -1\n")
    with pytest.raises(NbGraderException, match="should be a number of 0 or more"):
        nbgrader.autograde()
    assert not (nbgrader.root / "autograded").exists()
    assert "Traceback" not in caplog.text


def test_both_routes_take_off_the_same(nbgrader, tmp_path):
    course = nbgrader.root / "solutions" / "course.toml"
    course.write_text(course.read_text() + "[late]\ngrace_minutes = 30\npercent_per_day = 10\n")
    nbgrader = NbGrader(nbgrader.root)
    due = datetime.datetime(2026, 3, 1, 12)
    times = {"early": due - datetime.timedelta(days=1), "grace": due + datetime.timedelta(minutes=30)}
    times |= {"day": due + datetime.timedelta(hours=20), "week": due + datetime.timedelta(days=7)}
    with nbgrader.gradebook() as gradebook:
        gradebook.update_or_create_assignment("tiny", duedate=due)
    for student, time in times.items():
        (nbgrader.hand_in(student) / "timestamp.txt").write_text(f"{time} UTC")
    nbgrader.hand_in("never")  # who has no timestamp is not late
    nbgrader.autograde()
    dump = nbgrader.dump()
    assert {student: of["penalties"]["losses"] for student, of in dump.items()} == {
        "early": None,
        "grace": None,
        "day": 9.0,
        "week": 63.0,
        "never": None,
    }
    with nbgrader.gradebook() as gradebook:
        for submission in gradebook.assignment_submissions("tiny"):
            submission.timestamp = None
            for notebook in submission.notebooks:
                notebook.late_submission_penalty = 1.0
        gradebook.db.commit()
    grade_straight(nbgrader, tmp_path)
    assert nbgrader.dump() == dump
