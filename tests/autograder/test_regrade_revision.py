"""Files as they were at a revision: exactly those bytes, and nothing of the repository's is run on the way."""

import os
import shutil
import stat

import pytest

from autograder.errors import CourseError
from autograder.regrade import revision

from .git import commit, git


@pytest.fixture
def repository(tmp_path):
    root = tmp_path / "course"
    (root / "code").mkdir(parents=True)
    (root / "code" / "a.py").write_bytes(b"x = 1\r\n\xff")
    (root / "other.txt").write_text("not asked for")
    (root / "course.toml").write_text("first")
    return root


def extract(root, name, folder, names=("code", "course.toml", "nowhere")):
    commit = revision.extract(root, name, names, folder)
    return commit, {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_the_files_as_they_were(repository, tmp_path):
    first = commit(repository)
    (repository / "course.toml").write_text("second")
    (repository / "code" / "b.py").write_text("")
    git(repository, "mv", "code/a.py", "code/ä b.py")
    second = commit(repository)
    (repository / "course.toml").write_text("not committed")
    assert extract(repository, "HEAD~1", tmp_path / "1") == (
        first,
        {"code/a.py": b"x = 1\r\n\xff", "course.toml": b"first"},
    )
    assert extract(repository, second[:12], tmp_path / "2") == (
        second,
        {"code/ä b.py": b"x = 1\r\n\xff", "code/b.py": b"", "course.toml": b"second"},
    )


def test_a_course_in_a_folder_of_its_repository(repository, tmp_path):
    commit(repository)
    commit_id, files = extract(repository / "code", "HEAD", tmp_path / "out", ["a.py", "b.py"])
    assert files == {"a.py": b"x = 1\r\n\xff"}


def test_links_are_left_out(repository, tmp_path):
    (repository / "code" / "link.py").symlink_to("/etc/passwd")
    commit(repository)
    assert "code/link.py" not in extract(repository, "HEAD", tmp_path / "out")[1]


@pytest.mark.parametrize("name", ["nowhere", "HEAD~7", "--help", "-n1", "", "HEAD:course.toml", "a b", "--output=x"])
def test_no_such_revision(repository, tmp_path, name):
    commit(repository)
    with pytest.raises(CourseError, match="has no revision"):
        extract(repository, name, tmp_path / "out")
    assert sorted(path.name for path in repository.iterdir()) == [".git", "code", "course.toml", "other.txt"]


def test_no_repository(repository, tmp_path):
    with pytest.raises(CourseError, match=r"is in none \(not a git repository.*\); name the items .* with --items"):
        extract(repository, "HEAD", tmp_path / "out")


def test_a_repository_of_something_else(repository, tmp_path):
    commit(repository)
    with pytest.raises(CourseError, match="HEAD has none of the course's files"):
        extract(repository, "HEAD", tmp_path / "out", ["solutions"])


def test_no_git(repository, tmp_path, monkeypatch):
    commit(repository)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CourseError, match="git, which is not installed; name the items"):
        extract(repository, "HEAD", tmp_path / "out")


def test_a_file_that_the_repository_has_lost(repository, tmp_path):
    commit(repository)
    lost = git(repository, "rev-parse", "HEAD:course.toml")
    path = repository / ".git" / "objects" / lost[:2] / lost[2:]
    path.unlink()
    with pytest.raises(CourseError, match=f"git has not got the file {lost}"):
        extract(repository, "HEAD", tmp_path / "out")


def test_nothing_that_is_configured_is_run(repository, tmp_path, monkeypatch):
    """Neither by the repository nor by the user; nor do variables lead to another repository."""
    trap, mark = tmp_path / "trap", tmp_path / "sprung"
    trap.write_text(f"#!/bin/sh\ntouch {mark}\ncat\n")
    trap.chmod(trap.stat().st_mode | stat.S_IXUSR)
    (repository / ".gitattributes").write_text("*.py filter=trap diff=trap export-subst\n")
    commit(repository)
    settings = f"""
[filter "trap"]
    smudge = {trap}
    clean = {trap}
    required = true
[diff "trap"]
    textconv = {trap}
    command = {trap}
[core]
    fsmonitor = {trap}
    pager = {trap}
    sshCommand = {trap}
    hooksPath = {tmp_path}
[alias]
    ls-tree = !{trap}
    cat-file = !{trap}
[pager]
    ls-tree = true
    cat-file = true
"""
    with (repository / ".git" / "config").open("a") as config:
        config.write(settings)
    (tmp_path / ".gitconfig").write_text(settings)
    for hook in ("post-checkout", "reference-transaction", "post-index-change"):
        shutil.copy(trap, repository / ".git" / "hooks" / hook)
    for name, value in {
        "HOME": tmp_path,
        "GIT_DIR": tmp_path / "elsewhere",
        "GIT_PAGER": trap,
        "GIT_EXTERNAL_DIFF": trap,
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": trap,
    }.items():
        monkeypatch.setenv(name, str(value))
    before = {path: path.stat().st_mtime_ns for path in (repository / ".git").rglob("*")}
    assert extract(repository, "HEAD", tmp_path / "out")[1]["code/a.py"] == b"x = 1\r\n\xff"
    assert not mark.exists()
    assert {path: path.stat().st_mtime_ns for path in (repository / ".git").rglob("*")} == before
    os.system(str(trap) + " < /dev/null")  # the trap does work
    assert mark.exists()
