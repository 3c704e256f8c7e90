"""The solution as the reference of checks: loaded as the package `reference`, beside any `cs231n`."""

from __future__ import annotations

import functools
import importlib.util
import sys
from collections.abc import Callable, Iterable

from .checks.engine import Case
from .checks.executor import Executor
from .checks.student import Code, LocalSession
from .course import Course
from .errors import CourseError
from .held_out import held_out_images

PACKAGE = "reference"


def load_reference(course: Course) -> str:
    """Make the solved package importable under the name `reference`; return that name."""
    folder = course.solutions / "cs231n"
    loaded = sys.modules.get(PACKAGE)
    if loaded is not None and list(loaded.__path__) == [str(folder)]:
        return PACKAGE
    for name in [name for name in sys.modules if name == PACKAGE or name.startswith(f"{PACKAGE}.")]:
        del sys.modules[name]
    init = folder / "__init__.py"
    spec = importlib.util.spec_from_file_location(PACKAGE, init, submodule_search_locations=[str(folder)])
    if spec is None or spec.loader is None or not init.is_file():
        raise CourseError(f"expected the solved package in {folder}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = module
    spec.loader.exec_module(module)
    return PACKAGE


def import_solutions(course: Course, modules: Iterable[str]) -> None:
    """Import `modules` of the solved package; raise `CourseError` for one that fails: all submissions would."""
    package = load_reference(course)
    for module in sorted(set(modules)):
        try:
            importlib.import_module(f"{package}.{module}")
        except Exception as error:
            raise CourseError(
                f"the solution's module {module} cannot be imported ({type(error).__name__}: {error}); "
                "nothing can be compared with it"
            ) from None


def executor_of(course: Course) -> Executor:
    """An executor of requests on the solved package."""
    return Executor(load_reference(course))


def live_reference(course: Course) -> Callable[[str, Case], Code]:
    """The reference for `run_check`, answering from the solution, with the images that trained models are tested on."""
    images = functools.partial(held_out_images, course)

    def reference(item: str, case: Case) -> Code:
        # An executor for each case, so that the models of a whole class do not pile up in it.
        return Code(LocalSession(executor_of(course)), seed=case.seed, images=images)

    return reference
