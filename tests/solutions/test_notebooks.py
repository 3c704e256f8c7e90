"""The solved notebooks are built as the release and the grader need them."""

import ast
import json
import re
from pathlib import Path

import nbformat
import pytest

from autograder import fences
from autograder.checks.registry import CHECKS
from autograder.checks.topics.models import ACCURACY

SOLUTIONS = Path(__file__).parents[2] / "solutions"
NOTEBOOKS = sorted(SOLUTIONS.glob("assignment*/*.ipynb"))
MARKS = {"schema_version", "grade", "locked", "solution", "task", "grade_id"}  # nbgrader's, on every cell that it knows
ABSOLUTE = re.compile(r"(?<![\w./])/(?:home|Users|root|tmp|mnt|work|content|usr)/|\b[A-Z]:\\")
MATHS = re.compile(r"\$\$(.+?)\$\$|\$([^$]+)\$", re.DOTALL)


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def path(request):
    return request.param


@pytest.fixture
def cells(path):
    return [
        {**cell, "source": "".join(cell["source"]), "marks": cell["metadata"].get("nbgrader")}
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
    ]


def graded(cells, cell_type):
    """Position and cell of what is graded: checks are code, questions markdown."""
    return [
        (i, cell)
        for i, cell in enumerate(cells)
        if cell["marks"] and cell["marks"]["grade"] and cell["cell_type"] == cell_type
    ]


def maths_problem(text):
    """What is wrong with the LaTeX in a markdown text, None if nothing."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL).replace(r"\$", "")
    for block in re.split(r"\n\s*\n", text):  # a formula ends with its paragraph
        if "$" in MATHS.sub("", block):
            return f"a dollar sign without a partner in {block!r}"
        for formula in (display or inline for display, inline in MATHS.findall(block)):
            bare = formula.replace(r"\{", "").replace(r"\}", "")
            if bare.count("{") != bare.count("}"):
                return f"unbalanced braces in {formula!r}"
            for begin, end in (r"\left", r"\right"), (r"\begin", r"\end"):
                found = [len(re.findall(re.escape(word) + r"(?![a-zA-Z])", formula)) for word in (begin, end)]
                if found[0] != found[1]:
                    return f"{begin} without {end} in {formula!r}"
    return None


def test_there_are_notebooks():
    assert {"knn", "svm", "softmax", "two_layer_net", "features"} <= {path.stem for path in NOTEBOOKS}
    assert {"FullyConnectedNets", "BatchNormalization", "ConvolutionalNetworks"} <= {path.stem for path in NOTEBOOKS}


def test_format_is_valid_and_says_nothing_about_a_machine(path):
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
    assert dict(notebook.metadata.language_info) == {"name": "python"}


def test_outputs_are_stripped(cells):
    for cell in cells:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [], cell["id"]
            assert cell["execution_count"] is None, cell["id"]


def test_first_code_cell_is_the_setup_cell(path, cells):
    first = next(cell for cell in cells if cell["cell_type"] == "code")
    expected = (SOLUTIONS / "setup_cell.ipy").read_text(encoding="utf-8")
    assert first["id"] == "setup"
    assert first["source"].strip() == expected.replace("ASSIGNMENT", path.parent.name).strip()


def test_opens_with_a_title(cells):
    assert cells[0]["cell_type"] == "markdown"
    assert cells[0]["source"].startswith("# ")


def test_cell_ids_are_names(cells):
    for cell in cells:
        assert re.fullmatch(r"[a-zA-Z][a-zA-Z0-9-]*", cell["id"]), f"{cell['id']} is not a name for a person to read"
        assert not re.fullmatch(r"[0-9a-f]{8}(-.*)?", cell["id"]), f"{cell['id']} is a random id"


def test_code_is_python_with_and_without_its_solution(path, cells):
    for cell in cells:
        if cell["cell_type"] == "code" and cell["id"] != "setup":
            ast.parse(cell["source"], f"{path.name}:{cell['id']}")
            ast.parse(fences.strip(cell["source"], f"{path.name}:{cell['id']}"))


def test_nbgrader_metadata_is_one_of_three_kinds(cells):
    for cell in cells:
        marks = cell["marks"]
        if marks is None:
            continue
        kind = marks["grade"], marks["locked"], marks["solution"], cell["cell_type"]
        assert kind in {
            (True, True, False, "code"),  # a check
            (True, False, True, "markdown"),  # a question's answer
            (False, False, True, "code"),  # code that students write here
        }, f"{cell['id']}: {kind}"
        assert set(marks) == (MARKS | {"points", "cell_type"} if marks["grade"] else MARKS), cell["id"]
        assert marks["schema_version"] == 3, cell["id"]
        assert marks["task"] is False, cell["id"]
        assert re.fullmatch(r"[a-zA-Z0-9_\-]+", marks["grade_id"]), cell["id"]
        if marks["grade"]:
            assert marks["cell_type"] == cell["cell_type"], cell["id"]
            assert marks["points"] > 0, cell["id"]


def test_nothing_but_nbgrader_is_in_the_cells_metadata(cells):
    for cell in cells:
        assert set(cell["metadata"]) <= {"nbgrader"}, cell["id"]


def test_grade_ids_are_unique_in_an_assignment():
    ids = {}
    for path in NOTEBOOKS:
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if "nbgrader" in cell["metadata"]:
                place = path.parent.name, cell["metadata"]["nbgrader"]["grade_id"]
                assert place not in ids, f"{place} is in {ids.get(place)} and in {path.name}"
                ids[place] = path.name


def test_a_check_cell_does_nothing_but_check(cells):
    for _, cell in graded(cells, "code"):
        assert cell["source"] == f'check("{cell["marks"]["grade_id"]}")', cell["id"]


def test_something_to_try_stands_before_each_check(cells):
    last = -1
    for i, cell in graded(cells, "code"):
        between = cells[last + 1 : i]
        assert any(c["cell_type"] == "code" and c["id"] not in ("setup", "imports") for c in between), cell["id"]
        last = i


def test_a_question_is_asked_before_its_answer(cells):
    for i, cell in graded(cells, "markdown"):
        asked = cells[i - 1]
        assert asked["cell_type"] == "markdown", cell["id"]
        assert asked["marks"] is None, f"{cell['id']}: the question itself must not be replaced in the release"
        assert "?" in asked["source"] or re.search(r"\b(Show|Compute|Explain|Write|Describe)\b", asked["source"]), cell[
            "id"
        ]


def test_every_question_has_a_model_answer_and_a_rubric(cells):
    for _, cell in graded(cells, "markdown"):
        answer, rubric, marking = cell["source"].partition("\n**Rubric.** ")
        assert rubric, f"{cell['id']} has no line that begins with **Rubric.**"
        assert len(answer.split()) >= 20, f"{cell['id']} has no model answer"
        assert re.search(r"\d", marking), f"{cell['id']}: the rubric gives no points"


def test_fences_name_the_item_that_is_checked_here(path, cells):
    checked = {cell["marks"]["grade_id"] for _, cell in graded(cells, "code")}
    for cell in cells:
        found = [fence.id for fence in fences.find(cell["source"], f"{path.name}:{cell['id']}")]
        if cell["marks"] and cell["marks"]["solution"] and cell["cell_type"] == "code":
            (id,) = found
            assert cell["marks"]["grade_id"] == f"{id}-code"
            assert id in checked, f"{id} is written in {path.name}, but not checked there"
        else:
            assert not found, f"{cell['id']}: a fence outside a solution cell would be handed out"


def test_models_are_saved_where_the_check_looks(cells):
    written = {cell["marks"]["grade_id"].removesuffix("-code") for cell in cells if cell["marks"]} & {
        fence.id for cell in cells for fence in fences.find(cell["source"], cell["id"])
    }
    code = "\n".join(fences.strip(cell["source"], cell["id"]) for cell in cells if cell["cell_type"] == "code")
    for file in [CHECKS[id].saved or f"{id}.npz" for id in written]:
        assert file in code, f"no code outside the fence saves {file}: a student would not save it"


def test_no_absolute_paths(cells):
    for cell in cells:
        if cell["id"] != "setup":  # which looks for Drive
            assert not ABSOLUTE.search(cell["source"]), cell["id"]


def test_maths_is_balanced(cells):
    for cell in cells:
        if cell["cell_type"] == "markdown":
            assert maths_problem(cell["source"]) is None, cell["id"]


@pytest.mark.parametrize("text", ["$x", "a $x$ and $y", "$$x$", "$x\n\ny$", r"$\frac{1}{2$", r"$\left( x )$"])
def test_maths_problem_sees(text):
    assert maths_problem(text)


@pytest.mark.parametrize(
    "text", ["", "`$HOME` is 5", "$x$ and\n$$\ny_{1}\n$$", r"3 \$ for $\{a\}$", r"$\left( x \right)$ and $\leftarrow$"]
)
def test_maths_problem_lets_pass(text):
    assert maths_problem(text) is None


IN_WORDS = {"shapes10": "the embedded set", "cifar10": "CIFAR-10"}


@pytest.mark.parametrize("dataset", ACCURACY)
def test_the_accuracy_that_is_asked_for_stands_in_the_text(cells, dataset):
    text = "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "markdown")
    items = {cell["marks"]["grade_id"] for cell in cells if cell["marks"] and cell["marks"]["grade"]}
    for item, accuracy in ACCURACY[dataset].items():
        if item in items and item.endswith("_model"):
            assert f"{accuracy:.2f} on {IN_WORDS[dataset]}" in text, item
