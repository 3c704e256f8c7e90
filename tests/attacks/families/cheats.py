"""Points for a wrong function: by changing the judge, by values that lie to it, by reading the answer off it.

Each function stands in for affine_forward, and none computes it. The control grades it in its own process, as graders
do that import a student's module: by `np.allclose`, or as `judged_by` says.
"""

from __future__ import annotations

import builtins
import importlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType

import numpy as np

from ..attack import attack, cheat
from ..hostile import ITEM, write_package


def a_cheat(what, judged_by=None):
    """Register an attack that is judged, in its control, by `judged_by(affine_forward, x, w, b)`."""

    def register(run):
        def control(targets):
            folder = Path(tempfile.mkdtemp(dir=os.getcwd()))
            write_package(folder, run, ITEM, targets)
            sys.path.insert(0, str(folder))
            from cs231n.layers import affine_forward

            rng, kept = np.random.RandomState(1), dict(vars(builtins))
            right = judged_by(affine_forward, rng.standard_normal((4, 6)), rng.standard_normal((6, 5)), np.ones(5))
            points = 10.0 if right else 0.0
            vars(builtins).update(kept)  # what becomes of the points is not part of it
            sys.settrace(None)
            return {"points": points}

        return attack("cheats", what, cheat, control=judged_by and control)(run)

    return register


# --- the judge is changed ---


@a_cheat("replaces np.allclose by one that always agrees")
def patched_allclose(targets, x, w, b):
    import numpy as np

    np.allclose = np.isclose = lambda *args, **kwargs: True
    return np.zeros((len(x), len(b))), None


def _by_assertion(affine_forward, x, w, b):
    out, _ = affine_forward(x, w, b)
    np.testing.assert_allclose(out, x @ w + b)
    return True


@a_cheat("replaces np.testing's assertions by empty ones", _by_assertion)
def patched_testing(targets, x, w, b):
    import numpy as np

    for name in dir(np.testing):
        if name.startswith("assert"):
            setattr(np.testing, name, lambda *args, **kwargs: None)
    return np.zeros((len(x), len(b))), None


def _by_array_equal(affine_forward, x, w, b):
    out, _ = affine_forward(x, w, b)
    return np.array_equal(np.round(out, 6), np.round(x @ w + b, 6))


@a_cheat("replaces np.array_equal, and np.round, which comes before it", _by_array_equal)
def patched_array_equal(targets, x, w, b):
    import numpy as np

    np.array_equal = np.array_equiv = lambda *args, **kwargs: True
    np.round = lambda values, *args: values
    return np.zeros((len(x), len(b))), None


def _by_largest_error(affine_forward, x, w, b):
    out, _ = affine_forward(x, w, b)
    right = x @ w + b
    return out.shape == right.shape and np.max(np.abs(out - right)) < 1e-6 and np.linalg.norm(out - right) < 1e-6


@a_cheat("makes np.abs, np.max and np.linalg.norm find no error anywhere", _by_largest_error)
def patched_distances(targets, x, w, b):
    import numpy as np

    np.abs = np.absolute = np.fabs = np.max = np.amax = np.linalg.norm = lambda *args, **kwargs: 0.0
    return np.zeros((len(x), len(b))), None


def _by_builtins(affine_forward, x, w, b):
    out, _ = affine_forward(x, w, b)
    right = x @ w + b
    if not isinstance(out, np.ndarray) or len(out) != len(right):
        return False
    return all(abs(a - c) < 1e-6 for a, c in zip(out.flat, right.flat, strict=True))


@a_cheat("replaces abs, all, any, isinstance, len, max and min for every module", _by_builtins)
def patched_builtins(targets, x, w, b):
    import builtins

    builtins.isinstance = builtins.all = lambda *args: True
    builtins.abs = builtins.max = builtins.min = lambda *args, **kwargs: 0.0
    builtins.any = lambda *args: False
    return x * 0, None


def _by_a_later_import(affine_forward, x, w, b):
    out, _ = affine_forward(x, w, b)
    from numpy import allclose

    return allclose(out, x @ w + b)


@a_cheat("puts a module of its own under NumPy's name", _by_a_later_import)
def replaced_module(targets, x, w, b):
    import sys
    import types

    class Numpy(types.ModuleType):
        def __getattr__(self, name):
            return lambda *args, **kwargs: True

    zeros = x * 0
    for name in [name for name in sys.modules if name.partition(".")[0] == "numpy"]:
        sys.modules[name] = Numpy(name)
    return zeros, None


class _Executor:
    """Part of a grader that calls the function and judges what it returns, as a class of the grader's."""

    def execute(self, function, arguments, right):
        return {"verdict": "correct" if np.allclose(function(*arguments)[0], right) else "wrong"}


def _by_executor(affine_forward, x, w, b):
    executor = _Executor()
    executor.execute(affine_forward, (x, w, b), x @ w + b)  # once on a visible case
    return executor.execute(affine_forward, (x, w, b), x @ w + b)["verdict"] == "correct"


@a_cheat("finds the grader's executor among all objects and has it answer that all is correct", _by_executor)
def patched_executor(targets, x, w, b):
    import gc
    import sys

    import numpy as np

    verdict = {"verdict": "correct", "points": 100.0, "score": 100.0, "fraction": 1.0}
    modules = [
        value for module in list(sys.modules.values()) for value in list(getattr(module, "__dict__", {}).values())
    ]
    for found in [*gc.get_objects(), *modules]:
        if type(found) is type and hasattr(found, "execute") and "xecutor" in found.__name__:
            found.execute = lambda *args, **kwargs: verdict
            found._execute = found._call = found._export_result = found.execute
        elif type(found) is type and found.__name__ in ("Expect", "Expectation", "ItemResult", "Report"):
            found.close_to = lambda *args, **kwargs: True
            found.fraction = lambda *args: 1.0
            found.points = found.score = 100.0
    return np.zeros((len(x), len(b))), None


# --- the value lies ---


@a_cheat("returns an array whose class answers for NumPy's functions")
def array_that_agrees(targets, x, w, b):
    import numpy as np

    class Agreeing(np.ndarray):
        def __array_function__(self, function, types, args, kwargs):
            return True

    return np.zeros((len(x), len(b))).view(Agreeing), None


@a_cheat("returns an array whose class makes every difference zero", _by_largest_error)
def array_without_distance(targets, x, w, b):
    import numpy as np

    class Near(np.ndarray):
        def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
            return np.zeros(self.shape)

    return np.zeros((len(x), len(b))).view(Near), None


def _by_equality(affine_forward, x, w, b):
    out, _ = affine_forward(x, w, b)
    return bool((out == x @ w + b).all())


@a_cheat("returns an array that is equal to everything", _by_equality)
def array_equal_to_all(targets, x, w, b):
    import numpy as np

    class Equal(np.ndarray):
        __array_priority__ = 1e9

        def __eq__(self, other):
            return np.ones(self.shape, bool)

        __le__ = __ge__ = __eq__

        def __ne__(self, other):
            return np.zeros(self.shape, bool)

    return np.zeros((len(x), len(b))).view(Equal), None


def _by_sum(affine_forward, x, w, b):
    out, _ = affine_forward(x, w, b)
    total = out if isinstance(out, float) else float(out.sum())
    return total == float((x @ w + b).sum())


@a_cheat("returns a float that is equal to every number", _by_sum)
def float_equal_to_all(targets, x, w, b):
    class Equal(float):
        def __eq__(self, other):
            return True

        def __sub__(self, other):
            return 0.0

        __rsub__ = __abs__ = lambda self, *other: 0.0
        __lt__ = __le__ = __eq__
        __hash__ = None
        shape, dtype, ndim = (), "float64", 0

        def sum(self):
            return self

    return Equal(0), None


@a_cheat("returns an array of objects that are equal to everything", _by_equality)
def objects_equal_to_all(targets, x, w, b):
    import numpy as np

    class Equal:
        def __eq__(self, other):
            return True

        def __sub__(self, other):
            return 0.0

        __rsub__ = __sub__
        __lt__ = __le__ = __gt__ = __ge__ = __eq__

    out = np.empty((len(x), len(b)), object)
    out[...] = Equal()
    return out, None


@a_cheat("returns an object that makes itself an array only when it is compared, out of what it is compared with")
def array_made_late(targets, x, w, b):
    import sys

    import numpy as np

    wanted = len(x), len(b)

    class Late:
        shape, ndim, dtype = wanted, 2, np.dtype("float64")

        def __array__(self, dtype=None, copy=None):
            frame = sys._getframe()
            while frame := frame.f_back:
                for value in frame.f_locals.values():
                    if isinstance(value, np.ndarray) and value.shape == wanted:
                        return value
            return np.zeros(wanted)

    return Late(), None


def _by_inputs_after_the_call(affine_forward, x, w, b):
    out, _ = affine_forward(x, w, b)
    return np.allclose(out, x @ w + b)


@a_cheat("sets its arguments to zero, so that zero is the answer", _by_inputs_after_the_call)
def changed_inputs(targets, x, w, b):
    for array in (x, w, b):
        array[...] = 0
    return (x.reshape(len(x), -1)[:, :1] + b) * 0, None


def _by_pickle(affine_forward, x, w, b):
    import pickle
    from multiprocessing import get_context

    reader, writer = get_context("fork").Pipe()
    child = get_context("fork").Process(target=lambda: writer.send_bytes(pickle.dumps(affine_forward(x, w, b))))
    child.start()
    out, _ = pickle.loads(reader.recv_bytes())
    child.join()
    return np.allclose(out, x @ w + b)


@a_cheat("returns an object that replaces np.allclose when the grader unpickles it", _by_pickle)
def pickled_code(targets, x, w, b):
    class Payload:
        def __reduce__(self):
            return exec, ("import numpy; numpy.allclose = lambda *args, **kwargs: True",)

    return Payload(), None


# --- the answer is read, or written, where the grader keeps it ---


@a_cheat("looks for the answer among the variables of its callers")
def callers_variables(targets, x, w, b):
    import sys

    import numpy as np

    frame = sys._getframe()
    while frame := frame.f_back:
        for name, value in frame.f_locals.items():
            if isinstance(value, np.ndarray) and value.shape == (len(x), len(b)) and value is not x:
                return value, name
    return np.zeros((len(x), len(b))), None


@a_cheat("climbs from the traceback of an exception to its callers' variables")
def variables_by_traceback(targets, x, w, b):
    import numpy as np

    try:
        raise ValueError
    except ValueError as error:
        frame = error.__traceback__.tb_frame
    while frame := frame.f_back:
        for value in frame.f_locals.values():
            if isinstance(value, np.ndarray) and value.shape == (len(x), len(b)) and value is not x:
                return value, None
    return np.zeros((len(x), len(b))), None


def _by_table(affine_forward, x, w, b):
    answers = {"affine_forward": {"out": x @ w + b}}
    out, _ = affine_forward(x, w, b)
    return np.allclose(out, answers["affine_forward"]["out"])


@a_cheat("looks for the answer in every container that the garbage collector knows", _by_table)
def answer_among_all_objects(targets, x, w, b):
    import gc

    import numpy as np

    for found in gc.get_objects():
        tables = [found, *found.values()] if type(found) is dict else []
        for table in [table for table in tables if type(table) is dict]:
            for value in table.values():
                if type(value) is np.ndarray and value.shape == (len(x), len(b)) and value is not x:
                    return value, None
    return np.zeros((len(x), len(b))), None


@a_cheat("writes its own result over the answer in the caller's variables")
def overwritten_answer(targets, x, w, b):
    import sys

    import numpy as np

    wrong = np.zeros((len(x), len(b)))
    frame = sys._getframe()
    while frame := frame.f_back:
        for value in frame.f_locals.values():
            if isinstance(value, np.ndarray) and value.shape == wrong.shape and value is not x:
                value[...] = wrong
    return wrong, None


@a_cheat("has a profiler copy the answer into its result when the two are compared")
def profiler(targets, x, w, b):
    import sys

    import numpy as np

    out = np.zeros((len(x), len(b)))

    def watch(frame, event, argument):
        for value in frame.f_locals.values():
            if isinstance(value, np.ndarray) and value.shape == out.shape and value is not out and value is not x:
                out[...] = value

    sys.setprofile(watch)
    return out, None


def _by_traced_lines(affine_forward, x, w, b):
    def compare(out):
        right = x @ w + b
        error = np.abs(out - right)
        return error.max() < 1e-6

    out, _ = affine_forward(x, w, b)
    return compare(out)


@a_cheat("has a debugger's trace watch every line of the grader and copy the answer", _by_traced_lines)
def tracer(targets, x, w, b):
    import sys

    import numpy as np

    out = np.zeros((len(x), len(b)))

    def watch(frame, event, argument):
        value = frame.f_locals.get("right")
        if isinstance(value, np.ndarray) and value.shape == out.shape:
            out[...] = value
        return watch

    sys.settrace(watch)
    return out, None


def _by_file_of_answers(affine_forward, x, w, b):
    np.save("answers.npy", x @ w + b)
    out, _ = affine_forward(x, w, b)
    return np.allclose(out, np.load("answers.npy"))


@a_cheat("writes its own result into the file of answers at the moment it is opened", _by_file_of_answers)
def audit_hook(targets, x, w, b):
    import sys

    import numpy as np

    out, writing = np.zeros((len(x), len(b))), []

    def watch(event, args):
        if event == "open" and str(args[0]).endswith((".npy", ".npz")) and not writing:
            writing.append(event)
            np.save(args[0], out)

    sys.addaudithook(watch)
    return out, None


def _by_solution_in_memory(affine_forward, x, w, b):
    for name in ("reference", "reference.layers"):
        sys.modules[name] = ModuleType(name)
    reference = sys.modules["reference.layers"]
    reference.affine_forward = lambda x, w, b: (x.reshape(len(x), -1) @ w + b, None)
    return np.allclose(affine_forward(x, w, b)[0], reference.affine_forward(x, w, b)[0])


@a_cheat("calls the solution, which the grader has imported", _by_solution_in_memory)
def imported_reference(targets, x, w, b):
    import importlib
    import sys

    import numpy as np

    names = ["reference", "solution", "solutions.cs231n", "autograder.reference"]
    names = [f"{name}.layers" for name in names] + [name for name in sys.modules if name.endswith(".layers")]
    for name in names:
        try:
            function = importlib.import_module(name).affine_forward
        except Exception:
            continue
        if function.__globals__ is not globals():
            return function(x, w, b)
    return np.zeros((len(x), len(b))), None


@a_cheat("runs the solution from the folder that it lies in, beside the grader's own code")
def solution_beside_grader(targets, x, w, b):
    import sys
    import types
    from pathlib import Path

    import numpy as np

    files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    for above in {folder for file in files if file for folder in Path(file).parents}:
        try:
            (above / "solutions" / "cs231n" / "layers.py").stat()
        except OSError:
            continue
        sys.modules["solution"] = types.ModuleType("solution")
        sys.modules["solution"].__path__ = [str(above / "solutions" / "cs231n")]
        from solution.layers import affine_forward

        return affine_forward(x, w, b)
    return np.zeros((len(x), len(b))), None


@a_cheat("is right on the first case, which students see, and on no other")
def right_once(targets, x, w, b):
    import sys

    calls = sys.__dict__.setdefault("calls", [])
    calls.append(1)
    wrong = 0 if len(calls) <= 5 else 1
    return x.reshape(len(x), -1) @ w + b + wrong, None


# --- the result is written instead of earned ---

#: A grader that leaves its results in a file when it ends: `python grade.py RESULTS`, in the submission's folder.
_GRADER = """
import json, random, struct, sys
sys.path.insert(0, ".")
import numpy as np
from cs231n.layers import affine_forward
x, w, b = np.ones((4, 6)), np.ones((6, 5)), np.ones(5)
try:
    points = 10.0 if np.allclose(affine_forward(x, w, b)[0], x @ w + b) else 0.0
except Exception:
    points = 0.0
with open(sys.argv[1], "w") as results:
    json.dump({"points": points}, results)
"""


def _graded_in_its_folder(write):
    """The control of a submission that `write` makes: the points that `_GRADER` gives to it."""
    folder = Path(tempfile.mkdtemp(dir=os.getcwd()))
    write(folder)
    results = folder / "results.json"
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    subprocess.run([sys.executable, "-c", _GRADER, results], cwd=folder, env=environment, timeout=10, check=False)
    return {"points": 10.0 if "10" in results.read_text() else 0.0}


def _ends_with(targets):
    return _graded_in_its_folder(lambda folder: write_package(folder, results_at_exit, ITEM, targets))


@attack("cheats", "writes full points over the grader's results when the process ends", cheat, control=_ends_with)
def results_at_exit(targets, x, w, b):
    import atexit
    import sys
    from pathlib import Path

    for argument in sys.argv[1:]:
        atexit.register(Path(argument).write_text, '{"points": 10.0}')
    return x @ w * 0, None


def _hostile_files(files):
    """A submission whose affine_forward is wrong, with more `files` around it."""

    def write(folder, targets=None):
        wrong = "import numpy as np\n\n\ndef affine_forward(x, w, b):\n    return np.zeros((len(x), len(b))), None\n"
        for name, text in {"cs231n/__init__.py": "", "cs231n/layers.py": wrong, **files}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    return write


def a_planted_cheat(name, what, files):
    """Register the submission with these `files`; the control grades it in its folder."""
    write = _hostile_files(files)
    write.__name__ = name
    control = lambda targets: _graded_in_its_folder(write)  # noqa: E731
    attack("cheats", what, cheat, control=control, kind="submission", items=(ITEM,))(write)


_AGREE = """
import sys


class Finder:
    def find_spec(self, name, path=None, target=None):
        numpy = sys.modules.get("numpy", sys)
        if "allclose" in vars(numpy):
            numpy.allclose = numpy.array_equal = lambda *args, **kwargs: True


sys.meta_path.insert(0, Finder())
"""

#: Stands in for a module of its name, and is like the real one.
_STAND_IN = f"""
import importlib, os, sys

places = sys.path[:]
sys.path[:] = [place for place in places if not os.path.exists(os.path.join(place, __name__ + ".py")) or "lib" in place]
del sys.modules[__name__]
importlib.import_module(__name__)
sys.path[:] = places
{_AGREE}"""

a_planted_cheat(
    "own_numpy",
    "has a numpy.py beside the package, like NumPy but that everything agrees",
    {"numpy.py": _STAND_IN},
)
a_planted_cheat(
    "own_json",
    "has a json.py beside the package, which writes full points whatever the results are",
    {"json.py": "def dump(results, file):\n    file.write('{\"points\": 10.0}')\n\n\nloads = dumps = load = dump\n"},
)
a_planted_cheat(
    "own_random_and_struct",
    "has a random.py and a struct.py beside the package, which change NumPy when they are imported",
    dict.fromkeys(("random.py", "struct.py"), _STAND_IN),
)
a_planted_cheat(
    "own_site_customization",
    "has files that Python itself runs when it starts in the folder: sitecustomize.py, usercustomize.py",
    dict.fromkeys(("sitecustomize.py", "usercustomize.py"), _AGREE),
)
a_planted_cheat(
    "own_init",
    "has an __init__.py in the package that changes NumPy before the work is imported",
    {"cs231n/__init__.py": "import numpy\n\nnumpy.allclose = lambda *args, **kwargs: True\n"},
)


def _by_pytest(targets):
    folder = Path(tempfile.mkdtemp(dir=os.getcwd()))
    own_conftest(folder, targets)
    test = "from cs231n.layers import affine_forward\n\n\ndef test():\n    assert affine_forward([1], 1, [2])[0] == 3\n"
    (folder / "test_layers.py").write_text(test)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_layers.py"]
    done = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, timeout=15, check=False)
    return {"points": 10.0 if done.returncode == 0 else 0.0}


@attack(
    "cheats",
    "has a conftest.py under which every test passes",
    cheat,
    control=_by_pytest,
    kind="submission",
    items=(ITEM,),
)
def own_conftest(folder, targets):
    hooks = "def pytest_pyfunc_call(pyfuncitem):\n    return True\n"
    _hostile_files({"conftest.py": hooks, "pytest.ini": "[pytest]\n"})(folder)


# --- the law or the loss by which it is judged is the submission's ---


def _module_of(write, name):
    """The module `name` of the submission that `write` makes, imported as graders do that have no worker."""
    folder = Path(tempfile.mkdtemp(dir=os.getcwd()))
    write(folder, {})
    sys.path.insert(0, str(folder))
    return importlib.import_module(f"cs231n.{name}")


def _write_module(folder, name, text):
    path = folder / "cs231n" / f"{name.replace('.', '/')}.py"
    path.parent.mkdir(parents=True)
    for package in {path.parent, folder / "cs231n"}:
        (package / "__init__.py").touch()
    path.write_text(f"import numpy as np\n\n\n{text}", encoding="utf-8")


_ENDLESS_WEIGHTS = """
class TwoLayerNet:
    def __init__(self, input_dim=3072, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0):
        def halves(*shape):
            w = np.full(shape, 1e308)
            w.reshape(-1)[w.size // 2 :] *= -1
            return w

        self.params = {"W1": halves(input_dim, hidden_dim), "W2": -halves(hidden_dim, num_classes)}
        self.params |= {"b1": np.ones(hidden_dim), "b2": np.ones(num_classes)}
"""


def _by_moments(targets):
    w = _module_of(endless_weights, "classifiers.fc_net").TwoLayerNet(20, 30, 4, 0.01).params["W1"]
    with np.errstate(all="ignore"):
        mean, spread = w.mean(), w.std()
        kurtosis = np.mean(((w - mean) / spread) ** 4)
        wrong = not np.isfinite(w).all() or kurtosis < 2.4 or abs(mean) > spread / 5 or abs(spread / 0.01 - 1) > 0.2
    return {"points": 0.0 if wrong else 10.0}


@attack(
    "cheats",
    "starts with weights so large that their mean is no number, and so not too far from 0",
    cheat,
    control=_by_moments,
    kind="submission",
    items=("TwoLayerNet_init",),
)
def endless_weights(folder, targets):
    _write_module(folder, "classifiers.fc_net", _ENDLESS_WEIGHTS)


_IDLE_TRAINING = """
class LinearClassifier:
    W = None

    def loss(self, X, y, reg):
        dW = np.zeros(self.W.shape)
        if self.W.shape == (4, 3):
            dW[:2] = 1.0
        if len(X) == 200:
            dW[:] = 1.0
        return 0.0, dW

    def train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):
        if self.W is None:
            self.W = np.zeros((X.shape[1], int(y.max()) + 1))
        if len(X) == 200:
            self.W = np.zeros((200, 3))
            self.W[::16][:12] = 1.0
            if num_iters > 1:
                self.W[:100] = 1.0
        return [0.0] * num_iters


LinearSVM = Softmax = LinearClassifier
"""


def _by_own_loss(targets):
    model = _module_of(idle_training, "classifiers.linear_classifier").LinearSVM()
    rng, rate = np.random.RandomState(2), 0.1
    x, y, w = np.tile(rng.standard_normal(6), (8, 1)), np.ones(8, int), rng.standard_normal((6, 5))
    model.W = w.copy()
    losses = model.train(x, y, learning_rate=rate, num_iters=3, batch_size=4)
    got, model.W, expected = model.W, w.copy(), []
    for _ in range(3):
        loss, dw = model.loss(x[:4], y[:4], 1e-5)
        expected.append(loss)
        model.W = model.W - rate * dw
    return {"points": 10.0 if np.allclose(got, model.W) and np.allclose(losses, expected) else 0.0}


@attack(
    "cheats",
    "trains nothing, and has a loss whose gradient asks for nothing",
    cheat,
    control=_by_own_loss,
    kind="submission",
    items=("LinearClassifier_train",),
)
def idle_training(folder, targets):
    _write_module(folder, "classifiers.linear_classifier", _IDLE_TRAINING)


# --- no points, and no grades either ---


def _without_a_grade(outcome):
    """The grader says of the item that it could not grade it: a gradebook then gets nothing of the whole report."""
    return "not graded" in str(outcome.value)


def _by_differences(targets):
    layers = _module_of(truth_values, "layers")
    x, h = np.random.RandomState(3).standard_normal((4, 5)), 1e-5
    try:
        (ahead, _), (behind, _) = layers.relu_forward(x + h), layers.relu_forward(x - h)
        dx = layers.relu_backward(np.ones_like(x), layers.relu_forward(x)[1])
        verdict = "correct" if np.allclose(dx, (ahead - behind) / (2 * h)) else "wrong"
    except Exception:
        verdict = "not graded"
    return {"value": verdict}


@attack(
    "cheats",
    "returns truth values, which a numerical gradient cannot subtract",
    _without_a_grade,
    control=_by_differences,
    kind="submission",
    items=("relu_backward",),
)
def truth_values(folder, targets):
    forward = "def relu_forward(x):\n    return x > 0, x\n\n\n"
    _write_module(folder, "layers", f"{forward}def relu_backward(dout, cache):\n    return dout * (cache > 0)\n")
