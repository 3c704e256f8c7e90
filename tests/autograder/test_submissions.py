"""Submissions as students and learning platforms really pack them."""

import os
import zipfile
from pathlib import Path

import pytest

from autograder import archives, submissions
from autograder.errors import SubmissionError
from autograder.submissions import Submission, find_submissions, lay_out

MODULES = ["__init__.py", "layers.py", "classifiers/softmax.py"]
FILES = {"cs231n/layers.py": "x = 1\n", "cs231n/classifiers/softmax.py": "y = 1\n", "knn.ipynb": "{}"}


def write(folder, files=FILES):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def pack(path, files=FILES, prefix=""):
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(prefix + name, text)
    return path


def names(path, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    return [submission.name for submission in find_submissions([path], "assignment1", scratch)]


def test_one_folder(tmp_path):
    assert names(write(tmp_path / "alice"), tmp_path) == ["alice"]


@pytest.mark.parametrize("prefix", ["", "assignment1/", "alice/assignment1 (final)/", "a/b/"])
def test_one_zip_however_deep(tmp_path, prefix):
    assert names(pack(tmp_path / "alice.zip", prefix=prefix), tmp_path) == ["alice"]


def test_nbgrader_submitted(tmp_path):
    for student in ("bob", "alice"):
        write(tmp_path / "submitted" / student / "assignment1")
    assert names(tmp_path / "submitted", tmp_path) == ["alice", "bob"]


def test_nbgrader_submitted_with_one_student_names_the_student(tmp_path):
    write(tmp_path / "submitted" / "alice" / "assignment1")
    assert names(tmp_path / "submitted", tmp_path) == ["alice"]


def test_folder_of_zips(tmp_path):
    for student in ("bob_123_456_hw", "alice_99_11_hw"):
        pack(tmp_path / "canvas" / f"{student}.zip")
    assert names(tmp_path / "canvas", tmp_path) == ["alice_99_11_hw", "bob_123_456_hw"]


def test_zip_of_zips(tmp_path):
    inner = pack(tmp_path / "alice.zip"), pack(tmp_path / "bob.zip")
    with zipfile.ZipFile(tmp_path / "download.zip", "w") as archive:
        for path in inner:
            archive.write(path, path.name)
    assert names(tmp_path / "download.zip", tmp_path) == ["alice", "bob"]


def test_moodle_folders_with_one_zip_each(tmp_path):
    for student in ("Ada L_7_assignsubmission_file", "Bob_8_assignsubmission_file"):
        pack(tmp_path / "moodle" / student / "work.zip", prefix="assignment1/")
    found = find_submissions([tmp_path / "moodle"], "assignment1", tmp_path)
    assert [s.name for s in found] == ["Ada L_7_assignsubmission_file", "Bob_8_assignsubmission_file"]
    layout = lay_out(found[0], tmp_path / "work" / "a", ["knn"], MODULES)
    assert (layout.folder / "cs231n" / "layers.py").is_file()


@pytest.mark.parametrize("prefix", ["", "submitted/"])
@pytest.mark.parametrize("inside", ["alice/assignment1/", "alice/"])
def test_zip_of_folders_with_or_without_a_folder_around_them(tmp_path, prefix, inside):
    students = {prefix + inside.replace("alice", name) + file: "" for name in ("alice", "bob") for file in FILES}
    assert names(pack(tmp_path / "download.zip", students), tmp_path) == ["alice", "bob"]


def test_zip_of_a_folder_of_zips(tmp_path):
    inner = pack(tmp_path / "inner.zip")
    with zipfile.ZipFile(tmp_path / "download.zip", "w") as archive:
        for name in ("canvas/alice.zip", "canvas/bob.zip", "__MACOSX/._alice.zip"):
            archive.write(inner, name)
    assert names(tmp_path / "download.zip", tmp_path) == ["alice", "bob"]


@pytest.mark.parametrize("file", ["roster.py", "solution.ipynb"])
def test_a_file_of_the_instructors_does_not_make_a_class_one_submission(tmp_path, file):
    for student in ("alice", "bob"):
        pack(tmp_path / "zips" / f"{student}.zip")
        write(tmp_path / "folders" / student / "assignment1")
    for folder in ("zips", "folders"):
        (tmp_path / folder / file).write_text("")
        assert [name for name in names(tmp_path / folder, tmp_path) if "." not in name] == ["alice", "bob"]


def test_copies_beside_the_package_do_not_make_a_submission_a_class(tmp_path):
    for folder in ("", "old", "older"):
        write(tmp_path / "alice" / folder)
    assert names(tmp_path / "alice", tmp_path) == ["alice"]


@pytest.mark.parametrize("beside", [{}, {"report.pdf": "", "onlinetext.html": ""}])
def test_a_zip_in_a_zip_or_beside_a_report(tmp_path, beside):
    inner = pack(tmp_path / "assignment1_submission.zip", prefix="assignment1/")
    folder = write(tmp_path / "class" / "Bob_8_file", beside | {"x/empty.txt": ""})
    (folder / "hw.zip").write_bytes(inner.read_bytes())
    with zipfile.ZipFile(tmp_path / "class" / "alice.zip", "w") as archive:
        archive.write(inner, "assignment1_submission.zip")
        for name in beside:
            archive.writestr(name, "")
    found = find_submissions([tmp_path / "class"], "assignment1", tmp_path)
    assert [s.name for s in found] == ["Bob_8_file", "alice"]
    for submission in found:
        layout = lay_out(submission, tmp_path / submission.name / "work", ["knn"], MODULES)
        assert (layout.folder / "cs231n" / "layers.py").is_file()
    if not beside:
        assert names(tmp_path / "class" / "alice.zip", tmp_path) == ["alice"]


def test_of_two_zips_the_last_is_taken_and_that_is_noted(tmp_path):
    for number, text in enumerate(["x = 0\n", "x = 1\n"]):
        pack(tmp_path / "cy" / f"hw{number}.zip", {"cs231n/layers.py": text})
    layout = lay_out(Submission("cy", tmp_path / "cy"), tmp_path / "work" / "cy", ["knn"], MODULES)
    assert (layout.folder / "cs231n" / "layers.py").read_text() == "x = 1\n"
    assert layout.notes == ["2 zips; took hw1.zip, the last by name"]


@pytest.mark.parametrize("name", ["eve.rar", "eve.tar.gz", "eve.7z"])
def test_what_cannot_be_unpacked_is_reported_and_not_passed_over(tmp_path, name):
    pack(tmp_path / "class" / "alice.zip")
    (tmp_path / "class" / name).write_text("Rar!")
    found = find_submissions([tmp_path / "class"], "assignment1", tmp_path)
    assert [s.path.name for s in found] == ["alice.zip", name]
    with pytest.raises(SubmissionError, match=f"{name} cannot be unpacked"):
        lay_out(found[1], tmp_path / "work" / "eve", ["knn"], MODULES)


def test_a_large_class_in_one_zip_is_no_bomb(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_BYTES", 1000)
    monkeypatch.setattr(submissions, "MAX_BYTES", 1000)
    noise = {"cs231n/layers.py": os.urandom(600).hex()}
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for student in ("alice", "bob"):
            archive.writestr(f"{student}.zip", pack(tmp_path / "inner.zip", noise).read_bytes())
    assert names(tmp_path / "class.zip", tmp_path) == ["alice", "bob"]


def test_names_are_printable(tmp_path):
    for name in ("zo\u00e9", "a\nb", "\x1b[31mred", os.fsdecode(b"latin\xe9")):
        write(tmp_path / "class" / name)
    assert names(tmp_path / "class", tmp_path) == ["?[31mred", "a?b", "latin?", "zo\u00e9"]


def test_modules_beside_the_package_come_along(tmp_path):
    folder = write(tmp_path / "eve" / "hw", FILES | {"my_utils.py": "z = 1\n", "old/other.py": ""})
    layout = lay_out(Submission("eve", folder.parent), tmp_path / "work" / "eve", ["knn"], MODULES)
    assert (layout.folder / "my_utils.py").is_file()
    assert not list(layout.folder.rglob("other.py"))


def test_a_folder_that_may_not_be_read_does_not_stop_the_others(tmp_path, monkeypatch):
    for student in ("alice", "bob", "mallory"):
        write(tmp_path / "class" / student)
    read = Path.iterdir

    def iterdir(folder):
        if folder.name == "mallory":
            raise PermissionError(13, "Permission denied")
        return read(folder)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    assert names(tmp_path / "class", tmp_path) == ["alice", "bob", "mallory"]


def test_a_device_is_no_submission(tmp_path):
    with pytest.raises(SubmissionError, match="holds no submission"):
        find_submissions([Path(os.devnull)], "assignment1", tmp_path)


def test_two_students_of_one_name_both_stay(tmp_path):
    paths = [write(tmp_path / "monday" / "sam"), write(tmp_path / "tuesday" / "sam")]
    found = find_submissions(paths, "assignment1", tmp_path)
    assert [(s.name, s.path) for s in found] == [("sam", paths[0]), ("sam (2)", paths[1])]


def test_nothing_there_is_said(tmp_path):
    with pytest.raises(SubmissionError, match="does not exist"):
        find_submissions([tmp_path / "nowhere"], "assignment1", tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(SubmissionError, match="holds no submission"):
        find_submissions([tmp_path / "empty"], "assignment1", tmp_path)


def test_misnamed_and_astray_files_are_found_and_noted(tmp_path):
    folder = write(
        tmp_path / "eve", {"cs231n/layers.py": "x\n", "cs231n/classifiers/Softmax.py": "y\n", "other/knn.ipynb": "{}"}
    )
    layout = lay_out(Submission("eve", folder), tmp_path / "work" / "eve", ["knn", "svm"], MODULES)
    assert (layout.folder / "cs231n" / "classifiers" / "softmax.py").read_text() == "y\n"
    assert (layout.folder / "knn.ipynb").is_file()
    assert not (layout.folder / "svm.ipynb").exists()
    assert layout.notes == ["took classifiers/softmax.py from Softmax.py in classifiers/"]


def test_loose_files_without_folders(tmp_path):
    folder = write(tmp_path / "eve", {"layers.py": "x\n", "softmax.py": "y\n", "knn.ipynb": "{}"})
    layout = lay_out(Submission("eve", folder), tmp_path / "work" / "eve", ["knn"], MODULES)
    assert sorted(p.name for p in layout.folder.rglob("*.py")) == ["layers.py", "softmax.py"]


def test_links_are_not_followed(tmp_path):
    secret = tmp_path / "secret.py"
    secret.write_text("answer = 42\n")
    folder = write(tmp_path / "mallory")
    (folder / "cs231n" / "linked.py").symlink_to(secret)
    os.symlink(tmp_path, folder / "cs231n" / "up")
    layout = lay_out(Submission("mallory", folder), tmp_path / "work" / "m", ["knn"], MODULES)
    assert not [path for path in layout.folder.rglob("*.py") if "42" in path.read_text()]


def test_saved_files_come_along_and_checks_do_not(tmp_path):
    folder = write(tmp_path / "a", FILES | {"saved/svm_model.npz": "x", "checks/__init__.py": "", "saved/big.txt": "x"})
    layout = lay_out(Submission("a", folder), tmp_path / "work" / "a", ["knn"], MODULES)
    assert sorted(
        path.relative_to(layout.folder).as_posix() for path in layout.folder.rglob("*") if path.is_file()
    ) == [
        "cs231n/classifiers/softmax.py",
        "cs231n/layers.py",
        "knn.ipynb",
        "saved/svm_model.npz",
    ]
