"""Grades in the forms that other tools and systems read.

`json_lines` and `table` say all that reports do; `canvas`, `moodle` and `gradescope` write what those systems import.
What goes into a gradebook is a `Grade`, made from a report or by whoever adds a person's points and late penalties.
"""

from .canvas import fill_canvas
from .cells import Export
from .grades import Grade
from .gradescope import Leader, gradescope_results
from .json_lines import read_reports, write_json_lines
from .moodle import moodle_grades
from .table import write_csv, write_totals

__all__ = [
    "Export",
    "Grade",
    "Leader",
    "fill_canvas",
    "gradescope_results",
    "moodle_grades",
    "read_reports",
    "write_csv",
    "write_json_lines",
    "write_totals",
]
