"""The page about a class: complete, the same for the same reports, and safe to open."""

import dataclasses
import json
import random
import subprocess
import sys

import pytest

from autograder.checks.messages import say
from autograder.feedback import ByHand, Mark, class_page, page_name, write_class_page
from autograder.sandbox.modes import MODES, Isolation

from ..conftest import REPOSITORY
from .conftest import EVIL, NAMES, check_page, item, report_of


def a_report(assignment, name, seed):
    draw = random.Random(seed)
    results = []
    for one in assignment.items:
        if one.kind == "question":
            results.append(item(one.id, "manual", 0.0, one.points, say("manual"), seconds=0.0))
            continue
        verdict = draw.choice(["correct", "correct", "partial", "wrong", "missing", "blocked"])
        points = {"correct": one.points, "partial": one.points / 2}.get(verdict, 0.0)
        mistake = draw.choice(["half", "sign"]) if verdict == "wrong" else ""
        hint = f"About {mistake} {EVIL}" if mistake else ""
        results.append(item(one.id, verdict, points, one.points, EVIL, hint, mistake, draw.random()))
    return report_of(name, results, notes=[f"note {EVIL}"] if seed % 3 == 0 else [])


@pytest.fixture
def reports(assignment):
    return [a_report(assignment, name, seed) for seed, name in enumerate(NAMES)]


def table_after(page, heading):
    """The rows of the first table behind a heading, as lists of text."""
    elements = page.all("h2", "table")
    start = next(i for i, e in enumerate(elements) if e.tag == "h2" and e.text == heading)
    table = next(e for e in elements[start:] if e.tag == "table")
    return [[" ".join(cell.text.split()) for cell in row.all("th", "td")] for row in table.all("tr")][1:]


def test_it_is_well_formed_whatever_names_and_messages_say(reports, assignment):
    page = check_page(class_page(reports, assignment))
    assert not page.all("script")
    assert len(table_after(page, "Submissions")) == len(NAMES)
    assert EVIL.split()[0] in page.text


def test_every_item_has_its_row(reports, assignment):
    rows = table_after(check_page(class_page(reports, assignment)), "Items")
    assert [row[0].partition(",")[0] for row in rows] == [one.id for one in assignment.items]
    for row, one in zip(rows, assignment.items, strict=True):
        judged = one.kind != "question"
        assert row[0].startswith(f"{one.id}, {one.points:g} point")
        assert (row[2] != "–") == judged
        assert sum(int(part.split()[0]) for part in row[1].split(", ")) == len(reports)


def test_mistakes_are_listed_with_counts_and_hints(reports, assignment):
    page = check_page(class_page(reports, assignment))
    rows = table_after(page, "Mistakes that were recognised")
    for row in rows:
        made = {r.submission for r in reports if any(i.mistake == row[0] for i in r.items)}
        assert int(row[1]) == len(made)
        assert f"About {row[0]} <script>" in row[2]
    assert {row[0] for row in rows} == {"half", "sign"}


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_submissions_make_a_page_too(count, reports, assignment):
    page = check_page(class_page(reports[:count], assignment))
    assert ("There are no reports." in page.text) == (count == 0)
    if count:
        assert all(row[3] == "–" for row in table_after(page, "Items"))


def test_one_that_a_person_grades_altogether_makes_a_page(assignment):
    questions = [item(one.id, "manual", 0.0, one.points, say("manual"), seconds=0.0) for one in assignment.items]
    page = check_page(class_page([report_of(f"s{n}", questions) for n in range(6)], assignment))
    assert all(row[2:] == ["–", "–"] for row in table_after(page, "Items"))
    assert f"{6 * len(questions)} answers wait for a person" in page.text
    assert "Nobody: everything was handed in and graded." in page.text


def test_what_people_decided_counts(assignment):
    reports = [report_of("ada", [item("svm_q1", "manual", 0.0, 2.0, say("manual"), seconds=0.0)])]
    page = check_page(class_page(reports, assignment, manual={"ada": ByHand({"svm_q1": Mark(1.0)})}))
    assert table_after(page, "Items")[0][2] == "0.50"
    assert "for a person, so totals are not final" not in page.text


def test_all_points_make_a_figure_even_more_than_there_are(assignment):
    reports = [report_of(f"s{n}", [item("sgd", points=1.0, most=1.0)]) for n in range(3)]
    manual = {"s0": ByHand({"sgd": Mark(1.0, extra=10.0)})}
    check_page(class_page(reports, assignment, manual=manual))


def test_the_same_reports_in_any_order_give_the_same_bytes(reports, assignment, tmp_path):
    first = write_class_page(reports, assignment, tmp_path / "new" / "class.html").read_bytes()
    assert write_class_page(reports[::-1], assignment, tmp_path / "other.html").read_bytes() == first
    assert not list(tmp_path.rglob("*.part"))


def test_another_process_gives_the_same_bytes(assignment):
    """Whatever order its sets and dicts have, and whatever matplotlib calls the parts of a figure."""
    items = (item("sgd", "wrong", 0.5, 1.0, "no", "hint", "half", 0.1),)
    reports = [report_of(f"s{number}", items, "none") for number in range(6)]
    script = (
        "import json, pathlib, sys; from autograder.course import Course; from autograder.feedback import class_page;"
        "from autograder.grading import Report; reports = [Report.from_json(one) for one in json.load(sys.stdin)];"
        "page = class_page(reports, Course(pathlib.Path.cwd()).assignment('assignment1'));"
        "sys.stdout.buffer.write(page.encode())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps([report.as_json() for report in reports]).encode(),
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode() == class_page(reports, assignment)


@pytest.mark.parametrize("mode", MODES)
def test_missing_isolation_is_warned_of(mode, assignment):
    isolation = Isolation(mode).describe()
    reports = [report_of("ada", [item("sgd")], isolation), report_of("ben", [item("sgd")])]
    page = check_page(class_page(reports, assignment))
    warnings = [e.text for e in page.all("div") if e["class"] == "warning"]
    assert bool(warnings) == (mode == "none")
    if warnings:
        assert "1 of 2 submissions ran without isolation" in " ".join(warnings[0].split())
    assert f"1 of 2: {isolation}" in page.text


def test_an_unknown_word_about_isolation_is_no_reassurance(assignment):
    page = check_page(class_page([report_of("ada", [item("sgd")], "a separate process")], assignment))
    assert "1 of 1 submissions ran without isolation" in page.text


def test_notes_for_instructors_are_there_too(assignment):
    report = dataclasses.replace(report_of("ada", [item("sgd")]), private_notes=("engine.py, line 7",))
    assert "ada: engine.py, line 7" in check_page(class_page([report], assignment)).text


def test_names_lead_to_the_students_pages(reports, assignment):
    links = {report.submission: f"pages/{page_name(report.submission)}" for report in reports[1:]}
    page = check_page(class_page(reports, assignment, links=links), links=links.values())
    table = page.all("table")[-2]
    assert {e["href"] for e in table.all("a")} == set(links.values())


def test_a_large_class_fits_into_a_page_of_moderate_size(reports, assignment):
    many = [dataclasses.replace(reports[n % len(reports)], submission=f"s{n}") for n in range(300)]
    assert len(class_page(many, assignment).encode()) < 2_000_000
