"""A run that is killed goes on where it was: nothing finished is graded twice or lost, and the outputs are the same.

That a report was taken and not made again shows in its `seconds`, which no second grading measures alike.
"""

import contextlib
import dataclasses
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import psutil
import pytest

from autograder.checks.engine import ItemResult
from autograder.cli import main
from autograder.course import Course
from autograder.demo import strongest
from autograder.grading import Options, Report
from autograder.journal import FOLDER, Journal, JournalError, belongs_to
from autograder.sandbox.limits import Limits
from autograder.sandbox.modes import Isolation

from .conftest import REPOSITORY

MODULE = "cs231n/classifiers/linear_svm.py"
#: Makes it take a while to import a module, so that there is time to interrupt its grading.
SLOW = "import time\ntime.sleep(0.2)\n"
VERY_SLOW = "import time\ntime.sleep(50)\n"


@pytest.fixture
def course(built_course, tmp_path):
    """The assignment of a course of our own."""
    shutil.copytree(built_course.course.root, tmp_path / "course", ignore=shutil.ignore_patterns(FOLDER))
    return Course(tmp_path / "course").assignment("tiny")


@pytest.fixture
def submit(course, tmp_path):
    """Writes the submission of a student, right but for what comes before its module."""

    def write(name, before="", right=True):
        folder = tmp_path / "submitted" / name / "tiny"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(course.release, folder)
        solved = (course.course.solutions if right else course.release) / MODULE
        (folder / MODULE).write_text(before + solved.read_text())

    return write


class Grader:
    """Runs `autograder grade` on the class as a process of its own, and knows its outputs."""

    def __init__(self, course, folder):
        self.course, self.folder = course, folder
        self.started = []

    def start(self, *more):
        outputs = {"--json": "out.jsonl", "--csv": "out.csv", "--page": "out.html"}
        files = [part for option, name in outputs.items() for part in (option, str(self.folder / name))]
        command = [sys.executable, "-m", "autograder", "grade", "../submitted", "--assignment", "tiny"]
        with (self.folder / "stdout").open("wb") as stdout, (self.folder / "stderr").open("wb") as stderr:
            process = subprocess.Popen(
                [*command, "--isolation", strongest().mode, *files, *more],
                cwd=self.course.course.root,
                env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def run(self, *more):
        return self.start(*more).wait(60)

    def text(self, name):
        return (self.folder / name).read_text()

    @property
    def journals(self):
        return list((self.course.course.root / FOLDER).glob("*.jsonl"))

    def finished(self):
        """The reports in the journal, by submission."""
        lines = [line for path in self.journals for line in path.read_text().splitlines(keepends=True)[1:]]
        reports = [json.loads(line) for line in lines if line.endswith("\n")]
        return {report["submission"]: report for report in reports}

    def reports(self):
        return {report["submission"]: report for report in map(json.loads, self.text("out.jsonl").splitlines())}

    def outputs(self):
        """All outputs, without timings."""
        reports = self.reports()
        for report in reports.values():
            for item in report["items"]:
                item["seconds"] = 0
        page, _, _ = self.text("out.html").partition("<h2>Time</h2>")
        return reports, self.text("stdout"), self.text("out.csv"), page


@pytest.fixture
def grader(course, tmp_path):
    grader = Grader(course, tmp_path)
    yield grader
    for process in grader.started:
        if process.poll() is None:  # the test failed; what it started ends with it
            process.kill()
            process.wait()


def family(process):
    """A process, and all that it started."""
    whole = psutil.Process(process.pid)
    return [whole, *whole.children(recursive=True)]


def wait_until(condition, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def gone(process):
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a signal")
def test_killed_again_and_again(grader, submit):
    for name in ("ann", "bob", "cid", "dan", "eve", "fay"):
        submit(name, SLOW, right=name != "cid")
    assert grader.run("-j", "2") == 0
    expected = grader.outputs()
    assert not grader.journals

    finished = {}
    for count in (0, 1, 3, 5):
        process = grader.start("-j", "2")
        wait_until(lambda count=count: grader.journals and len(grader.finished()) >= count)
        victims = family(process)
        for victim in victims if count % 2 else victims[:1]:  # all at once; or one, which the others do not survive
            with contextlib.suppress(psutil.NoSuchProcess):  # another's death has taken it along
                victim.kill()
        process.wait()
        wait_until(lambda victims=victims: all(map(gone, victims)))
        assert finished.items() <= grader.finished().items()
        finished = grader.finished()
    assert 5 <= len(finished) < 6

    assert grader.run("-j", "2") == 0
    assert f"{len(finished)} of 6 submissions were graded by an earlier run" in grader.text("stderr")
    assert finished.items() <= grader.reports().items()
    assert grader.outputs() == expected
    assert not grader.journals


@pytest.mark.parametrize(("number", "to_all"), [(signal.SIGINT, True), (signal.SIGTERM, False)])
def test_a_stop_leaves_the_table_so_far_and_nothing_else(grader, submit, number, to_all):
    submit("ann")
    submit("bob", VERY_SLOW)
    submit("cid")
    submit("dan", VERY_SLOW)
    process = grader.start("-j", "1", "--call-seconds", "60")
    wait_until(lambda: len(grader.finished()) == 1)
    members = family(process)
    if to_all:
        os.killpg(process.pid, number)  # as a terminal sends it, to what it started
    else:
        process.send_signal(number)
    assert process.wait(20) == 130
    wait_until(lambda: all(map(gone, members)))
    assert re.search(r"^ann +90 / 100", grader.text("stdout"), re.MULTILINE)
    assert "Traceback" not in grader.text("stderr")
    assert "interrupted; 3 submissions are left; the same command goes on with them" in grader.text("stderr")
    assert list(grader.reports()) == list(grader.finished()) == ["ann"]


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a signal")
def test_a_submission_whose_process_is_killed_is_not_graded_and_the_next_run_heals_it(grader, submit):
    submit("ann")
    submit("bob")
    submit("cid", VERY_SLOW)
    process = grader.start("-j", "1", "--call-seconds", "60")
    wait_until(lambda: len(grader.finished()) == 2)
    for _ in range(2):
        wait_until(lambda: processes_of_the_pool(process))
        (victim,) = processes_of_the_pool(process)
        victim.kill()
        wait_until(lambda victim=victim: gone(victim))
    assert process.wait(20) == 1
    assert "1 submissions could not be graded in full; the same command goes on with them" in grader.text("stderr")
    first = grader.reports()
    assert {item["verdict"] for item in first["cid"]["items"]} == {"not graded"}
    assert "ended with signal 9" in first["cid"]["items"][0]["message"]
    assert first["ann"]["score"] == first["bob"]["score"] == 90

    submit("cid", SLOW)
    assert grader.run("-j", "1", "--call-seconds", "60") == 0
    second = grader.reports()
    assert second.pop("cid")["score"] == 90
    assert second.items() <= first.items()


def processes_of_the_pool(process):
    found = []
    for child in psutil.Process(process.pid).children():
        with contextlib.suppress(psutil.NoSuchProcess):
            if "spawn_main" in " ".join(child.cmdline()):
                found.append(child)
    return found


# ------------------------------------------------------------------------------------------------ in one process


@pytest.fixture
def grade(course, submit, tmp_path, monkeypatch):
    """Grades ann and bob in this process; returns the exit status and the reports that were written."""
    submit("ann")
    submit("bob", right=False)
    monkeypatch.chdir(course.course.root)
    out = tmp_path / "out.jsonl"

    def run(*more):
        out.unlink(missing_ok=True)
        arguments = ["../submitted", "--assignment", "tiny", "--json", str(out), "-j", "1"]
        status = main(["grade", *arguments, "--isolation", strongest().mode, *more])
        lines = out.read_text().splitlines() if out.exists() else []
        return status, {report["submission"]: report for report in map(json.loads, lines)}

    return run


@pytest.fixture
def unwritten(grade, tmp_path, monkeypatch):
    """A run that graded all, but could not write its results to the end; returns what it had graded."""

    def half(reports, file):
        file.write("submission,sco")
        raise OSError("the disk is full")

    csv = tmp_path / "out.csv"
    csv.write_text("earlier results")
    with monkeypatch.context() as patch:
        patch.setattr("autograder.exports.write_csv", half)
        status, reports = grade("--csv", str(csv))
    assert status == 1
    assert csv.read_text() == "earlier results"
    return reports


def test_graded_once_and_written_later(grade, unwritten, tmp_path, capsys):
    assert grade("--csv", str(tmp_path / "out.csv")) == (0, unwritten)
    assert "2 of 2 submissions were graded by an earlier run; going on (--fresh" in capsys.readouterr().err
    assert (tmp_path / "out.csv").read_text().startswith("submission,score,")
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_a_submission_that_was_changed_is_graded_anew(grade, unwritten, submit):
    submit("bob")
    _, reports = grade()
    assert reports["bob"]["score"] == 90
    assert reports["ann"] == unwritten["ann"]


def test_fresh_grades_all_again(grade, unwritten, capsys):
    status, reports = grade("--fresh")
    assert status == 0
    assert reports["ann"] != unwritten["ann"]
    assert "earlier run" not in capsys.readouterr().err


@pytest.mark.parametrize("more", [["--items", "svm_loss_naive"], ["--call-seconds", "9"]])
def test_other_options_are_another_run(grade, unwritten, more, capsys):
    assert grade(*more)[0] == 0
    assert "earlier run" not in capsys.readouterr().err
    assert grade() == (0, unwritten)


def test_two_runs_at_once(grade, course, tmp_path, capsys):
    run = belongs_to(course, Options(isolation=strongest()), [tmp_path / "submitted"])
    with Journal(course.course.root / FOLDER, run):
        assert grade() == (2, {})
        assert "another run is grading the same submissions" in capsys.readouterr().err
        assert grade("--items", "svm_loss_naive")[0] == 0
    assert grade()[0] == 0


def test_a_journal_that_cannot_be_written_is_said_and_may_be_done_without(grade, course, capsys):
    (course.course.root / FOLDER).write_text("in the way")
    assert grade() == (2, {})
    shown = capsys.readouterr().err
    assert shown.count("\n") == 1
    assert "--no-journal" in shown
    status, reports = grade("--no-journal")
    assert (status, reports["ann"]["score"]) == (0, 90)


# ------------------------------------------------------------------------------------------------------ the file

RUN = {"assignment": "tiny", "what": "a test"}


def report_of(name, seconds=0.5, verdict="correct"):
    item = ItemResult("svm_loss_naive", verdict, 50.0, 50.0, "Correct: \ud800 \n ☃", seconds=seconds)
    return Report(name, "tiny", (item,), "isolated", ("a note",), "d1ge57")


@pytest.fixture
def written(tmp_path):
    """A journal of three reports; the folder that it is in."""
    with Journal(tmp_path, RUN) as journal:
        for name in ("ann", "bob", "cid"):
            journal.add(report_of(name))
    return tmp_path


def test_reports_come_back_as_they_were(written):
    with Journal(written, RUN) as journal:
        assert journal.earlier == {name: report_of(name) for name in ("ann", "bob", "cid")}


def test_a_torn_end_costs_the_torn_report(written):
    """Wherever it is torn: in the newline, in a line, in the line that says what run it is."""
    with Journal(written, RUN) as journal:
        path = journal.path
    whole = path.read_bytes()
    for size in range(0, len(whole), 7):
        path.write_bytes(whole[:size])
        complete = max(whole[:size].count(b"\n") - 1, 0)
        with Journal(written, RUN) as journal:
            assert list(journal.earlier) == ["ann", "bob", "cid"][:complete]
            journal.add(report_of("dan"))
        with Journal(written, RUN) as journal:
            assert list(journal.earlier) == [*["ann", "bob", "cid"][:complete], "dan"]


def test_a_spoilt_line_costs_its_own_report(written):
    with Journal(written, RUN) as journal:
        path = journal.path
    path.write_bytes(path.read_bytes().replace(b'"bob"', b'"b\xff\x00'))
    with Journal(written, RUN) as journal:
        assert list(journal.earlier) == ["ann", "cid"]


def test_the_last_report_of_a_submission_counts(written):
    with Journal(written, RUN) as journal:
        journal.add(report_of("bob", seconds=2.0))
    with Journal(written, RUN) as journal:
        assert journal.earlier["bob"] == report_of("bob", seconds=2.0)


def test_neither_what_is_not_graded_nor_what_is_known_is_written(written):
    with Journal(written, RUN) as journal:
        before = journal.path.read_bytes()
        journal.add(report_of("eve", verdict="not graded"))
        journal.add(report_of("ann"))
        assert journal.path.read_bytes() == before


def test_the_first_line_says_what_it_belongs_to(course, tmp_path):
    run = belongs_to(course, Options(("svm_loss_naive",)), [tmp_path])
    with Journal(tmp_path, run) as journal:
        (line,) = journal.path.read_text().splitlines()
    assert {"assignment": "tiny", "paths": [str(tmp_path)]}.items() <= json.loads(line).items()
    assert "svm_loss_naive" in line


def test_what_decides_results_decides_the_journal(course, tmp_path):
    """Also the sources of the course; not the caches beside them."""

    def name(options=None, paths=(tmp_path,)):
        with Journal(tmp_path / "journals", belongs_to(course, options or Options(), paths)) as journal:
            return journal.path.name

    names = {name(), name(Options(("svm_loss_naive",))), name(Options(limits=Limits(memory_mb=7)))}
    names |= {name(Options(isolation=Isolation("none"))), name(Options(isolation=Isolation("landlock", True, 7)))}
    names.add(name(paths=[tmp_path / "course"]))
    solutions = course.course.solutions
    for path in (solutions / "course.toml", solutions / MODULE, course.release / MODULE):
        path.write_text(path.read_text() + "\n")
        names.add(name())
    assert len(names) == 9
    latest = name()
    (solutions / "cs231n" / "notes.txt").write_text("")
    (solutions / "cs231n" / ".ipynb_checkpoints").mkdir()
    (solutions / "cs231n" / ".ipynb_checkpoints" / "old.py").write_text("")
    assert name() == latest


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no full disk to offer")
def test_a_full_disk_is_a_sentence(written):
    with Journal(written, RUN) as journal:
        journal._file.close()
        journal._file = open("/dev/full", "wb", buffering=0)  # noqa: SIM115
        with pytest.raises(JournalError, match="once it can, the same command goes on"):
            journal.add(report_of("eve"))


def test_removed_without_a_trace(written):
    with Journal(written, RUN) as journal:
        journal.remove()
    assert list(written.iterdir()) == []


def test_every_field_of_options_is_in_the_journals_name(course, tmp_path):
    """Or a new option would let reports be taken that were made without it."""
    run = belongs_to(course, Options(), [tmp_path])
    assert run["options"].keys() == {field.name for field in dataclasses.fields(Options)}
