"""Which folder is read, and the cache: shared by processes, never half full, drawn anew when damaged."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import datasets
from datasets import folders
from datasets.cifar10 import CIFAR10_NAMES, write_set
from datasets.shapes10 import make_shapes10

ROOT = Path(datasets.__file__).parent.parent


@pytest.fixture
def small_default(small_set, monkeypatch):
    """`write_shapes10` copies the small set instead of drawing thousands of pictures; counts how often."""
    drawn = []

    def copy(folder, n_train=5000, n_test=1000, seed=231):
        drawn.append(folder)
        shutil.copytree(small_set, folder)

    monkeypatch.setattr(folders, "write_shapes10", copy)
    return drawn


def like_cifar10(folder: Path) -> Path:
    write_set(folder, *make_shapes10(10, 10, progress=False), CIFAR10_NAMES)
    return folder


def test_environment_overrides_everything(small_set, cache, monkeypatch, capsys):
    like_cifar10(cache / folders.CIFAR10_FOLDER)
    monkeypatch.setenv("CS231N_DATA", str(small_set))
    assert datasets.cifar10_folder() == small_set
    assert capsys.readouterr().out.startswith("data: shapes10")


def test_environment_may_name_the_folder_above(tmp_path, monkeypatch, capsys):
    inner = like_cifar10(tmp_path / "cifar-10-batches-py")
    monkeypatch.setenv("CS231N_DATA", str(tmp_path))
    assert datasets.cifar10_folder() == inner
    out = capsys.readouterr().out
    assert out == f"data: CIFAR-10 in {inner}\n"


def test_environment_names_no_set(tmp_path, monkeypatch):
    monkeypatch.setenv("CS231N_DATA", str(tmp_path / "typo"))
    with pytest.raises(ValueError, match=r"CS231N_DATA should name .*typo.* no such folder.*unset it"):
        datasets.cifar10_folder()


def test_the_fetched_set_comes_before_our_own(cache, small_default, capsys):
    real = like_cifar10(cache / "cifar-10-batches-py")
    assert datasets.cifar10_folder() == real
    assert not small_default
    (real / "test_batch").unlink()
    assert datasets.name_of(datasets.cifar10_folder()) == "shapes10"
    assert "fetch cifar10 repairs it" in capsys.readouterr().out


def test_our_own_is_drawn_once_and_kept(cache, small_default, capsys):
    first, second = datasets.cifar10_folder(), datasets.cifar10_folder()
    assert first == second
    assert first.parent == cache
    assert len(small_default) == 1
    assert capsys.readouterr().out.count("\n") == 2  # one line each
    assert list(cache.iterdir()) == [first]  # nothing temporary is left


def test_real_drawing_into_the_cache():
    folder = datasets.shapes10_folder(50, 10, seed=3)
    assert datasets.verify(folder) == "shapes10"
    assert len(datasets.load_batch(folder / "data_batch_1")[0]) == 10


@pytest.mark.parametrize("damage", ["cut", "missing", "empty"])
def test_a_damaged_cache_is_drawn_anew(small_default, damage):
    folder = datasets.shapes10_folder()
    file = folder / "data_batch_2"
    whole = file.read_bytes()
    if damage == "empty":
        shutil.rmtree(folder)
        folder.mkdir()
    elif damage == "missing":
        file.unlink()
    else:
        file.write_bytes(whole[:-100])
    assert datasets.shapes10_folder() == folder
    assert file.read_bytes() == whole
    assert len(small_default) == 2
    assert list(folder.parent.iterdir()) == [folder]


def test_an_interrupted_drawing_leaves_nothing(cache, monkeypatch, small_set):
    def interrupted(folder, *_):
        shutil.copytree(small_set, folder)
        raise KeyboardInterrupt

    monkeypatch.setattr(folders, "write_shapes10", interrupted)
    with pytest.raises(KeyboardInterrupt):
        datasets.shapes10_folder()
    assert list(cache.iterdir()) == []


def test_a_change_of_the_drawing_changes_the_folder(small_default, monkeypatch):
    before = datasets.shapes10_folder()
    monkeypatch.setattr(folders, "DRAWING", ("shapes.py",))
    assert datasets.shapes10_folder() != before


def test_two_processes_draw_at_once(cache):
    """Both get a whole set, one and the same."""
    code = "import datasets; f = datasets.shapes10_folder(100, 10); print(datasets.verify(f), f)"
    workers = [
        subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for _ in range(2)
    ]
    results = [worker.communicate(timeout=60)[0].decode() for worker in workers]
    assert len(set(results)) == 1
    assert results[0].startswith("shapes10 ")
    assert len(list(cache.iterdir())) == 1


def test_a_whole_set_that_came_meanwhile_is_kept(small_set, tmp_path):
    new, target = (Path(shutil.copytree(small_set, tmp_path / name)) for name in ("new", "target"))
    (target / "came_first").touch()
    assert folders.move_into_place(new, target) == target
    assert (target / "came_first").exists()


def test_an_unwritable_cache_falls_back(tmp_path, monkeypatch, small_default, capsys):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))  # nobody, not even root, makes a folder in a file
    folder = datasets.cifar10_folder()
    assert datasets.verify(folder) == "shapes10"
    assert tmp_path in folder.parents
    assert "cannot keep shapes10 in" in capsys.readouterr().err
    assert datasets.cifar10_folder() == folder
    assert len(small_default) == 1


def test_nowhere_to_write(tmp_path, monkeypatch, small_default):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(folders, "_temporary_folder", lambda: tmp_path / "file")
    with pytest.raises(OSError, match="set XDG_CACHE_HOME to a folder that you can write to"):
        datasets.shapes10_folder()


def test_the_platforms_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "Local"))
    monkeypatch.setenv("XDG_CACHE_HOME", "relative, and so to be ignored")
    found = {}
    for platform in ("linux", "darwin", "win32"):
        monkeypatch.setattr("sys.platform", platform)
        found[platform] = folders.cache_folder().relative_to(tmp_path).as_posix()
    assert found == {"linux": ".cache/cs231n", "darwin": "Library/Caches/cs231n", "win32": "Local/cs231n/Cache"}


def test_an_odd_number_of_training_pictures(tmp_path):
    with pytest.raises(ValueError, match="multiple of 5"):
        datasets.write_shapes10(tmp_path / "set", 12, 10)
