"""`autograder regrade`: what it writes is what a full grading now would write, with less work and the reasons said."""

import dataclasses
import errno
import json
import re
import shutil
import subprocess
import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor

import pytest

from autograder import console, grading, submissions
from autograder.checks.messages import say
from autograder.checks.registry import CHECKS
from autograder.cli import main
from autograder.course import Course
from autograder.demo import strongest
from autograder.grading import Report
from autograder.journal import FOLDER
from autograder.regrade import changes

from .conftest import REPOSITORY
from .git import commit
from .test_submissions import pack

MODULE = "cs231n/classifiers/linear_svm.py"
STAMP = 77.0
TOPIC = "autograder/checks/topics/linear.py"
#: Right in a way that costs half of the points where loops count.
LOOPS = "    for _ in range(2):\n        pass\n    return loss, dW"


@pytest.fixture(scope="module")
def origin(built_course, tmp_path_factory):
    """A course with a history of one commit, and the grader's package in it; never changed."""
    root = tmp_path_factory.mktemp("origin") / "course"
    shutil.copytree(built_course.course.root, root, ignore=shutil.ignore_patterns(FOLDER))
    for package in ("autograder", "datasets"):
        shutil.copytree(REPOSITORY / package, root / package, ignore=shutil.ignore_patterns("__pycache__"))
    (root / ".gitignore").write_text(f"/{FOLDER}/\n")
    commit(root)
    return root


@pytest.fixture
def course(origin, tmp_path, monkeypatch):
    """Such a course of our own; the working folder is there."""
    root = tmp_path / "course"
    shutil.copytree(origin, root)
    # The package that grades is the one that runs these tests; the copy stands for it.
    monkeypatch.setattr(changes, "_used", lambda: {name: root / name for name in ("autograder", "datasets")})
    monkeypatch.chdir(root)
    return Course(root).assignment("tiny")


@pytest.fixture
def submitted(course, tmp_path):
    """ann is right, bob has a wrong loss in one function, cid loops where there should be none, dan has nothing."""
    solved = (course.course.solutions / MODULE).read_text()
    wrong = solved.replace("### BEGIN SOLUTION svm_loss_naive\n", "### BEGIN SOLUTION svm_loss_naive\n    W = 2 * W\n")
    head, name, rest = solved.partition("def svm_loss_vectorized")
    looping = head + name + rest.replace("return loss, dW", LOOPS.strip().replace("\n    return", "\n    return"), 1)
    assert len({solved, wrong, looping}) == 3
    for student, text in (("ann", solved), ("bob", wrong), ("cid", looping), ("dan", None)):
        folder = tmp_path / "submitted" / student / "tiny"
        shutil.copytree(course.release, folder)
        if text is not None:
            (folder / MODULE).write_text(text)
    return tmp_path / "submitted"


@pytest.fixture
def reports(submitted, tmp_path, capsys):
    """What `grade` wrote, stamped."""
    path = tmp_path / "reports.jsonl"
    assert grade(submitted, path) == 0
    capsys.readouterr()
    return stamp(path)


def stamp(path):
    """Give all items a time that no grading takes: by that it shows which were graded again."""
    reports = read(path).values()
    for report in reports:
        for item in report["items"]:
            item["seconds"] = STAMP
    path.write_text("".join(json.dumps(report) + "\n" for report in reports))
    return path


def grade(submitted, path, *more):
    arguments = [str(submitted), "--assignment", "tiny", "--json", str(path), "-j", "1", "--no-journal"]
    return main(["grade", *arguments, "--isolation", strongest().mode, *more])


def regrade(reports, *more):
    submitted = reports.parent / "submitted"
    return main(["regrade", str(reports), str(submitted), "-j", "1", "--isolation", strongest().mode, *map(str, more)])


def edit(course, file, old, new):
    path = course.course.root / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def read(path):
    return {report["submission"]: report for report in map(json.loads, path.read_text().splitlines())}


def without_times(path):
    reports = read(path)
    for report in reports.values():
        for item in report["items"]:
            item["seconds"] = 0
    return reports


def graded_again(path):
    """The items of each submission that were not simply kept."""
    found = {
        name: {item["id"] for item in report["items"] if item["seconds"] != STAMP}
        for name, report in read(path).items()
    }
    return {name: items for name, items in found.items() if items}


BOTH = {"svm_loss_naive", "svm_loss_vectorized"}
EVERYBODY = ("ann", "bob", "cid", "dan")


@pytest.mark.parametrize(
    ("file", "old", "new", "items"),
    [
        ("solutions/cs231n/classifiers/linear_svm.py", "### BEGIN SOLUTION svm_loss_naive\n",
         "### BEGIN SOLUTION svm_loss_naive\n    W = 2 * W\n", {"svm_loss_naive"}),
        ("solutions/cs231n/validation.py", "def linear_inputs(", "def linear_inputs(", set()),
        ("solutions/tiny/losses.ipynb", '"points": 50', '"points": 60', {"svm_loss_naive"}),
        ("solutions/course.toml", "[1125899906842624]", "[2125899906842624]", BOTH),
        ("solutions/cs231n/classifiers/linear_svm.py", "### BEGIN SOLUTION svm_loss_naive\n",
         "### BEGIN SOLUTION svm_loss_naive\n    # a comment\n", set()),
    ],
    ids=["solution", "nothing", "points", "seeds", "comment"],
)  # fmt: skip
def test_what_is_merged_is_what_a_full_grading_gives(
    course, submitted, reports, tmp_path, file, old, new, items, capsys
):
    edit(course, file, old, new)
    assert regrade(reports, "--since", "HEAD") == 0
    assert graded_again(reports) == (dict.fromkeys(EVERYBODY, items) if items else {})
    assert grade(submitted, tmp_path / "full.jsonl") == 0
    assert without_times(reports) == without_times(tmp_path / "full.jsonl")


def test_who_moved_by_what_and_why(course, reports, capsys):
    """The solution is made to be wrong as bob is: now bob is right, and ann and cid are not."""
    edit(course, "solutions/cs231n/classifiers/linear_svm.py", "### BEGIN SOLUTION svm_loss_naive\n",
         "### BEGIN SOLUTION svm_loss_naive\n    W = 2 * W\n")  # fmt: skip
    assert regrade(reports, "--since", "HEAD") == 0
    lines = capsys.readouterr().out.splitlines()
    why = "solutions/cs231n/classifiers/linear_svm.py: svm_loss_naive"
    rows = {line.split()[0]: re.sub(" +", " ", line.strip()) for line in lines if line.strip()}
    assert rows["ann"] == f"ann 90 / 100 40 / 100 svm_loss_naive correct 50/50 -> wrong 0/50 {why}"
    assert rows["bob"].endswith(f"svm_loss_naive wrong 0/50 -> correct 50/50 {why}")
    assert "dan" not in rows  # graded again, and nothing moved
    assert rows["svm_loss_naive"] == f"svm_loss_naive 4 3 {why}"
    assert re.fullmatch(r"4 submissions, 4 items graded again, 3 totals moved, [\d.]+ s", rows["4"])


def test_the_old_reports_are_kept_beside_the_new_ones(course, reports, capsys):
    first = reports.read_text()
    edit(course, "solutions/tiny/losses.ipynb", '"points": 50', '"points": 60')
    assert regrade(reports) == 0
    assert capsys.readouterr().out.endswith(f"wrote {reports}; the old one is {reports}.1\n")
    second = reports.read_text()
    edit(course, "solutions/tiny/losses.ipynb", '"points": 60', '"points": 70')
    assert regrade(reports) == 0
    kept = [reports.with_name(f"reports.jsonl.{number}").read_text() for number in (1, 2)]
    assert kept == [first, second]
    assert first != second != reports.read_text()


def test_nothing_to_do_writes_nothing(course, reports, capsys):
    before = reports.stat()
    assert regrade(reports, "--since", "HEAD") == 0
    out = capsys.readouterr()
    assert "4 submissions, 0 items graded again, 0 totals moved" in out.out
    assert f"{reports} is up to date" in out.out
    assert reports.stat() == before
    assert not list(reports.parent.glob("reports.jsonl.*"))
    assert not (course.course.root / FOLDER).exists()


def test_to_another_file(course, reports, tmp_path, capsys):
    before = reports.read_bytes()
    assert regrade(reports, "--items", "svm_loss_naive", "--json", tmp_path / "new.jsonl") == 0
    assert graded_again(tmp_path / "new.jsonl") == {name: {"svm_loss_naive"} for name in EVERYBODY}
    capsys.readouterr()
    assert regrade(reports, "--json", "-") == 0
    assert [json.loads(line)["submission"] for line in capsys.readouterr().out.splitlines()] == [*EVERYBODY]
    assert reports.read_bytes() == before


def test_a_dry_run_only_says_what_it_would_do(course, submitted, reports, capsys):
    before = reports.read_bytes()
    edit(course, "solutions/tiny/losses.ipynb", '"points": 50', '"points": 60')
    assert regrade(reports, "--dry-run") == 0
    out = capsys.readouterr().out
    assert re.search(r"^svm_loss_naive +4 +0 +losses.ipynb: 50 -> 60 points", out, re.MULTILINE)
    assert "4 items in 4 of 4 submissions to grade again" in out
    assert "--since REV compares with a revision" in out
    assert reports.read_bytes() == before
    assert not (course.course.root / FOLDER).exists()


def test_submissions_that_are_new_changed_or_gone(course, submitted, reports, tmp_path, capsys):
    before = shutil.copy(reports, tmp_path / "before.jsonl")
    shutil.copytree(submitted / "ann", submitted / "eve")
    shutil.copy(submitted / "ann" / "tiny" / MODULE, submitted / "bob" / "tiny" / MODULE)
    shutil.rmtree(submitted / "cid")
    assert regrade(reports, "--since", "HEAD") == 0
    out = capsys.readouterr().out
    assert re.search(r"^bob +40 / 100 +90 / 100 .* the submission has changed *$", out, re.MULTILINE)
    assert re.search(r"^eve +- +90 / 100 .* the submission is new *$", out, re.MULTILINE)
    assert "kept as they were, for their submissions are not there any more: cid" in out
    assert graded_again(reports) == {"bob": BOTH | {"why"}, "eve": BOTH | {"why"}}
    assert read(reports)["cid"] == read(before)["cid"]


def test_what_was_not_graded_is_graded(course, reports, capsys):
    spoilt = [Report.from_json(report) for report in read(reports).values()]
    items = [dataclasses.replace(item, verdict="not graded", points=0.0) for item in spoilt[0].items[:1]]
    spoilt[0] = dataclasses.replace(spoilt[0], items=(*items, *spoilt[0].items[1:]))
    reports.write_text("".join(json.dumps(report.as_json()) + "\n" for report in spoilt))
    assert regrade(reports) == 0
    assert re.search(r"^ann .* svm_loss_naive not graded 0/50 -> correct 50/50 +it was not graded$",
                     capsys.readouterr().out, re.MULTILINE)  # fmt: skip
    assert read(reports)["ann"]["score"] == 90


def test_items_that_come_and_go(course, submitted, reports, tmp_path, capsys):
    edit(course, "solutions/tiny/losses.ipynb", '"grade_id": "why"', '"grade_id": "wherefore"')
    assert regrade(reports, "--since", "HEAD") == 0
    out = capsys.readouterr().out
    assert re.search(r"^wherefore +4 +4 +losses.ipynb: the item is new$", out, re.MULTILINE)
    assert "the assignment has no more: why; taken out of the reports" in out
    assert [item["id"] for item in read(reports)["ann"]["items"]] == [
        "svm_loss_naive",
        "svm_loss_vectorized",
        "wherefore",
    ]
    assert graded_again(reports) == {name: {"wherefore"} for name in EVERYBODY}
    assert grade(submitted, tmp_path / "full.jsonl") == 0
    assert without_times(reports) == without_times(tmp_path / "full.jsonl")


def test_a_stub_of_the_release_counts_for_those_who_lack_the_file(course, submitted, reports, tmp_path):
    """Whose own file there is, of them nothing is graded again."""
    (submitted / "bob" / "tiny" / "cs231n" / "validation.py").unlink()
    assert regrade(reports) == 0
    assert graded_again(reports) == {"bob": BOTH | {"why"}}
    stamp(reports)
    edit(course, "assignments/tiny/cs231n/validation.py", "def as_floats(", "LIMIT = 1\n\n\ndef as_floats(")
    assert regrade(reports, "--since", "HEAD") == 0
    assert graded_again(reports) == {"bob": BOTH | {"why"}}


def test_verdicts_of_what_an_item_needs_are_handed_on(course, submitted, reports, tmp_path, monkeypatch, capsys):
    """An item that is graded alone is blocked by one that is not graded again; and it is graded again, in a second
    round, where the verdict of the one that it needs has changed, and only there."""
    check = CHECKS["svm_loss_vectorized"]
    monkeypatch.setitem(CHECKS, check.id, dataclasses.replace(check, needs=("svm_loss_naive",)))
    in_threads(monkeypatch)
    spoil = "### BEGIN SOLUTION svm_loss_vectorized\n"
    path = submitted / "bob" / "tiny" / MODULE
    path.write_text(path.read_text().replace(spoil, f"{spoil}    W = 3 * W\n"))
    assert regrade(reports) == 0
    assert read(reports)["bob"]["items"][1]["verdict"] == "blocked"
    assert regrade(reports, "--items", "svm_loss_vectorized") == 0
    assert read(reports)["bob"]["items"][1]["verdict"] == "blocked"

    before = shutil.copy(reports, tmp_path / "before.jsonl")
    edit(course, "solutions/cs231n/classifiers/linear_svm.py", "### BEGIN SOLUTION svm_loss_naive\n",
         "### BEGIN SOLUTION svm_loss_naive\n    if len(X) == 4:\n        X = 2 * X\n")  # fmt: skip
    capsys.readouterr()
    stamp(reports)
    forget_the_reference()
    assert regrade(reports, "--since", "HEAD") == 0
    moved = {name for name, items in graded_again(reports).items() if "svm_loss_vectorized" in items}
    changed = {
        n for n in EVERYBODY if read(before)[n]["items"][0]["verdict"] != read(reports)[n]["items"][0]["verdict"]
    }
    assert moved == changed == {"ann", "cid"}
    assert "it needs svm_loss_naive, correct -> partial" in capsys.readouterr().out
    assert grade(submitted, tmp_path / "full.jsonl") == 0
    assert without_times(reports) == without_times(tmp_path / "full.jsonl")


@pytest.mark.parametrize(("sentence", "all_items"), [("timeout", False), ("budget", True)])
def test_items_share_their_time(course, reports, sentence, all_items):
    """Where it had been used up, each item that is graded again may leave more of it to the others."""
    changed = read(reports)
    changed["bob"]["items"][1] |= {"verdict": "timeout", "message": say(sentence, seconds=10.0)}
    reports.write_text("".join(json.dumps(report) + "\n" for report in changed.values()))
    assert regrade(reports, "--items", "svm_loss_naive") == 0
    assert graded_again(reports)["bob"] == ({*BOTH, "why"} if all_items else {"svm_loss_naive"})


def test_a_submission_that_cannot_be_read_now_loses_nothing(course, submitted, reports, monkeypatch, capsys):
    before = reports.read_bytes()
    in_threads(monkeypatch)

    def listing(folder, find=submissions.listing):
        if folder.name == "tiny" and folder.parent.name == "bob":
            raise PermissionError(errno.EACCES, "Permission denied")
        return find(folder)

    monkeypatch.setattr(submissions, "listing", listing)
    assert regrade(reports) == 1
    assert "bob could not be graded in full this time (see above), so nothing was written" in capsys.readouterr().err
    assert reports.read_bytes() == before


def forget_the_reference():
    """Where graders are threads, the solution that they compare with is this process's."""
    grading._reference.cache_clear()
    for name in [name for name in sys.modules if name.partition(".")[0] == "reference"]:
        del sys.modules[name]


def in_threads(monkeypatch):
    """Grade in this process, where what a test has changed is in force."""

    class Pool(ThreadPoolExecutor):
        def stop(self):
            self.shutdown()

    monkeypatch.setattr(console, "ProcessPool", Pool)


def test_interrupted_it_writes_nothing_and_goes_on_where_it_was(course, reports, monkeypatch, capsys):
    before = reports.read_bytes()
    in_threads(monkeypatch)
    grade_one, calls = grading.grade_one, []

    def interrupted(one, *rest):
        calls.append(one.name)
        if one.name == "cid":
            raise KeyboardInterrupt
        return grade_one(one, *rest)

    monkeypatch.setattr(grading, "grade_one", interrupted)
    assert regrade(reports, "--items", "svm_loss_naive") == 130
    assert "nothing was written; the same command goes on from there" in capsys.readouterr().err
    assert reports.read_bytes() == before
    (journal,) = (course.course.root / FOLDER).glob("*.jsonl")
    kept = [json.loads(line) for line in journal.read_text().splitlines()[1:]]
    assert [report["submission"] for report in kept] == ["ann", "bob"]

    monkeypatch.setattr(grading, "grade_one", grade_one)
    assert regrade(reports, "--items", "svm_loss_naive") == 0
    assert "2 of 4 submissions were graded by an earlier run" in capsys.readouterr().err
    after = read(reports)
    assert [after[report["submission"]] for report in kept] == kept
    assert not list((course.course.root / FOLDER).iterdir())


def test_what_could_be_graded_before_and_not_now_leaves_the_reports_alone(course, reports, monkeypatch, capsys):
    before = reports.read_bytes()
    in_threads(monkeypatch)
    grade_one = grading.grade_one

    def failing(one, *rest):
        if one.name == "bob":
            raise OSError("no space left on device")
        return grade_one(one, *rest)

    monkeypatch.setattr(grading, "grade_one", failing)
    assert regrade(reports, "--items", "svm_loss_naive") == 1
    out = capsys.readouterr()
    assert "bob could not be graded in full this time" in out.err
    assert "svm_loss_naive wrong 0/50 -> not graded 0/50" in out.out or "0 totals moved (1 more" in out.out
    assert reports.read_bytes() == before


def test_reports_that_somebody_else_has_changed_meanwhile_are_left_alone(course, reports, monkeypatch, capsys):
    in_threads(monkeypatch)
    grade_class = console.grade_class

    def meanwhile(*arguments):
        reports.write_text("changed")
        return grade_class(*arguments)

    monkeypatch.setattr("autograder.regrade.regrading.grade_class", meanwhile)
    assert regrade(reports, "--items", "svm_loss_naive") == 2
    assert "was changed by somebody else meanwhile" in capsys.readouterr().err
    assert reports.read_text() == "changed"


def deep(text):
    return "[" * 100_000


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (deep, "does not hold reports (RecursionError)"),
        (lambda text: text[:100], "does not hold reports (JSONDecodeError)"),
        (lambda text: text.replace('"points": 50.0', '"points": "many"'), "does not hold reports (TypeError)"),
        (lambda text: text.replace('"items": [', '"items": 3, "others": ['), "does not hold reports (TypeError)"),
        (lambda text: text.replace('"tiny"', '"other"', 1), "expected reports of one assignment, got other, tiny"),
        (lambda text: text + text, "there are two reports of the submission 'ann'"),
        (lambda text: "", "expected reports of one assignment, got no reports"),
        (lambda text: re.sub('"submission": "', '"submission": "x-', text), "no submission there is called as one in"),
        (None, "cannot be read (No such file or directory)"),
    ],
    ids=["deep", "torn", "points", "items", "two assignments", "twice", "empty", "other names", "missing"],
)
def test_bad_reports(course, reports, spoil, words, capsys):
    if spoil is None:
        reports.unlink()
    else:
        reports.write_text(spoil(reports.read_text()))
    assert regrade(reports) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--since", "never"], "has no revision 'never'"),
        (["--items", "relu"], "tiny has no item 'relu'; its items are: svm_loss_naive"),
    ],
)
def test_bad_usage(course, reports, options, words, capsys):
    assert regrade(reports, *options) == 2
    assert words in capsys.readouterr().err


def test_another_package_than_the_one_in_the_course(course, reports, monkeypatch, capsys):
    """Whose checks differ would change nothing, and nobody would notice."""
    monkeypatch.undo()
    monkeypatch.chdir(course.course.root)
    assert regrade(reports, "--since", "HEAD") == 2
    assert "is not the one that grades" in capsys.readouterr().err


def test_a_package_outside_the_repository_may_have_changed(course, reports, monkeypatch, capsys):
    monkeypatch.undo()
    monkeypatch.chdir(course.course.root)
    for package in ("autograder", "datasets"):
        shutil.rmtree(course.course.root / package)
    assert regrade(reports, "--since", "HEAD", "--dry-run") == 0
    out = capsys.readouterr().out
    assert "12 items in 4 of 4 submissions to grade again" in out
    assert "lies outside the repository" in out


def test_several_archives(course, submitted, tmp_path, capsys):
    """Names are made of the paths, so the same paths give the same names."""
    zips = [pack(tmp_path / f"{name}.zip") for name in ("ann", "bob")]
    reports = tmp_path / "reports.jsonl"
    how = ["--isolation", strongest().mode, "-j", "1"]
    assert main(["grade", *map(str, zips), "--assignment", "tiny", "--json", str(reports), *how]) == 0
    assert main(["regrade", str(reports), *map(str, zips), *how]) == 0
    assert "2 submissions, 0 items graded again" in capsys.readouterr().out


def test_a_check_is_changed(course, submitted, tmp_path):
    """For real: the course's own package is installed, and the check that it has is altered."""
    root = course.course.root
    installed = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(installed)], check=True)
    python = next(installed.glob("bin/python")) if sys.platform != "win32" else installed / "Scripts" / "python.exe"
    packages = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    with open(f"{packages}/course.pth", "w") as file:
        file.write(f"{root}\n{sysconfig.get_paths()['purelib']}\n")

    def autograder(command, *arguments):
        run = [python, "-m", "autograder", command, *map(str, arguments), "--isolation", "none", "-j", "1"]
        return subprocess.run(run, cwd=root, capture_output=True, text=True, check=True).stdout

    reports, full = tmp_path / "reports.jsonl", tmp_path / "full.jsonl"
    autograder("grade", submitted, "--assignment", "tiny", "--json", reports)
    stamp(reports)
    assert read(reports)["cid"]["items"][1]["points"] == 20
    edit(course, TOPIC, "edge=_LOSS_PARTS, max_loops=0)", "edge=_LOSS_PARTS, max_loops=1)")
    out = autograder("regrade", reports, submitted, "--since", "HEAD")
    assert re.search(rf"^cid +70 / 100 +90 / 100 .* {TOPIC}: svm_loss_vectorized$", out, re.MULTILINE)
    assert graded_again(reports) == {name: {"svm_loss_vectorized"} for name in EVERYBODY}
    autograder("grade", submitted, "--assignment", "tiny", "--json", full)
    assert without_times(reports) == without_times(full)
