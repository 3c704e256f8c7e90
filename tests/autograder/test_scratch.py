"""Temporary folders go, whatever becomes of the process that made them."""

import os
import signal
import subprocess
import sys
import time

import pytest

from autograder import scratch
from autograder.scratch import Scratch

MAKER = "import time; from autograder.scratch import Scratch; print(Scratch().path, flush=True); time.sleep(60)"
OLD = time.time() - 3600


@pytest.fixture(autouse=True)
def place(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(scratch.tempfile, "tempdir", str(tmp_path))
    scratch._sweep.cache_clear()
    yield tmp_path
    scratch._sweep.cache_clear()


def age(path):
    os.utime(path, (OLD, OLD))


def test_it_is_there_for_the_length_of_a_with():
    with scratch.folder() as path:
        assert path.is_dir()
    assert not path.exists()


def test_a_folder_too_deep_for_python_is_removed(place):
    folder = Scratch()
    here = os.getcwd()
    os.chdir(folder.path)
    try:
        for _ in range(1500):
            os.mkdir("d")
            os.chdir("d")
    finally:
        os.chdir(here)
    folder.remove()
    assert not any(place.iterdir())


@pytest.mark.skipif(os.name != "posix", reason="folders are not locked on this system")
def test_what_a_killed_process_left_is_swept_away_and_nothing_else():
    with subprocess.Popen([sys.executable, "-c", MAKER], stdout=subprocess.PIPE, text=True) as maker:
        left = scratch.Path(maker.stdout.readline().strip())
        age(left)
        mine = Scratch()
        age(mine.path)
        assert left.is_dir()  # its maker lives
        os.kill(maker.pid, signal.SIGKILL)
    young = left.parent / f"{scratch.PREFIX}young"
    young.mkdir()
    scratch._sweep.cache_clear()
    Scratch()
    assert not left.exists()
    assert mine.path.is_dir()
    assert young.is_dir()
