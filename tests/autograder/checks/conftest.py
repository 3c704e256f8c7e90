"""Small packages of course code, written for one test each."""

import importlib.util
import itertools
import sys
import textwrap

import pytest

from autograder.checks.executor import Executor
from autograder.checks.student import Code, LocalSession

_numbers = itertools.count()


@pytest.fixture
def package(tmp_path):
    """Returns a function that writes modules (`layers="def f(x): ..."`) into a package and returns its name."""
    names = []

    def write(**modules):
        name = f"package_{next(_numbers)}"
        folder = tmp_path / name
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        for module, text in modules.items():
            file = folder / f"{module.replace('.', '/')}.py"
            file.parent.mkdir(exist_ok=True)
            file.write_text(textwrap.dedent(text))
        spec = importlib.util.spec_from_file_location(
            name, folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
        names.append(name)
        return name

    yield write
    for loaded in [module for module in sys.modules if module.partition(".")[0] in names]:
        del sys.modules[loaded]


@pytest.fixture
def code(package):
    """Returns a function that writes modules and returns them as `Code`."""
    return lambda seed=None, **modules: Code(LocalSession(Executor(package(**modules))), seed=seed)
