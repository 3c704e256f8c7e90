"""Makes the pictures of formgrader that the README shows, docs/formgrader*.png, from a class that is made up.

    python -m tools.screenshots [--folder docs]

Needs chromium (apt install chromium) and takes about a minute: a copy of the course is released, six submissions are
handed in and graded by `nbgrader autograde`, some answers are graded by hand, and formgrader is looked at in a browser.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import base64
import contextlib
import io
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from nbgrader.api import Gradebook
from PIL import Image

import datasets
from autograder.course import Course
from autograder.demo import class_of_24, make_class
from solutions.cs231n.classifiers import KNearestNeighbor
from tests.autograder.nbgrader_plugin.browser import browser, enter, jupyter, missing, open_notebook, open_submissions

REPOSITORY = Path(__file__).resolve().parents[1]
NAME, NOTEBOOK, QUESTION = "assignment1", "knn", "knn_q2"
#: The demo's ids -> made-up names, and when they handed in. The last one is not graded yet.
STUDENTS = {
    "ada": ("Ada", "Lindqvist", "2026-03-06 21:14:07 UTC"),
    "ben": ("Ben", "Okafor", "2026-03-07 23:58:41 UTC"),
    "cleo": ("Cleo", "Marin", "2026-03-07 18:02:55 UTC"),
    "dora": ("Dora", "Novak", "2026-03-05 09:30:12 UTC"),
    "emil": ("Emil", "Haas", "2026-03-07 20:45:30 UTC"),
    "fay": ("Fay", "Tanaka", "2026-03-06 16:20:03 UTC"),
}
NOT_YET, SHOWN = "fay", "dora"
ANSWER = """I tried it, see the cell above: the accuracy does not change at all.

The distance adds up one squared difference for each of the 3072 numbers, and it does not matter in which order they are
added. So all distances are the same as before, and with them the neighbours and the predictions."""
SCORE = "0.5"
COMMENT = "Right, and well tested. The other half: what does it tell about what the classifier knows of images?"
#: A cell of the student's own, above the answer.
TRIED = """order = np.random.RandomState(0).permutation(3072)
fig, axes = plt.subplots(1, 8, figsize=(9, 1.4))
for i, image in enumerate(test_images[:4]):
    axes[2 * i].imshow(image.astype(np.uint8))
    axes[2 * i + 1].imshow(image.ravel()[order].reshape(32, 32, 3).astype(np.uint8))
for ax in axes:
    ax.axis("off")
for name, columns in ("as they are", slice(None)), ("shuffled", order):
    classifier.train(X_train[:, columns], y_train)
    print(f"{name:12}", np.mean(classifier.predict(X_test[:, columns], k=10) == y_test))
"""
WIDTH, MARGIN, COLOURS = 1200, 16, 128


def main() -> None:
    """Make the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=REPOSITORY / "docs")
    folder = parser.parse_args().folder
    if missing():
        sys.exit(missing())
    with tempfile.TemporaryDirectory(prefix="screenshots-") as scratch:
        course = Path(scratch) / "course"
        hand_in(course)
        grade(course)
        with jupyter(course, Path(scratch) / "home") as server, browser(*server, width=WIDTH) as seen:
            take_pictures(seen.page, folder)


def hand_in(course: Path) -> None:
    """Make the course and the submissions of its class."""
    for name in ("solutions", "assignments"):
        shutil.copytree(REPOSITORY / name, course / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("nbgrader_config.py", "pyproject.toml"):
        shutil.copy(REPOSITORY / name, course)
    (course / "tests").symlink_to(REPOSITORY / "tests")  # where the demo finds wrong implementations
    assignment = Course(course).assignment(NAME)
    make_class(assignment, [member for member in class_of_24(assignment) if member.name in STUDENTS], course)
    for student, (_, _, handed_in) in STUDENTS.items():
        (course / "submitted" / student / NAME / "timestamp.txt").write_text(handed_in)
    answer(course / "submitted" / SHOWN / NAME / f"{NOTEBOOK}.ipynb")


def answer(path: Path) -> None:
    """Have a student answer the question, having tried something out above it."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = notebook["cells"]
    place = next(n for n, cell in enumerate(cells) if cell["metadata"].get("nbgrader", {}).get("grade_id") == QUESTION)
    cells[place]["source"] = ANSWER
    tried = {"cell_type": "code", "metadata": {}, "source": TRIED.rstrip(), "outputs": run(TRIED)}
    cells.insert(place, {**tried, "id": "tried", "execution_count": 57})
    path.write_text(json.dumps(notebook), encoding="utf-8")


def run(code: str) -> list[dict[str, object]]:
    """What the cell shows: what it prints, and its figure."""
    matplotlib.use("Agg")
    images, labels = datasets.load_batch(datasets.cifar10_folder() / "data_batch_1")
    test_images, test_labels = datasets.load_batch(datasets.cifar10_folder() / "test_batch")
    data = {"X_train": images, "X_test": test_images}
    names = {name: values[:500].reshape(500, -1).astype(float) for name, values in data.items()}
    printed, picture = io.StringIO(), io.BytesIO()
    with contextlib.redirect_stdout(printed):
        exec(code, {"np": np, "plt": plt, "classifier": KNearestNeighbor(), "test_images": test_images,
                    "y_train": labels[:500], "y_test": test_labels[:500], **names})  # fmt: skip
    plt.savefig(picture, dpi=80, bbox_inches="tight")
    figure = {"image/png": base64.b64encode(picture.getvalue()).decode(), "text/plain": "<Figure>"}
    return [
        {"output_type": "stream", "name": "stdout", "text": printed.getvalue()},
        {"output_type": "display_data", "data": figure, "metadata": {}},
    ]


def grade(course: Path) -> None:
    """Autograde all submissions but one, and grade one student's answers by hand."""
    nbgrader = str(Path(sys.executable).parent / "nbgrader")
    subprocess.run([nbgrader, "generate_assignment", NAME, "--force", "--quiet"], cwd=course, check=True)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "cs231n") as gradebook:
        for student, (first, last, _) in STUDENTS.items():
            gradebook.update_or_create_student(student, first_name=first, last_name=last)
    waiting = course / "submitted" / NOT_YET
    waiting.rename(course / NOT_YET)
    subprocess.run([nbgrader, "autograde", NAME, "--quiet"], cwd=course, check=True)
    (course / NOT_YET).rename(waiting)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "cs231n") as gradebook:
        for notebook in gradebook.find_submission(NAME, "ada").notebooks:
            for graded in notebook.grades:
                if graded.needs_manual_grade:
                    graded.manual_score, graded.needs_manual_grade = graded.max_score, False
        gradebook.db.commit()


def take_pictures(page: object, folder: Path) -> None:
    """Look at the list of submissions, then grade the question and look at that."""
    open_submissions(page, NAME)
    page.mouse.move(0, 0)
    bottom = page.locator("#main-table tr").last.bounding_box()
    save(page.screenshot(clip=within(0, bottom["y"] + bottom["height"])), folder / "formgrader.png")

    first, last, _ = STUDENTS[SHOWN]
    open_notebook(page, NAME, NOTEBOOK, f"{last}, {first}")
    enter(page, f"#{QUESTION}", SCORE)
    enter(page, f"#{QUESTION}-comment", COMMENT)
    page.locator(".save-icon:visible").first.wait_for(state="hidden")
    page.add_style_tag(content=".navbar-fixed-top, .help { display: none }")  # they stay in place when the page scrolls
    top = page.get_by_text("Question knn_q2").bounding_box()
    rubric = page.locator(".panel-info", has_text=QUESTION).bounding_box()
    page_top = page.evaluate("window.scrollY")
    clip = within(top["y"] + page_top - MARGIN, rubric["y"] + page_top + rubric["height"] + MARGIN)
    save(page.screenshot(full_page=True, clip=clip), folder / "formgrader-question.png")


def within(top: float, bottom: float) -> dict[str, float]:
    """The part of a page between two heights."""
    return {"x": 0, "y": top, "width": WIDTH, "height": bottom - top}


def save(picture: bytes, path: Path) -> None:
    """Write a picture with few colours, which a page of text does with."""
    reduced = Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    reduced.save(path, optimize=True)
    print(f"{path}: {reduced.width} x {reduced.height}, {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
