"""`autograder demo`: a class of 24 made-up submissions, good, wrong and hostile, graded for real."""

from __future__ import annotations

import re
import shutil
import sys
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from . import corpus
from .checks.registry import CHECKS
from .console import grade_class, show_isolation, show_reports
from .course import Assignment
from .errors import CourseError
from .exports import write_csv, write_json_lines
from .feedback import page_name, write_class_page, write_student_pages
from .grading import Options, Report
from .release import build, solved_release, zip_release
from .release.modules import solved_modules
from .sandbox.limits import Limits
from .sandbox.modes import Isolation, IsolationError, choose
from .submissions import find_submissions

ASSIGNMENT = "assignment1"  # which one, unless it is said
#: Marks a folder as one that the next demo may remove.
MARK = ".autograder-demo"
#: Short, so that the endless loop among them does not hold up the show.
LIMITS = Limits(call_seconds=5.0)

Change = Callable[[Path], None]


@dataclass(frozen=True)
class Member:
    """A made-up student: what is special about the submission, and how an item of it must come out.

    `expected` maps items to verdicts, `others` is the verdict of all other items that a check grades ("" for any).
    """

    name: str
    what: str
    change: Change
    expected: dict[str, str]
    others: str = "correct"
    untouched: bool = False


@dataclass(frozen=True)
class Cast:
    """Who breaks what in an assignment: items, a notebook, modules. `nan` is an item that no other needs, with what it
    returns."""

    endless: str
    memory: str
    leaves: str
    nan: tuple[str, str]
    notebook: str
    misnamed: str
    absent: str


CASTS = {
    "assignment1": Cast(
        endless="relu_forward",
        memory="compute_distances_no_loops",
        leaves="affine_forward",
        nan=("softmax_loss_naive", "np.nan, np.full(W.shape, np.nan)"),
        notebook="svm",
        misnamed="classifiers/softmax.py",
        absent="classifiers/k_nearest_neighbor.py",
    ),
    "assignment2": Cast(
        endless="conv_forward_naive",
        memory="max_pool_forward_naive",
        leaves="batchnorm_forward",
        nan=("adagrad", "np.full(w.shape, np.nan), {}"),
        notebook="Dropout",
        misnamed="classifiers/cnn.py",
        absent="optim.py",
    ),
}


def run_demo(assignment: Assignment, folder: Path, jobs: int) -> int:
    """Build, make the class, grade it, write the reports into `folder`. Returns 0 if every verdict is as it must be."""
    start = time.perf_counter()
    if folder.exists() and not (folder / MARK).is_file() and (not folder.is_dir() or any(folder.iterdir())):
        raise CourseError(f"{folder} exists and is not a demo; name another with --folder")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()

    print("Building what students get ...", flush=True)
    build(assignment)
    handout = zip_release(assignment, folder)
    print("Making a class of 24 ...", flush=True)
    members = class_of_24(assignment)
    make_class(assignment, members, folder)
    print("Grading ...", flush=True)
    submissions = find_submissions([folder / "submitted"], assignment.name, folder / "scratch")
    isolation = strongest()
    show_isolation(isolation)
    reports, complete = grade_class(submissions, assignment, Options(limits=LIMITS, isolation=isolation), jobs)
    pages = folder / "pages"
    write_student_pages(reports, assignment, pages, submissions=submissions)
    shutil.rmtree(folder / "scratch", ignore_errors=True)
    show_reports(reports, sys.stdout)
    if not complete:
        raise KeyboardInterrupt

    with (folder / "reports.jsonl").open("w", encoding="utf-8") as file:
        write_json_lines(reports, file)
    with (folder / "scores.csv").open("w", encoding="utf-8", newline="") as file:
        write_csv(reports, file)
    links = {report.submission: f"{pages.name}/{quote(page_name(report.submission))}" for report in reports}
    page = write_class_page(reports, assignment, folder / "class.html", links=links)
    surprises = unexpected(members, reports)
    print(f"\n{len(reports)} submissions in {time.perf_counter() - start:.0f} s, ", end="")
    print("every verdict as it must be" if not surprises else f"{len(surprises)} verdicts are NOT as they must be:")
    for line in surprises:
        print(f"  {line}")
    print(f"\n  what students get   {assignment.release}\n  to hand out         {handout}")
    print(f"  submissions         {folder / 'submitted'}\n  class page          {page}")
    print(f"  students' pages     {pages}")
    print(f"  reports             {folder / 'reports.jsonl'}, {folder / 'scores.csv'}")
    return 1 if surprises else 0


def strongest() -> Isolation:
    """The best isolation that this machine can do; or none, since these submissions are our own."""
    try:
        return choose()
    except IsolationError as error:
        print(error, file=sys.stderr)
        return Isolation("none")


def unexpected(members: list[Member], reports: list[Report]) -> list[str]:
    """A line for every verdict that is not what its member was made for."""
    by_name = {report.submission: report for report in reports}
    lines = [f"{m.name}: no report" for m in members if m.name not in by_name]
    for member in members:
        for item in by_name[member.name].items if member.name in by_name else ():
            want = member.expected.get(item.id, "manual" if item.verdict == "manual" else member.others)
            if want and item.verdict != want:
                lines.append(f"{member.name}: {item.id} is {item.verdict}, expected {want}: {item.message}")
    return lines


def make_class(assignment: Assignment, members: list[Member], folder: Path) -> None:
    """Write every member's submission into `folder/submitted`, most as nbgrader lays them out, some as zips."""
    solved = solved_release(assignment, folder / "solved")
    for item in assignment.items:
        if item.kind == "model":
            right = next(v for v in corpus.variants(assignment) if v.item == item.id and v.verdict == "correct")
            corpus.save_with(right, solved / "saved")
    for member in members:
        target = folder / "submitted" / member.name / assignment.name
        shutil.copytree(assignment.release if member.untouched else solved, target)
        for built in ("checks", "datasets"):  # students hand in their work, not the kit
            shutil.rmtree(target / built)
        member.change(target)
    shutil.rmtree(folder / "solved")


def class_of_24(assignment: Assignment) -> list[Member]:
    """The class: complete, partial, untouched, the classic mistakes one by one, and those that break things."""
    wrong = [v for v in corpus.variants(assignment) if v.verdict in ("wrong", "partial") and _is_code(assignment, v)]
    items = list(dict.fromkeys(v.item for v in wrong))
    classics = [next(v for v in wrong if v.item == id) for id in _spread(items, 11)]
    cast = CASTS[assignment.name]
    layers = _items_of(assignment, "layers.py")
    all_layers = dict.fromkeys(layers, "error")
    questions = [i.id for i in assignment.items if i.kind == "question" and i.notebook == cast.notebook]
    members = [
        Member("ada", "everything right", _nothing, {}),
        Member("ben", "untouched", _nothing, {}, others="missing", untouched=True),
        Member("cleo", "half done", _stubs(layers), dict.fromkeys(layers, "missing"), others=""),
    ]
    names = ["dora", "emil", "fay", "gus", "hana", "ivan", "jo", "kim", "lena", "max", "nils"]
    for name, variant in zip(names, classics, strict=True):
        members.append(
            Member(name, variant.name, variant_change(assignment, variant), {variant.item: variant.verdict}, others="")
        )
    return [
        *members,
        Member("olga", "a syntax error", _edit("layers.py", r"\Z", "\ndef broken(:\n"), all_layers, others=""),
        Member("pete", "fails at import", _edit("layers.py", r"\Z", "\nimport tensorflow\n"), all_layers, others=""),
        Member("quin", "an endless loop", _body(cast.endless, "while True: pass"),
               {cast.endless: "timeout"}, others=""),
        Member("rita", "a memory bomb", _body(cast.memory, "return np.ones((1 << 20, 1 << 20))"),
               {cast.memory: "memory"}, others=""),
        Member("sven", "NaN", _body(cast.nan[0], f"return {cast.nan[1]}"), {cast.nan[0]: "wrong"}),
        Member("tess", "os._exit(0)", _body(cast.leaves, "import os; os._exit(0)"), {cast.leaves: "error"}, others=""),
        Member("umar", "a corrupt notebook", _corrupt(f"{cast.notebook}.ipynb"), dict.fromkeys(questions, "missing")),
        Member("vera", "a zip that climbs out", _climbing_zip, {}),
        Member("will", "zipped two folders down, a file misnamed", _deep_zip(cast.misnamed), {}),
        Member("xena", "a module is missing", _without(cast.absent),
               dict.fromkeys(_items_of(assignment, cast.absent), "missing"), others=""),
    ]  # fmt: skip


def _is_code(assignment: Assignment, variant: corpus.Variant) -> bool:
    return assignment.item(variant.item).kind == "code"


def _file_of(item: str) -> str:
    return CHECKS[item].module.replace(".", "/") + ".py"


def _items_of(assignment: Assignment, file: str) -> list[str]:
    """The items whose code is in a module."""
    return [item.id for item in assignment.items if item.kind == "code" and _file_of(item.id) == file]


def _spread(values: list[str], count: int) -> list[str]:
    """`count` of `values`, evenly spread."""
    if len(values) < count:
        raise CourseError(f"the corpus has wrong implementations of {len(values)} items; the demo needs {count}")
    return [values[i * len(values) // count] for i in range(count)]


def _nothing(folder: Path) -> None:
    pass


def variant_change(assignment: Assignment, variant: corpus.Variant) -> Change:
    """As in the assignment: what later ones put into the module needs what is not handed out yet."""
    file, text = corpus.module_with(assignment, variant, solved_modules(assignment))
    return lambda folder: _write(folder / "cs231n" / file, text)


def _stubs(ids: Sequence[str]) -> Change:
    def change(folder: Path) -> None:
        for id in ids:
            _body(id, f'raise NotImplementedError("{id}")')(folder)

    return change


def _edit(file: str, pattern: str, replacement: str) -> Change:
    def change(folder: Path) -> None:
        path = folder / "cs231n" / file
        text, count = re.subn(
            pattern, lambda _: replacement, path.read_text(encoding="utf-8"), count=1, flags=re.DOTALL
        )
        if not count:
            raise CourseError(f"{file} has nothing like {pattern}")
        _write(path, text)

    return change


def _body(item: str, body: str) -> Change:
    """Replace the fence of `item` by one line."""
    return _edit(_file_of(item), rf"### BEGIN SOLUTION {item}\n.*?### END SOLUTION", body)


def _corrupt(notebook: str) -> Change:
    def change(folder: Path) -> None:
        path = folder / notebook
        _write(path, path.read_text(encoding="utf-8")[:1000])

    return change


def _without(file: str) -> Change:
    return lambda folder: (folder / "cs231n" / file).unlink()


def _climbing_zip(folder: Path) -> None:
    _into_zip(folder, folder.name, extra={"../../../evil.py": "print('out')\n"})


def _deep_zip(misnamed: str) -> Change:
    def change(folder: Path) -> None:
        path = folder / "cs231n" / misnamed
        path.rename(path.with_name(path.name.capitalize()))
        _into_zip(folder, f"my homework/{folder.name} final")

    return change


def _into_zip(folder: Path, prefix: str, extra: dict[str, str] | None = None) -> None:
    """Replace a student's folder by a zip beside it."""
    student = folder.parent
    with zipfile.ZipFile(student.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            archive.write(path, f"{prefix}/{path.relative_to(folder).as_posix()}")
        for name, text in (extra or {}).items():
            archive.writestr(name, text)
    shutil.rmtree(student)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
