"""Which checks there are: the `item` decorator puts each into `CHECKS`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from .expect import Expect
from .student import Code

CheckFunction: TypeAlias = Callable[[Code, Code, Expect, np.random.RandomState], None]


@dataclass(frozen=True)
class Check:
    """What is asked of one item.

    `module` is the dotted module that the student writes ("classifiers.linear_svm"), "" for an item that lives
    in a notebook; `main` and `edge` are its parts (see `expect`); `needs` are items without which it cannot
    work, `carried` such items of an earlier assignment; `forbid` are dotted names that its source may not use;
    `max_loops` how many loops it may have without losing half of its points; `saved` the file in `saved/` that the
    item is graded from; `in_place` says that it may change its arguments.
    """

    id: str
    title: str
    run: CheckFunction
    module: str
    function: str
    main: tuple[str, ...]
    edge: tuple[str, ...]
    needs: tuple[str, ...]
    forbid: tuple[str, ...]
    max_loops: int | None
    saved: str
    in_place: bool = False
    carried: tuple[str, ...] = ()

    @property
    def qualified_name(self) -> str:
        """The function's name with its class: "TwoLayerNet.loss" for the item TwoLayerNet_loss."""
        owner = self.id.removesuffix(self.function.strip("_")).rstrip("_")
        return f"{owner}.{self.function}" if owner else self.function


CHECKS: dict[str, Check] = {}

#: Libraries that would do the work of the exercises.
SHORTCUTS = ("scipy", "sklearn", "torch", "tensorflow", "jax")


def _place(run: CheckFunction) -> tuple[str, str]:
    return run.__module__, getattr(run, "__qualname__", "")


def item(
    id: str,
    *,
    module: str = "",
    function: str = "",
    main: tuple[str, ...],
    edge: tuple[str, ...] = (),
    needs: tuple[str, ...] = (),
    forbid: tuple[str, ...] = (),
    max_loops: int | None = None,
    saved: str = "",
    in_place: bool = False,
    carried: tuple[str, ...] = (),
) -> Callable[[CheckFunction], CheckFunction]:
    """Declare the decorated function to be the check of the item `id`; its docstring is what students read.

    `function` is the name in the source, if it is not the id (methods: id `TwoLayerNet_loss`, function
    `loss`). The other arguments are those of `Check`.
    """

    def declare(run: CheckFunction) -> CheckFunction:
        if id in CHECKS and _place(CHECKS[id].run) != _place(run):  # the same place: its module was reloaded
            raise ValueError(f"two checks are called {id}")
        title = (run.__doc__ or "").strip().partition("\n")[0]
        if not title:
            raise ValueError(f"the check {id} needs a docstring: students read it")
        banned = forbid + (SHORTCUTS if module else ())
        CHECKS[id] = Check(
            id, title, run, module, function or id, main, edge, needs, banned, max_loops, saved, in_place, carried
        )
        return run

    return declare
