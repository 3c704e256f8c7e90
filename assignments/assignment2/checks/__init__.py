"""Checks of the assignment's items.

In a notebook: `from checks import check`, then `check("affine_forward")`. In a terminal, in the assignment's
folder: `python -m checks` checks everything, `python -m checks submit` makes the zip to hand in.
"""

from __future__ import annotations

from typing import Any

from .legacy import provide_legacy_modules

provide_legacy_modules()  # notebooks and workers import this package before they import what students wrote


def __getattr__(name: str) -> Any:
    """`check` and the like, made when they are asked for: a worker of the grader needs none and must hold no checks."""
    if name in ("check", "this_kit"):
        from . import notebook

        return getattr(notebook, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
