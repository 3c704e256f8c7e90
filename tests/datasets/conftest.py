"""A small set, drawn once, and an environment in which nothing of the user's is read or written."""

from pathlib import Path

import pytest

from datasets import write_shapes10


@pytest.fixture(scope="session")
def small_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with shapes10, 50 + 10 pictures. Read only: tests that change it copy it."""
    folder = tmp_path_factory.mktemp("data") / "small"
    write_shapes10(folder, 50, 10)
    return folder


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of this test's own; returns the folder that `cache_folder` names."""
    monkeypatch.delenv("CS231N_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)  # forget the folder found before, now that TMPDIR is another
    return tmp_path / "cache" / "cs231n"
