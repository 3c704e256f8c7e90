"""Hostile notebooks get no further than their enclosure, and take no more than they may.

They are run in an arena, a machine in the machine that is thrown away. Those that reach for something are first shown
to get it where nothing is in their way.
"""

import json
import sys

import pytest

from tests.attacks import arena

from .hostile import ATTACKS

SECONDS = 600
#: One of each kind; the others take minutes.
QUICK = {"endless loop", "many take memory", "daemon", "connects", "reads everything", "pages and scripts"}
NAMES = [
    pytest.param(attack.name, marks=[] if attack.name in QUICK else pytest.mark.slow, id=attack.name)
    for attack in ATTACKS
]


@pytest.fixture(scope="module")
def lane(request):
    """What became of the attacks that the chosen tests want: by their names, controls, and what was harmed."""
    items = [item for item in request.session.items if item.module is request.module and hasattr(item, "callspec")]
    names = list(dict.fromkeys(item.callspec.params["name"] for item in items)) or sorted(QUICK)
    records = []
    try:
        command = [sys.executable, "-m", "tests.autograder.rerun.lane", *names]
        arena.run(command, SECONDS, lambda line: records.append(json.loads(line)))
    except arena.ArenaError as error:
        pytest.skip(str(error))
    if "not here" in records[-1]:
        pytest.skip(records[-1]["not here"])
    return records


def of(lane, key, name):
    return next(record for record in lane if record.get(key) == name)


@pytest.mark.parametrize("name", NAMES)
def test_is_held(lane, name):
    result = of(lane, "attack", name)
    assert result["held"], result
    assert not result["secret"]
    assert result["size"] < 2_000_000
    assert result["seconds"] < 60


@pytest.mark.parametrize(
    "name", [pytest.param(a.name, marks=[] if a.name in QUICK else pytest.mark.slow) for a in ATTACKS if a.real]
)
def test_is_real(lane, name):
    assert of(lane, "control", name)["real"]


def test_an_honest_notebook_after_them_runs(lane):
    result = of(lane, "attack", "honest")
    assert result["held"], result


def test_nothing_outside_was_touched_and_nothing_is_left(lane):
    assert lane[-1] == {"harm": [], "left": ["course", "data", "work"]}
