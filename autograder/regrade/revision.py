"""The course's files as they were at a revision of its git repository, written into a folder.

Git is asked for trees and blobs by plumbing commands alone: they run no hook, filter, pager or text conversion, and
what a partial clone lacks is not fetched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from ..errors import CourseError

_INSTEAD = "name the items that are to be graded again with --items"
_REGULAR = (b"100644", b"100755")


def extract(root: Path, revision: str, names: Sequence[str], folder: Path) -> str:
    """Write the regular files below `root` that were in `names` at `revision` into `folder`.

    Returns the name of the commit. Raises `CourseError` where there is no git, no repository or no such revision.
    """
    inside = _git(root, "rev-parse", "--is-inside-work-tree")
    if inside.returncode:
        raise CourseError(f"--since needs a git repository, and {root} is in none ({_complaint(inside)}); {_INSTEAD}")
    found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    commit = found.stdout.decode().strip()
    if found.returncode or not commit:
        raise CourseError(f"{root} has no revision {revision!r}; name a commit, branch or tag with --since (`git log`)")
    blobs = list(_blobs(root, commit, names))
    if not blobs:
        raise CourseError(f"{revision} has none of the course's files in {root}; {_INSTEAD}")
    contents = _contents(root, [id for _, id in blobs])
    for (name, _), content in zip(blobs, contents, strict=True):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return commit


def _blobs(root: Path, commit: str, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Name (relative to `root`) and id of each regular file."""
    for entry in _checked(root, "ls-tree", "-r", "-z", commit, "--", *names).split(b"\0"):
        head, _, name = entry.partition(b"\t")
        path = PurePosixPath(os.fsdecode(name))
        if head.startswith(_REGULAR) and not path.is_absolute() and ".." not in path.parts:
            yield path.as_posix(), head.split()[2].decode()


def _contents(root: Path, ids: Sequence[str]) -> Iterator[bytes]:
    answer = _checked(root, "cat-file", "--batch", given="".join(f"{id}\n" for id in ids).encode())
    place = 0
    for id in ids:
        end = answer.index(b"\n", place)
        head = answer[place:end].split()
        if len(head) != 3:
            raise CourseError(f"git has not got the file {id} ({b' '.join(head).decode()}); fetch it, or {_INSTEAD}")
        size = int(head[2])
        yield answer[end + 1 : end + 1 + size]
        place = end + size + 2


def _checked(root: Path, *arguments: str, given: bytes = b"") -> bytes:
    done = _git(root, *arguments, given=given)
    if done.returncode:
        raise CourseError(f"git {arguments[0]} failed in {root}: {_complaint(done)}; {_INSTEAD}")
    return done.stdout


def _git(root: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("git")
    if program is None:
        raise CourseError(f"--since needs git, which is not installed; {_INSTEAD}")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
    settings = [
        "safe.directory=*",  # whose folder it is does not matter here: the code in it runs as it is
        "protocol.allow=never",  # for git before 2.45, which fetches what it lacks
    ]
    options = [part for setting in settings for part in ("-c", setting)]
    command = [program, "--no-pager", *options, "-C", str(root), *arguments]
    return subprocess.run(command, input=given, capture_output=True, env=environment, check=False)


def _complaint(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return lines[0].removeprefix("fatal: ") if lines else f"exit status {done.returncode}"
