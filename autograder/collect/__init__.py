"""Brings what students handed in elsewhere into nbgrader's folders.

`collect` takes bulk downloads of Canvas, Moodle and Gradescope and fills `submitted/<student id>/<assignment>/`. The
parts: `downloads` opens files and folders and tells whose they are, one module for each system reads its names,
`identity` finds the student, `staging` unpacks one student's files, `shelf` puts them in their place, and keeps what
was there. `zip_collect` is for those who would rather have nbgrader do it.
"""

from .collecting import Collected, Placed, collect
from .zip_collect import zip_collect_settings

__all__ = ["Collected", "Placed", "collect", "zip_collect_settings"]
