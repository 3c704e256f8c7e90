"""What a student's notebook may use when it is run again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds on one notebook. The notebooks of an assignment take a minute or so each; on a busy machine, several.

    `cell_seconds`, `notebook_seconds`: wall time. `memory_mb`: of all its processes together, and of each. `processes`:
    how many, threads included. `files_mb`, `files`: what it writes. `output_mb`: what one cell shows.
    """

    cell_seconds: float = 300.0
    notebook_seconds: float = 900.0
    memory_mb: int = 3072
    processes: int = 128
    files_mb: int = 512
    files: int = 20_000
    output_mb: int = 8

    @staticmethod
    def within(seconds: float) -> Limits:
        """Those with so many seconds for a notebook."""
        return Limits(cell_seconds=min(Limits.cell_seconds, seconds), notebook_seconds=seconds)
