"""What students hand in that nbgrader is known to fall over, or to give points for; and what each is worth.

Each function changes a submission. `CLASS` says which submission it changes, a right one or an untouched one, and the
scores of its two checks and of its question (None: a person scores it).
"""

import json
import os
import shutil

MODULE = "cs231n/classifiers/linear_svm.py"
RIGHT, ZERO = (50, 40), (0, 0)


def edit(folder, change, name="losses.ipynb"):
    """Change a submission's notebook."""
    notebook = json.loads((folder / name).read_text())
    change(notebook)
    (folder / name).write_text(json.dumps(notebook))


def marks(cell):
    return cell["metadata"].get("nbgrader", {})


def graded(notebook):
    return [cell for cell in notebook["cells"] if marks(cell).get("grade") and cell["cell_type"] == "code"]


def answered(folder):
    def change(notebook):
        (cell,) = [cell for cell in notebook["cells"] if marks(cell).get("grade_id") == "why"]
        cell["source"] = "So that being right by a hair is not enough."

    edit(folder, change)


def nothing(folder):
    pass


# What a graded cell shows. nbgrader reads its score off it.


def shows(*outputs):
    def change(notebook):
        for cell in graded(notebook):
            cell["outputs"] = list(outputs)

    return lambda folder: edit(folder, change)


def result(text):
    return {"output_type": "execute_result", "data": {"text/plain": text}, "metadata": {}, "execution_count": 1}


def stream(name, text):
    return {"output_type": "stream", "name": name, "text": text}


ERROR = {"output_type": "error", "ename": "E", "evalue": "e", "traceback": ["E: e"]}


# What a notebook says about its cells.


def claims(**values):
    def change(notebook):
        for cell in graded(notebook):
            marks(cell).update(values)

    return lambda folder: edit(folder, change)


def edited_cells(folder):
    def change(notebook):
        for cell in graded(notebook):
            cell["source"] = f"{marks(cell)['points']}  # " + "".join(cell["source"])

    edit(folder, change)


def copied_cells(folder):
    edit(folder, lambda notebook: notebook["cells"].extend(json.loads(json.dumps(notebook["cells"]))))


def deleted_cells(folder):
    edit(folder, lambda notebook: notebook.update(cells=notebook["cells"][:1]))


def no_cells(folder):
    edit(folder, lambda notebook: notebook.update(cells=[]))


def foreign_cells(folder):
    def change(notebook):
        strange = json.loads(json.dumps(graded(notebook)[0]))
        marks(strange).update(grade_id="bonus", points=100)
        strange["outputs"] = [result("100")]
        notebook["cells"].insert(0, strange)

    edit(folder, change)


def swapped_ids(folder):
    def change(notebook):
        first, second = graded(notebook)
        first["metadata"], second["metadata"] = second["metadata"], first["metadata"]

    edit(folder, change)


def other_types(folder):
    """Test cells turned into text, as a slip of a key in Jupyter does it."""

    def change(notebook):
        for cell in graded(notebook):
            cell["cell_type"] = "markdown"
            del cell["outputs"], cell["execution_count"]

    edit(folder, change)


def without_metadata(folder):
    def change(notebook):
        for cell in notebook["cells"]:
            cell["metadata"] = {}

    edit(folder, change)


def damaged_metadata(folder):
    def change(notebook):
        wrong = [None, 3, [], {"nbgrader": None}, {"nbgrader": {"grade_id": ["x"]}}, {"nbgrader": {"grade": "yes"}}]
        notebook["cells"] += [{"cell_type": "code", "metadata": m, "source": 7, "outputs": "none"} for m in wrong]
        notebook["cells"] += [None, "cell", {}, {"cell_type": "heading", "source": ["a", None]}]
        notebook["metadata"] = ["no", "dict"]

    edit(folder, change)


def old_format(folder):
    """A notebook of format 3, in which cells lay in worksheets."""

    def change(notebook):
        notebook.update(nbformat=3, nbformat_minor=0, worksheets=[{"cells": notebook.pop("cells")}])

    edit(folder, change)


# What lies in the folder.


def no_notebook(folder):
    (folder / "losses.ipynb").unlink()


def truncated_notebook(folder):
    path = folder / "losses.ipynb"
    path.write_bytes(path.read_bytes()[:500])


def renamed_notebook(folder):
    (folder / "losses.ipynb").rename(folder / "losses (1).ipynb")


def more_notebooks(folder):
    shutil.copy(folder / "losses.ipynb", folder / "scratch.ipynb")


def wrapped_in_a_folder(folder):
    answered(folder)
    inside = folder / "my homework"
    inside.mkdir()
    for path in [path for path in folder.iterdir() if path != inside]:
        path.rename(inside / path.name)


def a_fifo(folder):
    os.mkfifo(folder / "pipe.txt")


def a_fifo_for_a_notebook(folder):
    no_notebook(folder)
    os.mkfifo(folder / "losses.ipynb")


def no_time(folder):
    (folder / "timestamp.txt").write_text("yesterday, I swear")


def a_fifo_for_a_time(folder):
    os.mkfifo(folder / "timestamp.txt")


def linked_notebook(folder):
    no_notebook(folder)
    os.symlink(folder.parents[1] / "right" / "tiny" / "losses.ipynb", folder / "losses.ipynb")


def linked_files(folder):
    os.symlink(folder.parents[2] / "solutions" / MODULE, folder / "solution.txt")
    os.symlink(folder.parents[2] / "solutions", folder / "all")
    os.link(folder.parents[2] / "solutions" / "course.toml", folder / "seeds.txt")


# What code does, below a stub or in place of one.


def code(text, *, below_the_right=False):
    def change(folder):
        path = folder / MODULE
        path.write_text(path.read_text() + "\n\n" + text if below_the_right else text)

    return change


PATCHES_NUMPY = """
import numpy as np
np.max = np.abs = np.linalg.norm = lambda *args, **named: 0.0
np.allclose = np.array_equal = np.isclose = lambda *args, **named: True
np.testing.assert_allclose = np.testing.assert_array_equal = lambda *args, **named: None
def svm_loss_naive(W, X, y, reg):
    return 0.0, np.zeros_like(W)
svm_loss_vectorized = svm_loss_naive
"""
DEFINES_THE_TEST = """
class Score(float):
    pass
def check(item):
    return Score(50)
def close_to(*args, **named):
    return True
rel_error = expect = close = assert_allclose = close_to
"""
PATCHES_MAIN = """
import threading, time
def patch():
    while True:
        import __main__
        __main__.check = __main__.judge = lambda *args: 50
        time.sleep(0.001)
threading.Thread(target=patch, daemon=True).start()
"""
STRIPS_ASSERTS = """
from IPython import get_ipython
get_ipython().input_transformers_cleanup.append(lambda lines: [line for line in lines if "check" not in line])
"""
DISPLAYHOOK = """
import builtins, sys
sys.displayhook = lambda value: print(50)
builtins.print = lambda *args, **named: sys.__stdout__.write("50")
"""
READS_FRAMES = """
import sys
def svm_loss_naive(W, X, y, reg):
    frame = sys._getframe()
    while frame is not None:
        for name, value in {**frame.f_globals, **frame.f_locals}.items():
            if name in ("reference", "expected", "answers", "expect"):
                return value.linear_svm.svm_loss_naive(W, X, y, reg)
        frame = frame.f_back
    raise ValueError("no frame has it")
svm_loss_vectorized = svm_loss_naive
"""
LIES = """
import numpy as np
class Liar(np.ndarray):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __lt__
    def __array_ufunc__(self, *args, **named): return np.True_
    def __array_function__(self, *args, **named): return True
    def __float__(self): return 0.0
def svm_loss_naive(W, X, y, reg):
    return np.zeros(()).view(Liar), np.zeros(W.shape).view(Liar)
svm_loss_vectorized = svm_loss_naive
"""
WRITES_THE_GRADEBOOK = """
import os, sqlite3, subprocess, sys, time
def everyone():
    book = sqlite3.connect({book!r})
    book.execute("UPDATE grade SET auto_score = 50, manual_score = 50")
    book.commit()
try:
    everyone()
except Exception:
    pass
try:
    if os.fork() == 0:
        os.setsid()
        time.sleep(2)
        everyone()
        os._exit(0)
except Exception:
    pass
"""
DELETES_SUBMISSIONS = """
import shutil
shutil.rmtree({submitted!r}, ignore_errors=True)
"""
EXITS = "import os\ndef svm_loss_naive(W, X, y, reg):\n    os._exit(0)\n"
LOOPS = "def svm_loss_naive(W, X, y, reg):\n    while True:\n        pass\n"
WARNS = "import sys, warnings\nwarnings.warn('careful')\nprint('and this', file=sys.stderr)\n"


def writes_the_gradebook(folder):
    code(WRITES_THE_GRADEBOOK.format(book=str(folder.parents[2] / "gradebook.db")))(folder)


def deletes_submissions(folder):
    code(DELETES_SUBMISSIONS.format(submitted=str(folder.parents[1])))(folder)


def a_numpy_of_its_own(folder):
    for package in (folder / "numpy", folder / "cs231n" / "numpy"):
        package.mkdir()
        (package / "__init__.py").write_text("def __getattr__(name):\n    return lambda *args, **named: 0.0\n")


def checks_of_its_own(folder):
    (folder / "checks").mkdir()
    (folder / "checks" / "__init__.py").write_text("def check(item):\n    return 50.0\n")


#: name -> what it changes, whether the submission was right before, the scores of its checks, and of its question
CLASS = {
    "right": (answered, True, RIGHT, None),
    "untouched": (nothing, False, ZERO, 0),
    "shows-nothing": (shows(), False, ZERO, 0),
    "shows-points": (shows(result("50")), False, ZERO, 0),
    "shows-text": (shows(result("'well done'")), False, ZERO, 0),
    "shows-a-list": (shows(result(["5", "0"])), False, ZERO, 0),
    "shows-nan": (shows(result("nan")), False, ZERO, 0),
    "shows-a-negative": (shows(result("-1")), False, ZERO, 0),
    "shows-too-much": (shows(result("1e9")), False, ZERO, 0),
    "shows-stderr": (shows(stream("stderr", "Warning: slow"), result("0")), True, RIGHT, 0),
    "shows-an-error": (shows(ERROR), True, RIGHT, 0),
    "claims-points": (claims(points=1000), True, RIGHT, 0),
    "claims-no-points": (claims(points=None), True, RIGHT, 0),
    "claims-to-be-unlocked": (claims(locked=False, solution=True), True, RIGHT, 0),
    "claims-an-old-version": (claims(schema_version=1), True, RIGHT, 0),
    "claims-a-new-version": (claims(schema_version=99), True, RIGHT, 0),
    "claims-more-keys": (claims(remove=True, comment="100"), True, RIGHT, 0),
    "edited-cells": (edited_cells, False, ZERO, 0),
    "copied-cells": (copied_cells, True, RIGHT, 0),
    "deleted-cells": (deleted_cells, True, RIGHT, 0),
    "no-cells": (no_cells, True, RIGHT, 0),
    "foreign-cells": (foreign_cells, False, ZERO, 0),
    "swapped-ids": (swapped_ids, True, RIGHT, 0),
    "other-types": (other_types, True, RIGHT, 0),
    "without-metadata": (without_metadata, True, RIGHT, 0),
    "damaged-metadata": (damaged_metadata, True, RIGHT, 0),
    "old-format": (old_format, True, RIGHT, 0),
    "no-notebook": (no_notebook, True, RIGHT, 0),
    "truncated-notebook": (truncated_notebook, True, RIGHT, 0),
    "renamed-notebook": (renamed_notebook, True, RIGHT, 0),
    "more-notebooks": (more_notebooks, True, RIGHT, 0),
    "wrapped-in-a-folder": (wrapped_in_a_folder, True, RIGHT, None),
    "a-fifo": (a_fifo, True, RIGHT, 0),
    "a-fifo-for-a-notebook": (a_fifo_for_a_notebook, True, RIGHT, 0),
    "no-time": (no_time, True, RIGHT, 0),
    "a-fifo-for-a-time": (a_fifo_for_a_time, True, RIGHT, 0),
    "linked-notebook": (linked_notebook, True, RIGHT, 0),
    "linked-files": (linked_files, True, RIGHT, 0),
    "patches-numpy": (code(PATCHES_NUMPY), False, ZERO, 0),
    "defines-the-test": (code(DEFINES_THE_TEST), False, ZERO, 0),
    "patches-main": (code(PATCHES_MAIN), False, ZERO, 0),
    "strips-asserts": (code(STRIPS_ASSERTS), False, ZERO, 0),
    "displayhook": (code(DISPLAYHOOK), False, ZERO, 0),
    "reads-frames": (code(READS_FRAMES), False, ZERO, 0),
    "lies": (code(LIES), False, ZERO, 0),
    "writes-the-gradebook": (writes_the_gradebook, False, ZERO, 0),
    "deletes-submissions": (deletes_submissions, False, ZERO, 0),
    "a-numpy-of-its-own": (a_numpy_of_its_own, False, ZERO, 0),
    "checks-of-its-own": (checks_of_its_own, False, ZERO, 0),
    "exits": (code(EXITS, below_the_right=True), True, (0, 40), 0),
    "loops": (code(LOOPS, below_the_right=True), True, (0, 40), 0),
    "warns": (code(WARNS, below_the_right=True), True, RIGHT, 0),
}
