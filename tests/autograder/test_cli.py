"""The command line as an instructor uses it: exit statuses, output, and no tracebacks."""

import csv
import json
import os
import shutil

import pytest

from autograder.cli import main

from .test_submissions import pack


@pytest.fixture
def course(built_course, monkeypatch):
    """The working folder is the built course."""
    monkeypatch.chdir(built_course.course.root)
    return built_course


@pytest.fixture
def submitted(course, tmp_path):
    """Two students, one right and one untouched, as nbgrader lays them out."""
    folder = tmp_path / "submitted"
    for name in ("alice", "bob"):
        shutil.copytree(course.release, folder / name / "tiny")
    module = "cs231n/classifiers/linear_svm.py"
    shutil.copy(course.course.solutions / module, folder / "alice" / "tiny" / module)
    return folder


def test_grade_writes_json_csv_and_page(submitted, tmp_path, capsys):
    outputs = [tmp_path / f"out.{kind}" for kind in ("jsonl", "csv", "html")]
    arguments = ["--json", str(outputs[0]), "--csv", str(outputs[1]), "--page", str(outputs[2])]
    assert main(["grade", str(submitted), "--assignment", "tiny", *arguments]) == 0
    table = capsys.readouterr().out
    assert "alice" in table
    assert "90 / 100" in table
    assert "NOT isolated" in table

    reports = [json.loads(line) for line in outputs[0].read_text().splitlines()]
    assert [(r["schema"], r["submission"], r["assignment"], r["score"], r["max_score"]) for r in reports] == [
        (1, "alice", "tiny", 90, 100),
        (1, "bob", "tiny", 0, 100),
    ]
    item = reports[0]["items"][0]
    assert {"id", "verdict", "points", "max_points", "message", "hint", "seconds"} <= item.keys()
    rows = list(csv.DictReader(outputs[1].read_text().splitlines()))
    assert [(row["submission"], row["svm_loss_naive"]) for row in rows] == [("alice", "50.0"), ("bob", "0.0")]
    page = outputs[2].read_text()
    assert "alice" in page
    assert "<svg" in page


def test_json_to_standard_output_is_nothing_but_json(submitted, capsys):
    assert main(["grade", str(submitted), "--assignment", "tiny", "--json", "-", "--items", "svm_loss_naive"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [len(json.loads(line)["items"]) for line in lines] == [1, 1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["grade", "nowhere", "--assignment", "tiny"], "nowhere does not exist"),
        (["grade", ".", "--assignment", "huge"], "there is no assignment 'huge'"),
        (["grade", ".", "--assignment", "tiny", "--items", "nope"], "has no item 'nope'"),
        (["build", "huge"], "there is no assignment 'huge'"),
        (["where", "nope"], "no assignment has an item 'nope'"),
        (["run", "tiny", "nope"], "has no notebook 'nope'"),
    ],
)
def test_bad_usage_is_a_sentence_and_status_2(course, capsys, arguments, words):
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert words in shown.err
    assert "Traceback" not in shown.err


@pytest.mark.parametrize(
    "arguments", [[], ["grade"], ["grade", "x"], ["grade", ".", "--assignment", "tiny", "-j", "0"]]
)
def test_wrong_arguments_exit_with_2(course, arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def test_names_that_look_like_formulas_or_markup_stay_text(course, tmp_path):
    pack(tmp_path / "class" / "=cmd()_[red]<b>x.zip")
    pack(tmp_path / "class" / "bob.zip")
    outputs = [tmp_path / f"out.{kind}" for kind in ("csv", "html")]
    arguments = ["--csv", str(outputs[0]), "--page", str(outputs[1]), "--items", "svm_loss_naive"]
    assert main(["grade", str(tmp_path / "class"), "--assignment", "tiny", *arguments]) == 0
    assert "'=cmd()_[red]<b>x" in outputs[0].read_text()
    page = outputs[1].read_text()
    assert "<b>x" not in page
    assert "&lt;b&gt;x" in page


def test_outside_a_course_the_own_one_is_used(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["where", "svm_loss_naive"]) == 0
    shown = capsys.readouterr().out
    for part in (
        "points",
        "solutions/cs231n/classifiers/linear_svm.py:",
        "autograder/checks/topics/linear.py:",
        "corpus",
    ):
        assert part in shown


@pytest.mark.parametrize("option", ["--json", "--csv", "--page"])
def test_an_output_that_cannot_be_written_is_said_before_anything_is_graded(submitted, tmp_path, capsys, option):
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "file" / "out"):
        assert main(["grade", str(submitted), "--assignment", "tiny", option, str(path)]) == 2
        got = capsys.readouterr()
        assert "cannot be written" in got.err
        assert not got.out


def test_folders_of_outputs_are_made(submitted, tmp_path):
    out = tmp_path / "a" / "b" / "out.csv"
    arguments = ["--items", " svm_loss_naive,svm_loss_naive,", "--csv", str(out), "-j", "1"]
    assert main(["grade", str(submitted / "alice"), "--assignment", "tiny", *arguments]) == 0
    assert next(csv.DictReader(out.read_text().splitlines()))["max_score"] == "50.0"


@pytest.mark.parametrize("option", [("--call-seconds", "0"), ("--call-seconds", "nan"), ("-j", "0"), ("-j", "x")])
def test_numbers_that_make_no_sense_are_refused(submitted, capsys, option):
    with pytest.raises(SystemExit) as stop:
        main(["grade", str(submitted), "--assignment", "tiny", *option])
    assert stop.value.code == 2
    assert "expected a positive" in capsys.readouterr().err


def test_what_is_no_text_breaks_no_output(submitted, tmp_path, capsys):
    """A lone surrogate, from a file name or from a message of the code, cannot be written as UTF-8."""
    module = submitted / "alice" / "tiny" / "cs231n" / "classifiers" / "linear_svm.py"
    module.write_text("def svm_loss_naive(W, X, y, reg):\n    raise ValueError('\\udcff')\n")
    (submitted / "bob").rename(submitted / os.fsdecode(b"bob\xe9"))
    outputs = [tmp_path / f"out.{kind}" for kind in ("jsonl", "csv", "html")]
    arguments = ["--json", str(outputs[0]), "--csv", str(outputs[1]), "--page", str(outputs[2])]
    assert main(["grade", str(submitted), "--assignment", "tiny", *arguments]) == 0
    reports = [json.loads(line) for line in outputs[0].read_text().splitlines()]
    assert [report["submission"] for report in reports] == ["alice", "bob?"]
    assert "\udcff" in reports[0]["items"][0]["message"]
    assert all("bob?" in output.read_text() for output in outputs[1:])


def test_results_at_hand_survive_a_path_that_does_not_exist(submitted, tmp_path):
    out = tmp_path / "out.jsonl"
    out.write_text("earlier results")
    assert main(["grade", str(submitted / "nobody"), "--assignment", "tiny", "--json", str(out)]) == 2
    assert out.read_text() == "earlier results"
