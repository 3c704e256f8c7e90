"""Nothing that code is given on a case that students cannot see comes back to them in a report."""

import ast
import importlib
import inspect
import itertools
import re
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autograder import checks
from autograder.checks import hidden, topics
from autograder.checks.engine import VISIBLE, Case, Judging, judge_all, run_check
from autograder.checks.errors import WorkerFault
from autograder.checks.executor import CodeError, Executor, Reply
from autograder.checks.expect import Expect
from autograder.checks.messages import HIDDEN_HINTS, HIDDEN_SENTENCES, HINTS
from autograder.checks.registry import CHECKS, Check
from autograder.checks.student import Code, LocalSession
from autograder.checks.values import HandleId
from autograder.course import Course
from autograder.reference import executor_of, live_reference

COURSE = Course(Path(__file__).resolve().parents[3])
CODE = sorted(id for id, check in CHECKS.items() if check.module and check.run.__module__.startswith(topics.__name__))
SOURCES = {path.name: path.read_bytes() for path in (COURSE.solutions / "cs231n").rglob("*.py")}


# ---- what may be said


def test_only_well_known_exceptions_have_a_name():
    known = ("ValueError", "LinAlgError", "AxisError", "UFuncTypeError", "JSONDecodeError", "KeyboardInterrupt")
    assert [hidden.exception_name(kind) for kind in known] == list(known)
    assert {hidden.exception_name(kind) for kind in ("S3cret", "wrong result", "", "valueerror")} == {
        "An exception of your own class"
    }


@pytest.mark.parametrize(
    ("line", "known"),
    [
        ("a.py, line 1", True),
        ("a.py, line 3", True),
        ("a.py, line 4", True),  # where Python finds an unexpected end
        ("a.py, line 5", False),
        ("b.py, line 2", True),  # of the longer of two files of this name
        ("c.py, line 1", False),
        ("sub/b.py, line 1", False),
        ("a.py, line 0", False),
        ("a.py, line 01", False),
        ("a.py, line -1", False),
        ("a.py, line ", False),
        ("a.py, line ²", False),
        ("a.py, line None", False),
        ("a.py", False),
        ("", False),
        ("a.py, line " + "9" * 5000, False),
    ],
)
def test_a_line_is_one_that_the_submission_has(line, known):
    sources = {"cs231n/a.py": b"1\n2\n3", "cs231n/b.py": b"", "cs231n/sub/b.py": b"1\n2\n"}
    assert hidden.known_line(line, sources) == (line if known else "")


def test_what_is_said_takes_only_what_the_grader_knows():
    known = hidden.TRUSTED | {"kind", "line", "why", "fault", "place"}
    for key, text in HIDDEN_SENTENCES.items():
        assert hidden.fields(text) <= known | ({"expected"} if key in ("type", "returns") else set()), key
    for text in HIDDEN_HINTS.values():
        assert not hidden.fields(text)


def test_no_hint_is_lost():
    assert [key for key in HINTS if not hidden.advice(key, name="W1")] == []


def test_failures_are_made_in_one_place():
    made = []
    for path in Path(checks.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Failure":
                made.append((path.name, ast.unparse(node)))
    assert made.pop(0) == ("engine.py", "Failure(say('correct'))")
    assert {name for name, _ in made} == {"expect.py"}
    assert len(made) == inspect.getsource(Expect.failure).count("Failure(") == 2


# ---- a worker that tells all it can

#: What it tells: a name, and a number. As if they were made of the inputs that it was given.
SECRETS = (("Ma5f3c", 11), ("Mb9e07", 13))


def error(kind="{}", text="{}", line=""):
    def tell(name, number, reply):
        raise CodeError(kind.format(name), text.format(name), hidden.known_line(line.format(number, name), SOURCES))

    return tell


def fault(verdict):
    def tell(name, number, reply):
        raise WorkerFault(verdict, f"{name} {number}")

    return tell


def value(make):
    return lambda name, number, reply: Reply(make(name, number))


def arrays(change):
    """Answers that are right but for their arrays."""

    def visit(tree, number):
        if isinstance(tree, np.ndarray) and tree.size:
            return change(tree, number)
        return type(tree)(visit(part, number) for part in tree) if type(tree) in (tuple, list) else tree

    return lambda name, number, reply: Reply(visit(reply.value, number))


def first_elements(array, count, wrong):
    array = array.astype(float)
    array.ravel()[: count - 10] = wrong
    return array


LIES = {
    "type of exception": error(),
    "text of exception": error("ValueError"),
    "words of a check": error("wrong result"),
    "file": error("ValueError", line="{1}.py, line 3"),
    "line": error("ValueError", line="layers.py, line {0}000"),
    "missing file": error("FileNotFoundError"),
    "stub": error("NotImplementedError"),
    "syntax": error("SyntaxError", line="layers.py, line 3"),
    "module": error("ModuleNotFoundError", "No module named '{}'", "layers.py, line 3"),
    "attribute": error("AttributeError", "module '{}' has no attribute"),
    "unequal shapes": error("ValueError", "could not broadcast {}"),
    "memory": error("MemoryError"),
    "how the process ended": fault("error"),
    "time-out": fault("timeout"),
    "memory of the process": fault("memory"),
    "string": value(lambda name, number: name),
    "type of an object": value(lambda name, number: HandleId(0, name)),
    "length of a tuple": value(lambda name, number: (1.0,) * number),
    "list": value(lambda name, number: [name] * number),
    "dict": value(lambda name, number: {name: number}),
    "integer": value(lambda name, number: 10**number),
    "float": value(lambda name, number: 1e3 / number),
    "complex": value(lambda name, number: np.complex128(number)),
    "shape": value(lambda name, number: np.zeros((number, number + 1))),
    "infinity": value(lambda name, number: float("inf") * (12 - number)),
    "factor": arrays(lambda array, number: array * (number + 0.37)),
    "offset": arrays(lambda array, number: array + number + 0.37),
    "dtype": arrays(lambda array, number: (100 * array).astype({11: np.int32, 13: np.int64}[number])),
    "NaN": arrays(lambda array, number: first_elements(array, number, np.nan)),
    "number of wrong elements": arrays(lambda array, number: first_elements(array, number, 1e3)),
    "names of changed arguments": lambda name, number, reply: Reply(reply.value, (name,) * number),
}


class Liar:
    """A session that answers as the solution does, but from the request `start` on."""

    def __init__(self, lie, start, secret):
        self._honest = LocalSession(executor_of(COURSE))
        self._lie, self._start, self._secret = lie, start, secret
        self._count = 0

    def code(self, case):
        """The code under test for `case`."""
        return Code(self, seed=case.seed)

    def request(self, request):
        self._count += 1
        reply = self._honest.request(request)
        return reply if self._count < self._start else self._lie(*self._secret, reply)


@pytest.fixture(scope="module")
def reference():
    return live_reference(COURSE)


def judged(id, reference, student, seed):
    return run_check(CHECKS[id], 10.0, student, lambda case: reference(id, case), (Case(seed, False),))


@pytest.mark.parametrize("id", CODE)
def test_no_reply_tells_what_it_was_made_of(id, reference):
    told = 0
    # The first request asks what the source uses, the second makes a model or calls a function.
    for (name, lie), start in zip(LIES.items(), itertools.cycle((2, 3, 1, 2, 4)), strict=False):
        one, two, other = (
            judged(id, reference, Liar(lie, start, secret).code, seed)
            for secret, seed in [(SECRETS[0], 5), (SECRETS[1], 5), (SECRETS[1], 6)]
        )
        assert one == two, name
        assert not any(secret in str(result) for secret, _ in SECRETS for result in (one, two, other)), name
        # Other inputs may be got wrong in another way, but there is only one way to say so.
        alike = (one.verdict, one.points, one.mistake) == (other.verdict, other.points, other.mistake)
        assert not alike or one == other, name
        assert one.verdict != "not graded", (name, one)
        told += one.verdict != "correct"
    assert told > 0.8 * len(LIES)  # most of the lies are found out, so that something was said


# ---- code that tells all it can

HOSTILE = r"""
import numpy as np

SECRET, NUMBER, hidden = "", 0, False

class Own(Exception):
    pass

def raise_type(x):
    raise type(SECRET, (Exception,), {})(x)

def raise_text(x):
    raise ValueError(SECRET, x)

def raise_elsewhere(x):
    exec(compile("\n" * (1000 + NUMBER) + "raise ValueError", __file__, "exec"))

def raise_in_other_file(x):
    exec(compile("raise ValueError", __file__.replace("m.py", SECRET + ".py"), "exec"))

def raise_syntax(x):
    raise SyntaxError(SECRET, (SECRET + ".py", NUMBER, 1, SECRET))

def raise_chain(x):
    raise ValueError from Own(SECRET)

def return_type(x):
    return type(SECRET, (), {})()

def return_dict(x):
    return {SECRET: NUMBER}

def return_text(x):
    return SECRET

def return_shape(x):
    return np.zeros((NUMBER, 2))

def print_text(x):
    print(SECRET)
    return 2 * x

def change(x):
    x[NUMBER % 3] = NUMBER
    return 2 * x

def numbers(x):
    return np.random.rand(3) * NUMBER

def double(x):
    return globals()[TELL](x) if hidden else 2 * x
"""


def double(student, reference, expect, rng):
    """Twice its argument."""
    x = rng.standard_normal(3)
    expect(student.m.double(x), "out").close_to(2 * x)


class Received(LocalSession):
    """What the grader makes of an answer when it arrives."""

    def __init__(self, executor, sources):
        super().__init__(executor)
        self._sources = sources

    def request(self, request):
        try:
            return super().request(request)
        except CodeError as error:
            raise CodeError(error.kind, error.text, hidden.known_line(error.line, self._sources)) from None


DOUBLE = Check("double", "Twice.", double, "m", "double", ("out",), (), (), (), None, "")
TELLS = re.findall(r"^def (\w+)\(x\)", HOSTILE, re.MULTILINE)[:-1]


@pytest.mark.parametrize("tell", TELLS)
def test_no_code_tells_what_it_was_given(package, tell):
    results = []
    for secret, number in SECRETS:
        name = package(m=HOSTILE + f"\n\nTELL = {tell!r}\n")
        module = importlib.import_module(f"{name}.m")
        module.SECRET, module.NUMBER = secret, number
        session = Received(Executor(name), {"m.py": Path(module.__file__).read_bytes()})

        def student(case, module=module, session=session):
            module.hidden = not case.visible
            return Code(session, seed=case.seed)

        result = run_check(DOUBLE, 10, student, lambda case: None, (VISIBLE, Case(5, False)))
        assert secret not in str(result)
        results.append(replace(result, seconds=0.0))
    assert results[0] == results[1]
    assert (results[0].verdict == "correct") is (tell == "print_text")


def test_on_a_visible_case_everything_is_said(package):
    name = package(m=HOSTILE + "\n\nTELL = 'raise_text'\n")
    module = importlib.import_module(f"{name}.m")
    module.SECRET, module.hidden = "all of it", True
    result = run_check(DOUBLE, 10, lambda case: Code(LocalSession(Executor(name))), lambda case: None)
    assert "all of it" in result.message


# ---- what else could tell


def nobody(case):
    """Code that is asked for nothing."""
    return Code(None)


def test_all_visible_cases_come_before_the_first_hidden_one():
    met = []

    def run(student, reference, expect, rng):
        """Keeps what it was asked."""
        met.append(expect.visible)
        expect.that(True, "out", "correct")

    judgings = [Judging(replace(DOUBLE, id=id, run=run, module=""), 10, nobody, nobody) for id in ("first", "second")]
    results = judge_all(judgings, (Case(5, False), VISIBLE, Case(6, False)))
    assert met == [True] * 2 + [False] * 4
    assert [(result.id, result.verdict) for result in results] == [("first", "correct"), ("second", "correct")]


def test_what_needs_code_that_ran_out_of_time_is_not_run():
    def run(student, reference, expect, rng):
        """Takes too long on hidden cases."""
        if not expect.visible:
            raise WorkerFault("timeout", "It was stopped.")
        expect.that(True, "out", "correct")

    def never(student, reference, expect, rng):
        """Is not run on hidden cases."""
        assert expect.visible
        expect.that(True, "out", "correct")

    first = replace(DOUBLE, id="first", run=run, module="")
    second = replace(DOUBLE, id="second", run=never, module="", needs=("first",))
    results = judge_all([Judging(check, 10, nobody, nobody) for check in (first, second)], (VISIBLE, Case(5, False)))
    assert [result.verdict for result in results] == ["timeout", "blocked"]


def test_time_counts_on_visible_cases_only():
    check = replace(DOUBLE, run=lambda *_: time.sleep(0.01), module="")
    assert run_check(check, 10, nobody, nobody, (Case(5, False),)).seconds == 0
    assert run_check(check, 10, nobody, nobody).seconds >= 0.01


def test_the_seed_of_a_case_stays_with_the_grader():
    class Listener:
        def request(self, request):
            seeds.append(request.seed)
            return Reply(None)

    seeds = []
    for seed in (231, 231, 2**200, None):
        Code(Listener(), seed=seed).m.f(1.0)
    assert seeds[0] == seeds[1] != seeds[2]
    assert all(0 <= seed < 2**32 and seed != 231 for seed in seeds[:3])
    assert seeds[3] is None


@pytest.mark.parametrize("id", sorted(id for id in set(CHECKS) - set(CODE) if CHECKS[id].saved))
def test_images_of_the_grader_never_reach_the_code(id, reference):
    class Refuses:
        def request(self, request):
            raise AssertionError(request)

    rng = np.random.RandomState(0)
    arrays = {"W": (3073, 10), "mean": (3072,), "k_choices": (2,), "accuracies": (2, 5), "best_k": ()}
    if id.startswith("features"):
        arrays = {"W": (155, 10), "mean": (154,), "std": (154,)}
    if "net" in id or "layer" in id or id == "fc_model":
        inputs = 154 if id.startswith("features") else 3072
        arrays |= {"W1": (inputs, 4), "b1": (4,), "W2": (4, 10), "b2": (10,)}
    if id == "convnet_model":
        arrays |= {"W1": (4, 3, 3, 3), "W2": (1024, 5), "b2": (5,), "W3": (5, 10), "b3": (10,)}
    saved = {name: rng.random_sample(shape) for name, shape in arrays.items()} | {"dataset": np.array("shapes10")}
    if id in ("two_layer_model", "fc_model", "convnet_model"):
        saved["mean"] = np.zeros((32, 32, 3))
    student = Code(Refuses(), saved=lambda name: saved)
    result = run_check(CHECKS[id], 10, lambda case: student, lambda case: reference(id, case))
    assert result.verdict == "wrong"
    assert id == "knn_cross_validation" or re.search(r" \d+% of the test images", result.message)
