"""`python -m datasets` as a user runs it: output, exit status, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import datasets

ROOT = Path(datasets.__file__).parent.parent


def run(*arguments: object, **environment: object) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "datasets", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {key: str(value) for key, value in environment.items()},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "Traceback" not in done.stderr
    return done


def test_path_prints_the_path_alone(small_set):
    done = run("path", CS231N_DATA=small_set)
    assert (done.returncode, done.stdout) == (0, f"{small_set}\n")


@pytest.mark.parametrize("arguments", [[], ["list"]])
def test_list(small_set, arguments):
    done = run(*arguments, CS231N_DATA=small_set)
    assert done.returncode == 0
    assert "not fetched: python -m datasets fetch cifar10" in done.stdout
    assert f"In use: shapes10 in {small_set} (CS231N_DATA)" in done.stdout


def test_verify(small_set, tmp_path):
    for done in (run("verify", small_set), run("verify", CS231N_DATA=small_set)):
        assert done.returncode == 0
        assert "is shapes10, 50 + 10 pictures" in done.stdout
    done = run("verify", tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(f"datasets: {tmp_path} is not a set")


def test_a_wrong_environment():
    done = run("path", CS231N_DATA="/nowhere")
    assert done.returncode == 1
    assert "CS231N_DATA should name" in done.stderr


def test_fetch_offline(cache):
    """One sentence. The proxy that nobody listens at keeps this from the network where there is one."""
    nobody = "http://127.0.0.1:9"
    done = run("fetch", "cifar10", HTTPS_PROXY=nobody, https_proxy=nobody, NO_PROXY="", no_proxy="")
    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert "cannot be reached" in sentence
    assert str(cache) in sentence


def test_fetch_into_an_unwritable_cache(tmp_path):
    (tmp_path / "file").touch()
    done = run("fetch", "cifar10", XDG_CACHE_HOME=tmp_path / "file")
    assert done.returncode == 1
    assert done.stderr.startswith("datasets: ")
    assert str(tmp_path / "file") in done.stderr


@pytest.mark.parametrize("arguments", [["fetch"], ["fetch", "mnist"], ["paint"], ["draw"]])
def test_bad_usage(arguments):
    done = run(*arguments)
    assert done.returncode == 2
    assert "usage:" in done.stderr


def test_draw(tmp_path):
    done = run("draw", tmp_path / "set", "--train", 20, "--test", 10, "--seed", 4)
    assert done.returncode == 0
    assert f"CS231N_DATA={tmp_path / 'set'}" in done.stdout
    assert datasets.verify(tmp_path / "set") == "shapes10"
    done = run("draw", tmp_path / "set")
    assert done.returncode == 1
    assert "not empty" in done.stderr
    done = run("draw", tmp_path / "other", "--train", 21)
    assert done.returncode == 1
    assert "multiple of 5" in done.stderr


def test_importing_does_not_import_pooch():
    """Students who never fetch need neither pooch nor requests."""
    code = "import sys, datasets, datasets.__main__; assert not {'pooch', 'requests'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)
