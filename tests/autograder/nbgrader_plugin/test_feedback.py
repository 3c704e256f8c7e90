"""`nbgrader generate_feedback`: each page begins with what the student's own page says, and holds nothing else new."""

import json
import os
import shutil
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from nbgrader.converters import GenerateFeedback
from nbgrader.exchange.default import ExchangeReleaseFeedback

from autograder.demo import strongest
from autograder.feedback import student_page
from autograder.nbgrader_plugin import feedback, report_file
from autograder.nbgrader_plugin.by_hand import entries
from autograder.nbgrader_plugin.feedback import on_top
from autograder.standing import Standing

from ..feedback.test_narrow import CHROMIUM, widths
from .conftest import MODULE, NbGrader
from .handed_in import LIES, answered, code, copied_cells, edit, linked_files, marks
from .test_by_hand import enter, totals
from .test_formgrader import HOSTILE


def hostile(folder):
    """Scripts wherever a submission can have text, and files by names that are nbgrader's or ours."""

    def change(notebook):
        (cell,) = [cell for cell in notebook["cells"] if marks(cell).get("grade_id") == "why"]
        cell["source"] = "Because.\n\n" + "\n\n".join(HOSTILE)
        shown = {"text/html": HOSTILE[0], "image/svg+xml": "<svg onload=alert(1)>", "text/plain": HOSTILE[0]}
        notebook["cells"][1]["outputs"] = [{"output_type": "display_data", "data": shown, "metadata": {}}]

    edit(folder, change)
    code(f'raise ValueError({HOSTILE[0]!r} "</style></template></div>")')(folder)
    for name in ("losses.html", "other.html"):
        (folder / name).write_text("<script>alert(1)</script>")
    (folder / report_file.NAME).write_text('{"mine": 1}')
    (folder / "notes.txt").write_text("kept")


def a_folder_of_our_name(folder):
    (folder / report_file.NAME).mkdir()
    (folder / report_file.NAME / "file").write_text("mine")


def a_link_of_our_name(folder):
    os.symlink(folder.parents[2] / "solutions" / "course.toml", folder / report_file.NAME)


#: name -> what it changes, and whether the submission was right before
STUDENTS = {
    "right": (answered, True),
    "untouched": (lambda folder: None, False),
    "wrong": (code(LIES), True),
    "copied": (copied_cells, True),
    "links": (linked_files, True),
    "hostile": (hostile, True),
    "folder": (a_folder_of_our_name, True),
    "link": (a_link_of_our_name, True),
    "a[1]*": (answered, True),
}


@pytest.fixture(scope="session")
def released(generated, tmp_path_factory):
    """A class after autograde, a person, and generate_feedback: never change it."""
    if not strongest().isolated:
        pytest.skip("these submissions are hostile, and code cannot be isolated here")
    root = tmp_path_factory.mktemp("feedback") / "course"
    shutil.copytree(generated.root, root)
    nbgrader = NbGrader(root)
    for student, (change, right) in STUDENTS.items():
        folder = nbgrader.hand_in(student, solved=right)
        change(folder)
        (folder / "timestamp.txt").write_text("2026-03-01 10:00:00 UTC")
        (folder / "submission_secret.txt").write_text(f"secret of {student}")
    nbgrader.autograde()
    enter(nbgrader, "right", "why", 7.5, 2.0, f"Nearly.\n{HOSTILE[0]}")
    enter(nbgrader, "wrong", "svm_loss_vectorized", 11.0)
    with nbgrader.gradebook() as gradebook:
        gradebook.find_submission_notebook("losses", "tiny", "right").late_submission_penalty = 4.5
        gradebook.db.commit()
    nbgrader.run(GenerateFeedback)
    return nbgrader


def page_of(nbgrader, student, name="losses.html"):
    return (nbgrader.root / "feedback" / student / "tiny" / name).read_text()


def parts_of(page):
    """What is ours on a page, and what is nbgrader's below it."""
    body = BeautifulSoup(page, "html.parser").body
    (ours,) = body.find_all(class_="feedback")
    ours.extract()
    return SimpleNamespace(ours=ours, below=body)


def rows(element):
    return {row["id"]: " ".join(row.get_text(" ").split()) for row in element.find_all("tr", id=True)}


@pytest.mark.parametrize("student", STUDENTS)
def test_it_says_what_the_students_own_page_says(released, student):
    report = report_file.kept(released.root / "autograded" / student / "tiny", student, "tiny")
    by_hand = entries(released.task, released.db_url)[student].by_hand
    own = BeautifulSoup(student_page(report, released.task, by_hand=by_hand), "html.parser")
    ours = parts_of(page_of(released, student)).ours
    assert len(rows(ours)) == 3
    assert rows(ours) == rows(own)
    assert ours.find("header").find("h1") == own.find("header").find("h1")
    texts = [
        " ".join(part.get_text(" ").split()) for part in ours.find("main").find_all(["p", "ul", "dl"]) if part.text
    ]
    for text in texts:
        assert text in " ".join(own.find("main").get_text(" ").split())
    assert ours.find(class_="total").get_text() == own.find(class_="total").get_text()


def test_the_total_is_nbgraders(released):
    expected = totals(released)
    assert expected["right"] == 90 + 7.5 + 2 - 4.5
    assert expected["wrong"] == 11
    for student in STUDENTS:
        shown = parts_of(page_of(released, student)).ours.find(class_="total").strong.get_text()
        assert float(shown) == expected[student], student


def test_what_people_decided_is_there(released):
    ours = parts_of(page_of(released, "right")).ours
    row = rows(ours)["item-why"]
    assert "A person gave 7.5 of 10 points" in row
    assert "2 points extra" in row
    assert "Nearly. <script>alert(1)</script>" in row
    assert "4.5 points taken off because it came late" in ours.get_text()


def test_the_cells_are_below(released):
    below = parts_of(page_of(released, "right")).below
    assert "being right by a hair" in below.get_text()
    assert 'check("svm_loss_naive")' in below.get_text()
    assert below.find(id="notebook")


@pytest.mark.parametrize("student", STUDENTS)
def test_nothing_of_a_students_runs(released, student):
    page = page_of(released, student)
    body = BeautifulSoup(page, "html.parser").body
    assert not body.find_all(["script", "iframe", "form", "object", "embed", "template", "svg", "base"])
    for tag in body.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")]
        assert not str(tag.get("href", "")).strip().lower().startswith(("javascript", "data", "vbscript"))
    assert len(body.find_all("style")) == 1
    if student == "hostile":
        assert "&lt;script&gt;alert(1)" in page


def test_no_answer_no_rubric_no_hidden_case_no_private_file(released):
    course = released.root / "solutions"
    secrets = [str(released.task.course.hidden_seeds[0]), "MODEL ANSWER", "Rubric", "private_notes", "hidden_seeds"]
    fence = (course / MODULE).read_text().partition("### BEGIN SOLUTION svm_loss_naive\n")[2].splitlines()[0].strip()
    for path in (released.root / "feedback").rglob("*"):
        if path.is_file():
            text = path.read_text(errors="replace")
            assert not [secret for secret in secrets if secret in text], path
            if path.parts[-3] == "untouched":
                assert fence not in text, path
    assert not list((released.root / "feedback").rglob(f"*{report_file.NAME}*"))


def test_of_what_lies_in_a_submission_only_files_of_its_own_are_there(released):
    names = {path.name for path in (released.root / "feedback").rglob("*")}
    assert not names & {"other.html", "solution.txt", "all", "seeds.txt"}
    assert (released.root / "feedback" / "hostile" / "tiny" / "notes.txt").read_text() == "kept"
    assert "<h1>" in page_of(released, "hostile")


@pytest.mark.parametrize("student", ["hostile", "folder", "link"])
def test_no_submission_has_a_file_by_our_name(released, student):
    path = released.root / "autograded" / student / "tiny" / report_file.NAME
    assert path.is_file()
    assert not path.is_symlink()
    assert json.loads(path.read_text())["submission"] == student


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # files that nbgrader leaves open
def test_it_can_be_released(released, tmp_path):
    exchange = tmp_path / "exchange"
    (exchange / "tiny").mkdir(parents=True)
    exchange.chmod(0o777)

    def change(config):
        config.Exchange.root = str(exchange)

    released.run(ExchangeReleaseFeedback, change=change)
    pages = [path.read_text() for path in (exchange / "tiny" / "feedback").iterdir()]
    assert len(pages) == len(STUDENTS)
    assert all('<div class="feedback">' in page for page in pages)


@pytest.mark.parametrize("student", ["right", "wrong", "hostile"])
def test_a_screen_reader_finds_its_way(released, student):
    page = BeautifulSoup(page_of(released, student), "html.parser")
    assert page.html["lang"] == "en"
    assert page.title.get_text().strip()
    assert [tag["content"] for tag in page.find_all("meta", attrs={"name": "viewport"})] == [
        "width=device-width, initial-scale=1"
    ]
    levels = [int(tag.name[1]) for tag in page.find_all(["h1", "h2", "h3", "h4", "h5", "h6"])]
    assert levels[0] == 1
    assert levels.count(1) == 1
    if student != "hostile":  # whose own headings may come in any order
        assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
    ids = [tag["id"] for tag in page.find_all(id=True)]
    for tag in page.find(class_="feedback").find_all(id=True):  # nbconvert gives some twice itself
        assert ids.count(tag["id"]) == 1
    for link in page.find(class_="feedback").find_all("a"):
        assert link["href"].removeprefix("#") in ids
    for table in page.find(class_="feedback").find_all("table"):
        assert all(cell["scope"] for cell in table.find_all("th"))
    assert all(picture.get("alt") for picture in page.find(class_="feedback").find_all("img"))


# ---- where there is nothing to make it of


@pytest.fixture
def one(nbgrader):
    """A student who has been graded."""
    answered(nbgrader.hand_in("ann"))
    nbgrader.autograde()
    return nbgrader


def remove(nbgrader, path):
    path.unlink()


def damage(nbgrader, path):
    path.chmod(0o644)
    path.write_text("{")


def take_anothers(nbgrader, path):
    path.chmod(0o644)
    path.write_text(path.read_text().replace('"ann"', '"bob"'))


def regrade(nbgrader, path):
    """The gradebook moves on without the report: `autograder grade --gradebook`."""
    with nbgrader.gradebook() as gradebook:
        gradebook.find_grade("svm_loss_naive", "losses", "tiny", "ann").auto_score = 12.5
        gradebook.db.commit()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (remove, "it was not graded by this kit"),
        (damage, "does not hold a report"),
        (take_anothers, "is about another submission"),
        (regrade, "the gradebook has other scores than it was given"),
    ],
)
def test_without_a_report_the_page_is_nbgraders_and_the_log_says_why(change, why, one, caplog):
    change(one, one.root / "autograded" / "ann" / "tiny" / report_file.NAME)
    one.run(GenerateFeedback)
    page = page_of(one, "ann")
    assert 'class="feedback"' not in page
    assert "being right by a hair" in page
    assert f"ann: {report_file.NAME if 'report' in why or 'about' in why else ''}" in caplog.text
    assert why in caplog.text
    assert "`nbgrader autograde tiny --student ann --force` grades it anew" in caplog.text
    assert "Traceback" not in caplog.text


def test_a_link_beside_graded_notebooks_leads_nowhere(one):
    """Another nbgrader may have left anything there."""
    folder = one.root / "autograded" / "ann" / "tiny"
    os.symlink(one.root / "solutions" / "course.toml", folder / "seeds.txt")
    os.link(one.root / "solutions" / "course.toml", folder / "more.txt")
    os.symlink(one.root / "solutions", folder / "all")
    one.run(GenerateFeedback)
    names = {path.name for path in (one.root / "feedback").rglob("*")}
    assert not names & {"seeds.txt", "more.txt", "all", "course.toml"}
    assert 'class="feedback"' in page_of(one, "ann")


def test_a_regrade_brings_another_page(one):
    one.run(GenerateFeedback)
    first = page_of(one, "ann")
    shutil.copy(one.task.release / MODULE, one.submitted("ann") / MODULE)
    one.autograde(force=True)
    one.run(GenerateFeedback, force=True)
    assert "90" in parts_of(first).ours.find(class_="total").get_text()
    assert parts_of(page_of(one, "ann")).ours.find(class_="total").strong.get_text() == "0"


def test_what_a_hook_of_ones_own_does_is_done(one):
    seen = []

    def change(config):
        config.GenerateFeedback.pre_convert_hook = lambda **named: seen.append(named["notebooks"])

    one.run(GenerateFeedback, change=change)
    assert len(seen) == 1


def test_saved_models_are_read_once_a_student(one, monkeypatch):
    calls = []
    original = feedback.saved_as_graded
    monkeypatch.setattr(feedback, "saved_as_graded", lambda *args: calls.append(args[1].name) or original(*args))
    one.run(GenerateFeedback)
    assert calls == ["ann"]


def test_another_template_gets_it_too():
    assert on_top("OURS", '<html><head></head><body class="x"><p>a</p></body>').startswith('<html lang="en"><head>')
    assert '<body class="x">\nOURS\n<p>a</p>' in on_top("OURS", '<html><head></head><body class="x"><p>a</p></body>')
    assert on_top("OURS", "no page") == "\nOURS\nno page"


def test_headings_follow_ours():
    page = on_top("", "<body><h4>a</h4><h1 id=x>b</h1><h5>c</h5><header></header>")
    assert page.endswith("<h2>a</h2><h3 id=x>b</h3><h6>c</h6><header></header>")


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM, reason="needs chromium")
@pytest.mark.parametrize("student", ["right", "wrong", "untouched"])
def test_a_phone_needs_no_horizontal_scrolling(released, student, tmp_path):
    needed, there = widths(page_of(released, student), tmp_path)
    assert 300 < needed <= there <= 360


def test_totals_and_pages_agree_on_what_is_late(released):
    entry = entries(released.task, released.db_url)["right"]
    report = report_file.kept(released.root / "autograded" / "right" / "tiny", "right", "tiny")
    assert Standing(report, entry.by_hand).points == totals(released)["right"]
