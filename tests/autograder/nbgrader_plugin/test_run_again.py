"""With `GradingExporter.rerun` outputs are produced here, and every score is the same as without."""

import json
import shutil

import pytest
from nbgrader.converters.base import NbGraderException

from autograder.checks.errors import NotGraded
from autograder.notebook_outputs import HANDED_IN
from autograder.rerun.beside import MAX_EACH
from autograder.rerun.reproduction import REPRODUCED, require
from autograder.sandbox.modes import IsolationError
from datasets import write_shapes10

from .handed_in import edit

PLOT = "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"


@pytest.fixture
def plotting(nbgrader, tmp_path, monkeypatch):
    """A course in which ann has handed in a plot that shows something else, and a check cell with code in it."""
    write_shapes10(tmp_path / "small", 5, 10)
    monkeypatch.setenv("CS231N_DATA", str(tmp_path / "small"))

    def change(notebook):
        pretended = [{"output_type": "stream", "name": "stdout", "text": "pretended"}]
        more = {"cell_type": "code", "id": "more", "metadata": {}, "source": PLOT, "execution_count": None}
        notebook["cells"].append(more)
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"] = pretended

    edit(nbgrader.hand_in("ann"), change)
    return nbgrader


def rerun(config):
    config.GradingExporter.rerun = True


def plot(nbgrader):
    cells = nbgrader.autograded("ann")["cells"]
    return next(cell["outputs"] for cell in cells if "".join(cell["source"]) == PLOT)


def test_the_plot_is_reproduced_and_no_score_moves(plotting):
    try:
        require()
    except IsolationError as error:
        pytest.skip(str(error))
    plotting.autograde()
    assert HANDED_IN in json.dumps(plot(plotting))
    before, scores = plotting.dump(), graded_cells(plotting)
    plotting.autograde(force=True, change=rerun)
    mark, *outputs = plot(plotting)
    assert REPRODUCED in "".join(mark["data"]["text/html"])
    assert "".join(outputs[0]["data"]["image/png"]).startswith("iVBOR")
    assert "pretended" not in json.dumps(plotting.autograded("ann"))
    assert plotting.dump() == before
    assert graded_cells(plotting) == scores == {"svm_loss_naive": 50, "svm_loss_vectorized": 40}


def graded_cells(nbgrader):
    """What the cells of items show as their points."""
    cells = [cell for cell in nbgrader.autograded("ann")["cells"] if cell["cell_type"] == "code"]
    graded = [cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade")]
    return {
        cell["metadata"]["nbgrader"]["grade_id"]: float("".join(cell["outputs"][0]["data"]["text/plain"]))
        for cell in graded
    }


def test_without_bubblewrap_nothing_is_graded(plotting, monkeypatch, caplog):
    monkeypatch.setattr("autograder.sandbox.bubblewrap.program", lambda: None)
    with pytest.raises(NbGraderException, match="needs bubblewrap"):
        plotting.autograde(change=lambda config: (rerun(config), no_isolation(config)))
    assert "Traceback" not in caplog.text
    assert not (plotting.root / "autograded").exists()


def no_isolation(config):
    config.GradingExporter.isolation = "none"


def test_where_it_fails_what_was_handed_in_is_shown(plotting, monkeypatch):
    def fail(*args):
        raise NotGraded("no room <b>here</b>")

    monkeypatch.setattr("autograder.nbgrader_plugin.exporter.require_rerun", lambda: None)
    monkeypatch.setattr("autograder.nbgrader_plugin.run_again.reproduce", fail)
    plotting.autograde(change=rerun)
    assert HANDED_IN in json.dumps(plot(plotting))
    top = plotting.autograded("ann")["cells"][0]
    assert "    - it could not be run again" in "".join(top["source"])
    assert plotting.scores("ann")["svm_loss_naive"] == 50


def test_a_missing_notebook_is_not_run(plotting, monkeypatch):
    monkeypatch.setattr("autograder.nbgrader_plugin.exporter.require_rerun", lambda: None)
    monkeypatch.setattr("autograder.nbgrader_plugin.run_again.reproduce", None)
    folder = plotting.submitted("ann")
    shutil.move(folder / "losses.ipynb", folder / "scratch.ipynb")
    plotting.autograde(change=rerun)
    assert plotting.scores("ann")["svm_loss_naive"] == 50


def test_what_lies_beside_the_notebook_is_there(plotting):
    try:
        require()
    except IsolationError as error:
        pytest.skip(str(error))

    def change(notebook):
        for text in ("print(open('data.csv').read())", "print(open('notes/x.txt').read())"):
            cell = {"cell_type": "code", "metadata": {}, "source": text, "outputs": [], "execution_count": None}
            notebook["cells"].append({**cell, "id": f"cell-{len(notebook['cells'])}"})

    folder = plotting.submitted("ann")
    edit(folder, change)
    (folder / "data.csv").write_text("one,two")
    (folder / "notes").mkdir()
    (folder / "notes" / "x.txt").write_text("a note")
    with (folder / "large.bin").open("wb") as file:
        file.truncate(MAX_EACH + 1)
    plotting.autograde(change=rerun)
    top, *_, csv, text = plotting.autograded("ann")["cells"]
    assert "one,two" in json.dumps(csv["outputs"])
    assert "a note" in json.dumps(text["outputs"])
    assert "it was run without 1 files that lie beside it (large.bin)" in "".join(top["source"])
