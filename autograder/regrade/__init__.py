"""Grading again after something was changed: only what must be, and whose score moved.

    revision    the course's files as they were at a git revision
    modules     what a Python module defines, each definition with what it uses
    reach       the definitions that each item's judgement reaches
    changes     which items can come out differently than at that revision, and why
    plan        which items of which submission are graded again
    regrading   grades them and puts the reports together
    show        what the instructor sees
    storing     the file of reports, replaced with the old one kept

An item is graded again whenever its result may differ: where the analysis cannot follow the code, it takes in too much.
What it does not see is what git does not have (the versions of Python and NumPy, a data set on this disk), and a name
that code puts together from variables alone. And as with `grade --items`, a submission whose code remembers what
other items asked of it may come out otherwise than in a full grading.
"""

from .changes import changes_since
from .plan import make_plan
from .regrading import regrade
from .show import show_outcome, show_plan
from .storing import fingerprint, replace_reports

__all__ = ["changes_since", "fingerprint", "make_plan", "regrade", "replace_reports", "show_outcome", "show_plan"]
