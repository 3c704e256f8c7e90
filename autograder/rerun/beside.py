"""What lies beside a notebook that was handed in, which its cells may open: small data, texts, pictures."""

from __future__ import annotations

from pathlib import Path

from ..course import Assignment
from ..files import OUR_FAULTS, copy_regular
from ..submissions import JUNK, Submission
from ..trees import look

MAX_EACH, MAX_ALL, MAX_FILES = 8 << 20, 32 << 20, 200
#: Work, which is laid out by itself; and what the release brings.
_LAID_OUT, _RELEASED = {".py", ".ipynb", ".npz", ".zip"}, {"datasets", "checks"}
_NAMED = 5


def add_beside(task: Assignment, submission: Submission, notebook: str, work: Path) -> list[str]:
    """Copy what lies beside the `notebook` of `submission`, and in folders there, into `work`, where it is run.

    Returns what is to be said about files that are not there. Raises `OSError` where this machine is at fault.
    """
    tree = look(submission.path, lambda path: path.name not in JUNK and not path.name.startswith("."))
    folder = next((path.parent for path in tree.files if path.name == f"{notebook}.ipynb"), None)
    if folder is None or not tree.whole:
        why = "it was handed in packed" if tree.whole else "there are too many"
        return [f"it was run without files other than code, notebooks and those in saved/: {why}"]
    found = {path.relative_to(folder): size for path, size in tree.files.items() if path.is_relative_to(folder)}
    there, absent = 0, []
    total = 0
    for path, size in sorted(found.items(), key=lambda item: item[1]):
        if path.suffix.lower() in _LAID_OUT or path.parts[0] in _RELEASED or (task.release / path).exists():
            continue
        if there == MAX_FILES or total + size > MAX_ALL or not str(path).isprintable():
            absent.append(path)
            continue
        try:
            total += copy_regular(submission.path / folder / path, work / path, MAX_EACH)
            there += 1
        except OSError as error:
            if error.errno in OUR_FAULTS:
                raise
            absent.append(path)
    if not absent:
        return []
    names = ", ".join(map(str, absent[:_NAMED])) + (", ..." if len(absent) > _NAMED else "")
    bounds = f"at most {MAX_FILES} such files are taken, of {MAX_EACH >> 20} MB each and {MAX_ALL >> 20} MB in all"
    return [f"it was run without {len(absent)} files that lie beside it ({names}): {bounds}"]
