"""Stand-ins for two packages that the course's own files imported from 2015 to 2024 and that this kit does without.

`from past.builtins import xrange` stands on top of most modules that students wrote in those years, and
`from future import standard_library` on top of some. Nothing else of the packages was in use.
"""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType


def provide_legacy_modules() -> None:
    """Make `past.builtins` and `future.standard_library` importable where the packages are not installed."""
    _provide("past", "builtins", xrange=range, basestring=str, unicode=str, long=int, raw_input=input)
    _provide("future", "standard_library", install_aliases=lambda: None)


def _provide(package: str, module: str, **names: object) -> None:
    if package in sys.modules or importlib.util.find_spec(package) is not None:
        return
    parent, child = ModuleType(package), ModuleType(f"{package}.{module}")
    parent.__path__ = []
    child.__dict__.update(names)
    setattr(parent, module, child)
    sys.modules.update({parent.__name__: parent, child.__name__: child})
