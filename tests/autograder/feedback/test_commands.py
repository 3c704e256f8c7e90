"""`autograder feedback` and `autograder report`: from graded reports to pages."""

import pytest

from autograder.cli import main
from autograder.exports import write_json_lines
from autograder.feedback import page_name

from .conftest import check_page, item, report_of


@pytest.fixture
def reports(tmp_path, monkeypatch):
    """A file of two reports, in a folder where commands run."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "reports.jsonl"
    with path.open("w", encoding="utf-8") as file:
        write_json_lines([report_of("ada", [item("sgd")]), report_of("Ben & co", [item("sgd", "wrong", 0.0)])], file)
    return path


def test_feedback_writes_a_page_for_each_report(reports, capsys):
    assert main(["feedback", str(reports)]) == 0
    pages = sorted(path.name for path in (reports.parent / "pages").iterdir())
    assert len(pages) == 2
    assert "ada.html" in pages
    assert "wrote 2 pages into pages" in capsys.readouterr().out


def test_report_writes_the_class_page_and_links_the_pages_that_are_there(reports):
    assert main(["report", str(reports)]) == 0
    assert 'href="pages/' not in (reports.parent / "class.html").read_text()
    assert main(["feedback", str(reports), "--folder", "our pages"]) == 0
    (reports.parent / "our pages" / "ada.html").unlink()
    assert main(["report", str(reports), "--page", "out/class.html", "--pages", "our pages"]) == 0
    text = (reports.parent / "out" / "class.html").read_text()
    link = f"../our%20pages/{page_name('Ben & co')}"
    assert {e["href"] for e in check_page(text, [link]).all("a")} == {link}


@pytest.mark.parametrize("command", ["feedback", "report"])
@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda path: path.write_text(""), "expected reports of one assignment, got no reports"),
        (lambda path: path.write_text("{}\n"), "does not hold reports"),
        (
            lambda path: path.write_text(path.read_text() + path.read_text().replace("assignment1", "assignment2")),
            "expected reports of one assignment, got assignment1, assignment2",
        ),
        (lambda path: path.write_text(path.read_text().replace("assignment1", "other")), "no assignment 'other'"),
    ],
    ids=["empty", "something else", "two assignments", "unknown"],
)
def test_what_is_not_reports_of_one_assignment_is_refused(command, change, complaint, reports, capsys):
    change(reports)
    assert main([command, str(reports)]) == 2
    assert complaint in capsys.readouterr().err
    assert [path.name for path in reports.parent.iterdir()] == ["reports.jsonl"]
