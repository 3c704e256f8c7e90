"""The command line: `autograder COMMAND`. The commands are in `commands`."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import signal
import sys
from collections.abc import Sequence

from .commands import INCOMPLETE, INTERRUPTED, USAGE, course, grading, pages, systems
from .errors import CourseError, SubmissionError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status: 0 done, 1 something failed or is stale, 2 bad usage."""
    _open_standard_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name that the terminal has no letters for must not end the run
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    with contextlib.suppress(ValueError):  # raised where this is not the main thread
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # a stop ends the workers and keeps what is done
    try:
        status: int = options.run(options)
        return status
    except (CourseError, SubmissionError) as error:
        print(f"autograder: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        with contextlib.suppress(ValueError):
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # the end has begun; a second Ctrl-C would only spoil it
        print("autograder: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INCOMPLETE
    except OSError as error:  # a full disk, a folder that may not be written
        print(f"autograder: {error}", file=sys.stderr)
        return INCOMPLETE


def _open_standard_streams() -> None:
    """Lead the standard streams that this process was started without to nowhere, before a file takes their numbers."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115  for as long as this process


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="autograder", description="Builds assignments and grades submissions.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for kind in (course, grading, pages, systems):
        kind.add_commands(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
