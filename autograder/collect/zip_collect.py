"""nbgrader's own `zip_collect`, told how Canvas and Moodle name files.

It does less than `collect`: no roster, no late marks, one level of archives, no earlier submissions, and it believes
file names, so that a student called `x_12` gets the place of student 12. Gradescope's names say nothing about students.
"""

from __future__ import annotations

from typing import Any

from ..errors import CourseError

#: Up to the first name that a system gave: below the folder to which nbgrader extracts, perhaps in the download's own.
_START = r"^.+?/extracted/(?:[^/]+/)??"
#: The work, out of folders that wrap it: what is in the package or in saved/, notebooks by their names alone. Anything
#: else keeps its folders: two files of one name end nbgrader's collecting.
_WORK = (
    r"(?:[^/]+/)*?(?P<file_id>(?:cs231n|saved)/.+|[^/]+?(?=(?:-[0-9]{1,4})?\.ipynb$)"
    r"|(?!(?:.*/)?(?:cs231n|saved)/|.*\.ipynb$).+?)(?:-[0-9]{1,4})?\.[A-Za-z0-9]+$"
)
_NAMES = {
    "canvas": r"(?P<last_name>[^/\s]+?)_(?:LATE_)?(?P<student_id>[0-9]+)_[0-9]+_(?:[^/]*/)?",
    "moodle": r"(?P<last_name>[^/_]*)_(?P<student_id>[0-9]+)_assignsubmission_file_?(?:[^/]*/)?",
}


def zip_collect_settings(system: str) -> dict[str, dict[str, Any]]:
    """What to set in `nbgrader_config.py`: values by class and trait."""
    if system not in _NAMES:
        raise CourseError(f"nbgrader's zip_collect can read names of {', '.join(_NAMES)}, not of {system!r}")
    return {
        "FileNameCollectorPlugin": {
            "named_regexp": _START + _NAMES[system] + _WORK,
            "valid_ext": [".ipynb", ".py", ".npz"],  # by default it drops all but notebooks
        },
        "ExtractorPlugin": {"zip_ext": [".zip"]},  # else a saved .npz.gz would be unpacked as well
    }
