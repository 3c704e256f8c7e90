"""A grader without a sandbox, as the control of an attack: what works on this one is a real attack.

It has a process of its own in a nest of namespaces, for one attack. Its working folder is the students', and stays the
same for all; its environment and its open files are handed on; it holds the secret in both.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .attack import Attack, Targets
from .hostile import ITEM, item_of, write_package
from .measure import measured

SECONDS = 15.0
_PR_SET_PTRACER = 0x59616D61
_CALL = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
from cs231n import layers
try:
    for _ in range(int(sys.argv[5])):
        value = getattr(layers, sys.argv[2])(json.loads(sys.argv[3]))
except BaseException as error:
    value = f"{type(error).__name__}: {error}"
with open(int(sys.argv[4]), "w") as out:
    json.dump(value, out, default=str)
"""


def grade(attack: Attack, targets: Targets) -> dict[str, Any]:
    """Grade the submission of `attack` in the working folder, or play what it has as its control; returns fields of an
    `Outcome`. To be called in a process that is thrown away."""
    ctypes.CDLL(None).prctl(_PR_SET_PTRACER, ctypes.c_ulong(-1), 0, 0, 0)  # whatever this machine's kernel would say
    for path in (targets["secret_file"], os.path.dirname(targets["secret_file"])):
        os.set_inheritable(os.open(path, os.O_RDONLY), True)
    targets = {**targets, "grader": os.getpid()}
    if attack.control is not None:
        return attack.control(targets)
    if item_of(attack) is not None:
        return _compare(attack, targets)
    if attack.options.get("shared"):
        return _call_here(attack, targets)
    outcome = _call(attack.run, targets, attack.options.get("calls", 1))
    friend = attack.options.get("friend")
    return outcome if friend is None else _call(friend, targets)


def _call(run: Callable[..., Any], targets: Targets, calls: int = 1) -> dict[str, Any]:
    """Call it in a process of its own."""
    folder = Path(tempfile.mkdtemp(dir=os.getcwd()))
    write_package(folder, run)
    (value, seconds, megabytes) = measured(lambda: _value(folder, run.__name__, targets, calls))
    return {"value": value, "seconds": seconds, "megabytes": megabytes}


def _value(folder: Path, name: str, targets: Targets, calls: int) -> Any:
    with tempfile.TemporaryFile("w+") as answer, tempfile.TemporaryFile("w+b") as output:
        command = [str(folder), name, json.dumps(targets), str(answer.fileno()), str(calls)]
        os.set_inheritable(answer.fileno(), True)
        process = subprocess.Popen(
            [sys.executable, "-c", _CALL, *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            close_fds=False,
        )
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(SECONDS)
        process.kill()
        process.wait()
        for file in (answer, output):
            file.seek(0)
        said = output.read()  # a grader likes to show it
        text = answer.read()
        try:
            return json.loads(text)
        except ValueError:
            return said[-1000:].decode(errors="replace")


def _call_here(attack: Attack, targets: Targets) -> dict[str, Any]:
    """Call it in this process, as graders do that import a student's module."""

    def call() -> Any:
        value = None
        for run in filter(None, (attack.run, attack.options.get("friend"))):
            try:
                value = getattr(_import(run), run.__name__)(targets)
            except Exception as error:
                value = f"{type(error).__name__}: {error}"
        return value

    value, seconds, megabytes = measured(call)
    return {"value": value, "seconds": seconds, "megabytes": megabytes}


def _import(run: Callable[..., Any], *item: Any) -> Any:
    """The module of a submission with `run` in it."""
    folder = Path(tempfile.mkdtemp(dir=os.getcwd()))
    write_package(folder, run, *item)
    for name in [name for name in sys.modules if name.partition(".")[0] == "cs231n"]:
        del sys.modules[name]
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    return importlib.import_module("cs231n.layers")


def _compare(attack: Attack, targets: Targets) -> dict[str, Any]:
    """Call it in this process and compare by NumPy."""
    if item_of(attack) != ITEM:
        raise LookupError(f"the naive grader grades {ITEM}; {attack.name} needs a control of its own")
    layers = _import(attack.run, ITEM, targets)
    rng = np.random.RandomState(1)
    x, w, b = rng.standard_normal((4, 3, 2)), rng.standard_normal((6, 5)), rng.standard_normal(5)
    right = x.reshape(4, 6) @ w + b
    out, _ = layers.affine_forward(x, w, b)
    return {"points": 10.0 if np.allclose(out, right) else 0.0}
