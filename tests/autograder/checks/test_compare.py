"""When a result counts as the expected one, and what is said to differ where it does not."""

import numpy as np
import pytest

from autograder.checks.compare import TOLERANCE, close, close_to_any, difference

EXPECTED = np.arange(12.0).reshape(3, 4)


def kind(got, expected=EXPECTED, **settings):
    found = difference(got, expected, **settings)
    return found and found.kind


def test_equal_arrays_do_not_differ():
    assert kind(EXPECTED.copy()) is None
    assert kind(np.asfortranarray(EXPECTED)) is None


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("settings", [{}, {"rtol": np.inf}, {"any_dtype": True}])
def test_nan_and_infinity_never_pass(bad, settings):
    got = EXPECTED.copy()
    got[1, 2] = bad
    found = difference(got, EXPECTED, **settings)
    assert (found.kind, found.index, found.count) == ("nonfinite", (1, 2), 1)


def test_nan_does_not_pass_where_nan_is_expected():
    nan = np.array([1.0, np.nan])
    assert not close(nan, nan)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), np.float32("nan")])
def test_a_loss_that_is_not_finite_never_passes(bad):
    assert kind(bad, 1.0) == "nonfinite"


def test_the_shape_comes_before_the_dtype_and_the_values():
    got = np.full((4, 3), np.nan, dtype=np.float32)
    found = difference(got, EXPECTED)
    assert (found.kind, found.got, found.expected) == ("shape", (4, 3), (3, 4))


def test_the_dtype_comes_before_the_values():
    got = np.full((3, 4), np.nan, dtype=np.float32)
    assert kind(got) == "dtype"
    assert kind(got, any_dtype=True) == "nonfinite"


@pytest.mark.parametrize("got", [EXPECTED[0], EXPECTED[None], np.float64(3.0), 3.0])
def test_what_would_broadcast_is_still_another_shape(got):
    assert kind(got) == "shape"


@pytest.mark.parametrize("got", [None, "text", True, [1.0, 2.0], {"a": 1}, object()])
def test_what_is_neither_an_array_nor_a_number_has_the_wrong_type(got):
    assert kind(got) == "type"


@pytest.mark.parametrize("got", [EXPECTED + 1j, EXPECTED.astype(str), EXPECTED.astype(object)])
def test_only_real_numbers_are_numbers(got):
    assert kind(got, any_dtype=True) == "dtype"


def test_an_integer_beyond_every_float_is_wrong_and_no_error():
    assert kind(10**400, 1.0, any_dtype=True) == "dtype"


def test_float32_is_not_float64():
    assert kind(EXPECTED.astype(np.float32)) == "dtype"
    assert kind(EXPECTED.astype(np.float32), any_dtype=True) is None


@pytest.mark.parametrize("loss", [2.5, np.float64(2.5), np.float32(2.5), np.array(2.5)])
def test_a_number_may_have_any_float_type(loss):
    assert kind(loss, 2.5) is None
    assert kind(loss, np.float64(2.5)) is None


@pytest.mark.parametrize("dtype", [np.int8, np.int32, np.uint64])
def test_integers_of_any_width_are_one_dtype_and_exact(dtype):
    labels = np.array([3, 0, 100])
    assert kind(labels.astype(dtype), labels) is None
    assert kind((labels + [0, 0, 1]).astype(dtype), labels) == "values"


def test_labels_as_floats_need_leave():
    labels = np.array([3, 0, 9])
    assert kind(labels.astype(float), labels) == "dtype"
    assert kind(labels.astype(float), labels, any_dtype=True) is None
    assert kind(labels + 0.5, labels, any_dtype=True) == "values"


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_the_tolerance_goes_with_the_expected_dtype(dtype):
    expected = np.array([1.0, -4.0], dtype=dtype)
    assert close(expected + 4 * TOLERANCE[dtype] * 0.8, expected)
    assert not close(expected + 4 * TOLERANCE[dtype] * 1.5, expected)


def test_the_tolerance_is_relative_to_the_largest_magnitude():
    # An element that cancels to nearly zero carries the rounding of its neighbours.
    assert close(np.array([1e6, 1e-4]), np.array([1e6, 0.0]))
    assert not close(np.array([1.0, 1e-4]), np.array([1.0, 0.0]))


def test_zeros_are_expected_exactly():
    assert close(np.zeros(3), np.zeros(3))
    assert not close(np.array([0.0, 1e-300, 0.0]), np.zeros(3))


def test_the_worst_element_is_pointed_out_and_the_wrong_ones_are_counted():
    got = EXPECTED.copy()
    got[0, 1] += 0.5
    got[2, 3] -= 7
    found = difference(got, EXPECTED)
    assert (found.index, found.count, found.size) == ((2, 3), 2, 12)
    assert (found.got, found.expected) == (4.0, 11.0)


def test_numbers_that_overflow_on_the_way_are_wrong():
    assert kind(np.array([1e308, -1e308]), np.array([-1e308, 1e308])) == "values"


def test_empty_arrays_agree_if_their_shapes_do():
    assert close(np.empty((0, 3)), np.empty((0, 3)))
    assert not close(np.empty((0, 3)), np.empty((3, 0)))


@pytest.mark.parametrize("expected", [np.nan, np.inf])
def test_an_expected_number_that_is_not_finite_is_like_nothing(expected):
    # Among the results of known mistakes there are logarithms of zero.
    for rtol in (None, np.inf):
        assert not close(np.array([1.0, 2.0]), np.array([1.0, expected]), rtol=rtol)


def test_any_of_several_will_do():
    assert close_to_any(2.0, [1.0, 2.0])
    assert close_to_any(2.0, 2.0)
    assert not close_to_any(2.0, [1.0, 3.0])
