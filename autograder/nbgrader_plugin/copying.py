"""What is copied out of folders that students filled, beside notebooks: into `autograded/`, and on into feedback."""

from __future__ import annotations

import errno
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from ..checks.text import printable
from ..files import OUR_FAULTS, copy_regular
from ..submissions import JUNK
from ..trees import MAX_ENTRIES, look

#: nbgrader has put these there: without them in every student's feedback it releases nobody's.
_NBGRADERS = (Path("timestamp.txt"), Path("submission_secret.txt"))
_MAX_BYTES = 10_000
#: So many files that were left out are named.
_NAMED = 10


@dataclass(frozen=True)
class Rules:
    """`ignored`: patterns of names of files and folders, `unwanted`: of names in the submission's own folder only.

    `each`, `most`: how many bytes a file may have, and all of them together.
    """

    ignored: Collection[str]
    unwanted: Collection[str]
    each: int
    most: int

    @staticmethod
    def of(courses: Any, *unwanted: str) -> Rules:
        """Those of nbgrader's `CourseDirectory`."""
        ignored = {*courses.ignore, *JUNK, "*.ipynb"}  # notebooks are written, not copied
        return Rules(ignored, unwanted, 1000 * courses.max_file_size, 1000 * courses.max_dir_size)

    def want(self, path: Path) -> bool:
        """Whether a file or folder of a submission is copied."""
        patterns = self.ignored if path.parent.parts else [*self.ignored, *self.unwanted]
        return not any(fnmatch(path.name, pattern) for pattern in patterns)


def copy_files(source: Path, target: Path, rules: Rules) -> Iterator[str]:
    """Copy the files in `source` into `target`, the small ones first; yield what is to be said about the others.

    Raises `OSError` where this machine is at fault: a full disk.
    """
    tree = look(source, rules.want)
    files, left_out = tree.files, dict(tree.left_out)
    if not tree.whole:
        yield f"there are more than {MAX_ENTRIES} files and folders in it, so that none of them were copied"
        files, left_out = dict.fromkeys(_NBGRADERS, 0), {}
    total = 0
    for path, size in sorted(files.items(), key=lambda item: (item[0] not in _NBGRADERS, item[1])):
        if total + size > rules.most:
            left_out[path] = f"all files of a submission may have {rules.most // 1_000_000} MB"
            continue
        try:
            (target / path).unlink(missing_ok=True)  # of another notebook's run; it cannot be written over
            total += copy_regular(source / path, target / path, _MAX_BYTES if path in _NBGRADERS else rules.each)
        except FileNotFoundError:
            continue
        except OSError as error:
            if error.errno in OUR_FAULTS and error.errno != errno.EACCES:  # which the student may have seen to
                raise
            left_out[path] = f"it cannot be copied: {error.strerror}"
    for path, why in list(left_out.items())[:_NAMED]:
        yield f"{printable(str(path))[:200]} was left out: {why}"
    if len(left_out) > _NAMED:
        yield f"{len(left_out) - _NAMED} more were left out"
