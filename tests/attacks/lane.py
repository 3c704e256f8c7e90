"""One lane: every attack against a naive grader, as a control, or against the real one in one mode.

This is the first process of an arena. It makes the decoys, has a grader run one attack after the other, sees what
became of them, and prints a line of JSON for each.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import IO, Any, NoReturn

from . import arena, control
from .attack import Attack, Outcome, Targets
from .control import SECONDS
from .decoys import Decoys
from .families import ALL
from .hostile import HARMLESS
from .leftovers import World
from .result import CONTROL, Result, shortened

#: Controls run side by side, since most of them wait.
_CONTROLS_AT_ONCE = 3
_REPLY_SECONDS = 60.0
_NEST_ENDED = "its nest ended"
#: For so long a control's harm is waited for: a signal that was sent takes a moment to arrive.
_LATE = 1.0
#: After how many hostile submissions an honest one comes. In strict mode each costs a start of Python, and nothing
#: outlives it.
_HONEST_EVERY = {"strict": 5}
#: What the decoys and graders of this lane hold: in the environment, so that every process here has it in its own.
_SECRET = os.environ["DECOY_SECRET"]


def _judge(attack: Attack, lane: str, found: dict[str, Any], harm: Collection[str], honest: str) -> Result:
    known = {field.name for field in fields(Outcome)}
    given = {name: value for name, value in found.items() if name in known}
    outcome = Outcome(**{**given, "harm": frozenset(harm) | frozenset(given.get("harm", ())), "secret": _SECRET})
    return Result(
        attack.name,
        lane,
        bool(attack.succeeded(outcome)),
        str(outcome.value)[:300],
        round(outcome.seconds, 2),
        tuple(sorted(outcome.harm)),
        outcome.fault[:1000],
        honest,
    )


def _controls(attacks: Sequence[Attack]) -> Iterator[Result]:
    """Each attack against a naive grader, in a nest of its own."""
    waiting, running = list(attacks), dict[arena.Nest, tuple[Attack, float]]()
    while waiting or running:
        while waiting and len(running) < _CONTROLS_AT_ONCE:
            attack = waiting.pop(0)
            nest = arena.Nest(functools.partial(_in_nest, attack))
            running[nest] = attack, time.monotonic() + 2 * SECONDS
        ready, _, _ = select.select(list(running), [], [], 0.5)
        for nest in [nest for nest, (_, end) in running.items() if nest in ready or time.monotonic() > end]:
            attack, _ = running.pop(nest)
            text = nest.result() if nest in ready else ""
            nest.close()
            if text:
                found = json.loads(text)
                yield _judge(attack, CONTROL, found, found["harm"], "")
            else:
                yield Result(attack.name, CONTROL, False, "", 0.0, (), _NEST_ENDED)


def _in_nest(attack: Attack) -> str:
    """The outcome of `attack` against a naive grader here, as JSON."""
    decoys = Decoys(Path("/tmp/decoys"), _SECRET)
    folder = Path("/tmp/work")
    folder.mkdir()
    world = World(decoys.pids)
    with tempfile.TemporaryFile("w+") as answer:
        start = time.monotonic()
        grader = os.fork()
        if grader == 0:
            _be_naive(attack, decoys.targets, folder, answer)
        code = _wait(grader, 1.5 * SECONDS)
        fault = "the grader does not end" if code is None else f"the grader ended with {code}"
        outcome: dict[str, Any] = {"fault": fault, "seconds": time.monotonic() - start}
        answer.seek(0)
        with contextlib.suppress(ValueError):
            outcome = json.load(answer)
    harm, end = set(outcome.get("harm", ())), time.monotonic() + _LATE
    while True:
        harm |= decoys.harm() | world.left(decoys.pids, 0.1)
        if time.monotonic() > end or _judge(attack, CONTROL, outcome, harm, "").succeeded:
            return json.dumps({**outcome, "harm": sorted(harm)})
        time.sleep(0.02)


def _be_naive(attack: Attack, targets: Targets, folder: Path, answer: IO[str]) -> NoReturn:
    """Be the naive grader, with `folder` to work in and nothing else of this process."""
    try:
        null = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(null, standard)
        os.closerange(3, answer.fileno())
        os.closerange(answer.fileno() + 1, 1 << 16)
        arena.drop_capabilities()
        os.chdir(folder)
        os.environ["HOME"] = targets["home"]
        json.dump(shortened(control.grade(attack, targets)), answer, default=str)
        answer.flush()
        os._exit(0)
    finally:
        os._exit(1)


def _wait(pid: int, seconds: float) -> int | None:
    """How the child `pid` ended; if it does not within `seconds`, None, and it is killed."""
    handle = os.pidfd_open(pid)
    try:
        in_time = bool(select.select([handle], [], [], seconds)[0])
        if not in_time:
            os.kill(pid, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        return code if in_time else None
    finally:
        os.close(handle)


class _Grader:
    """The real grader's process in one mode, with its decoys; both are replaced when something happened to them."""

    def __init__(self, mode: str) -> None:
        self._mode = mode
        self.ready: dict[str, str] = {}
        self._start()

    def _start(self) -> None:
        self._decoys = Decoys(Path("/tmp/decoys"), _SECRET)
        targets = self._decoys.targets
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.attacks.grader", self._mode, targets["secret_file"]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=os.path.dirname(targets["secret_file"]),
            env={**os.environ, "HOME": targets["home"]},
        )
        ready = self._reply(_REPLY_SECONDS)
        if ready is None:
            raise RuntimeError(f"the grader did not start in mode {self._mode}")
        self.ready = ready
        self._world = World(self._known)

    @property
    def _known(self) -> set[int]:
        return {self._process.pid, *self._decoys.pids}

    def face(self, attack: Attack, *, honest: bool) -> Result:
        """Have it grade the submission of `attack`, and an honest one after it."""
        targets = {**self._decoys.targets, "grader": self._process.pid}
        order = {"attack": attack.name, "targets": targets, "honest": honest}
        start = time.monotonic()
        answer = None
        try:
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()
            answer = self._reply(_REPLY_SECONDS)
        except BrokenPipeError:
            pass
        if answer is None:
            answer = {
                "outcome": {"fault": "the grader ended or hangs", "seconds": time.monotonic() - start},
                "honest": "",
            }
        harm = self._decoys.harm() | self._world.left(self._known)
        result = _judge(attack, self._mode, answer["outcome"], harm, answer["honest"])
        if harm or "the grader" in result.fault:
            self.close()
            self._start()
        return result

    def close(self) -> None:
        """End it and the decoys."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._decoys.close()

    def _reply(self, seconds: float) -> dict[str, Any] | None:
        """Its next line; None if it ends or does not answer."""
        assert self._process.stdout is not None
        line, deadline = b"", time.monotonic() + seconds
        while not line.endswith(b"\n"):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._process.stdout], [], [], left)[0]:
                return None
            part = os.read(self._process.stdout.fileno(), 1 << 16)
            if not part:
                return None
            line += part
        reply: dict[str, Any] = json.loads(line)
        return reply


def run(lane: str, names: Sequence[str]) -> None:
    """Run the attacks called `names` in `lane`, here."""
    attacks = [ALL[name] for name in names]
    if lane == CONTROL:
        (works,) = _controls([HARMLESS])
        if works.fault == _NEST_ENDED:
            _say({"not here": "no namespaces inside an arena"})
            return
        _require(works)
        for result in _controls(attacks):
            _say(asdict(result))
        return
    grader = _Grader(lane)
    _say(grader.ready)
    if "not here" not in grader.ready:
        _require(grader.face(HARMLESS, honest=True))
        every = _HONEST_EVERY.get(lane, 1)
        for number, attack in enumerate(attacks, 1):
            _say(asdict(grader.face(attack, honest=number % every == 0 or number == len(attacks))))
    grader.close()


def _require(works: Result) -> None:
    """Raise `RuntimeError` unless what does no harm came through."""
    if not works.succeeded or works.harm or works.fault or works.honest:
        raise RuntimeError(f"not even what does no harm comes through: {works}")


def _say(record: dict[str, Any]) -> None:
    print(json.dumps(record), flush=True)


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2:])
