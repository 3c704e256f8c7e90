"""The untrusted side: imports a student's package and answers requests. It holds no answers.

Started by `session`, with a socket as an inherited file descriptor. It sends one empty frame when it is ready.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import resource
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy.random  # noqa: F401  loaded before the memory limit is set

from ..checks.executor import CodeError, Executor, Request
from ..checks.values import HandleId, Tree
from . import wire

PACKAGE = "cs231n"
MAX_REQUEST = 1 << 30
MAX_NOTEBOOK = 64 << 20


def run(arguments: list[str]) -> None:
    """`serve` with the arguments of a command line."""
    fd, folder, fallback, memory_mb, cpu_seconds = arguments
    serve(int(fd), folder, fallback, int(memory_mb), int(cpu_seconds))


def serve(fd: int, folder: str, fallback: str, memory_mb: int, cpu_seconds: int) -> None:
    """Serve requests on the socket `fd` until it closes. `folder` holds the submission, `fallback` the release's
    `cs231n`, which stands in for files that the submission has not got."""
    limit_resources(memory_mb, cpu_seconds)
    install_package(Path(folder) / PACKAGE, Path(fallback))
    sys.path.append(folder)  # last: a student's numpy.py must not stand in for NumPy
    executor = Executor(PACKAGE)
    _send(fd, wire.encode({}, None))
    while True:
        head, tree = wire.read(lambda count: _receive(fd, count), MAX_REQUEST)
        answer = {"id": head["id"], "nonce": head["nonce"]}
        try:
            if head["op"] == "notebook":
                frame = wire.encode(answer, survey_notebook(Path(folder) / tree))
            else:
                args, kwargs = tree
                reply = executor.execute(
                    Request(head["op"], _target(head["target"]), tuple(args), tuple(kwargs.items()), head["seed"])
                )
                frame = wire.encode({**answer, "changed": list(reply.changed)}, reply.value)
        except CodeError as error:
            frame = wire.encode({**answer, "error": [error.kind, error.text, error.line]}, None)
        except MemoryError:
            frame = wire.encode({**answer, "error": ["MemoryError", "", ""]}, None)
        _send(fd, frame)


def limit_resources(memory_mb: int, cpu_seconds: int) -> None:
    """Bound this process's memory (beyond what is mapped already), CPU time, file size and open files."""
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    memory = mapped + (memory_mb << 20)
    for what, amount in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 16 << 20),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (amount, amount))


def install_package(own: Path, fallback: Path) -> None:
    """Make `cs231n` importable from the submission, with the release's files behind the student's.

    The `__init__` files are always the release's, so that one broken module breaks nothing but itself.
    """
    for name, part in ((PACKAGE, ""), (f"{PACKAGE}.classifiers", "classifiers")):
        places = [str(folder / part) for folder in (own, fallback) if (folder / part).is_dir()]
        init = fallback / part / "__init__.py"
        if not init.is_file():
            continue
        spec = importlib.util.spec_from_file_location(name, init, submodule_search_locations=places)
        if spec is None or spec.loader is None:
            continue
        module: ModuleType = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)


def survey_notebook(path: Path) -> Tree:
    """What a notebook holds: `{"answers": {grade_id: text}, "run": cells that were run, "code": code cells}`.

    Raises `CodeError` for a file that is no notebook.
    """
    try:
        if path.stat().st_size > MAX_NOTEBOOK:
            raise ValueError(f"larger than {MAX_NOTEBOOK >> 20} MB")
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        answers: dict[str, str] = {}
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        for cell in cells:
            marks = cell.get("metadata", {}).get("nbgrader", {})
            if marks.get("grade") and marks.get("solution"):
                answers[str(marks["grade_id"])[:100]] = "".join(cell["source"])[:10_000]
        return {"answers": answers, "run": sum(bool(c.get("execution_count")) for c in code), "code": len(code)}
    except FileNotFoundError:
        raise CodeError("FileNotFoundError", "it is missing") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        raise CodeError("ValueError", f"it is not a notebook ({type(error).__name__})") from None


def _target(target: Any) -> Any:
    return HandleId(target[0], target[1]) if isinstance(target, list) else target


def _receive(fd: int, count: int) -> bytes:
    data = bytearray(count)
    view, got = memoryview(data), 0
    while got < count:
        read = os.readv(fd, [view[got:]])
        if read == 0:
            os._exit(0)  # the grader has closed the socket: the work is over
        got += read
    return bytes(data)


def _send(fd: int, frame: bytes) -> None:
    view = memoryview(frame)
    while view:
        view = view[os.write(fd, view) :]
