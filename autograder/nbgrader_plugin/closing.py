"""Closes two doors of formgrader's server through which a submission could act with the grader's rights.

- `/formgrader?path=FOLDER` opens another course: it runs the `nbgrader_config.py` there, as the grader. Any picture or
  link that names a student's own folder would do. Courses do not lie within courses, and submissions do.
- `/formgrader/submissions/ID/FILE` shows a file that a student handed in. A page among them would run its scripts as
  formgrader's own; as Jupyter does it with its files, it gets none.

nbgrader has no setting for either. Both are closed by `close`, for good, in the process that it is called in.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from nbgrader.server_extensions.formgrader.handlers import FormgraderHandler, SubmissionFilesHandler
from tornado.web import HTTPError

_OF_A_COURSE = ("nbgrader_config.py", "gradebook.db")
_opens = FormgraderHandler.get


def close() -> None:
    """Have formgrader refuse to open folders within a course, and its students' files run nothing."""
    FormgraderHandler.get = _opens_courses_only
    SubmissionFilesHandler.content_security_policy = property(_without_scripts)


def within_a_course(folder: str) -> bool:
    """Whether a folder lies below that of a course."""
    return any((above / name).exists() for above in Path(os.path.abspath(folder)).parents for name in _OF_A_COURSE)


def _opens_courses_only(handler: Any) -> Any:
    folder = handler.get_argument("path", "")
    if folder and within_a_course(folder):
        raise HTTPError(403, "expected the folder of a course, got %s, which lies within one", folder)
    return _opens(handler)


def _without_scripts(handler: Any) -> str:
    policy: str = super(SubmissionFilesHandler, handler).content_security_policy
    return f"{policy}; sandbox"
