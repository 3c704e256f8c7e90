"""Runs attacks: each against a naive grader, as a control, and against the real one in every mode.

A *lane* is the control or one mode; each has an arena of its own (`lane`), and some run side by side.

    python -m tests.attacks.harness [--lanes control,landlock] [attack or family ...]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from . import arena
from .attack import ATTACKS
from .decoys import fresh_secret
from .families import ALL
from .grader import ISOLATING
from .result import CONTROL, Result

#: The environment variable that says that this machine may be harmed, as a container that is thrown away.
BARE = "ATTACK_THIS_MACHINE"
#: The slow ones first.
LANES = (CONTROL, "strict", *(mode for mode in ISOLATING if mode != "strict"))
_LANE_SECONDS = 900.0
_LANES_AT_ONCE = 4


@dataclass(frozen=True)
class Lane:
    """The results of one lane by attack and what the grader says of its isolation; or why there are none."""

    results: dict[str, Result]
    isolation: str = ""
    not_here: str = ""
    seconds: float = 0.0


def run_lanes(lanes: Sequence[str], attacks: Collection[str]) -> dict[str, Lane]:
    """Run `attacks` in each of the `lanes`, some lanes at a time."""
    with ThreadPoolExecutor(_LANES_AT_ONCE) as pool:
        try:
            return dict(zip(lanes, pool.map(lambda lane: run_lane(lane, attacks), lanes), strict=True))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            arena.end_all()
            raise


def run_lane(lane: str, attacks: Collection[str], within: Sequence[str] = ()) -> Lane:
    """Run `attacks` in one lane; `within` is a command that runs another, with restrictions."""
    results: dict[str, Result] = {}
    said: dict[str, str] = {}

    def take(line: str) -> None:
        record = json.loads(line)
        if "attack" in record:
            results[record["attack"]] = Result(**{**record, "harm": tuple(record["harm"])})
        else:
            said.update(record)

    command = [*within, sys.executable, "-m", "tests.attacks.lane", lane, *attacks]
    environment = {"DECOY_SECRET": fresh_secret()}
    start = time.monotonic()
    try:
        arena.run(command, _LANE_SECONDS, take, environment)
    except arena.ArenaError as error:
        if lane == CONTROL or os.environ.get(BARE) != "1":
            return Lane({}, not_here=f"no arena: {error}; {BARE}=1 runs the modes without one")
        arena.run(command, _LANE_SECONDS, take, environment, bare=True)
    return Lane(results, said.get("isolation", ""), said.get("not here", ""), time.monotonic() - start)


def table(lanes: dict[str, Lane], attacks: Collection[str]) -> str:
    """What each attack did in each lane: in the control "real" is wanted, elsewhere "-"."""
    width = max(map(len, attacks), default=0)
    lines = [f"{'attack':{width}}  {'family':10}" + "".join(f"  {lane}" for lane in lanes)]
    for name in attacks:
        cells = [_cell(lane, view.results.get(name)).ljust(len(lane)) for lane, view in lanes.items()]
        lines.append(f"{name:{width}}  {ALL[name].family:10}  {'  '.join(cells)}".rstrip())
    for lane, view in lanes.items():
        lines.append(f"{lane}: {_summary(lane, view)}")
    return "\n".join(lines)


def _summary(lane: str, view: Lane) -> str:
    if view.not_here:
        return f"not here ({view.not_here})"
    succeeded = sum(result.succeeded for result in view.results.values())
    what = "attacks are real" if lane == CONTROL else "attacks succeeded"
    return f"{succeeded} of {len(view.results)} {what}, {view.seconds:.0f} s  {view.isolation}".rstrip()


def _cell(lane: str, result: Result | None) -> str:
    if result is None:
        return "n/a"
    if lane == CONTROL:
        return "real" if result.succeeded else "NOT REAL"
    return "-" if result.held else "BROKEN" if result.succeeded else "HARM"


def main() -> None:
    """Run attacks from the command line."""
    parser = argparse.ArgumentParser(description="Run attacks on the grader and print what they did.")
    parser.add_argument("--lanes", default=",".join(LANES))
    parser.add_argument("--verbose", action="store_true", help="print what each attack did")
    parser.add_argument("names", nargs="*", help="attacks or families; all if left out")
    options = parser.parse_args()
    chosen = [a.name for a in ATTACKS if not options.names or {a.name, a.family} & set(options.names)]
    lanes = run_lanes(options.lanes.split(","), chosen)
    print(table(lanes, chosen))
    if options.verbose:
        for lane, view in lanes.items():
            for result in view.results.values():
                print(lane, result)
            print(lane, _seconds_by_family(view))


def _seconds_by_family(view: Lane) -> dict[str, float]:
    seconds: dict[str, float] = {}
    for name, result in view.results.items():
        family = ALL[name].family
        seconds[family] = round(seconds.get(family, 0) + result.seconds, 1)
    return seconds


if __name__ == "__main__":
    main()
