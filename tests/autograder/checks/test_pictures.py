"""Pictures of differences: what they show, how large they get, and that hidden cases have none."""

import json

import numpy as np
import pytest

from autograder.checks.compare import difference
from autograder.checks.engine import VISIBLE, Case, ItemResult, run_check
from autograder.checks.expect import Expect
from autograder.checks.pictures import MOST, Picture, picture_of
from autograder.checks.registry import Check

EXPECTED = np.arange(12.0).reshape(3, 4)
HIDDEN = Case(1 << 50, False)


def picture(got, expected=EXPECTED):
    return picture_of(difference(got, expected), "dW")


def test_wrong_elements_are_shown_in_proportion_and_right_ones_as_nothing():
    got = EXPECTED.copy()
    got[1, 2] += 2.0
    got[2, 0] -= 1.0
    assert picture(got) == Picture("dW", (3, 4), 2, 2.0, ("00000000", "0000fe00", "7f000000"))


def test_a_tiny_difference_beside_a_huge_one_is_still_seen():
    got = EXPECTED.copy()
    got[0, 0], got[0, 1] = 1e9, 1.5
    assert picture(got).rows[0] == "fe010000"


def test_of_results_that_are_not_finite_only_those_elements_are_shown():
    got = EXPECTED + 1
    got[1, 2] = np.nan
    assert picture(got) == Picture("dW", (3, 4), 1, 0.0, ("00000000", "0000ff00", "00000000"))


def test_differences_that_overflow_are_shown():
    assert picture(EXPECTED * 0 + 1.7e308, EXPECTED - 1.7e308).largest == np.finfo(float).max


@pytest.mark.parametrize("shape", [(1000,), (1, 5000), (200, 3), (7, 3, 32, 32), (33, 31)])
def test_it_is_small_and_loses_no_wrong_element(shape):
    for wrong in range(0, int(np.prod(shape)), 97):
        got = np.zeros(shape)
        got.flat[wrong] = 1
        made = picture(got, np.zeros(shape))
        assert len(made.rows) <= MOST
        assert max(map(len, made.rows)) <= 2 * MOST
        assert "".join(made.rows).count("fe") == 1
        assert made.shape == shape


@pytest.mark.parametrize("got", [np.zeros((4, 3)), EXPECTED.astype(int), "text", 2.0, None])
def test_what_is_no_array_of_the_expected_kind_has_no_picture(got):
    assert picture(got) is None


def test_numbers_and_tiny_arrays_have_none():
    assert picture(3.0, 2.0) is None
    assert picture(np.ones(3), np.zeros(3)) is None


def test_labels_have_one():
    assert picture(np.array([1, 2, 3, 4]), np.array([1, 2, 0, 4])).rows == ("0000fe00",)


@pytest.mark.parametrize("rows", [[], ["0"], ["0g"], ["00", "0000"], ["00"] * (MOST + 1), ["00" * (MOST + 1)], ["<b>"]])
def test_a_picture_that_is_none_is_refused(rows):
    with pytest.raises(ValueError, match="expected a picture"):
        Picture.from_json({"name": "x", "shape": [4], "count": 1, "largest": 1.0, "rows": rows})


# ---- where they come from


def judged(got, *cases):
    """What becomes of an item whose function returns `got(seed)` where `EXPECTED` is expected."""
    seeds = []

    def run(student, reference, expect, rng):
        """Gives a constant."""
        expect(got(seeds[-1]), "dW").close_to(EXPECTED)

    check = Check("item", "title", run, "", "item", ("dW",), (), (), (), None, "")
    return run_check(check, 5.0, lambda case: seeds.append(case.seed), lambda case: None, cases)


@pytest.fixture(autouse=True)
def _no_code(monkeypatch):
    monkeypatch.setattr("autograder.checks.engine.changes_of", lambda code: [])


def test_a_visible_failure_has_a_picture_and_keeps_it_in_json():
    result = judged(lambda seed: EXPECTED + 1, VISIBLE, HIDDEN)
    assert result.picture == picture(EXPECTED + 1)
    assert ItemResult.from_json(json.loads(json.dumps(result.as_json()))) == result


def test_a_failure_on_a_hidden_case_has_none():
    result = judged(lambda seed: EXPECTED + (seed != VISIBLE.seed), VISIBLE, HIDDEN)
    assert result.verdict == "wrong"
    assert result.picture is None
    assert "picture" not in result.as_json()


def test_the_picture_is_of_what_the_message_is_about():
    expect = Expect(("loss", "dW"))
    expect(EXPECTED + 2, "dW").close_to(EXPECTED)
    expect(7.0, "loss").close_to(8.0)
    assert "loss" in expect.first_failure().message
    assert expect.first_failure().picture is None


def test_a_hint_that_is_found_later_keeps_the_picture():
    expect = Expect(("dW",))
    wrong = np.arange(1.0, 13.0).reshape(3, 4) ** 2
    expect(wrong, "dW").close_to(EXPECTED)
    before = expect.first_failure()
    expect(wrong, "dW").gradient_of(lambda x: x, EXPECTED, 1.0, np.random.RandomState(0))
    after = expect.first_failure()
    assert after.hint != before.hint
    assert after.picture == before.picture is not None
