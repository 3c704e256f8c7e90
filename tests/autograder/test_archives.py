"""Archives of strangers: nothing leaves the target, sizes are counted, not believed."""

import errno
import os
import shutil
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


def test_a_bomb_that_lies_about_its_size_is_cut_off(tmp_path):
    archive = make(tmp_path / "bomb.zip", {"zeros.py": b"\0" * (8 << 20)})
    archive.write_bytes(archive.read_bytes().replace((8 << 20).to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    with pytest.raises(SubmissionError, match="cannot be unpacked"):
        unpack(archive, tmp_path / "target", Allowance(size=1 << 20))
    assert sum(p.stat().st_size for p in (tmp_path / "target").rglob("*") if p.is_file()) <= 1000


def test_what_is_not_wanted_is_neither_unpacked_nor_counted(tmp_path):
    archive = make(tmp_path / "a.zip", {"work.py": "x", **{f"data/{n}": b"0" * 1000 for n in range(50)}})
    allowance = Allowance(files=5, size=1000)
    assert unpack(archive, tmp_path / "target", allowance, lambda path: path.suffix == ".py") == []
    assert [path.name for path in (tmp_path / "target").rglob("*")] == ["work.py"]


def test_a_lone_file_is_unpacked_whatever_it_is_called(tmp_path):
    unpack(make(tmp_path / "a.zip", {"homework": "x"}), tmp_path / "target", None, lambda path: False)
    assert (tmp_path / "target" / "homework").is_file()


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


def test_a_zip_of_several_disks_is_an_archive_that_cannot_be_unpacked(tmp_path):
    archive = make(tmp_path / "a.zip", {"a.py": "x = 1\n"})
    whole = archive.read_bytes()
    end = whole.rindex(b"PK\5\6")
    locator = b"PK\6\7" + (1).to_bytes(4, "little") + bytes(8) + (2).to_bytes(4, "little")
    archive.write_bytes(whole[:end] + locator + whole[end:])
    assert archives.is_archive(archive)
    with pytest.raises(SubmissionError, match="a.zip cannot be unpacked"):
        unpack(archive, tmp_path / "target")


def test_a_folder_1500_levels_deep_is_left_out_and_what_is_there_can_be_removed(tmp_path):
    archive = make(tmp_path / "a.zip", {"good.py": "y", "d/" * 1500 + "deep.py": "x", "e/" * 31 + "file.py": "z"})
    notes = unpack(archive, tmp_path / "target")
    assert sorted(path.name for path in tmp_path.rglob("*.py")) == ["file.py", "good.py"]
    assert notes == [f"left out {'d/' * 40!r}: it lies more than 32 folders deep"]
    shutil.rmtree(tmp_path / "target")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_does_not_unpack_in_bounded_memory_is_left_out(tmp_path, method):
    archive = make(tmp_path / "a.zip", {"good.py": "y"})
    with zipfile.ZipFile(archive, "a", method) as out:
        out.writestr("zeros", bytes(1 << 20))
    notes = unpack(archive, tmp_path / "target")
    assert [path.name for path in (tmp_path / "target").iterdir()] == ["good.py"]
    assert "another method than deflate" in notes[0]


def test_a_list_of_members_that_is_too_long_is_not_read(tmp_path):
    archive = make(tmp_path / "a.zip", {f"{n}{'x' * 60_000}": "" for n in range(80)})
    with pytest.raises(SubmissionError, match="list of files is too long"):
        unpack(archive, tmp_path / "target", Allowance(files=100))


def test_members_that_are_left_out_count_as_well(tmp_path):
    archive = make(tmp_path / "a.zip", {f"../{n}.py": "" for n in range(50)})
    with pytest.raises(SubmissionError, match="more than"):
        unpack(archive, tmp_path / "target", Allowance(files=10))


def test_an_empty_archive_is_an_empty_folder(tmp_path):
    assert unpack(make(tmp_path / "a.zip", {}), tmp_path / "target") == []
    assert list((tmp_path / "target").iterdir()) == []


def test_a_full_disk_is_no_fault_of_the_archive(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(archives, "_extract", full)
    with pytest.raises(OSError, match="No space left"):
        unpack(make(tmp_path / "a.zip", {"a.py": "x"}), tmp_path / "target")


def test_links_and_fifos_are_no_archives(tmp_path):
    (tmp_path / "link").symlink_to(make(tmp_path / "a.zip", {"a.py": "x"}))
    os.mkfifo(tmp_path / "fifo")
    assert not archives.is_archive(tmp_path / "link")
    assert not archives.is_archive(tmp_path / "fifo")
