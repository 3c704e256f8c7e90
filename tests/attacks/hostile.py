"""Makes hostile submissions of attacks."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .attack import PRELUDE, Attack, Targets, amount, cheat

ITEM = "affine_forward"


def harmless(targets):
    """What a grader survives, and calls as well as any attack."""
    return 1


#: No attack: where this does not come through, no attack shows anything.
HARMLESS = Attack("harmless", "none", "does nothing", harmless, amount(1), options={"shared": True})


def item_of(attack: Attack) -> str | None:
    """The item for whose function an attack stands in, if it does."""
    item: str | None = attack.options.get("item", ITEM if attack.succeeded is cheat and attack.kind == "code" else None)
    return item


def write_package(
    folder: Path, run: Callable[..., Any], item: str | None = None, targets: Targets | None = None
) -> None:
    """Make `folder` a submission whose cs231n/layers.py holds the function `run`.

    Where `item` is given, that function of the assignment calls `run` with the `targets` and its own arguments.
    """
    text = f"{PRELUDE}\n\n{_source(run)}"
    if item is not None:
        text += f"\n\ndef {item}(*arguments):\n    return {run.__name__}({targets!r}, *arguments)\n"
    (folder / "cs231n").mkdir(parents=True)
    (folder / "cs231n" / "__init__.py").touch()
    (folder / "cs231n" / "layers.py").write_text(text, encoding="utf-8")


def _source(run: Callable[..., Any]) -> str:
    """The function's source without its decorator."""
    source = textwrap.dedent(inspect.getsource(run))
    function = ast.parse(source).body[0]
    return "".join(source.splitlines(keepends=True)[function.lineno - 1 :])
