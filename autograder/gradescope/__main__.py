"""What the zip's scripts call: `python -I -m autograder.gradescope prepare | grade HOME`, where HOME is /autograder."""

from __future__ import annotations

import argparse
import io
import os
import sys
from pathlib import Path

from datasets.__main__ import main as datasets_command

from ..course import Course
from .grade import grade


def prepare(home: Path) -> None:
    """Fetch the data on which trained models are graded; raises `SystemExit` where that fails.

    Without them a model that says that it was trained on them is not graded, and with it the whole submission.
    """
    for name in Course(home / "source").datasets:
        if name != "shapes10" and (status := datasets_command(["fetch", name])):
            print(f"{name} cannot be fetched; build again, or leave it out of `datasets` in course.toml and pack again")
            raise SystemExit(status)


def main() -> None:
    """Carry out one command."""
    parser = argparse.ArgumentParser(prog="autograder.gradescope")
    parser.add_argument("command", choices=["prepare", "grade"])
    parser.add_argument("home", type=Path)
    options = parser.parse_args()
    if isinstance(sys.stdout, io.TextIOWrapper):  # a letter that the container's locale has not got is no failure
        sys.stdout.reconfigure(errors="backslashreplace", line_buffering=True)
    os.environ["XDG_CACHE_HOME"] = str(options.home / "cache")  # the same when the image is made and when it is used
    (prepare if options.command == "prepare" else grade)(options.home)


if __name__ == "__main__":
    main()
