"""The gestures by which a check talks to code."""

import tracemalloc

import numpy as np
import pytest

from autograder.checks.executor import CodeError, Reply
from autograder.checks.student import (
    PLAIN_BYTES,
    Code,
    Handle,
    WrongResult,
    an_object,
    attribute,
    call,
    changes_of,
    images,
    is_live,
    other_draws,
    plain,
    saved,
    usage,
)

NET = """
    import numpy as np

    class Net:
        def __init__(self, size=2, reg=0.0):
            self.params = {"W": np.zeros(size)}
            self.reg = reg
            self._hidden = "not for checks"

        def loss(self, x, y=None):
            x += 1
            return self.reg * float(np.sum(self.params["W"])), {"W": self.params["W"] + x}

        def __call__(self, x):
            return 2 * x

    def twice(x):
        return 2 * x

    def apply(functions, x):
        return [f(x) for f in functions]

    def forward(x):
        return x, {"x": x, "inner": (x, [1, 2])}

    def backward(dout, cache):
        return dout * cache["x"]

    def kind(value):
        return type(value).__name__
"""


@pytest.fixture
def student(code):
    return code(nets=NET)


def test_a_cache_stays_with_the_code_and_can_be_passed_back(student):
    x = np.arange(3.0)
    out, cache = student.nets.forward(x)
    np.testing.assert_array_equal(out, x)
    assert isinstance(cache, Handle)
    np.testing.assert_array_equal(student.nets.backward(x, cache), x * x)


def test_handles_can_be_looked_into(student):
    _, cache = student.nets.forward(np.ones(2))
    assert list(cache) == ["x", "inner"]
    np.testing.assert_array_equal(cache["x"], np.ones(2))
    assert list(list(cache["inner"])[1]) == [1, 2]


def test_models_are_made_changed_and_called(student):
    net = student.nets.Net(size=3, reg=0.5)
    net.params["W"] = np.array([1.0, 2.0, 3.0])
    net.reg = 2.0
    loss, grads = net.loss(np.zeros(3))
    assert loss == 12.0
    np.testing.assert_array_equal(grads["W"], [2.0, 3.0, 4.0])
    assert net(4) == 8


def test_what_is_set_is_a_copy(student):
    net, w = student.nets.Net(), np.ones(2)
    net.params["W"] = w
    w[:] = 9
    np.testing.assert_array_equal(net.params["W"], np.ones(2))


def test_in_place_changes_are_collected_with_the_name_of_the_function(student):
    assert changes_of(student) == []
    student.nets.Net().loss(np.zeros(2))
    assert changes_of(student) == ["loss: argument 1"]


def test_names_with_an_underscore_are_not_forwarded(student):
    with pytest.raises(AttributeError):
        _ = student.nets.Net()._hidden
    with pytest.raises(AttributeError):
        _ = student._nets


def test_a_function_travels_as_a_handle(student):
    function = attribute(student, "nets.twice")
    assert list(student.nets.apply([function, function], 4)) == [8, 8]


def test_containers_arrive_as_they_were_sent(student):
    assert [student.nets.kind(value) for value in ([1], (1,), {"a": 1}, None)] == ["list", "tuple", "dict", "NoneType"]


def test_missing_things_raise_code_errors(student):
    net = student.nets.Net()
    for gesture in (lambda: net.params["b"], lambda: net.bias, lambda: student.nets.nothing(), lambda: student.x.f()):
        with pytest.raises(CodeError):
            gesture()


def test_plain_turns_a_list_of_numbers_into_an_array(code):
    student = code(lists="def f(): return [1, 2.5]\ndef g(): return [1, None]")
    np.testing.assert_array_equal(plain(student.lists.f()), [1, 2.5])
    assert isinstance(plain(student.lists.g()), Handle)


@pytest.mark.parametrize(
    ("value", "shape"), [("(1, 2)", (2,)), ("[[1, 2.5], (3, 4)]", (2, 2)), ("[np.ones(3)] * 2", (2, 3)), ("[]", (0,))]
)
def test_plain_takes_tuples_and_rows_too(code, value, shape):
    got = plain(code(m=f"import numpy as np\ndef f(): return {value}").m.f())
    assert isinstance(got, np.ndarray)
    assert got.shape == shape


@pytest.mark.parametrize("value", ["[[1], [2, 3]]", "['a']", "{}", "[None]"])
def test_plain_leaves_what_is_no_table_of_numbers(code, value):
    assert not isinstance(plain(code(m=f"def f(): return {value}").m.f()), np.ndarray)


FORGED = """
    import numpy as np

    def forged(*parts):  # no list, but called one: its parts are made when they are asked for
        return type("list", (), {"__iter__": lambda self: (part() if callable(part) else part for part in parts)})()

    def large():
        return forged(*[lambda: forged(np.zeros(1 << 20, np.uint8))] * 70)

    def promoted():
        return forged(*[np.zeros(1 << 14, np.bool_)] * 300, np.zeros(1 << 14, np.complex128))

    def promoted_in_rows():
        row = lambda: forged(*[np.zeros(1 << 12, np.bool_)] * 20, np.zeros(1 << 12, np.complex128))
        return forged(*[row] * 60)

    def many():
        return forged(*[lambda: [0.0] * 900] * 5)
"""


@pytest.mark.parametrize("name", ["large", "promoted", "promoted_in_rows", "many"])
def test_plain_leaves_what_would_be_too_large(code, name):
    student = code(m=FORGED)
    tracemalloc.start()
    try:
        assert isinstance(plain(getattr(student.m, name)()), Handle)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 2 * PLAIN_BYTES


def test_usage_reads_the_source(code):
    student = code(nets="def f(x):\n    for i in x:\n        pass")
    assert usage(student, "nets", "f")["loops"] == [2]


@pytest.mark.parametrize(
    "reply",
    [
        None,
        {},
        {"names": {}, "loops": []},
        {"names": [], "loops": [], "stub": False},
        {"names": {}, "loops": ["3"], "stub": False},
        {"names": {"numpy": None}, "loops": [], "stub": False},
        {"names": {}, "loops": [], "stub": 0},
    ],
)
def test_what_a_worker_says_about_the_source_is_not_believed(reply):
    class Liar:
        def request(self, request):
            return Reply(reply)

    with pytest.raises(WrongResult, match="could not be read"):
        usage(Code(Liar()), "nets", "f")


def test_a_method_is_called_where_there_is_one(student):
    net = student.nets.Net(reg=0.5)
    assert an_object(net, "Net") is net
    assert call(net, "loss", np.zeros(2))[0] == 0.0
    net.loss = 0.5
    with pytest.raises(WrongResult, match="loss should be a method, but a value of type float came"):
        call(net, "loss", np.zeros(2))
    with pytest.raises(WrongResult, match="The model should be an object, but a value of type str came"):
        call("net", "loss")
    with pytest.raises(CodeError, match="AttributeError"):
        call(net, "predict")


def test_code_without_files_says_that_a_saved_file_is_missing(student):
    assert is_live(student)
    with pytest.raises(CodeError) as caught:
        saved(student, "model.npz")
    assert caught.value.kind == "FileNotFoundError"
    with pytest.raises(LookupError):
        images(student, "shapes10")


def test_random_numbers_repeat_from_call_to_call_unless_asked_otherwise(code):
    student = code(seed=3, m="import numpy as np\ndef draw(): return np.random.rand()")
    drawn = [student.m.draw(), student.m.draw()]
    for number in (1, 2, 1):
        with other_draws(student, number):
            drawn.append(student.m.draw())
    drawn.append(student.m.draw())
    assert drawn[0] == drawn[1] == drawn[5]
    assert drawn[2] == drawn[4]
    assert len(set(drawn)) == 3


def test_without_a_seed_random_numbers_go_on(code):
    student = code(m="import numpy as np\ndef draw(): return np.random.rand()")
    with other_draws(student, 1):
        assert student.m.draw() != student.m.draw()
