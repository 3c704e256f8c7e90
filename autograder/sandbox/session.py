"""The trusted side of a conversation: sends requests to a submission's worker and believes no reply."""

from __future__ import annotations

import contextlib
import secrets
import socket
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import psutil

from ..checks.errors import NotGraded, WorkerFault
from ..checks.executor import CodeError, Reply, Request
from ..checks.hidden import known_line
from ..checks.messages import say
from ..checks.values import HandleId, Tree, ValuesError
from . import runtime, sources, wire
from .launch import Running, launcher
from .limits import Limits
from .modes import Isolation, choose

MAX_NOTEBOOK = 64 << 20
#: How often a worker that keeps us waiting is looked at, in seconds.
_LOOK_SECONDS = 0.1
#: What Python and its packages may use by themselves, beyond the limit of the student's code.
_PYTHON_MB = 512


class WorkerSession:
    """Requests to one submission's worker. A worker that died or was ended is replaced at the next request.

    `folder` is the submission's own copy, `fallback` the release's `cs231n`; without `isolation` the best that the
    machine can do; `preload` names libraries that a fork server keeps in memory.
    """

    def __init__(
        self,
        folder: Path,
        fallback: Path,
        limits: Limits | None = None,
        isolation: Isolation | None = None,
        preload: Sequence[str] = (),
    ) -> None:
        self._folder, self._sources = folder, sources.collect(folder, fallback)
        self._limits, self._isolation, self._preload = limits or Limits(), isolation or choose(), preload
        self._worker: _Worker | None = None
        self._spent = 0.0

    def __enter__(self) -> WorkerSession:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the worker and everything that it started."""
        if self._worker is not None:
            self._worker.end()
            self._worker = None

    def start(self) -> None:
        """Start the worker, if it is not there; raise `NotGraded` if that cannot be done."""
        if self._worker is not None:
            return
        for last in (False, True):  # what starts workers may itself have been killed: it comes back, once
            try:
                self._worker = _Worker(launcher(self._isolation, self._preload).start(self._limits), self._limits)
                self._worker.settle(self._sources)
                return
            except BaseException as error:
                self.close()
                if last or not isinstance(error, NotGraded):
                    raise

    def request(self, request: Request) -> Reply:
        """Send `request`; raise `CodeError` if the code raises, `WorkerFault` if it runs out of a limit or ends."""
        target = (
            [request.target.number, request.target.type_name]
            if isinstance(request.target, HandleId)
            else request.target
        )
        head = {"op": request.op, "target": target, "seed": request.seed}
        answer, value = self._exchange(head, (request.args, dict(request.kwargs)))
        changed = answer.get("changed", [])
        if type(changed) is not list:
            changed = []
        return Reply(value, tuple(str(name)[:80] for name in changed[:16]))

    def notebook(self, name: str) -> dict[str, Any]:
        """What the notebook file `name` holds; see `worker.survey_notebook`. It is read here and parsed there."""
        path = self._folder / name
        try:
            if path.stat().st_size > MAX_NOTEBOOK:
                raise CodeError("ValueError", f"it is larger than {MAX_NOTEBOOK >> 20} MB")
            data = np.fromfile(path, np.uint8)
        except FileNotFoundError:
            raise CodeError("FileNotFoundError", "it is missing") from None
        except OSError as error:
            raise CodeError("OSError", f"it cannot be read: {error.strerror}") from None
        _, survey = self._exchange({"op": "notebook"}, data)
        return survey if isinstance(survey, dict) else {}

    def _exchange(self, head: dict[str, Any], tree: Tree) -> tuple[dict[str, Any], Tree]:
        left = self._limits.budget_seconds - self._spent
        if left <= 0:
            raise self._used_up()
        self.start()
        assert self._worker is not None
        start = time.monotonic()
        try:
            answer, value = self._worker.exchange(head, tree, min(left, self._limits.call_seconds))
        except WorkerFault as fault:
            self.close()
            if fault.verdict == "timeout" and left < self._limits.call_seconds:
                raise self._used_up() from None
            raise
        except MemoryError:  # a frame half read is the end of the conversation
            self.close()
            raise
        finally:
            self._spent += time.monotonic() - start
        error = answer.get("error")
        if error is not None:
            if type(error) is not list or len(error) != 3 or not all(type(part) is str for part in error):
                self.close()
                raise WorkerFault("error", say("died", how="it broke the protocol"))
            raise CodeError(error[0][:80], error[1][:300], known_line(error[2][:120], self._sources))
        return answer, value

    def _used_up(self) -> WorkerFault:
        return WorkerFault("timeout", say("budget", seconds=self._limits.budget_seconds))


class _Worker:
    """One worker and the socket to it."""

    def __init__(self, running: Running, limits: Limits) -> None:
        self._running, self._limits = running, limits
        self._channel = running.channel
        self._watch = _Watch(running, limits)
        self._number = 0
        self._ended = ""

    def end(self) -> str:
        """End it with everything that it started; returns how it had ended."""
        self._ended = self._ended or self._running.end()
        return self._ended

    def settle(self, files: Mapping[str, bytes]) -> None:
        """Wait until it is ready and hand it the submission; raise `NotGraded` if it is not."""
        deadline = time.monotonic() + self._limits.start_seconds
        try:
            # The interpreter, NumPy and the locks come before anything of the student's does.
            ready, _ = wire.read(lambda view: self._receive(view, deadline, self._limits.start_seconds), 0)
            if "failed" in ready:
                raise NotGraded(f"a worker could not be locked up: {ready['failed']}")
            if ready.get("package") != str(runtime.PACKAGE):
                raise NotGraded(
                    f"workers use the package in {ready.get('package')}, this grader the one in {runtime.PACKAGE}; "
                    "install this one into the environment (`pip install --editable .`)"
                )
            arrays = {name: np.frombuffer(data, np.uint8) for name, data in files.items()}
            self.exchange({"op": "sources"}, arrays, self._limits.start_seconds)
        except (WorkerFault, wire.WireError, ValuesError) as error:
            raise NotGraded(f"a worker did not start: {self._running.complaint() or error}") from None

    def exchange(self, head: dict[str, Any], tree: Tree, seconds: float) -> tuple[dict[str, Any], Tree]:
        """Send one request and wait for its reply; raise `WorkerFault` where none comes in time."""
        self._number += 1
        mark = {"id": self._number, "nonce": secrets.token_hex(16)}
        deadline = time.monotonic() + seconds
        try:
            if self._spoke_first():
                raise wire.WireError("it spoke before it was asked")
            wire.send(lambda parts: self._write(parts, deadline, seconds), wire.encode({**head, **mark}, tree))
            answer, value = wire.read(lambda view: self._receive(view, deadline, seconds), self._limits.reply_mb << 20)
        except wire.WireError as error:
            raise WorkerFault("error", say("died", how=str(error))) from None
        if type(answer.get("id")) is not int or any(answer.get(name) != value for name, value in mark.items()):
            raise WorkerFault("error", say("died", how="it broke the protocol"))
        return answer, value

    def _spoke_first(self) -> bool:
        """Whether something lies in the socket although nothing was asked."""
        self._channel.setblocking(False)
        try:
            return bool(self._channel.recv(1, socket.MSG_PEEK))
        except BlockingIOError:
            return False
        except OSError:
            raise self._died() from None

    def _write(self, parts: list[memoryview], deadline: float, seconds: float) -> int:
        while True:
            self._channel.settimeout(self._patience(deadline, seconds))
            try:
                if hasattr(self._channel, "sendmsg"):
                    return self._channel.sendmsg(parts)
                return self._channel.send(parts[0])
            except TimeoutError:
                self._watch.look()
            except OSError:
                raise self._died() from None

    def _receive(self, view: memoryview, deadline: float, seconds: float) -> None:
        while view:
            self._channel.settimeout(self._patience(deadline, seconds))
            try:
                got = self._channel.recv_into(view)
            except TimeoutError:
                self._watch.look()
                continue
            except OSError:
                raise self._died() from None
            if got == 0:
                raise self._died()
            view = view[got:]

    def _patience(self, deadline: float, seconds: float) -> float:
        left = deadline - time.monotonic()
        if left <= 0:
            raise WorkerFault("timeout", say("timeout", seconds=seconds))
        return min(left, _LOOK_SECONDS)

    def _died(self) -> WorkerFault:
        return WorkerFault("error", say("died", how=self.end()))


class _Watch:
    """Looks at what a worker uses and no limit of the kernel's bounds: memory of all its processes together."""

    def __init__(self, running: Running, limits: Limits) -> None:
        self._running, self._limits = running, limits

    def look(self) -> None:
        """Raise `WorkerFault` if it uses too much."""
        if self._memory() > (self._limits.memory_mb + _PYTHON_MB) << 20:
            raise WorkerFault("memory", say("memory", megabytes=self._limits.memory_mb))

    def _memory(self) -> int:
        used = 0
        with contextlib.suppress(psutil.Error):
            worker = psutil.Process(self._running.pid)
            for process in (worker, *worker.children(recursive=True)):
                with contextlib.suppress(psutil.Error):
                    used += process.memory_info().rss
        return used
