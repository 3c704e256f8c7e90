"""The small course, with submissions whose notebooks are run again on a small data set."""

import json
import shutil

import pytest

from autograder.rerun.reproduction import require
from autograder.sandbox.modes import IsolationError
from datasets import write_shapes10

from ..conftest import code, grade_cell, write_notebook

PLOT = "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
CELLS = [
    code("from checks import check\nimport cs231n.classifiers.linear_svm, datasets"),
    code(PLOT),
    grade_cell("svm_loss_naive", 50),
    code("undefined"),
    code("print(6 * 7)"),
]


def numbered(cells):
    """`cells` with ids of their own, as Jupyter gives them."""
    return [{**cell, "id": f"cell-{number}"} for number, cell in enumerate(cells)]


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    """A folder with a small data set."""
    folder = tmp_path_factory.mktemp("data") / "small"
    write_shapes10(folder, 5, 10)
    return folder


@pytest.fixture
def enclosed(data, monkeypatch):
    """Skips where nothing can be run again; the data set at hand is the small one."""
    monkeypatch.setenv("CS231N_DATA", str(data))
    try:
        require()
    except IsolationError as error:
        pytest.skip(str(error))


@pytest.fixture
def hand_in(built_course, tmp_path):
    """A function that makes a student's submission with the `cells` of the notebook; they pretend to have outputs."""

    def make(student, cells=CELLS):
        folder = tmp_path / "submitted" / student / "tiny"
        shutil.copytree(built_course.release / "cs231n", folder / "cs231n")
        pretended = [{"output_type": "stream", "name": "stdout", "text": "pretended"}]
        write_notebook(
            folder / "losses.ipynb",
            [{**cell, "outputs": pretended} if cell["cell_type"] == "code" else cell for cell in numbered(cells)],
        )
        return folder

    make.folder = tmp_path / "submitted"
    return make


def shown(path):
    """What the code cells of a notebook show, as text: by their sources."""
    cells = json.loads(path.read_text())["cells"]
    return {"".join(cell["source"]): json.dumps(cell["outputs"]) for cell in cells if cell["cell_type"] == "code"}
