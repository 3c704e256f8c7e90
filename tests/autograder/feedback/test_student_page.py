"""The page that a student gets: everything in it, for everybody, and nothing that a student could slip in."""

import dataclasses
import os
import re
import shutil
import time

import numpy as np
import pytest

from autograder.checks.engine import VERDICTS
from autograder.checks.messages import say
from autograder.errors import CourseError
from autograder.feedback import ByHand, Mark, page_name, student_page, student_part, write_student_pages
from autograder.feedback.rendering import SIGNS
from autograder.grading import digest_of
from autograder.submissions import Submission

from .conftest import EVIL, KNOWN, NAMES, Page, check_page, item, report_of


@pytest.fixture
def full(assignment):
    """A report with every item of the assignment, every verdict among them, and hostile words everywhere."""
    results = []
    for number, one in enumerate(assignment.items):
        verdict = "manual" if one.kind == "question" else VERDICTS[number % len(VERDICTS)]
        points = one.points if verdict == "correct" else 0.0
        message = f"message {number} {EVIL}"
        results.append(item(one.id, verdict, points, one.points, message, f"hint {number} {EVIL}", "half"))
    return report_of("ada", results, notes=[f"note {EVIL}", "two"])


def rows(page):
    """Item -> its row as text."""
    return {
        row["id"].removeprefix("item-"): " ".join(row.text.split()) for row in page.all("tr") if "id" in row.attributes
    }


# ---- what is in it


def test_every_item_is_there_with_verdict_points_message_and_hint(full, assignment):
    page = check_page(student_page(full, assignment))
    found = rows(page)
    assert list(found) == [one.id for one in assignment.items]
    for number, result in enumerate(full.items):
        text = found[result.id]
        assert result.id in text
        assert result.verdict in text
        assert f"message {number} " in text
        assert f"hint {number} " in text
        if result.verdict not in ("manual", "not graded"):
            assert f"{result.points:g} of {result.max_points:g}" in text
    assert {verdict for verdict in VERDICTS if any(verdict in text for text in found.values())} == set(VERDICTS)


def test_it_has_a_section_for_each_notebook(full, assignment):
    headings = [e.text for e in Page(student_page(full, assignment)).all("h2")]
    assert [text for text in headings if text.endswith(".ipynb")] == [f"{name}.ipynb" for name in assignment.notebooks]


def test_notes_isolation_and_fingerprint_are_there(full, assignment):
    page = Page(student_page(full, assignment))
    assert "two" in [e.text for e in page.all("li")]
    assert full.isolation in page.text
    assert "cafe" in page.text


def test_notes_for_instructors_are_not_there(full, assignment):
    report = dataclasses.replace(full, private_notes=("engine.py, line 7",))
    assert student_page(report, assignment) == student_page(full, assignment)


def test_the_total_says_what_is_open(assignment):
    results = [
        item("svm_loss_naive", "correct", 5.0),
        item("svm_loss_vectorized", "partial", 2.35),
        item("svm_q1", "manual", 0.0, 2.0, say("manual")),
        item("svm_q2", "manual", 0.0, 1.0, say("untouched")),
        item("sgd", "not graded", 0.0, 4.0, "Not graded: no memory"),
    ]
    page = Page(student_page(report_of(items=results), assignment))
    assert "7.35 of 11 points so far" in page.text
    assert "2 points more for answers that a person grades" in page.text
    assert "could not be graded, for no fault of yours" in page.text
    assert "4 points more can be earned" in page.text
    assert "7.35 earned, 3.65 missed, 6 open" in page.text


def test_an_empty_answer_waits_for_nobody(assignment):
    page = Page(student_page(report_of(items=[item("svm_q1", "manual", 0.0, 2.0, say("untouched"))]), assignment))
    assert "0 of 2 points" in page.text
    assert "so far" not in page.text
    assert "empty" in rows(page)["svm_q1"]


def test_a_persons_points_and_comment_are_there(assignment):
    results = [
        item("svm_q1", "manual", 0.0, 2.0, say("manual")),
        item("sgd", "wrong", 0.0, 4.0, "sgd is wrong"),
        item("svm_loss", "not graded", 0.0, 3.0, "Not graded"),
    ]
    marks = {
        "svm_q1": Mark(1.5, comment=f"Good.\nBut why? {EVIL}"),
        "sgd": Mark(3.0, 0.5),
        "svm_loss": Mark(3.0),
        "gone": Mark(7.0),
    }
    page = check_page(student_page(report_of(items=results), assignment, by_hand=ByHand(marks, late_penalty=2.0)))
    assert "6 of 9 points" in page.text
    assert "so far" not in page.text
    assert "2 points taken off" in page.text
    found = rows(page)
    assert "A person gave 1.5 of 2 points. Good. But why? <script>" in found["svm_q1"]
    assert say("manual") not in found["svm_q1"]
    assert "A person gave 3 of 4 points (the check: 0). 0.5 points extra. sgd is wrong" in found["sgd"]
    assert "3.5 of 4" in found["sgd"]


def test_a_late_penalty_takes_no_more_than_there_is(assignment):
    report = report_of(items=[item("sgd", "partial", 1.0, 4.0)])
    assert "0 of 4 points" in Page(student_page(report, assignment, by_hand=ByHand(late_penalty=3.0))).text


def test_where_to_start_puts_first_what_others_wait_for(assignment):
    results = [
        item("svm_loss_naive", "wrong", 0.0, 5.0, "first"),
        item("affine_forward", "error", 0.0, 3.0, "layers.py is broken"),
        item("affine_backward", "error", 0.0, 4.0, "layers.py is broken"),
        item("TwoLayerNet_loss", "blocked", 0.0, 6.0, "fix affine_forward first"),
        item("sgd", "missing", 0.0, 1.0, "third"),
        item("relu_forward", "wrong", 0.0, 2.0, "fourth"),
    ]
    page = Page(student_page(report_of(items=results), assignment))
    (panel,) = page.all("section")
    first, second, third = (" ".join(e.text.split()) for e in panel.all("li"))
    assert first.startswith("affine_forward and 1 more: 7 points; TwoLayerNet_loss cannot work before it does.")
    assert second.startswith("relu_forward: 2 points; TwoLayerNet_loss cannot")
    assert third.startswith("svm_loss_naive: 5 points. first")
    assert "and 1 more below" in panel.text
    assert [e["href"] for e in panel.all("a")][0] == "#item-affine_forward"


def test_who_has_everything_right_is_not_told_where_to_start(assignment):
    page = Page(student_page(report_of(items=[item("sgd", "correct", 5.0)]), assignment))
    assert not page.all("section")


def test_an_item_that_the_assignment_no_longer_has_is_still_shown(assignment):
    page = check_page(student_page(report_of(items=[item("gone", "blocked", 0.0)]), assignment))
    assert "gone" in rows(page)


def test_a_report_without_items_and_one_of_questions_alone_make_a_page(assignment):
    check_page(student_page(report_of(), assignment))
    questions = [
        item(one.id, "manual", 0.0, one.points, say("manual")) for one in assignment.items if one.kind == "question"
    ]
    page = check_page(student_page(report_of(items=questions), assignment))
    assert "0 of 0 points so far" in page.text


def test_backquotes_become_code_and_nothing_else(assignment):
    text = student_page(report_of(items=[item("sgd", "wrong", 0.0, message=f"use `{EVIL}` or `x = 1`")]), assignment)
    assert "<code>x = 1</code>" in text
    check_page(text)


# ---- hostile names and words


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_no_name_breaks_a_page(name, full, assignment):
    full = dataclasses.replace(full, submission=name, isolation=f"NOT isolated: {name}")
    page = check_page(student_page(full, assignment))
    assert not page.all("script")
    shown = page.all("bdi")[0].text
    assert shown == re.sub("[\x00\x1b\u202e\ud800]", lambda c: c.group().encode("unicode_escape").decode(), name)


def test_names_of_pages_are_safe_stable_and_of_one_submission_each():
    names = [*NAMES, "con.x", "CON", "a/b", "a\\b", "a b", "a-b", "index", "Ünder", "e\u0301", "é", "a" * 64, "a" * 65]
    pages = [page_name(name) for name in names]
    assert len({page.casefold() for page in pages}) == len(names)
    for page in pages:
        assert re.fullmatch(r"[a-z0-9][a-z0-9_.~-]{0,75}\.html", page), page
        assert page.partition(".")[0] not in ("con", "nul", "aux")
    assert page_name("ada") == "ada.html"
    assert page_name("Ada") == "ada~99a563ab2f6e21e9.html"
    assert "~" not in page_name("ada-99a563ab2f6e21e9")  # nobody can be called what a hash has made


def test_the_files_are_written_where_they_belong_and_nowhere_else(full, assignment, tmp_path):
    reports = [dataclasses.replace(full, submission=name) for name in NAMES]
    folder = tmp_path / "deep" / "pages"
    paths = write_student_pages(reports, assignment, folder)
    assert sorted(tmp_path.rglob("*.*")) == sorted(paths)
    assert {path.parent for path in paths} == {folder}
    for path in paths:
        check_page(path.read_text(encoding="utf-8"))


def test_two_reports_about_one_submission_are_refused(full, assignment, tmp_path):
    with pytest.raises(CourseError, match="there are 2 reports about 'ada'"):
        write_student_pages([full, full], assignment, tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_same_reports_give_the_same_bytes(full, assignment, tmp_path):
    (first,) = write_student_pages([full], assignment, tmp_path)
    before = first.read_bytes()
    assert write_student_pages([full], assignment, tmp_path) == [first]
    assert first.read_bytes() == before


# ---- what saved models have learned


def save(folder, name="svm_model", **arrays):
    rng = np.random.RandomState(1)
    standard = {"W": rng.standard_normal((3073, 10)), "mean": np.zeros(3072), "dataset": "shapes10"}
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / f"{name}.npz", **(standard | arrays))


def templates_in(text):
    return [picture for picture in check_page(text).all("img") if picture["alt"].startswith("Weights")]


MODEL = report_of(items=[item("svm_model", "partial", 1.5, 3.0), item("sgd", "correct", 1.0)])


def test_a_linear_models_templates_are_shown_by_class(assignment, tmp_path):
    save(tmp_path)
    found = templates_in(student_page(MODEL, assignment, saved=tmp_path))
    assert [picture["alt"].rpartition(" ")[2] for picture in found][:2] == ["airplane", "car"]
    assert len({picture["src"] for picture in found}) == 10


@pytest.mark.parametrize(
    "arrays",
    [
        {"W": np.zeros((155, 10))},
        {"W": np.zeros((3073, 10))},
        {"W": np.full((3073, 10), np.nan)},
        {"W": np.array(["text"])},
        {"dataset": "elsewhere"},
        {"dataset": 3},
    ],
    ids=range(6),
)
def test_files_that_hold_no_templates_show_none(arrays, assignment, tmp_path):
    save(tmp_path, **arrays)
    assert templates_in(student_page(MODEL, assignment, saved=tmp_path)) == []


def test_huge_weights_are_shown_too(assignment, tmp_path):
    huge = np.zeros((3073, 10))
    huge[0], huge[1] = 1.7e308, -1.7e308
    save(tmp_path, W=huge)
    assert len(templates_in(student_page(MODEL, assignment, saved=tmp_path))) == 10


def test_files_that_are_no_arrays_show_none(assignment, tmp_path):
    (tmp_path / "svm_model.npz").write_bytes(b"PK\x03\x04 damaged")
    assert templates_in(student_page(MODEL, assignment, saved=tmp_path)) == []
    assert templates_in(student_page(MODEL, assignment, saved=tmp_path / "nowhere")) == []


@pytest.fixture
def handed_in(tmp_path):
    """A submission with a linear model, and the report about it as it is now."""
    work = tmp_path / "ada"
    save(work / "saved")
    laid_out = tmp_path / "laid out"
    shutil.copytree(work, laid_out)
    return Submission("ada", work), dataclasses.replace(MODEL, digest=digest_of(laid_out))


def test_templates_are_taken_from_submissions_as_they_were_graded(handed_in, assignment, tmp_path):
    submission, report = handed_in
    (path,) = write_student_pages([report], assignment, tmp_path / "pages", submissions=[submission])
    assert len(templates_in(path.read_text(encoding="utf-8"))) == 10


def test_of_a_submission_that_has_changed_since_no_templates_are_shown(handed_in, assignment, tmp_path):
    submission, report = handed_in
    save(submission.path / "saved", mean=np.ones(3072))
    (path,) = write_student_pages([report], assignment, tmp_path / "pages", submissions=[submission])
    assert templates_in(path.read_text(encoding="utf-8")) == []


def test_a_submission_that_is_gone_or_leads_elsewhere_costs_only_its_pictures(handed_in, assignment, tmp_path):
    submission, report = handed_in
    shutil.rmtree(submission.path)
    for _ in range(2):
        (path,) = write_student_pages([report], assignment, tmp_path / "pages", submissions=[submission])
        assert templates_in(path.read_text(encoding="utf-8")) == []
        if not submission.path.exists():
            save(tmp_path / "secret")
            submission.path.mkdir()
            os.symlink(tmp_path / "secret", submission.path / "saved")


# ---- on top of another page


def test_the_part_says_what_the_page_says(full, assignment):
    by_hand = ByHand({"sgd": Mark(0.5, 0.25, f"Look. {EVIL}")}, 2.0)
    own = Page(student_page(full, assignment, by_hand=by_hand))
    part = Page(f"<body>{student_part(full, assignment, 'svm', by_hand=by_hand)}</body>")
    assert {e.tag for e in part.all()} <= KNOWN
    assert rows(part).keys() == rows(own).keys()
    assert {id: rows(part)[id] for id in rows(own)} == rows(own)
    assert [e.text.split() for e in part.all("p") if e["class"] == "total"] == [
        e.text.split() for e in own.all("p") if e["class"] == "total"
    ]


def test_the_part_begins_with_the_notebook_below_and_folds_the_others(full, assignment):
    part = Page(f"<body>{student_part(full, assignment, 'svm')}</body>")
    names = [e.text for e in part.all("h2") if e.text.endswith(".ipynb")]
    assert names == ["svm.ipynb", "knn.ipynb", "softmax.ipynb", "two_layer_net.ipynb", "features.ipynb"]
    folded = [e.text for fold in part.all("details") for e in fold.all("h2")]
    assert folded == names[1:]
    assert {e["href"] for e in part.all("a")} - {f"#item-{item.id}" for item in full.items} == {"#notebook"}


def test_the_parts_style_reaches_nothing_else(full, assignment):
    (style,) = re.findall("<style>(.*?)</style>", student_part(full, assignment, "svm"), re.DOTALL)
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL).strip()
    assert style.startswith(".feedback {")
    depth = 0
    for place, character in enumerate(style):
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth > 0 or place < len(".feedback ") or place == len(style) - 1
    assert not re.search(r":root|\b(?:html|body)\b", style)


# ---- for everybody


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return sum(
        weight * (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4)
        for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True)
    )


def test_text_can_be_read_in_light_and_dark(assignment):
    """Contrast of 4.5 to 1 or more, as WCAG 2 asks for."""
    text = student_page(report_of(), assignment)
    schemes = re.findall(r":root \{(.*?)\}", text, re.DOTALL)
    assert len(schemes) == 2
    for scheme in schemes:
        colours = dict(re.findall(r"--(\w+): (#\w+);", scheme))
        colours = {
            name: c if len(c) == 7 else "#" + "".join(2 * digit for digit in c[1:]) for name, c in colours.items()
        }
        for ground in (colours.pop("page"), colours.pop("panel")):
            for name in ("text", "quiet", "accent", "good", "part", "bad", "wait", "off"):
                dark, light = sorted((luminance(ground), luminance(colours[name])))
                assert (light + 0.05) / (dark + 0.05) >= 4.5, (name, ground)


def test_the_part_has_the_colours_of_the_light_page(assignment):
    light = re.findall(r":root \{(.*?)\}", student_page(report_of(), assignment), re.DOTALL)[0]
    part = student_part(report_of(), assignment, "svm")
    for colour in re.findall(r"--\w+: #\w+;", light):
        assert colour in part


def test_a_verdict_is_never_told_by_colour_alone(full, assignment):
    page = Page(student_page(full, assignment))
    badges = [e for e in page.all("span") if "verdict" in e["class"].split()]
    assert badges
    for badge in badges:
        assert badge.text.split(maxsplit=1)[1].strip() in SIGNS


def test_a_page_is_small(full, assignment):
    assert len(student_page(full, assignment).encode()) < 60_000


@pytest.mark.slow
def test_300_pages_with_pictures_take_less_than_30_seconds(full, handed_in, assignment, tmp_path):
    submission, report = handed_in
    report = dataclasses.replace(full, digest=report.digest)
    names = [f"s{number:03}" for number in range(300)]
    reports = [dataclasses.replace(report, submission=name) for name in names]
    submissions = [Submission(name, submission.path) for name in names]
    start = time.perf_counter()
    paths = write_student_pages(reports, assignment, tmp_path / "pages", submissions=submissions)
    assert time.perf_counter() - start < 30
    assert len(templates_in(paths[-1].read_text(encoding="utf-8"))) == 10
