"""Carrying out requests on a package of code."""

import random

import numpy as np
import pytest

from autograder.checks.executor import CodeError, Executor, Request
from autograder.checks.values import HandleId


@pytest.fixture
def call(package):
    """Returns a function that calls `f` of a module with the given text, and returns the reply."""

    def run(text, *args, seed=None, **kwargs):
        executor = Executor(package(module="import numpy as np\n" + text))
        return executor.execute(Request("call", "module.f", args, tuple(kwargs.items()), seed))

    return run


def error_of(call, text, *args):
    with pytest.raises(CodeError) as caught:
        call(text, *args)
    return caught.value


@pytest.mark.parametrize("value", ["None", "True", "3", "2.5", "'text'", "np.float32(1)", "np.arange(3)"])
def test_plain_values_come_back_by_value(call, value):
    got = call(f"def f(): return {value}").value
    assert repr(got) == repr(eval(value))


@pytest.mark.parametrize("value", ["{}", "[1]", "object()", "2**2000", "np.array([None])", "lambda: 0"])
def test_everything_else_stays_behind_as_a_handle(call, value):
    assert isinstance(call(f"def f(): return {value}").value, HandleId)


def test_a_returned_tuple_is_taken_apart_one_level_deep(call):
    first, second = call("def f(): return 1, (2, 3)").value
    assert first == 1
    assert second.type_name == "tuple"


def test_a_tuple_of_many_parts_stays_whole(call):
    assert isinstance(call("def f(): return tuple(range(17))").value, HandleId)


def test_arrays_are_handed_over_as_copies_in_the_same_memory_order(call):
    x = np.asfortranarray(np.ones((2, 3)))
    reply = call("def f(x): y = x.flags['F_CONTIGUOUS']; x[:] = 0; return y", x)
    assert reply.value is True
    assert x.all()


def test_later_changes_of_a_returned_array_do_not_reach_the_caller(package):
    executor = Executor(package(module="import numpy as np\nkept = np.zeros(2)\ndef f(): kept[0] += 1; return kept"))
    first = executor.execute(Request("call", "module.f")).value
    executor.execute(Request("call", "module.f"))
    assert first.tolist() == [1, 0]


@pytest.mark.parametrize(
    ("body", "changed"),
    [
        ("return x + 1", ()),
        ("x += 1", ("argument 1",)),
        ("x[x < 0] = 0", ("argument 1",)),
        ("x.shape = (3,)", ("argument 1",)),
        ("w[0] = np.nan", ("w",)),
        ("x[:] = x", ()),
    ],
)
def test_arguments_that_were_changed_in_place_are_named(call, body, changed):
    x = np.array([[1.0, -2.0, np.nan]])
    assert call(f"def f(x, w): {body}", x, w=np.zeros(2)).changed == changed


def test_the_global_generators_are_seeded_for_the_call_and_restored_after_it(call):
    np.random.seed(1)
    random.seed(1)
    expected = np.random.RandomState(1).standard_normal(2), random.Random(1).random()
    text = "import random\ndef f(): return np.random.standard_normal(2), random.random()"
    first, second = call(text, seed=7).value, call(text, seed=7).value
    np.testing.assert_array_equal(first[0], second[0])
    assert first[1] == second[1]
    assert first[0][0] == np.random.RandomState(7).standard_normal()
    np.testing.assert_array_equal(np.random.standard_normal(2), expected[0])
    assert random.random() == expected[1]


def test_the_global_generators_are_restored_when_the_code_raises(call):
    before = np.random.get_state()[1].copy()
    error_of(lambda text: call(text, seed=3), "def f(): np.random.seed(9); raise ValueError")
    np.testing.assert_array_equal(np.random.get_state()[1], before)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("raise ValueError('too small')", "ValueError"),
        ("raise SystemExit(0)", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("return f()", "RecursionError"),
        ("raise MemoryError", "MemoryError"),
        ("return x", "NameError"),
        ("import no_such_library", "ModuleNotFoundError"),
    ],
)
def test_whatever_the_code_raises_becomes_a_code_error_that_names_the_line(call, body, kind):
    error = error_of(call, f"def f(): {body}")
    assert (error.kind, error.line) == (kind, "module.py, line 2")


def test_the_line_is_the_innermost_one_of_the_package_not_of_a_library(call):
    error = error_of(call, "def f():\n    return np.reshape(np.ones(3), (2, 2))")
    assert error.line == "module.py, line 3"


def test_a_syntax_error_names_file_and_line(call):
    error = error_of(call, "def f(:\n    pass")
    assert (error.kind, error.line) == ("SyntaxError", "module.py, line 2")


def test_an_exception_whose_text_raises_has_no_text(call):
    text = "class E(Exception):\n    def __str__(self): raise SystemExit\ndef f(): raise E"
    error = error_of(call, text)
    assert (error.kind, error.text) == ("E", "")


def test_a_long_text_is_cut(call):
    assert len(error_of(call, "def f(): raise ValueError('x' * 10**6)").text) == 300


def test_a_missing_module_is_told_from_a_module_that_imports_a_missing_library(package):
    executor = Executor(package(module="import no_such_library"))
    with pytest.raises(CodeError, match=r"no module layers\.py"):
        executor.execute(Request("call", "layers.f"))
    with pytest.raises(CodeError, match="no_such_library"):
        executor.execute(Request("call", "module.f"))


def test_a_missing_function_is_an_attribute_error(call):
    assert error_of(call, "g = 1").kind == "AttributeError"


def test_lists_are_read_no_further_than_a_bound(package):
    executor = Executor(package(module="import itertools\ndef f(): return itertools.count()"))
    endless = executor.execute(Request("call", "module.f")).value
    assert executor.execute(Request("list", endless)).value == list(range(1000))


def test_an_unknown_handle_or_operation_is_an_error_of_the_request(package):
    executor = Executor(package(module=""))
    for request in (Request("get", HandleId(5, "dict"), ("x",)), Request("eval", "module")):
        with pytest.raises(CodeError):
            executor.execute(request)


def usage_in(package, function="f", **modules):
    return Executor(package(**modules)).execute(Request("usage", f"module:{function}")).value


def test_usage_follows_a_function_to_the_module_that_it_comes_from(package):
    assert usage_in(package, module="from .other import f", other="def f(x):\n    return [a for a in x]")["loops"] == [
        2
    ]
    inherited = "class Base:\n    def f(self, x): return list(map(abs, x))"
    assert usage_in(package, "K.f", module="from .other import Base\nclass K(Base): pass", other=inherited)[
        "loops"
    ] == [2]


def test_another_name_of_a_function_uses_it(package):
    found = usage_in(package, module="def g(x):\n    return [a for a in x]\nf = g")
    assert found == {"names": {"a": 2, "g": 1, "x": 2}, "loops": [2], "stub": False}


def test_usage_of_a_function_without_a_def_is_empty(package):
    for text in ("f = lambda x: x", "import functools\nf = functools.partial(max, 1)"):
        assert usage_in(package, module=text) == {"names": {}, "loops": [], "stub": False}


def test_usage_of_what_is_no_function_is_an_error(package):
    for text in ("f = 3", ""):
        with pytest.raises(CodeError):
            usage_in(package, module=text)


def test_a_module_that_turns_warnings_into_errors_changes_nothing(call):
    strict = "import warnings\nwarnings.simplefilter('error')\nnp.seterr(all='raise')\n"
    assert call(strict + "def f(x): return np.exp(-x) / np.zeros(1)", np.array([1e4])).value.shape == (1,)
    assert np.geterr()["over"] == "warn"


def test_a_named_tuple_is_a_tuple(call):
    text = "import collections\nOut = collections.namedtuple('Out', 'out cache')\ndef f(): return Out(1, {})"
    assert type(call(text).value) is tuple


@pytest.mark.parametrize(
    "text",
    [
        "from past.builtins import xrange\ndef f(): return len(xrange(3))",
        "from builtins import range, object\ndef f(): return len(range(3))",
        "from future import standard_library\nstandard_library.install_aliases()\ndef f(): return 3",
    ],
)
def test_imports_of_the_courses_own_files_of_earlier_years_work(call, text):
    assert call(text).value == 3


def test_usage_of_a_file_with_a_byte_order_mark(package):
    assert usage_in(package, module="\ufeffdef f(x):\n    return [a for a in x]")["loops"] == [2]
