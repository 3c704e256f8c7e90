"""Archives of strangers: nothing leaves the target, sizes are counted, not believed."""

import stat
import zipfile

import pytest

from autograder import archives
from autograder.archives import Allowance, unpack
from autograder.errors import SubmissionError


def make(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


@pytest.mark.parametrize(
    "name", ["../evil.py", "a/../../evil.py", "/etc/evil.py", "..\\evil.py", "C:\\evil.py", "C:/evil.py"]
)
def test_climbing_names_are_left_out_and_noted(tmp_path, name):
    archive = make(tmp_path / "a.zip", {name: "x", "good.py": "y"})
    notes = unpack(archive, tmp_path / "deep" / "target")
    assert [path.name for path in tmp_path.rglob("*.py")] == ["good.py"]
    assert "leads out of the archive" in notes[0]


@pytest.mark.parametrize("name", ["a/" + 300 * "x" + ".py", "good.py/inner.py"])
def test_a_name_that_cannot_be_costs_its_file_only(tmp_path, name):
    archive = make(tmp_path / "a.zip", {"good.py": "y", name: "x", "other.py": "z"})
    notes = unpack(archive, tmp_path / "target")
    assert sorted(path.name for path in tmp_path.rglob("*.py")) == ["good.py", "other.py"]
    assert "left out" in notes[0]


def test_links_are_left_out(tmp_path):
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as out:
        link = zipfile.ZipInfo("solutions")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        out.writestr(link, "/etc/passwd")
    assert "link or special file" in unpack(archive, tmp_path / "target")[0]
    assert not list(tmp_path.glob("target/*"))


def test_a_bomb_stops_at_the_allowance(tmp_path):
    archive = make(tmp_path / "bomb.zip", {"zeros": b"\0" * (8 << 20)})
    assert archive.stat().st_size < 1 << 15
    with pytest.raises(SubmissionError, match="unpacks to more than"):
        unpack(archive, tmp_path / "target", Allowance(size=1 << 20))
    assert sum(p.stat().st_size for p in (tmp_path / "target").rglob("*") if p.is_file()) <= 1 << 20


def test_too_many_files(tmp_path):
    archive = make(tmp_path / "many.zip", {f"{i}.py": "" for i in range(50)})
    with pytest.raises(SubmissionError, match="more than"):
        unpack(archive, tmp_path / "target", Allowance(files=10))


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-40], lambda b: b[:40] + b"\xff" * 60 + b[100:], lambda b: b"PK nonsense"]
)
def test_damaged_archives_are_one_sentence(tmp_path, damage):
    archive = make(tmp_path / "a.zip", {"a.py": "x = 1\n" * 500})
    archive.write_bytes(damage(archive.read_bytes()))
    with pytest.raises(SubmissionError, match="a.zip cannot be unpacked"):
        unpack(archive, tmp_path / "target")


def test_whether_a_file_is_an_archive_depends_on_its_content(tmp_path):
    (tmp_path / "fake.zip").write_text("not a zip")
    assert not archives.is_archive(tmp_path / "fake.zip")
    assert archives.is_archive(make(tmp_path / "real", {"a": ""}))
