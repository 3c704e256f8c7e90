"""The attacks, by families: one module each."""

from __future__ import annotations

import importlib
import pkgutil

from ..attack import ATTACKS, Attack

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")

#: All attacks, by name.
ALL: dict[str, Attack] = {attack.name: attack for attack in ATTACKS}
if len(ALL) != len(ATTACKS):
    raise ValueError(f"two attacks have one name, {[a.name for a in ATTACKS if ALL[a.name] is not a]}")
