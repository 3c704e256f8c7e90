"""Which items can come out differently now than at an earlier revision of the course, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import datasets

from .. import scratch
from ..course import Assignment, Course
from ..errors import CourseError
from .modules import Module
from .reach import PACKAGES, Reach, Tree
from .revision import extract

#: Item -> what has changed that its judgement depends on, each as a place for people.
Reasons = dict[str, list[str]]

_COURSE_TOML = "solutions/course.toml"
#: Settings that decide no item's result: names, what goes into releases, what is taken off totals afterwards; and what
#: is compared in another way (notebooks by their items, modules by what is laid out of each submission).
_HARMLESS = {
    "": {"course", "assignments", "late"},
    "course": {"name", "id", "late", "hidden_seeds", "datasets"},
    "assignment": {"title", "files", "late", "notebooks", "modules"},
}


@dataclass
class Changes:
    """What has changed since the revision `since`: by item, and the release's modules, which stand in for those that a
    submission lacks."""

    since: str = ""
    items: Reasons = field(default_factory=dict)
    modules: set[str] = field(default_factory=set)


def changes_since(revision: str, assignment: Assignment) -> Changes:
    """What has changed between `revision` of the course's repository and its files as they are now.

    Raises `CourseError` where that cannot be told.
    """
    root, name = assignment.course.root, assignment.name
    elsewhere = [package for package, used in _used().items() if used != (root / package).resolve()]
    for package in elsewhere:
        if (root / package / "__init__.py").is_file():
            raise CourseError(
                f"the {package} of {root} is not the one that grades ({_used()[package]}), so a change in it would "
                "change nothing; install it (`pip install --editable .`), or run `python -m autograder` in the course"
            )
    names = [*PACKAGES.values(), _COURSE_TOML, f"solutions/{name}", f"assignments/{name}/cs231n"]
    with scratch.folder() as folder:
        commit = extract(root, revision, names, folder)
        if elsewhere:
            why = f"{_used()[elsewhere[0]]}: it lies outside the repository, so nobody knows what has changed in it"
            return Changes(commit, {item.id: [why] for item in assignment.items})
        return changes_between(folder, assignment, commit)


def _used() -> dict[str, Path]:
    """Where the packages lie that grade."""
    return {
        "autograder": Path(__file__).resolve().parents[1],
        "datasets": Path(datasets.__file__).resolve().parent,
    }


def changes_between(earlier: Path, assignment: Assignment, since: str = "") -> Changes:
    """What has changed between the course in the folder `earlier` and that of `assignment`."""
    now = assignment.course
    before = _assignment(earlier, assignment.name, since)
    items = _by_code(Tree(earlier), Tree(now.root), assignment)
    for id, why in (*_by_settings(before, assignment, items), *_by_notebooks(before, assignment)):
        items.reasons.setdefault(id, []).append(why)
    old, new = (_modules(each.release / "cs231n") for each in (before, assignment))
    return Changes(since, items.reasons, set(_differences(old, new)))


def _assignment(folder: Path, name: str, since: str) -> Assignment:
    """The assignment as it was, read at once."""
    course = Course(folder)
    if not (folder / _COURSE_TOML).is_file():
        raise CourseError(f"{since} has no {_COURSE_TOML}; name a revision that has, or the items with --items")
    try:
        assignment = course.assignment(name)
        assignment.items  # noqa: B018  it is read here
        return assignment
    except (CourseError, KeyError, TypeError, ValueError) as error:
        text = str(error).replace(f"{folder}/", "")
        raise CourseError(f"{since} cannot be compared with: {text}; name the items with --items") from None


@dataclass
class _ByCode:
    """Items with changed code, and those that are tested on held-out images."""

    reasons: Reasons
    with_images: set[str]


def _by_code(before: Tree, after: Tree, assignment: Assignment) -> _ByCode:
    common = _differences(before.common, after.common)
    images = _differences(before.held_out, after.held_out)
    texts = {
        place: {**before.wording, **after.wording}[place][0] for place in _differences(before.wording, after.wording)
    }
    found = _ByCode({}, set())
    reaches: dict[str, tuple[Reach, Reach]] = {}
    for item in assignment.items:
        if item.kind != "question":
            reaches[item.id] = before.reach(item.id), after.reach(item.id)
    for place, key in sorted(texts.items()):
        users = [id for id, both in reaches.items() if any(reach.mentions(key) for reach in both)]
        if not users or before.common_words.mentions(key) or after.common_words.mentions(key):
            users = list(reaches)
        for id in users:
            found.reasons.setdefault(id, []).append(f"autograder/checks/messages.py: {place}")
    for id, (old, new) in reaches.items():
        places = _differences(old.sources, new.sources)
        if old.images or new.images:
            found.with_images.add(id)
            places += images
        if places:
            found.reasons[id] = [*places, *found.reasons.get(id, [])]
    if common:
        for item in assignment.items:
            found.reasons[item.id] = [*found.reasons.get(item.id, []), *common]
    return found


def _differences(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    return sorted(place for place in before.keys() | after.keys() if before.get(place) != after.get(place))


def _by_settings(before: Assignment, after: Assignment, code: _ByCode) -> Iterator[tuple[str, str]]:
    """Item and reason of each change in course.toml."""
    old, new = before.course.settings, after.course.settings
    changed = [*_other("", old, new), *_other("course", old["course"], new["course"])]
    changed += _other("assignment", before.settings, after.settings)
    for item in after.items:
        if item.kind != "question" and old["course"].get("hidden_seeds") != new["course"].get("hidden_seeds"):
            yield item.id, f"{_COURSE_TOML}: hidden_seeds"
        if item.id in code.with_images and old["course"].get("datasets") != new["course"].get("datasets"):
            yield item.id, f"{_COURSE_TOML}: datasets"
        for key in changed:
            yield item.id, f"{_COURSE_TOML}: {key}"


def _other(table: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The keys that have changed in a table of course.toml, harmless ones aside."""
    return [key for key in _differences(before, after) if key not in _HARMLESS[table]]


def _by_notebooks(before: Assignment, after: Assignment) -> Iterator[tuple[str, str]]:
    """Item and reason of each change in the notebooks' cells; points are compared with the reports themselves."""
    old = {item.id: item for item in before.items}
    for item in after.items:
        was = old.get(item.id)
        if was is None:
            yield item.id, f"{item.notebook}.ipynb: the item is new"
        elif (was.kind, was.notebook) != (item.kind, item.notebook):
            yield item.id, f"{item.notebook}.ipynb: it was a {was.kind} of {was.notebook}.ipynb"
    new = {item.id for item in after.items}
    if [item.id for item in before.items if item.id in new] != [item.id for item in after.items if item.id in old]:
        for item in after.items:  # code may remember what it met before
            yield item.id, "the order of the items"


def _modules(folder: Path) -> dict[str, dict[str, str]]:
    """The definitions of each module of a release, by its file relative to cs231n/."""
    found = {}
    for path in folder.rglob("*.py"):
        name = path.relative_to(folder).as_posix()
        found[name] = Module.parse(name, name, path.read_bytes()).sources
    return found
