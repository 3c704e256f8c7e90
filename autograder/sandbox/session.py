"""The trusted side: starts a worker for a submission, sends requests and believes no reply."""

from __future__ import annotations

import contextlib
import os
import secrets
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from ..checks.errors import NotGraded, WorkerFault
from ..checks.executor import CodeError, Reply, Request
from ..checks.messages import say
from ..checks.values import HandleId, Tree
from . import wire
from .limits import Limits

_START = "import sys; from autograder.sandbox.worker import run; run(sys.argv[1:])"


class WorkerSession:
    """Requests to one submission's worker. A worker that dies is replaced at the next request after `renew`.

    `folder` is the submission's own copy, `fallback` the release's `cs231n`.
    """

    def __init__(self, folder: Path, fallback: Path, limits: Limits | None = None) -> None:
        self._folder, self._fallback, self._limits = folder, fallback, limits or Limits()
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
        """What the notebook file `name` holds; see `worker.survey_notebook`."""
        _, survey = self._exchange({"op": "notebook", "target": "", "seed": None}, name)
        return survey if isinstance(survey, dict) else {}

    def _exchange(self, head: dict[str, Any], tree: Tree) -> tuple[dict[str, Any], Tree]:
        left = self._limits.budget_seconds - self._spent
        if left <= 0:
            raise WorkerFault("timeout", say("budget", seconds=self._limits.budget_seconds))
        if self._worker is None:
            self._worker = _Worker(self._folder, self._fallback, self._limits)
        start = time.monotonic()
        try:
            answer, value = self._worker.exchange(head, tree, min(left, self._limits.call_seconds))
        except WorkerFault:
            self.close()
            raise
        finally:
            self._spent += time.monotonic() - start
        error = answer.get("error")
        if error is not None:
            if type(error) is not list or len(error) != 3 or not all(type(part) is str for part in error):
                raise WorkerFault("error", say("died", how="it broke the protocol"))
            raise CodeError(error[0][:80], error[1][:300], error[2][:120])
        return answer, value


class _Worker:
    """One worker process and the socket to it."""

    def __init__(self, folder: Path, fallback: Path, limits: Limits) -> None:
        self._limits = limits
        self._scratch = tempfile.mkdtemp(prefix="autograder-")
        self._socket, theirs = socket.socketpair()
        self._socket.setblocking(False)
        cpu = int(limits.budget_seconds) + 10
        command = [sys.executable, "-I", "-c", _START, str(theirs.fileno()), str(folder), str(fallback)]
        environment = {
            "PATH": os.defpath,
            "HOME": self._scratch,
            "TMPDIR": self._scratch,
            "LANG": "C.UTF-8",
            "PYTHONHASHSEED": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
            "OPENBLAS_NUM_THREADS": "1",  # one worker, one core: the pool of workers uses the others
            "OMP_NUM_THREADS": "1",
            "MKL_NUM_THREADS": "1",
        }
        try:
            self._process = subprocess.Popen(
                [*command, str(limits.memory_mb), str(cpu)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment,
                cwd=self._scratch,
                start_new_session=True,
            )
        except OSError as error:
            raise NotGraded(f"a worker could not be started: {error}") from None
        finally:
            theirs.close()
        self._number = 0
        try:
            # The interpreter and NumPy start before anything of the student's does.
            wire.read(lambda count: self._receive(count, time.monotonic() + limits.start_seconds, 0), 0)
        except (WorkerFault, wire.WireError) as error:
            self.end()
            raise NotGraded(f"a worker did not start: {error}") from None

    def end(self) -> None:
        """Kill the process and its children, and remove its scratch folder."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)  # the worker leads a process group of its own
        self._process.wait()
        self._socket.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def exchange(self, head: dict[str, Any], tree: Tree, seconds: float) -> tuple[dict[str, Any], Tree]:
        """Send one request and wait for its reply; raise `WorkerFault` where none comes in time."""
        self._number += 1
        mark = {"id": self._number, "nonce": secrets.token_hex(8)}
        deadline = time.monotonic() + seconds
        self._send(wire.encode({**head, **mark}, tree), deadline, seconds)
        try:
            answer, value = wire.read(
                lambda count: self._receive(count, deadline, seconds), self._limits.reply_mb << 20
            )
        except wire.WireError as error:
            raise WorkerFault("error", say("died", how=str(error))) from None
        if answer.get("id") != mark["id"] or answer.get("nonce") != mark["nonce"]:
            raise WorkerFault("error", say("died", how="it broke the protocol"))
        return answer, value

    def _send(self, frame: bytes, deadline: float, seconds: float) -> None:
        view = memoryview(frame)
        while view:
            self._wait(select.POLLOUT, deadline, seconds)
            try:
                view = view[self._socket.send(view[: 1 << 20]) :]
            except BlockingIOError:
                continue
            except OSError:
                raise self._died() from None

    def _receive(self, count: int, deadline: float, seconds: float) -> bytes:
        data = bytearray()
        while len(data) < count:
            self._wait(select.POLLIN, deadline, seconds)
            try:
                part = self._socket.recv(min(count - len(data), 1 << 20))
            except BlockingIOError:
                continue
            except OSError:
                raise self._died() from None
            if not part:
                raise self._died()
            data += part
        return bytes(data)

    def _wait(self, event: int, deadline: float, seconds: float) -> None:
        poll = select.poll()
        poll.register(self._socket, event)
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise WorkerFault("timeout", say("timeout", seconds=seconds))

    def _died(self) -> WorkerFault:
        try:
            code = self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            return WorkerFault("error", say("died", how="it closed its channel"))
        if code == -signal.SIGKILL or code == -signal.SIGSEGV:
            how = f"signal {signal.Signals(-code).name}"
        elif code < 0:
            how = f"signal {-code}"
        else:
            how = f"exit status {code}"
        return WorkerFault("error", say("died", how=how))
