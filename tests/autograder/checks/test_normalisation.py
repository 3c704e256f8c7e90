"""The checks of normalisation, where the passes of one layer do not fit each other."""

from pathlib import Path

import pytest

from autograder.checks.engine import run_check
from autograder.checks.registry import CHECKS
from autograder.course import Course
from autograder.reference import live_reference

SOLVED = Path(__file__).resolve().parents[3] / "solutions" / "cs231n"
LAYERS, VALIDATION = ((SOLVED / f"{name}.py").read_text() for name in ("layers", "validation"))


@pytest.fixture
def judge(code):
    """Returns a function that judges an item on the solution with pieces of text replaced."""
    reference = live_reference(Course.find())

    def run(item, *changes, earlier=None):
        text = LAYERS
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        student = code(seed=0, layers=text, validation=VALIDATION)
        return run_check(CHECKS[item], 10.0, lambda case: student, lambda case: reference(item, case), earlier=earlier)

    return run


WRONG_FORWARD = ("np.sqrt(var + eps)", "np.sqrt(var + 2 * eps)")


def test_a_wrong_forward_pass_is_where_to_look(judge):
    assert judge("batchnorm_forward", WRONG_FORWARD).verdict == "partial"  # the mode "test" is right
    result = judge("batchnorm_backward", WRONG_FORWARD)
    assert (result.verdict, result.mistake) == ("partial", "own_forward")  # dbeta knows nothing of x


def test_each_backward_pass_is_judged_by_itself(judge):
    broken = ("return dx + dmean / N, dgamma, dbeta", "return None")
    assert judge("batchnorm_backward", broken).verdict == "wrong"
    assert judge("batchnorm_backward_alt", broken).verdict == "correct"


@pytest.mark.parametrize("call", ["batchnorm_backward(dout, cache)", "_others(dout, cache)"])
def test_the_short_formula_may_not_call_the_steps(judge, call):
    formula = "    _, inv_std, x_hat, gamma = cache\n    N = len(dout)\n    # With g"
    helper = ("def layernorm_forward", "def _others(dout, cache):\n    return batchnorm_backward(dout, cache)\n\n\n")
    changes = [(formula, f"    return {call}\n    # With g")]
    if call.startswith("_"):
        changes.append((helper[0], helper[1] + helper[0]))
    result = judge("batchnorm_backward_alt", *changes)
    assert (result.verdict, result.mistake) == ("wrong", "forbidden")


@pytest.mark.parametrize("name", ["running_mean", "running_var"])
def test_an_average_that_is_removed_fails_its_own_part(judge, name):
    old = 'bn_param["running_var"] = momentum * running_var + (1 - momentum) * var\n'
    result = judge("batchnorm_forward", (old, f'{old}    del bn_param["{name}"]\n'))
    assert result.verdict == "partial"
    assert "KeyError" in result.message


def test_an_average_that_is_no_array_fails_its_own_part(judge):
    old = 'bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mean\n'
    result = judge("batchnorm_forward", (old, f'{old}    bn_param["running_mean"] = list(mean)\n'))
    assert (result.verdict, result.mistake) == ("partial", "type")
