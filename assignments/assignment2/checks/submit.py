"""Packs the zip that a student hands in, and says what is missing in it."""

from __future__ import annotations

import importlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

from .executor import CodeError
from .kit import Kit
from .messages import say
from .registry import CHECKS
from .saved import read_saved
from .source import stubs_in
from .written import is_written, that_count


def pack(kit: Kit) -> tuple[Path, list[str]]:
    """Write `<assignment>_submission.zip` beside the notebooks; return it and what is missing, a line each.

    It holds cs231n/, modules beside it, the notebooks and saved/. A half-done assignment can be packed too.
    """
    description = json.loads((kit.folder / "checks" / "items.json").read_text(encoding="utf-8"))
    name = description["assignment"]
    missing = [
        *_notebooks(kit, description["notebooks"]),
        *_modules(kit.folder, description["modules"]),
        *_unwritten(kit.folder, description["modules"]),
        *_saved(kit),
    ]
    path = kit.folder / f"{name}_submission.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        for file in _files(kit.folder, description["notebooks"]):
            archive.write(file, f"{name}/{file.relative_to(kit.folder).as_posix()}")
    return path, missing


def _files(folder: Path, notebooks: list[str]) -> Iterator[Path]:
    for pattern in ("cs231n/**/*.py", "*.py", "saved/*.npz", *(f"{name}.ipynb" for name in notebooks)):
        yield from (path for path in sorted(folder.glob(pattern)) if path.is_file())


def _notebooks(kit: Kit, names: list[str]) -> Iterator[str]:
    questions = {id for id, item in kit.items.items() if item.kind == "question"}
    for name in names:
        try:
            cells = json.loads((kit.folder / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
            code = [cell for cell in cells if cell["cell_type"] == "code" and "".join(cell["source"]).strip()]
            idle = sum(cell.get("execution_count") is None for cell in code)
            texts = [(c["metadata"].get("nbgrader", {}).get("grade_id"), "".join(c["source"])) for c in cells]
            counting = that_count(texts)
            empty = [id for id, number in counting.items() if id in questions and not is_written(texts[number][1])]
        except FileNotFoundError:
            yield f"{name}.ipynb is not there"
        except OSError as error:
            yield f"{name}.ipynb cannot be read: {error.strerror}"
        except (ValueError, KeyError, TypeError, AttributeError):
            yield f"{name}.ipynb is damaged: Jupyter could not open it either"
        else:
            if idle:
                yield f"{name}.ipynb: {idle} of {len(code)} cells were not run; run them all and save the notebook"
            yield from (f"{name}.ipynb: the question {id} is not answered" for id in empty)


def _modules(folder: Path, modules: list[str]) -> Iterator[str]:
    for module in modules:
        dotted = "cs231n." + module.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        if not (folder / "cs231n" / module).is_file():
            yield f"cs231n/{module} is not there"
            continue
        try:
            importlib.import_module("cs231n" if module == "__init__.py" else dotted)
        except BaseException as error:  # whatever the student's module does when it is imported
            yield f"cs231n/{module} cannot be imported: {type(error).__name__}: {error}"


def _unwritten(folder: Path, modules: list[str]) -> Iterator[str]:
    """What an earlier assignment asks for is among it: what builds upon it does not work without."""
    for module in modules:
        try:
            stubs = stubs_in((folder / "cs231n" / module).read_bytes())
        except (OSError, SyntaxError, ValueError):  # which was said already
            continue
        if stubs:
            yield f"cs231n/{module}: not written yet: {', '.join(stubs)}"


def _saved(kit: Kit) -> Iterator[str]:
    for item in kit.items.values():
        if item.kind == "model":
            file = CHECKS[item.id].saved
            path = kit.folder / "saved" / file
            if not path.is_file():
                yield say("saved_missing", file=file, notebook=f"{item.notebook}.ipynb").rstrip(".")
                continue
            try:
                read_saved(path)
            except CodeError as error:
                yield error.text.rstrip(".")
