"""Fences: found, stripped, and complained about with file and line."""

import pytest

from autograder import fences
from autograder.errors import CourseError

TEXT = """def f(x):
    \"\"\"Doubles.\"\"\"
    ### BEGIN SOLUTION f
    y = 2 * x
    return y
    ### END SOLUTION


def g():
    return 1
"""


def test_strip_leaves_signature_and_docstring():
    assert fences.strip(TEXT, "m.py") == (
        'def f(x):\n    """Doubles."""\n    # YOUR CODE HERE\n    raise NotImplementedError("f")\n\n\n'
        "def g():\n    return 1\n"
    )


def test_solution_lines():
    assert list(fences.solution_lines(TEXT, "m.py")) == ["y = 2 * x", "return y"]


def test_a_stub_that_was_stripped_has_no_fence():
    assert fences.find(fences.strip(TEXT, "m.py"), "m.py") == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("### BEGIN SOLUTION f\nx = 1\n", "m.py, line 1: the fence f is never closed"),
        ("x = 1\n### END SOLUTION\n", "m.py, line 2: END SOLUTION without BEGIN SOLUTION"),
        ("### BEGIN SOLUTION\n### END SOLUTION\n", "m.py, line 1: expected the item's id"),
        ("### BEGIN SOLUTION f\n### BEGIN SOLUTION g\n", "m.py, line 2: a fence begins inside the fence f of line 1"),
        (
            "### BEGIN SOLUTION f\n### END SOLUTION\n### BEGIN SOLUTION f\n### END SOLUTION\n",
            "m.py, line 3: the fence f comes twice",
        ),
        ("# BEGIN SOLUTION f\nx\n# END SOLUTION\n", "m.py, line 1: expected `### BEGIN SOLUTION <id>`"),
        ("### BEGIN SOLUTION f\nx\n### END SOLUTION f\n", "m.py, line 3: expected `### BEGIN SOLUTION <id>`"),
    ],
)
def test_malformed_fences_name_file_and_line(text, complaint):
    with pytest.raises(CourseError) as caught:
        fences.find(text, "m.py")
    assert str(caught.value).startswith(complaint)
