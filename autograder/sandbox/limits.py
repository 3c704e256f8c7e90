"""What a worker may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds on one worker.

    `call_seconds`: wall time of one call. `budget_seconds`: wall time of all calls of one submission. `memory_mb`:
    address space of the process beyond what Python and NumPy map themselves. `reply_mb`: one reply.
    """

    call_seconds: float = 10.0
    budget_seconds: float = 120.0
    memory_mb: int = 1024
    reply_mb: int = 64
    start_seconds: float = 60.0
