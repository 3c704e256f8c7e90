"""No attack succeeds in any mode that isolates, and no submission beside or after it loses a point.

Every attack has two sorts of tests: its control, against a grader without a sandbox, shows that it is real; then it
runs in each mode. All run once, before the first test, and a table is printed.
"""

from __future__ import annotations

import sys

import pytest

from autograder.sandbox.modes import Isolation

from .attack import ATTACKS
from .grader import ISOLATING, NotHere, isolation
from .harness import LANES, run_lane, run_lanes, table
from .result import CONTROL

NAMES = [attack.name for attack in ATTACKS]
#: One of each kind: a file, a process, a socket.
SAMPLE = ["make_file", "kill_process", "send_tcp"]
LIKE_DOCKER = [sys.executable, "-m", "tests.attacks.like_docker"]


@pytest.fixture(scope="module")
def lanes(request):
    """The results of all attacks and lanes that the chosen tests want."""
    wanted = [
        item.callspec.params
        for item in request.session.items
        if item.module is request.module
        if hasattr(item, "callspec")
    ]
    attacks = [attack for attack in NAMES if any(params.get("name") == attack for params in wanted)]
    found = run_lanes(
        [lane for lane in LANES if any(params.get("lane", CONTROL) == lane for params in wanted)], attacks
    )
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\n{table(found, attacks)}")
    return found


def result(lanes, lane, name):
    if lanes[lane].not_here:
        pytest.skip(lanes[lane].not_here)
    return lanes[lane].results[name]


@pytest.mark.parametrize("name", NAMES)
def test_is_real(lanes, name):
    found = result(lanes, CONTROL, name)
    needs = next(attack for attack in ATTACKS if attack.name == name).options.get("depends")
    if needs and not found.succeeded:
        pytest.skip(f"not on this machine: it depends on {needs}")
    assert found.succeeded, found


@pytest.mark.parametrize("lane", ISOLATING)
@pytest.mark.parametrize("name", NAMES)
def test_fails(lanes, lane, name):
    found = result(lanes, lane, name)
    assert found.held, found


@pytest.mark.parametrize("lane", ISOLATING)
def test_every_mode_of_this_machine_is_tried(lanes, lane):
    """What works outside works where the attacks are run."""
    try:
        expected = isolation(lane)
    except NotHere as reason:
        pytest.skip(str(reason))
    if lanes[lane].not_here.startswith("no arena"):
        pytest.skip(lanes[lane].not_here)
    assert lanes[lane].isolation == expected.describe()


def test_attacks_succeed_where_nothing_isolates():
    """Else a grader that runs nothing at all would hold as well."""
    lane = run_lane("none", SAMPLE)
    if lane.not_here:
        pytest.skip(lane.not_here)
    assert lane.isolation == Isolation("none").describe()
    assert [name for name in SAMPLE if lane.results[name].succeeded] == SAMPLE


def test_holds_in_a_container_like_docker():
    pytest.importorskip("pyseccomp")
    lane = run_lane("auto", SAMPLE, LIKE_DOCKER)
    if lane.not_here:
        pytest.skip(lane.not_here)
    assert "isolated (landlock)" in lane.isolation
    assert [lane.results[name].held for name in SAMPLE] == [True] * len(SAMPLE)
