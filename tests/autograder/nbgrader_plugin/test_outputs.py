"""A graded cell shows one number."""

import pytest

from autograder.checks.engine import VERDICTS, ItemResult
from autograder.nbgrader_plugin.outputs import score_of


@pytest.mark.parametrize("verdict", VERDICTS)
@pytest.mark.parametrize("points", [0.0, 0.01, 2.5, 3.33, 12.0])
def test_a_score_is_one_number(verdict, points):
    (output,) = score_of(ItemResult("item", verdict, points, 12.0, "Message.", "Hint."))
    assert float(output["data"]["text/plain"]) == points
    assert "Message." in output["data"]["text/html"]
    assert "Hint." in output["data"]["text/html"]


def test_what_code_says_is_escaped():
    (output,) = score_of(ItemResult("item", "error", 0.0, 1.0, "<script>alert(1)</script>", "<img onerror=x>"))
    assert "<script" not in output["data"]["text/html"]
    assert "<img" not in output["data"]["text/html"]
