"""The commands, a module for each kind. Each adds its own to the command line, and returns what the program exits with.

What a command needs is imported when it runs: importing all of it takes seconds.
"""

from __future__ import annotations

import argparse

OK, INCOMPLETE, USAGE = 0, 1, 2
INTERRUPTED = 130


def positive(text: str) -> int:
    """A positive whole number; for argparse."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a positive whole number, got {text!r}")
    return int(text)


def seconds(text: str) -> float:
    """A positive number of seconds; for argparse."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not value > 0:  # NaN is not
        raise argparse.ArgumentTypeError(f"expected a positive number of seconds, got {text!r}")
    return value
