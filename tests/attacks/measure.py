"""How long a call takes and by how much it makes this process grow."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")


def measured(call: Callable[[], Result]) -> tuple[Result, float, float]:
    """What `call` returns, its seconds, and the megabytes of memory that this process had at most more than before."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts from here
    before, start = _kilobytes("VmRSS"), time.monotonic()
    result = call()
    seconds = time.monotonic() - start
    return result, seconds, max(0, _kilobytes("VmHWM") - before) / 1024


def _kilobytes(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    raise LookupError(name)
