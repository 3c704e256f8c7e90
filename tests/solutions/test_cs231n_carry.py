"""carry.py: a student's earlier functions, tidy and untidy, into the stubs of a new assignment."""

import os
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from autograder import fences
from autograder.course import Course
from autograder.release.modules import solved_modules, student_modules
from cs231n import carry

HEAD = '"""Layers."""\n\nimport numpy as np\n\nfrom .validation import as_floats\n\n\n'


def stub(signature, docs="What is to be done.", before=""):
    """A function as a release hands it out."""
    name = signature.partition("(")[0]
    body = f'"""{docs}"""\n{before}# YOUR CODE HERE\nraise NotImplementedError("{name}")\n'
    return f"def {signature}:\n" + "".join(f"    {line}\n" for line in body.splitlines()) + "\n\n"


@pytest.fixture
def folders(tmp_path):
    """Writes the two packages from texts and carries; afterwards the file in question can be read and run."""

    class Folders:
        new, old = tmp_path / "assignment2" / "cs231n", tmp_path / "assignment1" / "cs231n"

        def write(self, old, new, name="layers.py"):
            for folder, text in ((self.old, old), (self.new, new)):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / "layers.py").touch()
                if text is not None:
                    data = dedent(text) if isinstance(text, str) else text
                    (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)

        def carry(self, old, new, name="layers.py"):
            self.write(old, new, name)
            return carry.carry(self.old.parent, self.new)

        def text(self, name="layers.py"):
            return (self.new / name).read_text()

        def names(self, name="layers.py"):
            """What the file defines, when run without the package around it."""
            text = re.sub(r"^from \.+.*$", "", self.text(name), flags=re.M)
            namespace = {}
            exec(compile(text, name, "exec"), namespace)
            return namespace

    return Folders()


def test_a_finished_function_is_copied_and_the_rest_stays(folders):
    old = HEAD + "def relu(x):\n    # mine\n    return np.maximum(x, 0)\n\n\ndef gone(x):\n    return 1\n"
    new = HEAD + "SIZE = 3\n\n\n" + stub("relu(x)") + stub("tanh(x)") + "def provided(x):\n    return x\n"
    report = folders.carry(old, new)
    assert (report.copied, report.open, report.failures) == (1, 1, 0)
    assert folders.text() == new.replace(stub("relu(x)"), "def relu(x):\n    # mine\n    return np.maximum(x, 0)\n\n\n")
    assert (folders.new / "layers.py.bak").read_text() == new
    assert sorted(p.name for p in folders.new.iterdir()) == ["layers.py", "layers.py.bak"]
    lines = "\n".join(report.lines)
    assert "layers.py: relu copied" in lines
    assert "layers.py: not there in the earlier assignment: tanh" in lines
    assert "1 function(s) copied" in lines


def test_finished_and_begun_work_is_never_overwritten(folders):
    begun = stub("tanh(x)").replace("    raise", "    t = x * x\n    raise")
    new = "def relu(x):\n    return x * (x > 0)\n\n\n" + begun
    report = folders.carry("def relu(x):\n    return 1\n\n\ndef tanh(x):\n    return 2\n", new + stub("other(x)"))
    assert (report.copied, report.open) == (0, 2)
    assert folders.text().startswith(new)
    assert not (folders.new / "layers.py.bak").exists()
    assert "relu has been written here already and was left alone" in "\n".join(report.lines)
    assert "tanh is begun here, not finished, and was left alone" in "\n".join(report.lines)


@pytest.mark.parametrize(
    "body",
    [
        "pass",
        "...",
        "'''Still to do.'''",
        "# YOUR CODE HERE\n    raise NotImplementedError('relu')",
        "y = x + 1\n    raise NotImplementedError('relu')",
        "raise NotImplementedError",
        "out = None\n    ##### TODO\n    pass\n    cache = x\n    return out, cache",
        "y = np.zeros(len(x))\n    for i in range(len(x)):\n        pass\n    return y",
    ],
)
def test_unfinished_functions_are_not_copied(folders, body):
    report = folders.carry(f"def relu(x):\n    {body}\n", stub("relu(x)"))
    assert (report.copied, report.open) == (0, 1)
    assert "relu is not finished in the earlier assignment either" in report.lines[0]


def test_a_forgotten_pass_does_not_make_work_unfinished(folders):
    report = folders.carry("def relu(x):\n    pass\n    return x * (x > 0)\n", stub("relu(x)"))
    assert report.copied == 1


def test_provided_checks_before_the_marker_belong_to_the_stub(folders):
    new = HEAD + stub("relu(x)", before='x = as_floats("x", x)\n')
    assert folders.carry("def relu(x):\n    return x * (x > 0)\n", new).copied == 1


def test_imports_helpers_and_constants_come_along(folders):
    old = """
        import math
        import numpy as np
        import numpy.linalg as la, itertools as it
        from functools import reduce as fold
        try:
            FAST = True
        except ImportError:
            FAST = False
        EPS, TINY = 1e-8, EPSILON_MAKER if False else 0
        UNUSED = 1

        def _square(v):
            return fold(lambda a, b: a * b, [v, v]) + TINY

        def norm(x, scale=EPS):
            total = sum(_square(v) for v in x)
            return math.sqrt(total) * scale * FAST
    """
    new = HEAD + stub("first(x)") + stub("norm(x, scale=1.0)")
    report = folders.carry(old, new)
    assert report.copied == 1
    assert folders.names()["norm"]([3.0, 4.0]) == pytest.approx(5e-8)
    text = folders.text()
    assert "\nimport math\n" in text
    assert "\nfrom functools import reduce as fold\n" in text
    assert "UNUSED" not in text
    assert "itertools" not in text
    assert text.count("def _square") == 1
    assert "brought _square along" in "\n".join(report.lines)
    assert "needs EPSILON_MAKER, which was not found there" in "\n".join(report.lines)


def test_a_helper_used_twice_comes_once_and_one_that_is_here_stays(folders):
    old = """
        def helper(x): return 1
        def mine(x): return 10
        def f(x): return helper(x) + mine(x)
        def g(x): return helper(x) + mine(x)
    """
    new = "def helper(x):\n    return 2\n\n\n" + stub("f(x)") + stub("g(x)")
    folders.carry(old, new)
    assert folders.text().count("def helper") == folders.text().count("def mine") == 1
    assert folders.names()["f"](0) == folders.names()["g"](0) == 12


def test_methods_bring_other_methods_and_constants(folders):
    old = """
        import collections
        class KNN(object):
            BONUS = 1

            def train(self, X):
                self.X = X

            @staticmethod
            def _count(labels):
                return collections.Counter(labels)

            def _most(self, labels):
                return self._count(labels).most_common(1)[0][0] + self.BONUS

            def predict(self, labels):
                return self._most(labels)

            def forgotten(self):
                pass
    """
    new = (
        '"""kNN."""\n\n\nclass KNN:\n    def train(self, X):\n        self.X = X + 1\n\n'
        '    def predict(self, labels):\n        """Vote."""\n        # YOUR CODE HERE\n'
        '        raise NotImplementedError("predict")\n\n    def last(self):\n        return 5\n'
    )
    report = folders.carry(old, new, "knn.py")
    assert report.copied == 1
    knn = folders.names("knn.py")["KNN"]()
    assert (knn.predict([4, 4, 2]), knn.last()) == (5, 5)
    knn.train(1)
    assert knn.X == 2
    assert "forgotten" not in folders.text("knn.py")


def test_indentation_is_adapted_but_not_within_strings(folders):
    old = 'class A:\n\tdef f(self):\n\t\ttext = """\nleft\n"""\n\n\t\treturn text\n'
    new = 'class A:\n    def f(self):\n        # YOUR CODE HERE\n        raise NotImplementedError("f")\n'
    (folders.old / "layers.py").parent.mkdir(parents=True)
    assert folders.carry(old.encode(), new.encode()).copied == 1
    assert folders.names()["A"]().f() == "\nleft\n"


def test_imports_that_do_not_work_here_are_named_not_made(folders):
    old = """
        from past.builtins import xrange
        from .old_helpers import magic
        def f(n):
            return [magic(i) for i in xrange(n)]
    """
    report = folders.carry(old, stub("f(n)"))
    assert report.copied == 1
    lines = "\n".join(report.lines)
    assert "needs xrange: `from past.builtins import xrange` does not work here" in lines
    assert "needs magic: `from .old_helpers import magic` does not work here" in lines
    assert "import" not in folders.text()


@pytest.mark.parametrize(
    "line",
    [
        "from .optim import magic",  # the module is here, the name is not
        "from cs231n.optim import magic",
        "from . import magic",
        "from cs231n import magic",
        "import cs231n.magic as magic",
        "from .classifiers import magic",
    ],
)
def test_an_import_that_would_fail_is_never_made(folders, line):
    for name, text in {
        "optim.py": "",
        "__init__.py": "",
        "classifiers/__init__.py": "def __getattr__(name): ...",
    }.items():
        folders.write(None, text, name)
    report = folders.carry(f"{line}\ndef f(n):\n    return magic(n) + 1\n", stub("f(n)"))
    assert report.copied == 1
    assert f"needs magic: `{line}` does not work here" in "\n".join(report.lines)
    assert "import" not in folders.text()


@pytest.mark.parametrize(
    "line",
    [
        "from .optim import magic",
        "from cs231n.optim import magic",
        "from . import magic",
        "import cs231n.magic as magic",
        "from .classifiers import magic",
    ],
)
def test_an_import_that_works_here_is_made(folders, line):
    on_demand = '_MODULES = {"magic": "spells"}\ndef __getattr__(name): ...\n'
    for name, text in {"optim.py": "def magic(x): ...", "magic.py": "", "classifiers/__init__.py": on_demand}.items():
        folders.write(None, text, name)
    report = folders.carry(f"{line}\ndef f(n):\n    return magic(n) + 1\n", stub("f(n)"))
    assert f"brought `{line}` along" in "\n".join(report.lines)
    assert line in folders.text()


def test_a_constant_comes_with_all_the_lines_that_make_it(folders):
    old = """
        TABLE, RATE = {}, 1
        TABLE["a"] = 2
        for key in "bc":
            TABLE[key] = 3
        RATE += 4
        def f(x):
            return x * RATE + sum(TABLE.values())
    """
    assert folders.carry(old, stub("f(x)")).copied == 1
    assert folders.names()["f"](10) == 58


def test_a_name_that_means_something_else_here_is_said(folders):
    old = """
        import numpy as np
        EPS = 1e-8
        def scale(x):
            return x / 2
        def same(x):
            return x
        def f(x):
            return same(scale(np.add(x, EPS)))
    """
    here = "import numpy as np\nEPS = 1e-5\ndef scale(x):\n    return x / 3\ndef same(x):\n    return x\n"
    report = folders.carry(old, here + stub("f(x)"))
    assert re.findall(r"uses (\w+) as it is here, which is not what it was there", "\n".join(report.lines)) == [
        "scale",
        "EPS",
    ]
    assert folders.text().startswith(here)


def test_a_function_named_like_a_builtin_comes_along_and_builtins_are_not_imported(folders):
    old = """
        from builtins import range
        def max(a, b):
            return b
        def f(n):
            return [max(i, 7) for i in range(n)]
    """
    assert folders.carry(old, stub("f(n)")).copied == 1
    assert folders.names()["f"](2) == [7, 7]
    assert "import" not in folders.text()


@pytest.mark.parametrize("star", ["from cs231n.layers import *", "from ..layers import *"])
def test_star_imports_are_resolved(folders, star):
    folders.write("", "def affine(x):\n    return x\n")
    old = f"{star}\nfrom cs231n.layer_utils import *\n\ndef f(x):\n    return affine(x)\n"
    report = folders.carry(old, stub("f(x)"), "classifiers/net.py")
    assert report.copied == 1
    assert star.replace("*", "affine") in folders.text("classifiers/net.py")


def test_other_parameters_mean_another_function(folders):
    old = "def f(x, dx):\n    return x - dx\n\n\ndef g(x, y, z=1):\n    return x\n"
    report = folders.carry(old, stub("f(w, dw)") + stub("g(x, y)"))
    assert report.copied == 1
    assert "g took (x, y, z) in the earlier assignment, but takes (x, y) here" in "\n".join(report.lines)
    assert folders.names()["f"](3, 1) == 2


def test_a_helper_that_is_not_finished_is_named(folders):
    report = folders.carry("def h(x):\n    pass\n\n\ndef f(x):\n    return h(x) + 1\n", stub("f(x)"))
    assert "needs h, which is not finished there" in "\n".join(report.lines)
    assert "def h" not in folders.text()


def test_decorators_encodings_and_line_ends_survive(folders):
    old = (
        "# -*- coding: latin-1 -*-\nimport functools\n\n\n@functools.lru_cache(\n    maxsize=None\n)\ndef f(n):\n"
        "    # f\xfcr n\n    return n + 1\n"
    )
    new = ("\ufeff" + HEAD + stub("f(n)")).replace("\n", "\r\n")
    assert folders.carry(old.encode("latin-1"), new.encode()).copied == 1
    data = (folders.new / "layers.py").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\n") == data.count(b"\r\n")
    assert "für n" in data.decode()
    assert data.count(b"lru_cache") == 1


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ("def f(x):\n    print 'x'\n", "line 2: Missing parentheses"),
        ("def f(x:\n", "line 1: '\\(' was never closed"),
        ("x = 1\0", "null bytes"),
        (b"x = '\xff'\n", "(?i)utf-8|invalid"),
        ("def f(x):\n\treturn 1\n        return 2\n", "line 3"),
    ],
)
def test_what_is_not_python_is_said_and_left_alone(folders, broken, message):
    report = folders.carry(broken, stub("f(x)"))
    assert (report.copied, report.open, report.failures) == (0, 1, 1)
    assert re.search(message, report.lines[0])
    assert folders.text() == stub("f(x)")
    report = folders.carry("def f(x):\n    return 1\n", broken)
    assert report.failures == 1
    assert "Correct this file first" in report.lines[0]


def test_a_broken_file_does_not_stop_the_others(folders):
    folders.write("def g(x):\n    return 1\n", stub("g(x)"), "optim.py")
    report = folders.carry("def f(x:\n", stub("f(x)"))
    assert (report.copied, report.failures) == (1, 1)


def test_a_file_that_was_not_there_is_no_failure(folders):
    report = folders.carry(None, stub("f(x)"), "rnn.py")
    assert (report.open, report.failures) == (1, 0)
    assert "rnn.py: there is no such file" in report.lines[0]


def test_what_cannot_be_put_together_changes_nothing(folders, monkeypatch):
    monkeypatch.setattr(carry._Module, "text", lambda *_: ["def f(:"])
    report = folders.carry("def f(x):\n    return 1\n", stub("f(x)"))
    assert (report.copied, report.open, report.failures) == (0, 1, 1)
    assert folders.text() == stub("f(x)")
    assert "this file is unchanged" in report.lines[0]


def test_each_run_keeps_its_own_backup_and_a_second_finds_nothing_to_do(folders):
    folders.write("def f(x):\n    return 1\n\n\ndef g(x):\n    pass\n", stub("f(x)") + stub("g(x)"))
    assert carry.carry(folders.old, folders.new).copied == 1
    assert carry.carry(folders.old, folders.new).copied == 0
    (folders.old / "layers.py").write_text("def g(x):\n    return 2\n")
    assert carry.carry(folders.old, folders.new).copied == 1
    assert {p.name for p in folders.new.iterdir()} == {"layers.py", "layers.py.bak", "layers.py.bak2"}
    assert (folders.new / "layers.py.bak").read_text() == stub("f(x)") + stub("g(x)")


def test_copies_that_editors_keep_are_passed_over(folders):
    folders.write("", stub("f(x)"), ".ipynb_checkpoints/layers.py")
    assert folders.carry("def f(x):\n    return 1\n", stub("f(x)")).copied == 1


def test_the_earlier_folder_must_be_one(folders, tmp_path):
    folders.write("def f(x):\n    return 1\n", stub("f(x)"))
    with pytest.raises(ValueError, match="no package cs231n"):
        carry.carry(tmp_path / "nowhere", folders.new)
    with pytest.raises(ValueError, match="this assignment itself"):
        carry.carry(folders.new.parent, folders.new)
    (tmp_path / "packed.zip").touch()
    with pytest.raises(ValueError, match="is a file: .* unpacked"):
        carry.carry(tmp_path / "packed.zip", folders.new)
    (tmp_path / "unpacked" / "zip").mkdir(parents=True)
    os.rename(folders.old.parent, tmp_path / "unpacked" / "zip" / "assignment1")
    assert carry.carry(tmp_path / "unpacked", folders.new).copied == 1


def test_the_solved_first_assignment_fills_the_second(tmp_path):
    """What the second hands out again is carried over, and works there; the rest is still to be written."""
    course = Course(Path(__file__).resolve().parents[2])
    first, second = course.assignment("assignment1"), course.assignment("assignment2")
    solved = {file: fences.remove_markers(text, file) for file, text in solved_modules(first).items()}
    for name, texts in (("assignment1", solved), ("assignment2", student_modules(second))):
        for file, text in texts.items():
            target = tmp_path / name / "cs231n" / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
    command = [sys.executable, "-m", "cs231n.carry", "../assignment1"]
    run = subprocess.run(command, cwd=tmp_path / "assignment2", capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert set(re.findall(r"(\w+) copied$", run.stdout, flags=re.M)) == {
        "affine_forward",
        "affine_backward",
        "relu_forward",
        "relu_backward",
        "softmax_loss",
        "sgd",
    }
    assert "24 still to be written here" in run.stdout
    assert "brought" not in run.stdout  # nothing was needed that is not there already
    code = (
        "import numpy as np\n"
        "from cs231n.layer_utils import affine_relu_backward, affine_relu_forward\n"
        "out, cache = affine_relu_forward(np.ones((2, 3)), np.ones((3, 4)), np.zeros(4))\n"
        "print(out.tolist(), affine_relu_backward(out, cache)[2].tolist())\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path / "assignment2", capture_output=True, text=True, check=False
    )
    assert run.stdout.strip() == f"{[[3.0] * 4] * 2} {[6.0] * 4}", run.stderr


def test_the_whole_assignment_from_the_command_line(solutions, tmp_path):
    """Every solved function goes into its stub, and the result is the solution again."""
    fence = re.compile(r"^( *)### BEGIN SOLUTION (\w+)\n.*?### END SOLUTION\n", re.M | re.S)
    count, finished = 0, {}
    for path in (solutions / "cs231n").rglob("*.py"):
        text = path.read_text()
        stubs, n = fence.subn(r'\1# YOUR CODE HERE\n\1raise NotImplementedError("\2")\n', text)
        count += n
        finished[path] = re.sub(r"^ *### (BEGIN|END) SOLUTION.*\n", "", text, flags=re.M)
        for folder, content in (("assignment1", finished[path]), ("assignment2", stubs)):
            target = tmp_path / folder / path.relative_to(solutions)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content)
    command = [sys.executable, "-m", "cs231n.carry", "../assignment1"]
    run = subprocess.run(command, cwd=tmp_path / "assignment2", capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.count(" copied\n") == count == 43
    for path, text in finished.items():
        assert (tmp_path / "assignment2" / path.relative_to(solutions)).read_text() == text
    command[-1] = "../nowhere"
    run = subprocess.run(command, cwd=tmp_path / "assignment2", capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "no package cs231n in ../nowhere" in run.stderr
