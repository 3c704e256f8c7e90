"""The command line as an instructor uses it: exit statuses, output, and no tracebacks."""

import csv
import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.demo import strongest
from autograder.sandbox import modes
from autograder.sandbox.modes import Isolation, Probe

from .test_submissions import pack

REPOSITORY = Path(__file__).resolve().parents[2]


def grade(path, *more):
    """`autograder grade`, isolated if this machine can do that."""
    arguments = ["grade", str(path), "--assignment", "tiny", "--isolation", strongest().mode]
    return main([*arguments, *map(str, more)])


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
    assert grade(submitted, "--json", outputs[0], "--csv", outputs[1], "--page", outputs[2]) == 0
    table = capsys.readouterr().out
    assert "alice" in table
    assert "90 / 100" in table
    assert f"isolation: {strongest().describe()}" in table

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
    assert grade(submitted, "--json", "-", "--items", "svm_loss_naive") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [len(json.loads(line)["items"]) for line in lines] == [1, 1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["grade", "nowhere", "--assignment", "tiny", "--isolation", "none"], "nowhere does not exist"),
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
    assert grade(tmp_path / "class", "--csv", outputs[0], "--page", outputs[1], "--items", "svm_loss_naive") == 0
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
        assert grade(submitted, option, path) == 2
        got = capsys.readouterr()
        assert "cannot be written" in got.err
        assert not got.out


def test_folders_of_outputs_are_made(submitted, tmp_path):
    out = tmp_path / "a" / "b" / "out.csv"
    arguments = ["--items", " svm_loss_naive,svm_loss_naive,", "--csv", out, "-j", "1"]
    assert grade(submitted / "alice", *arguments) == 0
    assert next(csv.DictReader(out.read_text().splitlines()))["max_score"] == "50.0"


@pytest.mark.parametrize("option", [("--call-seconds", "0"), ("--call-seconds", "nan"), ("-j", "0"), ("-j", "x")])
def test_numbers_that_make_no_sense_are_refused(submitted, capsys, option):
    with pytest.raises(SystemExit) as stop:
        grade(submitted, *option)
    assert stop.value.code == 2
    assert "expected a positive" in capsys.readouterr().err


def test_what_is_no_text_breaks_no_output(submitted, tmp_path, capsys):
    """A lone surrogate, from a file name or from a message of the code, cannot be written as UTF-8."""
    module = submitted / "alice" / "tiny" / "cs231n" / "classifiers" / "linear_svm.py"
    module.write_text("def svm_loss_naive(W, X, y, reg):\n    raise ValueError('\\udcff')\n")
    (submitted / "bob").rename(submitted / os.fsdecode(b"bob\xe9"))
    outputs = [tmp_path / f"out.{kind}" for kind in ("jsonl", "csv", "html")]
    assert grade(submitted, "--json", outputs[0], "--csv", outputs[1], "--page", outputs[2]) == 0
    reports = [json.loads(line) for line in outputs[0].read_text().splitlines()]
    assert [report["submission"] for report in reports] == ["alice", "bob?"]
    assert "ValueError was raised" in reports[0]["items"][0]["message"]
    assert all("bob?" in output.read_text() for output in outputs[1:])


def test_results_at_hand_survive_a_path_that_does_not_exist(submitted, tmp_path):
    out = tmp_path / "out.jsonl"
    out.write_text("earlier results")
    assert grade(submitted / "nobody", "--json", out) == 2
    assert out.read_text() == "earlier results"


@pytest.mark.skipif(sys.platform == "win32", reason="it has no /dev/null")
def test_outputs_take_the_place_of_files_and_of_nothing_else(submitted, tmp_path):
    """Links keep pointing where they did, modes stay, and a device stays a device."""
    (tmp_path / "real.csv").write_text("earlier results")
    (tmp_path / "real.csv").chmod(0o640)
    (tmp_path / "link.csv").symlink_to("real.csv")
    outputs = ["--csv", tmp_path / "link.csv", "--json", os.devnull]
    assert grade(submitted / "alice", "--items", "svm_loss_naive", *outputs) == 0
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text().startswith("submission,score")
    assert stat.S_IMODE((tmp_path / "real.csv").stat().st_mode) == 0o640
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


def test_how_the_code_is_isolated_is_said_beforehand(submitted, capsys):
    assert grade(submitted / "alice", "--items", "svm_loss_naive") == 0
    assert capsys.readouterr().err.count(strongest().describe()) == 1


def test_without_isolation_everything_says_so(submitted, tmp_path, capsys):
    outputs = [tmp_path / f"out.{kind}" for kind in ("jsonl", "html")]
    arguments = ["--json", outputs[0], "--page", outputs[1], "--isolation", "none"]
    assert grade(submitted / "alice", *arguments) == 0
    shown = capsys.readouterr()
    assert "WARNING: NOT isolated" in shown.err
    assert all("NOT isolated" in text for text in (shown.out, *(output.read_text() for output in outputs)))


@pytest.fixture
def bare(monkeypatch):
    """A machine on which no mode of isolation works."""
    monkeypatch.setattr(modes, "attempt", lambda mode: "it is not installed")


@pytest.mark.parametrize("more", [["--require-isolation"], ["--isolation", "bubblewrap", "--require-isolation"]])
def test_required_isolation_that_is_not_to_be_had(submitted, bare, more, capsys):
    assert main(["grade", str(submitted), "--assignment", "tiny", *more]) == 2
    shown = capsys.readouterr()
    assert shown.err.count("\n") == 1
    assert "it is not installed" in shown.err
    assert "autograder doctor" in shown.err
    assert not shown.out


def test_isolation_may_not_be_required_and_refused_at_once(submitted, capsys):
    assert grade(submitted, "--isolation", "none", "--require-isolation") == 2
    assert "required" in capsys.readouterr().err


LAYERS = [
    Probe("Landlock", True, "ABI 7", "advice that nobody needs"),
    Probe("bubblewrap", False, "not installed", "apt install bubblewrap"),
]


def test_doctor_where_something_works(monkeypatch, capsys):
    monkeypatch.setattr(modes, "probes", lambda: LAYERS)
    monkeypatch.setattr(modes, "attempt", lambda mode: Isolation(mode, True, 7) if mode == "landlock" else "no")
    assert main(["doctor"]) == 0
    shown = capsys.readouterr().out
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert "Landlock works ABI 7" in lines
    assert "bubblewrap does not not installed apt install bubblewrap" in lines
    assert "takes the mode landlock here" in shown


def test_doctor_where_nothing_works(bare, monkeypatch, capsys):
    monkeypatch.setattr(modes, "probes", lambda: LAYERS)
    assert main(["doctor"]) == 1
    assert "No mode of isolation works here" in capsys.readouterr().out


def test_doctor_probes_this_machine(capsys):
    assert main(["doctor"]) == (0 if strongest().isolated else 1)
    assert "bubblewrap" in capsys.readouterr().out


@pytest.mark.skipif(os.name != "posix", reason="descriptors are closed by a shell")
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams(submitted, tmp_path, closed):
    out = tmp_path / "out.csv"
    line = f'"{sys.executable}" -m autograder grade "{submitted}" --assignment tiny --csv "{out}" {closed}'
    done = subprocess.run(
        ["sh", "-c", f"{line} --isolation {strongest().mode}"],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=os.getcwd(),
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        check=False,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert "alice" in out.read_text()


def test_outputs_are_written_before_a_table_that_nobody_reads(submitted, tmp_path, monkeypatch):
    def broken(*_, **__):
        raise BrokenPipeError

    monkeypatch.setattr("autograder.console.show_reports", broken)
    monkeypatch.setattr(os, "dup2", lambda *_: 0)
    assert grade(submitted, "--csv", tmp_path / "out.csv") == 1
    assert "alice" in (tmp_path / "out.csv").read_text()
