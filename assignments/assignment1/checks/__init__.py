"""Checks of the assignment's items.

In a notebook: `from checks import check`, then `check("affine_forward")`. In a terminal, in the assignment's
folder: `python -m checks` checks everything, `python -m checks submit` makes the zip to hand in.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from . import answers, topics
from .kit import Item, Kit, checker, replaying
from .legacy import provide_legacy_modules

__all__ = ["check", "this_kit", "topics"]

provide_legacy_modules()  # notebooks and workers import this package before they import what students wrote


@cache
def this_kit() -> Kit:
    """The kit of the assignment folder that this package stands in."""
    here = Path(__file__).resolve().parent
    items = Item.load(here / "items.json")
    return Kit(here.parent, items, replaying(answers.load(here / "answers.npz")))


check = checker(this_kit)
