"""Gradescope: `submission_metadata.yml` and a folder `submission_<number>` for each submission it names.

The metadata say who handed in and when, in UTC. A submission of several students is collected for each of them. What a
student's folder holds, even another `submission_metadata.yml`, is never read as metadata.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import CourseError
from ..files import open_regular
from ..roster import Roster
from .handed import File, Handed, Reading, Who
from .trees import files_below

METADATA = "submission_metadata.yml"
_FOLDER = re.compile(r"submission_(?P<number>[0-9]+)")
_MOST_METADATA = 256 << 20


def recognises(name: str) -> bool:
    """Whether Gradescope gives such names."""
    return name == METADATA or bool(_FOLDER.fullmatch(name))


def read(entries: Sequence[Path], roster: Roster | None) -> Reading:
    """The submissions among `entries`, of which one is the metadata."""
    reading = Reading()
    folders = {path.name: path for path in entries if path.name != METADATA}
    metadata = next((path for path in entries if path.name == METADATA), None)
    listed: dict[str, Any] = {}
    if metadata is None:
        reading.notes.append(f"there is no {METADATA}, which says whose the submissions are; none was collected.")
    else:
        listed = _metadata(metadata, reading)
    for name in sorted(set(listed) - set(folders)):
        reading.notes.append(f"{name}: Gradescope lists it, but the download has no such folder.")
    for name, path in folders.items():
        students = _submitters(listed.get(name))
        if not path.is_dir() or not students:
            reading.notes.append(f"{name}: {METADATA} does not say whose it is; not collected.")
            continue
        match = _FOLDER.fullmatch(name)
        notes: list[str] = []
        files = tuple(File(file, file.relative_to(path).as_posix()) for file in files_below(path, notes))
        reading.notes += [f"{name}: {note}." for note in notes]
        time = _time(listed[name].get(":created_at"))
        for who in students:
            reading.handed.append(Handed(name, who, files, time, number=int(match["number"]) if match else 0))
        if len(students) > 1:
            reading.notes.append(f"{name}: handed in by {len(students)} together; collected for each of them.")
    return reading


def _metadata(path: Path, reading: Reading) -> dict[str, Any]:
    """The metadata by submission, {} if they cannot be read."""
    try:
        import yaml
    except ImportError:
        raise CourseError("PyYAML is needed to read what Gradescope exports; install the extra `instructor`") from None
    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the faster one, where there is one

    class Loader(base):  # type: ignore[misc]
        """Builds plain values only, of Ruby's own kinds too."""

    Loader.add_multi_constructor("!ruby/", lambda loader, suffix, node: _plain(loader, node))
    with open_regular(path) as file:
        data = file.read(_MOST_METADATA + 1)
    try:
        listed = yaml.load(data, Loader=Loader) if len(data) <= _MOST_METADATA else None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reading.notes.append(f"{path.name} cannot be read: {' '.join(str(error).split())[:200]}; none was collected.")
        return {}
    if not isinstance(listed, dict):
        reading.notes.append(f"{path.name} does not list submissions; none was collected.")
        return {}
    return {str(name): entry for name, entry in listed.items() if isinstance(entry, dict)}


def _plain(loader: Any, node: Any) -> Any:
    """A value of one of Ruby's kinds without its kind; of a time with a zone, the UTC that it holds."""
    if node.id == "mapping":
        fields = loader.construct_mapping(node, deep=True)
        return fields.get("utc", fields)
    return loader.construct_sequence(node, deep=True) if node.id == "sequence" else loader.construct_scalar(node)


def _submitters(entry: Any) -> list[Who]:
    listed = entry.get(":submitters") if isinstance(entry, dict) else None
    fields = [submitter for submitter in listed if isinstance(submitter, dict)] if isinstance(listed, list) else []
    return [
        Who("gradescope", _text(each.get(":sid")), _text(each.get(":name")), _text(each.get(":email")))
        for each in fields
    ]


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _time(value: Any) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.replace(" UTC", "+00:00").strip())
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
