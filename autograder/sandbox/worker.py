"""The untrusted side: holds a student's package and answers requests. It knows no answers.

It sends one frame when it is locked up and ready, gets the submission's source files in the first request, and then
serves one request after the other until the socket closes.
"""

from __future__ import annotations

import functools
import json
import os
import random
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy.random

from ..checks.executor import CodeError, Executor, Request
from ..checks.legacy import provide_legacy_modules
from ..checks.values import HandleId, Tree, ValuesError
from ..checks.written import that_count
from ..notebook_cells import read_cells
from . import confine, sources, wire
from .confine import Policy

#: The folder of this package, to be compared with the grader's.
PACKAGE = Path(__file__).resolve().parents[1]
MAX_REQUEST = 1 << 30


def main() -> None:
    """Serve in this process, which nothing else shares. Its settings come as JSON from standard input."""
    provide_legacy_modules()
    settings = json.load(sys.stdin)
    channel = (
        socket.fromshare(bytes.fromhex(settings["channel"]))  # type: ignore[attr-defined,unused-ignore]
        if sys.platform == "win32"
        else socket.socket(fileno=settings["channel"])
    )
    if sys.platform != "win32":
        confine.keep_only([channel.fileno()])
    serve(channel, Policy.from_json(settings["policy"]), settings["home"], confine.mapped_bytes())


def serve(channel: socket.socket, policy: Policy, home: str, mapped: int) -> None:
    """Lock this process up by `policy` and serve requests until `channel` closes; `mapped` is what this process's
    address space measured before. Never returns."""
    try:
        os.chdir(home)
        random.seed(0)
        numpy.random.seed(0)  # a fork must not go on in its parent's stream: every submission starts alike
        confine.lock(policy, mapped)
    except OSError as error:
        _send(channel, wire.encode({"failed": str(error)}, None))
        os._exit(1)
    _send(channel, wire.encode({"package": str(PACKAGE)}, None))
    executor = Executor(sources.PACKAGE, restore=False)  # nobody else draws random numbers here
    while True:
        head, tree = wire.read(functools.partial(_receive, channel), MAX_REQUEST)
        answer = {"id": head["id"], "nonce": head["nonce"]}
        try:
            fields, value = _carry_out(executor, head, tree)
            frame = wire.encode({**answer, **fields}, value)
        except CodeError as error:
            frame = wire.encode({**answer, "error": [error.kind, error.text, error.line]}, None)
        except MemoryError:
            frame = wire.encode({**answer, "error": ["MemoryError", "", ""]}, None)
        except ValuesError as error:
            frame = wire.encode({**answer, "error": ["ValueError", f"its result cannot be sent: {error}", ""]}, None)
        _send(channel, frame)


def _carry_out(executor: Executor, head: Mapping[str, Any], tree: Tree) -> tuple[dict[str, Any], Tree]:
    if head["op"] == "sources":
        sources.install({name: bytes(data) for name, data in tree.items()})
        return {}, None
    if head["op"] == "notebook":
        return {}, survey_notebook(bytes(tree))
    args, kwargs = tree
    request = Request(head["op"], _target(head["target"]), tuple(args), tuple(kwargs.items()), head["seed"])
    reply = executor.execute(request)
    return {"changed": list(reply.changed)}, reply.value


def survey_notebook(data: bytes) -> Tree:
    """What a notebook holds: `{"answers": {grade_id: text}}`.

    Raises `CodeError` for a file that is no notebook.
    """
    try:
        cells, _ = read_cells(data)
    except ValueError as error:
        raise CodeError("ValueError", str(error)) from None
    counting = that_count((cell.grade_id, cell.source) for cell in cells)
    answers = {id[:100]: cells[number].source.strip()[:10_000] for id, number in counting.items() if id}
    return {"answers": answers}


def _target(target: Any) -> Any:
    return HandleId(target[0], target[1]) if isinstance(target, list) else target


def _receive(channel: socket.socket, view: memoryview) -> None:
    while view:
        # read(2), because the system calls for sockets are locked away
        got = os.readv(channel.fileno(), [view]) if os.name == "posix" else channel.recv_into(view)
        if got == 0:
            os._exit(0)  # the grader has closed the socket: the work is over
        view = view[got:]


def _send(channel: socket.socket, frame: list[memoryview]) -> None:
    if os.name == "posix":
        wire.send(functools.partial(os.writev, channel.fileno()), frame)
    else:
        for part in frame:
            channel.sendall(part)
