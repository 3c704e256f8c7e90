"""Collecting what a check expects: parts, partial credit, recognised mistakes, sentences."""

import time

import numpy as np
import pytest

from autograder.checks.executor import CodeError
from autograder.checks.expect import MAX_MESSAGE, Expect, Failure
from autograder.checks.messages import HIDDEN_HINTS, HIDDEN_SENTENCES, HINTS, SENTENCES
from autograder.checks.student import WrongResult

RNG = np.random.RandomState(7)
EXPECTED = RNG.standard_normal((3, 4))
SQUARE = RNG.standard_normal((3, 3))


@pytest.fixture
def expect():
    return Expect(("loss", "dW"), ("edge", "other edge"))


def mistake_of(value, expected=EXPECTED, **settings):
    expect = Expect(("loss",))
    assert not expect(value, "loss").close_to(expected, **settings)
    return expect.first_failure().mistake


# ---- parts and points


def meet(expect, *parts):
    for part in parts:
        expect.that(True, part, "missing")


def miss(expect, *parts):
    for part in parts:
        expect.that(False, part, "missing", item=part)


def test_everything_right_earns_everything(expect):
    meet(expect, "loss", "dW", "edge", "other edge")
    assert expect.fraction() == 1
    assert expect.first_failure() is None


def test_main_parts_share_what_edges_leave(expect):
    meet(expect, "loss", "edge", "other edge")
    miss(expect, "dW")
    assert expect.fraction() == pytest.approx(0.5 * 0.7)


def test_edges_add_their_shares_once_the_main_parts_are_right(expect):
    meet(expect, "loss", "dW", "edge")
    miss(expect, "other edge")
    assert expect.fraction() == pytest.approx(0.7 + 0.3 / 2)


def test_a_part_that_was_never_judged_earns_nothing(expect):
    meet(expect, "loss")
    assert expect.fraction() == pytest.approx(0.5 * 0.7)


def test_a_part_is_right_only_if_it_is_right_in_every_case(expect):
    for seed, fact in [(0, True), (1, False), (2, True)]:
        expect.start(seed, visible=True, item="item")
        expect.that(fact, "loss", "missing", item="loss")
        meet(expect, "dW", "edge", "other edge")
    assert expect.fraction() == pytest.approx(0.5 * 0.7)


def test_without_edges_the_main_parts_share_everything():
    expect = Expect(("a", "b"))
    meet(expect, "a")
    miss(expect, "b")
    assert expect.fraction() == 0.5


def test_changed_inputs_and_loops_halve_the_points(expect):
    meet(expect, "loss", "dW", "edge", "other edge")
    expect.changed = Failure("changed")
    assert expect.fraction() == 0.5
    assert expect.first_failure().message == "changed"
    expect.loops = Failure("loops")
    assert expect.fraction() == 0.25
    assert expect.first_failure().message == "loops"


def test_main_parts_come_first_in_what_a_student_reads(expect):
    miss(expect, "edge", "dW")
    expect.changed = expect.loops = Failure("other")
    assert expect.first_failure().message.startswith("dW")


def test_the_first_failure_of_a_part_stays(expect):
    expect.fail("loss", Failure("first"))
    expect.fail("loss", Failure("second"))
    assert expect.first_failure().message == "first"


def test_a_value_belongs_to_the_part_of_its_name_or_its_block_or_the_first(expect):
    expect(1.0, "dW").close_to(2.0)
    assert set(expect.failures) == {"dW"}
    with expect.part("edge"):
        expect(1.0, "dW").close_to(2.0)
    assert set(expect.failures) == {"dW", "edge"}
    expect(1.0, "something else").close_to(2.0)
    assert set(expect.failures) == {"dW", "edge", "loss"}


def test_a_part_that_was_not_declared_is_a_mistake_of_the_check(expect):
    with pytest.raises(LookupError, match="not declared"), expect.part("nonsense"):
        pass


def test_code_that_raises_in_a_part_fails_that_part_alone(expect):
    with expect.part("edge"):
        raise CodeError("ZeroDivisionError", "division by zero", "layers.py, line 3")
    assert expect.failures["edge"].message == "ZeroDivisionError was raised at layers.py, line 3: division by zero"
    with expect.part("other edge", otherwise="single_example"):
        raise CodeError("IndexError", "out of bounds", "layers.py, line 3")
    assert expect.failures["other edge"].mistake == "single_example"


def test_code_that_is_not_written_is_not_a_failed_part(expect):
    with pytest.raises(CodeError), expect.part("edge"):
        raise CodeError("NotImplementedError", "affine_forward")
    assert not expect.failures


# ---- random streams


def numbers(expect, seed, item="item"):
    return expect.start(seed, visible=True, item=item).random_sample(3).tolist()


def test_a_case_has_a_stream_of_its_own(expect):
    assert numbers(expect, 1) == numbers(expect, 1)
    assert numbers(expect, 1) != numbers(expect, 2)
    assert numbers(expect, 1) != numbers(expect, 1, item="another")


def test_the_streams_are_frozen(expect):
    # The recorded answers in releases belong to these inputs.
    assert numbers(expect, 0) == pytest.approx([0.12273673, 0.25726179, 0.56518272], abs=1e-7)


def test_a_part_has_a_stream_that_nothing_before_it_moves(expect):
    drawn = []
    for before in (0, 5):
        expect.start(1, visible=True, item="item").random_sample(before)
        with expect.part("edge") as rng:
            drawn.append(rng.random_sample())
    assert drawn[0] == drawn[1]


# ---- recognised mistakes


@pytest.mark.parametrize(
    ("value", "mistake"),
    [
        (-EXPECTED, "sign"),
        (2 * EXPECTED, "twice"),
        (EXPECTED / 2, "half"),
        (8 * EXPECTED, "sum_not_mean"),
        (EXPECTED / 8, "divided_twice"),
        (1.7 * EXPECTED, "constant_factor"),
        (EXPECTED + 3, "constant_offset"),
        (np.zeros_like(EXPECTED), "zeros"),
        (EXPECTED[::-1], "permuted"),
        (EXPECTED.T, "transposed"),
        (EXPECTED.ravel(), "reshaped"),
        (EXPECTED[:2], "shape"),
        (EXPECTED.astype(np.float32), "dtype"),
        (EXPECTED * np.nan, "nonfinite"),
        (None, "type"),
        (EXPECTED**2, ""),
    ],
)
def test_general_mistakes_are_recognised(value, mistake):
    assert mistake_of(value, count=8) == mistake


def test_a_transposed_square_array_is_recognised_by_its_values():
    assert mistake_of(SQUARE.T, SQUARE) == "transposed_values"


def test_a_lone_number_is_not_called_a_multiple():
    assert mistake_of(1.7, 1.0) == ""
    assert mistake_of(2.0, 1.0) == "twice"
    assert mistake_of(8.0, 1.0, count=8) == "sum_not_mean"


def test_labels_that_are_all_zero_are_recognised():
    assert mistake_of(np.zeros(3), np.array([1, 0, 2]), any_dtype=True) == "zeros"


def test_known_mistakes_come_before_general_ones():
    assert (
        mistake_of(2 * EXPECTED, mistakes=lambda: {"half_reg": EXPECTED + 1, "reg_divided": 2 * EXPECTED})
        == "reg_divided"
    )


def test_a_known_mistake_may_have_another_shape():
    assert mistake_of(EXPECTED[0], mistakes=lambda: {"scores_returned": EXPECTED[0]}) == "scores_returned"


def test_one_of_several_results_is_enough():
    assert mistake_of(EXPECTED + 2, mistakes=lambda: {"log_sign": [EXPECTED + 1, EXPECTED + 2]}) == "log_sign"


def test_nan_never_counts_as_a_known_mistake():
    nan = EXPECTED * np.nan
    assert mistake_of(nan, mistakes=lambda: {"log_sign": nan}) == "nonfinite"
    assert mistake_of(nan, nonfinite="overflow", otherwise="tie") == "overflow"


def test_otherwise_names_what_is_not_recognised():
    assert mistake_of(EXPECTED**2, otherwise="loss_history") == "loss_history"


def test_the_circumstance_of_a_part_names_what_is_not_a_known_mistake(expect):
    with expect.part("edge", otherwise="single_example"):
        expect(EXPECTED**2, "dW").close_to(EXPECTED)
    with expect.part("other edge", otherwise="single_example"):
        expect(EXPECTED + 1, "dW").close_to(EXPECTED, mistakes=lambda: {"log_sign": EXPECTED + 1})
    assert [failure.mistake for failure in expect.failures.values()] == ["single_example", "log_sign"]


def test_mistakes_are_computed_only_for_a_wrong_result():
    def never():
        raise AssertionError

    assert Expect(("loss",))(EXPECTED, "loss").close_to(EXPECTED, mistakes=never)


# ---- gradients


def cubes(x):
    return np.sum(x**3)


@pytest.mark.parametrize(("factor", "right"), [(3, True), (2, False)])
def test_a_gradient_is_held_against_the_forward_pass(factor, right):
    expect = Expect(("dx",))
    found = expect(factor * EXPECTED**2, "dx").gradient_of(cubes, EXPECTED, 1.0, np.random.RandomState(0))
    assert found is right
    assert bool(expect.failures) is not right


def test_a_gradient_of_another_shape_is_wrong_and_no_error():
    expect = Expect(("dx",))
    assert not expect(None, "dx").gradient_of(cubes, EXPECTED, 1.0, np.random.RandomState(0))
    assert not expect(EXPECTED[0], "dx").gradient_of(cubes, EXPECTED, 1.0, np.random.RandomState(0))


@pytest.mark.parametrize(("factor", "advice"), [(3, "own_forward"), (1.5, "not_own_forward")])
def test_the_forward_pass_tells_where_to_look_when_nothing_else_does(factor, advice):
    expect = Expect(("dx",))
    value = expect(factor * EXPECTED**2, "dx")
    value.close_to(np.sin(EXPECTED))
    value.gradient_of(cubes, EXPECTED, 1.0, np.random.RandomState(0))
    assert expect.first_failure().mistake == advice
    assert "was expected" in expect.first_failure().message


def test_a_value_close_to_the_reference_stays_right_whatever_the_forward_pass_does():
    for trust, right in [(True, True), (False, False)]:
        expect = Expect(("dx",), trust_reference=trust)
        value = expect(EXPECTED, "dx")
        value.close_to(EXPECTED)
        value.gradient_of(cubes, EXPECTED, 1.0, np.random.RandomState(0))
        assert (not expect.failures) is right


# ---- sentences


def test_a_sentence_says_where_and_what():
    expect = Expect(("dW",))
    got = EXPECTED.copy()
    got[1, 2] = 9
    expect(got, "dW").close_to(EXPECTED)
    assert expect.first_failure().message == (
        f"dW[1, 2] is 9, but {EXPECTED[1, 2]:.6g} was expected (1 of 12 elements differ)."
    )


def test_hidden_cases_show_no_numbers():
    expect = Expect(("dW",))
    expect.start(5, visible=False, item="item")
    expect(EXPECTED + 1, "dW").close_to(EXPECTED)
    assert expect.first_failure().message == "dW is right on the cases that you can see, but differs on others."


def test_a_failure_that_students_can_reproduce_comes_before_one_that_they_cannot():
    expect = Expect(("loss", "dW"), ("edge",))
    expect(1.0, "dW").close_to(2.0)
    expect.start(5, visible=False, item="item")
    expect(1.0, "loss").close_to(2.0)
    assert expect.first_failure().message == "dW is 1, but 2 was expected."
    miss(expect, "edge")
    expect.failures.pop("dW")
    assert expect.first_failure().message.startswith("loss is right on the cases that you can see")


def test_a_message_has_an_end(expect):
    long = {name: name * 10**6 for name in ("kind", "line", "text", "module")}
    failure = expect.failure("raised", "missing_module", **long)
    assert len(failure.message) == MAX_MESSAGE
    assert len(failure.hint) < MAX_MESSAGE


@pytest.mark.parametrize(
    ("error", "mistake"),
    [
        (CodeError("SyntaxError", "invalid syntax", "layers.py, line 3"), "syntax"),
        (CodeError("ModuleNotFoundError", "No module named 'thop'", "layers.py, line 3"), "missing_module"),
        (CodeError("ValueError", "operands could not be broadcast together", "a.py, line 1"), "unequal_shapes"),
        (CodeError("ValueError", "could not broadcast input array from shape (3,)", "a.py, line 1"), "unequal_shapes"),
        (CodeError("ValueError", "matmul: Input operand 1 has a mismatch", "a.py, line 1"), "unequal_shapes"),
        (CodeError("ValueError", "shapes (2,3) and (2,3) not aligned", "a.py, line 1"), "unequal_shapes"),
        (CodeError("ValueError", "k must be at least 1", "a.py, line 1"), "raised"),
        (WrongResult("returns", name="It", expected="(loss, dW)", got="NoneType"), "type"),
    ],
)
def test_exceptions_come_with_advice(expect, error, mistake):
    failure = expect.raised(error)
    assert (failure.mistake, bool(failure.hint)) == (mistake, True)


@pytest.mark.parametrize("numpy_says", [lambda: np.ones(3) + np.ones(2), lambda: np.ones((2, 3)) @ np.ones((2, 3))])
def test_numpy_still_words_unequal_shapes_as_is_looked_for(expect, numpy_says):
    with pytest.raises(ValueError) as caught:  # noqa: PT011  the words are what is tested
        numpy_says()
    assert expect.raised(CodeError("ValueError", str(caught.value), "a.py, line 1")).mistake == "unequal_shapes"


@pytest.mark.parametrize("value", [None, (1.0,), (1.0, 2.0, 3.0), 1.0, "ab"])
def test_unpack_refuses_what_is_no_such_tuple(expect, value):
    with pytest.raises(WrongResult, match=r"\(loss, dW\)"):
        expect.unpack(value, "loss dW")


def test_unpack_gives_the_parts(expect):
    assert expect.unpack((1.0, 2.0), "loss dW") == (1.0, 2.0)


def test_unpack_takes_a_list_for_a_tuple(expect, code):
    student = code(module="def f():\n    return [1.0, 2.0]")
    assert expect.unpack(student.module.f(), "loss dW") == (1.0, 2.0)


@pytest.mark.parametrize("fact", [np.True_, np.array([True, False]), 1, None])
def test_a_fact_is_a_plain_bool(expect, fact):
    with pytest.raises(TypeError, match="expected True or False"):
        expect.that(fact, "loss", "missing", item="loss")


def test_an_array_is_never_written_out(expect):
    many_axes = np.zeros((4,) * 12, np.uint8)  # whose text takes minutes
    start = time.perf_counter()
    expect(many_axes, "dW").close_to(EXPECTED)
    with pytest.raises(WrongResult, match=r"but ndarray of shape \(4, 4"):
        expect.unpack(many_axes, "loss dW")
    assert "an array of shape" in expect.failure("ended", text=many_axes).message
    assert time.perf_counter() - start < 2


def test_nothing_in_a_message_moves_the_cursor_or_turns_the_text(expect):
    failure = expect.raised(CodeError("Error\x1b[2J", "a\u202eb\x00c\rd", "layers.py, line 3"))
    assert failure.message == "Error?[2J was raised at layers.py, line 3: a?b?c?d"


def test_sentences_and_hints_end_like_sentences():
    for table in (SENTENCES, HINTS, HIDDEN_SENTENCES, HIDDEN_HINTS):
        for text in filter(None, table.values()):
            assert text.rstrip(")").endswith((".", "?", "{text}", "{why}")), text
