"""From another system's download to its file of grades, by the command line."""

import csv
import json
import shutil
import zipfile

import pytest

from autograder.cli import main
from autograder.demo import strongest

ROSTER = 'name,id,email,canvas id\n"Doe, Jane",jane,jane@example.edu,101\n"Roe, Rick",rick,rick@example.edu,102\n'
GRADEBOOK = """Student,ID,SIS User ID,SIS Login ID,Section,Tiny (77)
    Points Possible,,,,,100
"Doe, Jane",101,,jane,one,
"Roe, Rick",102,,rick,one,
"""


@pytest.fixture
def place(built_course, tmp_path, monkeypatch):
    """A folder with a Canvas download, a roster and a gradebook; the working folder is the built course."""
    monkeypatch.chdir(built_course.course.root)
    module = "cs231n/classifiers/linear_svm.py"
    right = (built_course.course.solutions / module).read_bytes()
    with zipfile.ZipFile(tmp_path / "submissions.zip", "w") as download:
        for squeezed, number, content in (("doejane", 101, right), ("roerick", 102, b"")):
            inner = tmp_path / f"{number}.zip"
            with zipfile.ZipFile(inner, "w") as submission:
                submission.writestr(f"tiny/{module}", content)
            download.write(inner, f"{squeezed}_{number}_9{number}_tiny.zip")
    (tmp_path / "roster.csv").write_text(ROSTER)
    (tmp_path / "gradebook.csv").write_text(GRADEBOOK)
    return tmp_path


@pytest.fixture
def reports(place):
    """The reports on what was collected."""
    target = place / "submitted"
    arguments = ["--assignment", "tiny", "--roster", str(place / "roster.csv"), "--target", str(target)]
    assert main(["collect", str(place / "submissions.zip"), *arguments]) == 0
    assert sorted(path.name for path in target.iterdir() if not path.name.startswith(".")) == ["jane", "rick"]
    out = place / "reports.jsonl"
    grade = ["grade", str(target), "--assignment", "tiny", "--isolation", strongest().mode, "--json", str(out)]
    assert main(grade) == 0
    return out


def test_there_and_back(reports, place, capsys):
    roster = ["--roster", str(place / "roster.csv")]
    filled = place / "filled.csv"
    export = ["export", "canvas", str(reports), "-o", str(filled), "--fill", str(place / "gradebook.csv")]
    assert main([*export, "--column", "Tiny", *roster]) == 0
    rows = {row["ID"]: row for row in csv.DictReader(filled.read_text(encoding="utf-8-sig").splitlines())}
    assert [float(rows[id]["Tiny (77)"]) for id in ("101", "102")] == [90, 0]

    assert main(["export", "moodle", str(reports), "-o", str(place / "moodle.csv"), *roster]) == 0
    assert "jane@example.edu" in (place / "moodle.csv").read_text(encoding="utf-8-sig")
    for more in ([], ["--totals"]):
        assert main(["export", "csv", str(reports), "-o", str(place / "table.csv"), *roster, *more]) == 0
        assert "90" in (place / "table.csv").read_text(encoding="utf-8-sig")
    assert main(["export", "gradescope", str(reports), "-o", str(place / "scope")]) == 0
    assert json.loads((place / "scope" / "jane" / "results.json").read_text())["score"] == 90
    assert "Traceback" not in capsys.readouterr().err


def test_canvas_needs_its_own_gradebook(reports, place, capsys):
    assert main(["export", "canvas", str(reports), "-o", str(place / "x.csv")]) == 2
    assert "--fill" in capsys.readouterr().err
    assert not (place / "x.csv").exists()


@pytest.mark.parametrize("text", ["", "{}", "no json", "[1]"])
def test_what_is_no_report_is_one_sentence(place, text, capsys):
    (place / "reports.jsonl").write_text(text)
    status = main(["export", "moodle", str(place / "reports.jsonl"), "-o", str(place / "x.csv")])
    assert status != 0
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    assert said.err or said.out


def test_collecting_nothing(place, capsys):
    shutil.copy(place / "roster.csv", place / "not-a-download.csv")
    status = main(["collect", str(place / "not-a-download.csv"), "--assignment", "tiny", "--target", str(place / "s")])
    assert status == 1
    assert "not-a-download.csv" in capsys.readouterr().err
