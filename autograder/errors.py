"""What the instructor's tools raise, with messages for people.

CourseError        the course's own files are not as they should be
SubmissionError    a submission cannot be read at all
"""

from __future__ import annotations


class CourseError(Exception):
    """The course's files are not as they should be; the message names the file and what to do."""


class SubmissionError(Exception):
    """A submission cannot be read; the message says what was found."""
