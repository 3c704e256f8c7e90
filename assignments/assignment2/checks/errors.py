"""What can go wrong while a check runs.

    CheckingError
    +-- WorkerFault   the student's code used up its time or memory, or its process died
    +-- NotGraded     our own fault, or the installation's: never costs points

`executor.CodeError`, an exception raised by the student's code, is its own thing.
"""

from __future__ import annotations


class CheckingError(Exception):
    """Base of what this module defines."""


class WorkerFault(CheckingError):
    """The process that ran the student's code ended or was ended.

    `verdict` is "timeout", "memory" or "error"; `text` says what was seen.
    """

    def __init__(self, verdict: str, text: str) -> None:
        super().__init__(text)
        self.verdict, self.text = verdict, text


class NotGraded(CheckingError):
    """The check could not be carried out for a reason that is not the student's."""
