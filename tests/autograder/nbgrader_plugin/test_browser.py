"""A grader's afternoon: formgrader in a real browser, on a Jupyter server as an instructor starts it."""

import base64
import shutil

import imageio.v3 as imageio
import numpy as np
import pytest
from nbconvert.exporters import HTMLExporter

from .browser import MATHJAX, autograde, browser, enter, jupyter, missing, open_notebook, open_submissions, row
from .conftest import REPOSITORY, NbGrader
from .handed_in import answered, code, edit, marks
from .test_formgrader import HOSTILE

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())

WITHOUT_REGULARISATION = """
def svm_loss_vectorized(W, X, y, reg):
    loss, dW = svm_loss_naive(W, X, y, reg)
    return loss, dW - 2 * reg * W
"""
#: Scores by the checks, and by hand.
ALL_RIGHT = {"svm_loss_naive": (50, None), "svm_loss_vectorized": (40, None), "why": (None, None)}
SETTINGS_OF_ITS_OWN = "open({!r}, 'w').close()\n"


@pytest.fixture(scope="module")
def course(generated, tmp_path_factory):
    """The small course with the repository's settings, and two students who have handed in."""
    root = tmp_path_factory.mktemp("formgrader") / "course"
    shutil.copytree(generated.root, root)
    settings = (REPOSITORY / "nbgrader_config.py").read_text()
    (root / "nbgrader_config.py").write_text(f'{settings}\nc.CourseDirectory.course_id = "tiny"\n')
    course = NbGrader(root)
    almost_right(course.hand_in("ann"))
    hostile(course.hand_in("eve"), root.parent / "pwned")
    with course.gradebook() as gradebook:
        gradebook.add_student("ann", first_name="Ann", last_name="Adams")
        gradebook.add_student("eve", first_name="Eve", last_name="Evans")
    return course


@pytest.fixture(scope="module")
def server(course, tmp_path_factory):
    with jupyter(course.root, tmp_path_factory.mktemp("jupyter") / "home") as server:
        yield server


def almost_right(folder):
    """An answer, a plot, and a mistake that the checks know."""
    answered(folder)
    code((folder / "cs231n/classifiers/linear_svm.py").read_text() + WITHOUT_REGULARISATION)(folder)
    plot = base64.b64encode(imageio.imwrite("<bytes>", np.zeros((30, 40, 3), np.uint8), extension=".png")).decode()
    shown = {"output_type": "display_data", "data": {"image/png": plot, "text/plain": "<Figure>"}, "metadata": {}}
    edit(folder, lambda notebook: notebook["cells"][1].update(outputs=[shown]))


def hostile(folder, mark):
    """Everything that a student may write tries to act in the grader's browser, or by it in the server."""

    def change(notebook):
        (answer,) = [cell for cell in notebook["cells"] if marks(cell).get("grade_id") == "why"]
        answer["source"] = "Because.\n\n" + "\n\n".join(HOSTILE)
        shown = dict.fromkeys(("text/html", "image/svg+xml", "text/markdown", "text/plain"), "\n".join(HOSTILE))
        shown["application/javascript"] = shown["text/latex"] = "alert(1)"
        notebook["cells"][1]["outputs"] = [{"output_type": "display_data", "data": shown, "metadata": {}}]
        notebook["cells"][1]["metadata"]["tags"] = HOSTILE
        notebook["cells"] += [{"cell_type": kind, "metadata": {}, "source": source} for source in HOSTILE
                              for kind in ("raw", "markdown")]  # fmt: skip
        notebook["metadata"] = {"title": HOSTILE[0], "language_info": {"name": HOSTILE[0]}, "widgets": HOSTILE}

    edit(folder, change)
    (folder / "evil.html").write_text("<script>alert(1)</script>")
    (folder / "evil.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    (folder / "nbgrader_config.py").write_text(SETTINGS_OF_ITS_OWN.format(str(mark)))


def test_grading_by_button_and_by_hand(course, server):
    with browser(*server) as seen:
        page = seen.page
        open_submissions(page, "tiny")
        assert "needs autograding" in row(page, "ann").inner_text()

        title, text = autograde(page, "ann")
        assert title == "Success"
        assert "Successfully autograded 'tiny' for student 'ann'." in text
        assert "isolation: " in text
        auto, _ = scores(course, "ann")["svm_loss_vectorized"]
        assert scores(course, "ann") == {**ALL_RIGHT, "svm_loss_vectorized": (auto, None)}
        assert auto < 40
        row(page, "ann").locator(f".score:text-is('{50 + auto:g} / 100')").wait_for()
        assert "needs manual grading" in row(page, "ann").inner_text()

        open_notebook(page, "tiny", "losses", "Adams, Ann")
        text = page.inner_text("#notebook")
        assert "svm_loss_naive: correct (50 of 50 points" in text
        assert f"({auto:g} of 40 points" in text
        assert "2 * reg * W, is missing" in text
        assert page.get_attribute("#svm_loss_vectorized", "placeholder") == f"{auto:g}"
        plot = page.locator("#notebook .output_png img")
        assert plot.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [40, 30]
        assert above(plot, page.get_by_text("Handed in by the student; not run again for grading.")) < 0
        assert above(page.locator("#why"), page.get_by_text("The MODEL ANSWER.")) > 0

        enter(page, "#why", "7")
        enter(page, "#why-comment", "Right, *but* say by how much.")
        page.click(".breadcrumb a:text-is('losses')")
        total = f".score:text-is('{50 + auto + 7:g} / 100')"
        page.wait_for_selector(f"#main-table {total}")
        open_submissions(page, "tiny")
        row(page, "ann").locator(total).wait_for()
        assert "needs" not in row(page, "ann").inner_text()
        by_hand = {**ALL_RIGHT, "svm_loss_vectorized": (auto, None), "why": (None, 7)}
        assert scores(course, "ann") == by_hand

        assert autograde(page, "ann")[0] == "Success"
        row(page, "ann").locator(total).wait_for()
        open_notebook(page, "tiny", "losses", "Adams, Ann")
        assert page.input_value("#why") == "7"
        assert page.input_value("#why-comment") == "Right, *but* say by how much."
        assert scores(course, "ann") == by_hand
        assert (seen.dialogs, seen.errors) == ([], [])  # though MathJax could not be loaded
        assert {address.startswith(MATHJAX) for address in seen.elsewhere} == {True}


def above(one, other):
    """How far the upper edge of `one` lies above that of `other`."""
    return other.bounding_box()["y"] - one.bounding_box()["y"]


def scores(course, student):
    grades = course.dump()[student]["grades"]
    return {name: (auto, by_hand) for name, (auto, by_hand, _, _) in grades.items()}


def test_nothing_of_a_students_acts(course, server):
    address, _ = server
    mark = course.root.parent / "pwned"
    with browser(*server) as seen:
        page = seen.page
        open_submissions(page, "tiny")
        assert autograde(page, "eve")[0] == "Success"
        row(page, "eve").locator("a:text-is('Evans, Eve')").click()
        page.wait_for_selector("#main-table a:text-is('losses')")
        open_notebook(page, "tiny", "losses", "Evans, Eve")
        page.wait_for_load_state("networkidle")
        page.locator("#why").click(trial=True)  # nothing covers it
        assert page.locator("#notebook a[href]").count() == 0  # nor leads away from it
        assert [url for url in seen.elsewhere if not url.startswith(MATHJAX)] == []
        assert [url for url in seen.requests if "path=" in url or "logout" in url or "evil" in url] == []
        assert not mark.exists()
        assert (seen.dialogs, seen.errors) == ([], [])

        # By an address that somebody has been talked into opening.
        here = page.url.partition("?")[0]
        for name in ("evil.html", "evil.svg"):
            answer = page.goto(here + name)
            assert answer.ok
            assert "sandbox" in answer.headers["content-security-policy"].split("; ")
        for folder in ("submitted/eve/tiny", "autograded/eve/tiny"):
            assert page.goto(f"{address}/formgrader?path={folder}").status == 403
        assert page.goto(f"{address}/formgrader?path=.").ok
        assert not mark.exists()
        assert seen.dialogs == []


def test_the_danger_is_real(course, server):
    """What nbconvert makes of the same texts does act, and it is noticed."""
    address, _ = server
    with browser(*server) as seen:
        seen.page.set_content("\n".join(HTMLExporter().markdown2html({}, source) for source in HOSTILE))
        seen.page.wait_for_load_state("networkidle")
        assert seen.dialogs
        assert any("path=" in url for url in seen.requests)
        assert seen.elsewhere
