"""Facts about the repository that are easily broken: who imports whom, and what agrees with what."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from autograder import fences
from autograder.checks.registry import CHECKS
from autograder.course import TOTAL_POINTS, Course

ROOT = Path(__file__).resolve().parents[1]
COURSE = Course(ROOT)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def imports(path):
    """Every module that the file imports, dotted; relative ones as they are resolved within the repository."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            yield ".".join([*base, *([node.module] if node.module else [])])


def files(*patterns):
    return sorted(path for pattern in patterns for path in ROOT.glob(pattern))


@pytest.mark.parametrize(
    "path", files("autograder/checks/**/*.py", "datasets/**/*.py"), ids=lambda p: str(p.relative_to(ROOT))
)
def test_what_students_get_stands_alone(path):
    """Checks and data loaders travel to students: the declared libraries and their own package only."""
    own = path.relative_to(ROOT).parts[0] if path.parts[-2] != "checks" else "autograder"
    allowed = {"numpy", "tqdm", "pooch", "requests", "urllib3", "datasets", own} | sys.stdlib_module_names
    for name in imports(path):
        assert name.partition(".")[0] in allowed, name
        assert not name.startswith("autograder.") or name.startswith("autograder.checks"), name


@pytest.mark.parametrize("path", files("solutions/cs231n/**/*.py"), ids=lambda p: str(p.relative_to(ROOT)))
def test_solutions_import_numpy_only(path):
    allowed = {"numpy", "solutions"} | sys.stdlib_module_names
    bridges = {"data_utils.py": {"datasets"}, "solver.py": {"tqdm"}, "features.py": {"tqdm"}}
    for name in imports(path):
        assert name.partition(".")[0] in allowed | bridges.get(path.name, set()), name


LAYERS = {  # module -> what it may not know of, besides the command line
    "autograder/course.py": ["grading", "release", "sandbox", "exports", "feedback"],
    "autograder/sandbox": ["grading", "release", "course", "reference", "exports", "feedback"],
    "autograder/grading.py": ["release", "exports", "feedback", "console"],
    "autograder/release": ["grading", "exports", "feedback", "console", "sandbox"],
    "autograder/exports": ["console", "release"],
    "autograder/collect": ["grading", "exports", "feedback", "release", "console"],
    "autograder/rerun": ["grading", "release", "exports", "console", "nbgrader_plugin"],
    "autograder/feedback": ["console", "release"],
    "autograder/gradescope": ["console", "release", "feedback", "nbgrader_plugin"],
}


@pytest.mark.parametrize("part", LAYERS)
def test_arrows_point_downwards(part):
    for path in files(part) if part.endswith(".py") else files(f"{part}/**/*.py"):
        for name in imports(path):
            below = name.removeprefix("autograder.").partition(".")[0]
            above = {*LAYERS[part], "cli", "commands"}
            assert not (name.startswith("autograder.") and below in above), f"{path.name} imports {name}"


def test_only_the_release_and_exports_import_nbgrader():
    for path in files("autograder/**/*.py"):
        if any(name.partition(".")[0] == "nbgrader" for name in imports(path)):
            assert path.relative_to(ROOT).parts[1] in ("release", "exports", "nbgrader_plugin"), path


@pytest.mark.parametrize("name", COURSE.assignments)
def test_fences_checks_and_cells_are_in_bijection(name):
    assignment = COURSE.assignment(name)
    assert assignment.problems() == []
    assert sum(item.points for item in assignment.items) == TOTAL_POINTS


@pytest.mark.parametrize("name", COURSE.assignments)
def test_no_line_of_a_solution_is_handed_out(name):
    """Of modules and of notebooks, questions' model answers included, unless it stands outside the fences as well."""
    assignment = COURSE.assignment(name)
    given, secret = "", set()
    for file in assignment.modules:
        text = (COURSE.solutions / "cs231n" / file).read_text()
        secret |= set(fences.solution_lines(text, file))
        given += fences.strip(text, file)
    for path in assignment.notebooks.values():
        for cell in json.loads(path.read_text())["cells"]:
            source, marks = "".join(cell["source"]), cell["metadata"].get("nbgrader", {})
            answer = marks.get("solution") and cell["cell_type"] == "markdown"
            secret |= set(source.splitlines() if answer else fences.solution_lines(source, path.name))
            given += "" if answer else fences.strip(source, path.name)
    handed_out = ""
    for path in assignment.release.rglob("*"):
        if path.suffix == ".ipynb":
            handed_out += "\n".join("".join(cell["source"]) for cell in json.loads(path.read_text())["cells"])
        elif path.suffix in (".py", ".md", ".json", ".html"):
            handed_out += path.read_text()
    leaked = [line for line in secret if len(line.strip()) > 25 and line.strip() in handed_out and line not in given]
    assert len(secret) > 200
    assert leaked == []


def test_every_check_is_used():
    used = {item.id for name in COURSE.assignments for item in COURSE.assignment(name).items}
    assert set(CHECKS) <= used


def test_every_item_has_a_corpus():
    for id in CHECKS:
        assert (ROOT / "tests" / "submissions" / id).is_dir(), id


def test_environment_agrees_with_the_project():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert environment["name"] == PROJECT["name"]
    assert f"python{PROJECT['requires-python']}" in environment["dependencies"]
    (pip,) = [part for part in environment["dependencies"] if isinstance(part, dict)]
    assert pip == {"pip": ["--editable .[dev]"]}


def test_every_dependency_says_why():
    text = (ROOT / "pyproject.toml").read_text()
    for line in re.findall(r'^  "[a-zA-Z].*$', text[: text.index("[tool.")], re.MULTILINE):
        assert "#" in line or "cs231n-kit[" in line, line


def test_ci_runs_the_readmes_command():
    assert "make test" in (ROOT / ".ci" / "run").read_text()
    readme = (ROOT / "README.md").read_text()
    assert "make test" in readme
    assert "make demo" in readme


def test_make_help_lists_every_target():
    targets = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[0].split()
    shown = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert sorted(line.split()[0] for line in shown.splitlines()) == sorted(targets)


def test_notebooks_in_git_have_no_outputs():
    for path in files("solutions/assignment*/*.ipynb", "assignments/*/*.ipynb"):
        text = path.read_text()
        assert '"output_type"' not in text, path
        assert not re.search(r'"execution_count": \d', text), path


def test_no_registry_and_no_machine_is_named():
    """Packages are used by name, and nothing relies on a folder of one machine."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    banned = re.compile("|".join(["py" + "pi" + r"\.org", "files\\.pythonhosted", "npm" + "js", "/wo" + "rk/"]))
    for name in filter(None, listed):
        if (ROOT / name).is_file() and name.endswith((".py", ".md", ".toml", ".yml", ".ipynb", ".html", "Makefile")):
            found = banned.search((ROOT / name).read_text(encoding="utf-8"))
            assert not found, f"{name}: {found and found.group()}"
