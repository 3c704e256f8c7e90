"""`autograder rerun`: outputs are produced here, whatever was handed in, and nothing is left of it afterwards."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from autograder.cli import main
from autograder.rerun.reproduction import REPRODUCED
from autograder.submissions import MAX_FILE

from ..conftest import code
from .conftest import PLOT, shown

LOOP = [code("print('begun')"), code("while True: pass")]


@pytest.fixture
def rerun(built_course, enclosed, hand_in, tmp_path, monkeypatch):
    """`autograder rerun` on what was handed in; results are in `rerun.folder`."""
    monkeypatch.chdir(built_course.course.root)

    def run(*more):
        return main(["rerun", str(hand_in.folder), "--assignment", "tiny", "--folder", str(run.folder), *more])

    run.folder = tmp_path / "again"
    return run


def test_pictures_are_reproduced(rerun, hand_in, capsys):
    hand_in("ann")
    assert rerun() == 0
    cells = shown(rerun.folder / "ann" / "losses.ipynb")
    assert REPRODUCED in cells[PLOT]
    assert '"image/png": "iVBOR' in cells[PLOT]
    for item in ("svm_loss_naive", "svm_loss_vectorized"):
        assert "Not run again: what a graded cell earns" in cells[f'check("{item}")']
    assert "NameError" in cells["undefined"]
    assert "42" in cells["print(6 * 7)"]
    assert "pretended" not in "".join(cells.values())
    said = capsys.readouterr().out
    assert "ann: losses" in said
    assert "wrote 1 notebooks" in said


def test_what_cannot_be_read_is_said_and_costs_the_others_nothing(rerun, hand_in, capsys):
    hand_in("ann")
    (hand_in("damaged") / "losses.ipynb").write_bytes(b"\x00{[" * 1000)
    (hand_in("deep") / "losses.ipynb").write_text('{"cells": ' + "[" * 100_000)
    with (hand_in("giant") / "losses.ipynb").open("ab") as file:
        file.truncate(MAX_FILE + 1)
    (hand_in("missing") / "losses.ipynb").unlink()
    (hand_in.folder / "packed.zip").write_bytes(b"PK\x03\x04 no zip")
    assert rerun() == 0
    said = capsys.readouterr().out
    assert "42" in shown(rerun.folder / "ann" / "losses.ipynb")["print(6 * 7)"]
    assert said.count("the file is damaged: it is not a notebook") == 2
    assert said.count("losses.ipynb is missing") == 2
    assert "packed: nothing was run" in said


def test_time_is_limited(rerun, hand_in, capsys):
    hand_in("ann", [*LOOP, code("print('after')")])
    assert rerun("--seconds", "2") == 0
    cells = shown(rerun.folder / "ann" / "losses.ipynb")
    assert "begun" in cells["print('begun')"]
    assert "it took too long and was interrupted" in cells["while True: pass"]
    assert "Not run again, or not to its end" in cells["print('after')"]
    assert "it took too long and was interrupted" in capsys.readouterr().out


def test_without_bubblewrap_nothing_is_run(rerun, hand_in, capsys, monkeypatch):
    hand_in("ann")
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert rerun() == 2
    assert "needs bubblewrap: bubblewrap is not installed; `autograder doctor`" in capsys.readouterr().err
    assert not (rerun.folder / "ann").exists()


def test_where_it_fails_for_our_fault_the_status_says_so(rerun, hand_in, capsys, monkeypatch):
    hand_in("ann")
    monkeypatch.setattr("autograder.rerun.classes.require", lambda: None)
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert rerun() == 1
    assert "bubblewrap is not installed" in capsys.readouterr().out


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGKILL, -9)])
def test_ended_early_everything_ends(built_course, enclosed, hand_in, tmp_path, number, status):
    for student in ("ann", "bob", "cid"):
        hand_in(student, LOOP)
    command = [sys.executable, "-m", "autograder", "rerun", str(hand_in.folder), "--assignment", "tiny", "-j", "2"]
    with subprocess.Popen(
        [*command, "--folder", str(tmp_path / "again")],
        cwd=built_course.course.root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            kernels = _wait_for(lambda: _kernels(process.pid), 2)
            below = psutil.Process(process.pid).children(recursive=True)
            assert set(kernels) <= set(below)
            os.kill(process.pid, number)
            assert process.wait(30) == status
        finally:
            process.kill()
    _, alive = psutil.wait_procs(below, timeout=10)
    assert alive == []


def _kernels(pid):
    found = []
    for process in psutil.Process(pid).children(recursive=True):
        try:
            if "ipykernel_launcher" in process.cmdline():
                found.append(process)
        except psutil.Error:
            pass
    return found


def _wait_for(find, count):
    deadline = time.monotonic() + 60
    while len(found := find()) < count:
        assert time.monotonic() < deadline, "no kernel was started"
        time.sleep(0.1)
    return found
