"""Runs the solution notebooks where students run theirs: in a release with the solutions left in."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .course import Assignment

CELL_SECONDS = 1800


@dataclass(frozen=True)
class Run:
    """What came of running one notebook: its time, what was wrong, and its figures of merit."""

    notebook: str
    seconds: float
    problems: tuple[str, ...]
    path: Path


def run_notebooks(assignment: Assignment, folder: Path, names: list[str], data: Path | None = None) -> Iterator[Run]:
    """Execute the notebooks `names` in `folder` (a solved release) and keep them there with their outputs.

    Every cell must run, and every check must be worth its full points. `data` is the data set to use
    (`CS231N_DATA`), the default one otherwise.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    # One BLAS thread: on a machine that is busy otherwise, more of them spend their time waiting for each other.
    environment = {"OPENBLAS_NUM_THREADS": "1", **os.environ, **({"CS231N_DATA": str(data)} if data else {})}
    points = {item.id: item.points for item in assignment.items}
    for name in names:
        path = folder / f"{name}.ipynb"
        notebook: Any = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]
        client = NotebookClient(
            notebook,
            timeout=CELL_SECONDS,
            kernel_name="python3",
            resources={"metadata": {"path": str(folder)}},
            extra_arguments=["--IPKernelApp.log_level=ERROR"],  # no word about its loopback sockets
        )
        problems: list[str] = []
        start = time.perf_counter()
        try:
            client.execute(env=environment)
        except CellExecutionError as error:
            problems.append(str(error).strip().splitlines()[-1][:300])
        seconds = time.perf_counter() - start
        path.write_text(nbformat.writes(notebook), encoding="utf-8")  # type: ignore[no-untyped-call]
        problems += [problem for cell in notebook.cells if (problem := _unearned(cell, points))]
        problems += [f"a cell wrote to stderr: {text[:200]}" for cell in notebook.cells if (text := _stderr(cell))]
        yield Run(name, seconds, tuple(problems), path)


def _unearned(cell: Any, points: dict[str, float]) -> str:
    """What is wrong with a grade cell's result, "" if nothing is."""
    marks = cell.metadata.get("nbgrader", {})
    if cell.cell_type != "code" or not marks.get("grade"):
        return ""
    id = marks["grade_id"]
    results = [o["data"].get("text/plain", "") for o in cell.get("outputs", []) if o["output_type"] == "execute_result"]
    if results == [f"{points[id]:g}"]:
        return ""
    shown = [o["data"].get("text/html", "") for o in cell.get("outputs", []) if "data" in o]
    return f"{id} is worth {results} instead of {points[id]:g}: {' '.join(shown)[:600]}"


def _stderr(cell: Any) -> str:
    texts = [o["text"] for o in cell.get("outputs", []) if o.get("name") == "stderr"]
    # tqdm draws its bar on stderr where it finds no notebook widgets
    return "".join(text for text in texts if "%|" not in text).strip()
