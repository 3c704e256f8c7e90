"""What students get: nothing of the solution in it, complete, the same bytes each time."""

import ast
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import PurePosixPath

import pytest

from autograder import fences
from autograder.course import Course
from autograder.errors import CourseError
from autograder.release import build, check_release, zip_release
from autograder.release.modules import keep_only, solved_modules

from ..conftest import COURSE_TOML, REPOSITORY, TINY_CELLS, code, grade_cell, write_notebook

MODULE = "classifiers/linear_svm.py"


def test_no_line_of_a_solution_survives(built_course):
    solved = (built_course.course.solutions / "cs231n" / MODULE).read_text()
    secret = {line for line in fences.solution_lines(solved, MODULE) if len(line) > 12}
    given = set(fences.strip(solved, MODULE).splitlines())
    assert secret
    for path in built_course.release.rglob("*"):
        if path.suffix in (".py", ".ipynb", ".json", ".md") and "checks" not in path.parts:
            text = path.read_text()
            assert "MODEL ANSWER" not in text
            assert "Rubric" not in text
            assert not [line for line in secret if line in text and line not in "\n".join(given)], path


def test_stub_keeps_signature_and_docstring(built_course):
    stub = (built_course.release / "cs231n" / MODULE).read_text()
    assert "def svm_loss_naive(W, X, y, reg):" in stub
    assert 'raise NotImplementedError("svm_loss_naive")' in stub
    assert "Returns" in stub


def test_release_stands_alone(built_course, tmp_path):
    """Away from the repository and without the autograder installed, `python -m checks` works."""
    folder = tmp_path / "handed_out"
    shutil.copytree(built_course.release, folder)
    blocker = "import sys; sys.modules['autograder'] = None; import runpy; sys.argv = ['checks']; "
    done = subprocess.run(
        [
            sys.executable,
            "-P",
            "-c",
            f"import sys; sys.path.insert(0, ''); {blocker}runpy.run_module('checks', run_name='__main__')",
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "svm_loss_naive is not written yet" in done.stdout
    assert "10 more points are graded by a person" in done.stdout


def test_solution_earns_everything_in_the_release(built_course, tmp_path):
    """The recorded answers are right for the solution: replay and record agree."""
    folder = tmp_path / "solved"
    shutil.copytree(built_course.release, folder)
    shutil.copy(built_course.course.solutions / "cs231n" / MODULE, folder / "cs231n" / MODULE)
    done = subprocess.run([sys.executable, "-m", "checks"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "90 of 90 points" in done.stdout


@pytest.mark.parametrize(
    "words", [["svm_loss_naive", "why"], ["svm_loss_naive,why"], ["--items", "svm_loss_naive,why"]]
)
def test_single_items_are_checked_by_their_names(words, built_course):
    command = [sys.executable, "-m", "checks", *words]
    done = subprocess.run(command, cwd=built_course.release, capture_output=True, text=True, check=False)
    assert "svm_loss_naive is not written yet" in done.stdout, done.stderr
    assert "svm_loss_vectorized" not in done.stdout
    assert "0 of 50 points" in done.stdout


def test_same_input_same_bytes(built_course, tmp_path):
    again = build(built_course, tmp_path / "again")
    for path in sorted(built_course.release.rglob("*")):
        if path.is_file():
            assert path.read_bytes() == (again / path.relative_to(built_course.release)).read_bytes(), path


def test_zip_is_the_same_each_time(built_course, tmp_path):
    first = zip_release(built_course, tmp_path / "a").read_bytes()
    os.utime(built_course.release / "README.md")
    assert zip_release(built_course, tmp_path / "b").read_bytes() == first
    with zipfile.ZipFile(tmp_path / "a" / "tiny.zip") as archive:
        assert "tiny/cs231n/classifiers/linear_svm.py" in archive.namelist()


def test_check_tells_what_is_stale(tiny):
    build(tiny)
    assert check_release(tiny) == []
    (tiny.release / "cs231n" / MODULE).write_text("# edited by hand\n")
    (tiny.release / "extra.txt").write_text("")
    (tiny.release / "README.md").unlink()
    assert check_release(tiny) == [
        "README.md: missing",
        "extra.txt: not part of the release",
        f"cs231n/{MODULE}: differs",
    ]


def test_a_wrong_solution_is_not_released(tiny):
    path = tiny.course.solutions / "cs231n" / MODULE
    path.write_text(path.read_text().replace("reg * np.sum(W * W)", "2 * reg * np.sum(W * W)"))
    with pytest.raises(CourseError, match="the solution of svm_loss_"):
        build(tiny)
    assert not tiny.release.exists()


@pytest.mark.parametrize(
    ("cells", "complaint"),
    [
        (TINY_CELLS[:-1], "add up to 90, not 100"),
        ([c for c in TINY_CELLS if "svm_loss_naive" not in str(c)], "svm_loss_naive: a fence without a grade cell"),
        ([*TINY_CELLS, grade_cell("no_such_item", 0)], "no_such_item: a grade cell without a check"),
        (
            [*TINY_CELLS[:2], code("check('x')", grade=True, grade_id="svm_loss_naive", points=50), *TINY_CELLS[3:]],
            'does not call check\\("svm_loss_naive"\\)',
        ),
    ],
)
def test_inconsistent_courses_are_refused(tiny, cells, complaint):
    write_notebook(tiny.notebooks["losses"], cells)
    with pytest.raises(CourseError, match=complaint):
        build(Course(tiny.course.root).assignment("tiny"))


def test_points_stand_in_the_notebook_only(built_course):
    description = json.loads((built_course.release / "checks" / "items.json").read_text())
    assert {item["id"]: item["points"] for item in description["items"]} == {
        "svm_loss_naive": 50,
        "svm_loss_vectorized": 40,
        "why": 10,
    }


def test_keep_only_drops_functions_and_their_imports():
    text = "import math\nimport os\n\n\ndef a():\n    return math.pi\n\n\n@staticmethod\ndef b():\n    return os.name\n"
    assert keep_only(text, {"a"}, "m.py") == "import math\n\n\ndef a():\n    return math.pi\n"
    with pytest.raises(CourseError, match="names c, which m.py does not define"):
        keep_only(text, {"c"}, "m.py")


def test_keep_only_drops_fences_whole():
    """The end of a fence is a comment below the last statement, and so no part of the function's tree."""
    body = "    ### BEGIN SOLUTION {0}\n    return 1\n    ### END SOLUTION\n"
    text = "".join(f'def {name}():\n    """Documented."""\n{body.format(name)}\n\n' for name in "abc")
    for kept in "abc":
        assert (
            keep_only(text, {kept}, "m.py").strip()
            == f'def {kept}():\n    """Documented."""\n{body.format(kept)}'.strip()
        )


def test_keep_only_leaves_no_gap_where_imports_were():
    text = (
        '"""Docs."""\n\nimport math\n\nfrom .v import w\n\n\ndef a():\n    return w\n\n\ndef b():\n    return math.pi\n'
    )
    assert keep_only(text, {"a"}, "m.py") == '"""Docs."""\n\nfrom .v import w\n\n\ndef a():\n    return w\n'


def test_imports_that_students_may_use_stay_as_far_as_they_are_handed_out():
    """Whether the solution uses them or not; of another module's, those that the assignment has."""
    package = Course(REPOSITORY).assignment("assignment1")
    (line,) = (
        line
        for line in solved_modules(package)["classifiers/fc_net.py"].splitlines()
        if line.startswith("from ..layers import")
    )
    assert line == "from ..layers import affine_backward, affine_forward, relu_backward, relu_forward, softmax_loss"


@pytest.mark.parametrize("name", Course(REPOSITORY).assignments)
def test_what_is_handed_out_imports_nothing_else(name):
    """Every relative import is of a module, and of a name, that the same assignment hands out."""
    texts = solved_modules(Course(REPOSITORY).assignment(name))
    defined = {file: {n for node in ast.parse(text).body for n in _bound(node)} for file, text in texts.items()}
    for file, text in texts.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and node.level and node.module:
                folder = PurePosixPath(file).parent if node.level == 1 else PurePosixPath(file).parent.parent
                target = f"{folder / node.module.replace('.', '/')}.py"
                assert target in texts, f"{file} imports from {target}"
                assert {alias.name for alias in node.names} <= defined[target], file


def _bound(node):
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return []


def test_what_was_graded_earlier_comes_back_as_a_stub_without_a_cell(tmp_path):
    """The second assignment of a course hands out both losses again, and grades one thing of its own."""
    root = tmp_path / "course"
    shutil.copytree(REPOSITORY / "solutions" / "cs231n", root / "solutions" / "cs231n")
    shutil.copy(REPOSITORY / "pyproject.toml", root)
    second = COURSE_TOML.partition("[assignments.tiny]")[2].replace("assignments.tiny", "assignments.next")
    second = second.replace("losses", "more") + '"classifiers/softmax.py" = "all"\n'
    (root / "solutions" / "course.toml").write_text(f"{COURSE_TOML}\n[assignments.next]{second}")
    write_notebook(root / "solutions" / "tiny" / "losses.ipynb", TINY_CELLS)
    own = [grade_cell("softmax_loss_naive", 60), grade_cell("softmax_loss_vectorized", 40)]
    write_notebook(root / "solutions" / "next" / "more.ipynb", [*TINY_CELLS[:2], *own])
    course = Course(root)
    assert course.assignment("tiny").carried == set()
    again = course.assignment("next")
    assert again.carried == {"svm_loss_naive", "svm_loss_vectorized"}
    assert again.problems() == []
    folder = build(again)
    assert 'raise NotImplementedError("svm_loss_naive")' in (folder / "cs231n" / MODULE).read_text()
    items = json.loads((folder / "checks" / "items.json").read_text())["items"]
    assert [item["id"] for item in items] == ["softmax_loss_naive", "softmax_loss_vectorized"]
