"""Measures what it costs to grade a class: by nbgrader, by nbgrader with our plug-in, straight into the gradebook.

    python -m tools.bench_nbgrader [--many 200]

The same 20 submissions, the same checks: the items of assignment 1 that are graded from code, in its notebooks without
their training (which nbgrader would run for each student as well, for minutes). Each submission holds the whole
release, so that nbgrader's own way, running the check cells in kernels, finds the checks. There are no hidden cases,
since that way cannot have any; the last line shows what they add. Every figure is the median of three runs of a
command of its own, start of the interpreter included; CPU time is that of all its processes.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from autograder import corpus
from autograder.course import Course
from autograder.demo import variant_change
from autograder.release import solved_release

ROUNDS, SUBMISSIONS = 3, 20
NAME = "assignment1"
STOCK = """c = get_config()
c.CourseDirectory.course_id = "bench"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "assignments"
c.IncludeHeaderFooter.enabled = False
c.Execute.timeout = 600
"""
STRAIGHT = ["-m", "autograder", "grade", "submitted", "--assignment", NAME, "--gradebook", "--fresh"]


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--many", type=int, metavar="N", help="grade N submissions straight into the gradebook, too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-nbgrader-") as scratch:
        root = _course(Path(scratch) / "course")
        _hand_in(root, SUBMISSIONS)
        stock = Path(scratch) / "stock"
        shutil.copytree(root, stock)
        (stock / "nbgrader_config.py").write_text(STOCK)
        ways = {
            "nbgrader autograde, its own Execute": (stock, _nbgrader("autograde", NAME, "--force")),
            "nbgrader autograde, with the plug-in": (root, _nbgrader("autograde", NAME, "--force")),
            "straight into the gradebook": (root, [sys.executable, *STRAIGHT]),
        }
        hidden = Path(scratch) / "hidden"
        shutil.copytree(root, hidden)
        shutil.copy(Course.find(Path(__file__).parent).solutions / "course.toml", hidden / "solutions")
        ways["straight, hidden cases too"] = (hidden, [sys.executable, *STRAIGHT])
        if options.many:
            many = Path(scratch) / "many"
            shutil.copytree(root, many, ignore=shutil.ignore_patterns("submitted"))
            _hand_in(many, options.many)
            ways[_straight(options.many)] = (many, [sys.executable, *STRAIGHT])
            # What nbgrader's own way costs apart from submissions: all are graded already and passed over.
            ways["nbgrader autograde with nothing to do"] = (stock, _nbgrader("autograde", NAME))
        runs = {way: [] for way in ways}
        for _ in range(ROUNDS):
            for way, (folder, command) in ways.items():
                runs[way].append(_cost(command, folder))
        cost = {way: [statistics.median(values) for values in zip(*costs, strict=True)] for way, costs in runs.items()}
        _table(cost, options.many)


def _straight(many):
    return f"straight, {many} submissions"


def _table(cost, many):
    own = cost["nbgrader autograde, its own Execute"]
    print(f"\n{SUBMISSIONS} submissions, median of {ROUNDS}; load average {os.getloadavg()[0]:.1f}")
    print(f"{'':<40} {'wall s':>8} {'CPU s':>8} {'wall':>8} {'CPU':>8}")
    for way, (wall, cpu) in cost.items():
        base = own
        if way == _straight(many):
            nothing = cost["nbgrader autograde with nothing to do"]
            base = [n + (o - n) / SUBMISSIONS * many for o, n in zip(own, nothing, strict=True)]
        ratios = f"1/{base[0] / wall:<6.1f} 1/{base[1] / cpu:<6.1f}"
        print(f"{way:<40} {wall:8.1f} {cpu:8.1f} {ratios}")
        if base is not own:
            print(f"{'  of its own Execute, extrapolated':<40} {base[0]:8.1f} {base[1]:8.1f}")


def _course(root):
    """Assignment 1, with nothing in its notebooks but what starts them and the checks of code."""
    ours = Course.find(Path(__file__).parent)
    task = ours.assignment(NAME)
    codes = [item for item in task.items if item.kind == "code"]
    points = {item.id: 100 // len(codes) for item in codes}
    points[codes[0].id] += 100 - sum(points.values())
    for part in ("solutions/cs231n", "tests/submissions"):
        shutil.copytree(ours.root / part, root / part)
    for file in ("pyproject.toml", "nbgrader_config.py", "solutions/course.toml"):
        shutil.copy(ours.root / file, root / file)
    settings = root / "solutions" / "course.toml"
    seeds = ", ".join(map(str, ours.hidden_seeds))
    settings.write_text(settings.read_text().replace(f"[{seeds}]", "[]"))
    source = root / "solutions" / NAME
    source.mkdir()
    for file in task.settings.get("files", []):
        shutil.copy(ours.solutions / NAME / file, source)
    for name, path in task.notebooks.items():
        notebook = json.loads(path.read_text())
        notebook["cells"] = list(_cells(notebook["cells"], points))
        (source / f"{name}.ipynb").write_text(json.dumps(notebook))
    subprocess.run(_nbgrader("generate_assignment", NAME), cwd=root, check=True, capture_output=True)
    return root


def _cells(cells, points):
    setup = next(cell for cell in cells if cell["cell_type"] == "code")
    yield setup
    yield {**setup, "id": "import-check", "source": "from checks import check"}
    for cell in cells:
        marks = cell["metadata"].get("nbgrader", {})
        if marks.get("grade_id") in points and marks.get("grade"):
            marks["points"] = points[marks["grade_id"]]
            yield cell


def _hand_in(root, count):
    """Half of the class is right; the others have one item wrong each, or have not begun."""
    task = Course(root).assignment(NAME)
    solved = solved_release(task, root / "solved")
    for path in task.release.glob("*.ipynb"):
        shutil.copy(path, solved)
    wrong = [v for v in corpus.variants(task) if v.verdict in ("wrong", "partial")]
    for number in range(count):
        folder = root / "submitted" / f"student{number:03}" / NAME
        shutil.copytree(task.release if number % 10 == 9 else solved, folder)
        if number % 2 and number % 10 != 9:
            variant_change(task, wrong[7 * number % len(wrong)])(folder)
    shutil.rmtree(root / "solved")


def _nbgrader(*arguments):
    return [sys.executable, "-m", "nbgrader", *arguments]


def _cost(command, folder):
    """Wall and CPU time of a command."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{' '.join(command)[:200]}\n{done.stdout}{done.stderr}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
