"""Submissions as students and learning platforms really pack them."""

import errno
import os
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from autograder import archives, files, submissions
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


def forbid(monkeypatch, name):
    """Let the folder `name` be one that may not be read: the tests may run as root, who may read all."""

    def iterdir(folder, read=Path.iterdir):
        if folder.name == name:
            raise PermissionError(13, "Permission denied")
        return read(folder)

    def listing(folder, read=files.listing):
        if folder.name == name:
            raise PermissionError(13, "Permission denied")
        return read(folder)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    monkeypatch.setattr(submissions, "listing", listing)


def lay(folder, tmp_path):
    return lay_out(Submission("mallory", folder), tmp_path / "work" / "m", ["knn"], MODULES)


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
    forbid(monkeypatch, "mallory")
    assert names(tmp_path / "class", tmp_path) == ["alice", "bob", "mallory"]


def test_a_folder_within_a_submission_that_may_not_be_read_is_noted(tmp_path, monkeypatch):
    folder = write(tmp_path / "mallory", FILES | {"secret/other.py": ""})
    forbid(monkeypatch, "secret")
    layout = lay_out(Submission("mallory", folder), tmp_path / "work" / "m", ["knn"], MODULES)
    assert (layout.folder / "cs231n" / "layers.py").is_file()
    assert layout.notes == ["left out the folder secret: Permission denied"]


def test_a_package_that_may_not_be_read_costs_no_points(tmp_path, monkeypatch):
    folder = write(tmp_path / "mallory", FILES)
    forbid(monkeypatch, "cs231n")
    with pytest.raises(PermissionError):
        lay_out(Submission("mallory", folder), tmp_path / "work" / "m", ["knn"], MODULES)


def test_a_device_is_no_submission(tmp_path):
    with pytest.raises(SubmissionError, match="holds no submission"):
        find_submissions([Path(os.devnull)], "assignment1", tmp_path)


def test_two_students_of_one_name_both_stay(tmp_path):
    paths = [write(tmp_path / "monday" / "sam"), write(tmp_path / "tuesday" / "sam")]
    found = find_submissions(paths, "assignment1", tmp_path)
    assert [(s.name, s.path) for s in found] == [("sam", paths[0]), ("sam (2)", paths[1])]
    assert [s.original for s in found] == [None, "sam"]


def test_a_name_that_looks_like_a_second_one_is_told_apart(tmp_path):
    paths = [write(tmp_path / day / name) for day in ("monday", "tuesday") for name in ("sam", "sam (2)")]
    assert [s.name for s in find_submissions(paths, "assignment1", tmp_path)] == [
        "sam",
        "sam (2)",
        "sam (2) (2)",
        "sam (3)",
    ]


def test_an_archive_among_others_names_nobody_but_itself(tmp_path):
    forged = {f"{name}/{file}": "" for name in ("alice", "Alice", "carol") for file in FILES}
    paths = [pack(tmp_path / "alice.zip"), pack(tmp_path / "bob.zip", forged)]
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    found = find_submissions(paths, "assignment1", scratch)
    assert sorted(s.name for s in found) == ["alice", "bob: Alice", "bob: alice (2)", "bob: carol"]
    assert {s.path for s in found if s.name == "alice"} == {paths[0]}
    assert sorted(names(paths[1], tmp_path)) == ["Alice", "alice (2)", "carol"]


@pytest.mark.parametrize("order", [1, -1])
def test_a_submission_filled_with_others_takes_nobodys_name(tmp_path, order):
    forged = {f"{name}/{file}": "" for name in ("bob", "zoe") for file in FILES}
    paths = [pack(tmp_path / "mallory.zip", forged), pack(tmp_path / "zoe.zip")]
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    found = {s.name: s.path for s in find_submissions(paths[::order], "assignment1", scratch)}
    assert found["zoe"] == paths[1]
    assert found["mallory: zoe"].is_relative_to(scratch)


OTHERS = {f"{name}/{file}": "" for name in ("bob", "carl") for file in FILES}
FORGED = [
    OTHERS,
    {f"{name}/assignment1/cs231n/layers.py": "" for name in ("bob", "carl")},
    {"bob/assignment1/cs231n/layers.py": ""},
    {"assignment1/bob/cs231n/layers.py": "", "assignment1/carl/cs231n/layers.py": ""},
    {"bob.zip": "", "carl.zip": ""},
]


@pytest.mark.parametrize("forged", FORGED)
def test_in_nbgraders_layout_nobody_hands_in_for_others(tmp_path, forged):
    submitted = tmp_path / "class"
    for student in ("bob", "carl"):
        write(submitted / student / "assignment1")
    eve = write(submitted / "eve" / "assignment1", forged)
    everybody = [Submission(name, submitted / name / "assignment1") for name in ("bob", "carl", "eve")]
    assert find_submissions([submitted], "assignment1", tmp_path) == everybody
    assert find_submissions([eve], "assignment1", tmp_path) == everybody[2:]
    assert find_submissions([eve.parent], "assignment1", tmp_path) == everybody[2:]
    assert find_submissions([one.path for one in everybody], "assignment1", tmp_path) == everybody
    assert find_submissions([one.path.parent for one in everybody], "assignment1", tmp_path) == everybody
    shutil.rmtree(submitted / "bob")
    shutil.rmtree(submitted / "carl")
    assert find_submissions([submitted], "assignment1", tmp_path) == everybody[2:]


@pytest.mark.parametrize("forged", [{f"assignment1/{name}": "" for name in OTHERS}, FORGED[2]])
@pytest.mark.parametrize("several", [True, False])
def test_a_zip_of_one_students_folder_is_called_after_the_zip(tmp_path, forged, several):
    paths = [pack(tmp_path / "eve.zip", forged), *([pack(tmp_path / "bob.zip")] if several else [])]
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    found = {one.name: one.path for one in find_submissions(paths, "assignment1", scratch)}
    assert found == {path.stem: path for path in paths}


def test_a_folder_among_others_names_nobody_but_itself(tmp_path):
    paths = [write(tmp_path / "bob"), write(tmp_path / "eve", OTHERS), pack(tmp_path / "ada" / "work.zip").parent]
    found = find_submissions(paths, "assignment1", tmp_path)
    assert [one.name for one in found] == ["ada", "bob", "eve: bob", "eve: carl"]
    assert [one.original for one in found] == [None, None, "bob", "carl"]


def test_a_folder_called_as_the_assignment_is_one_and_if_it_looks_like_a_class_that_is_said(tmp_path, caplog):
    for student in ("alice", "bob"):
        pack(tmp_path / "downloads" / "assignment1" / f"{student}.zip")
    assert names(tmp_path / "downloads" / "assignment1", tmp_path) == ["downloads"]
    assert "if the 2 folders and zips in it are a class, give that folder another name" in caplog.text
    caplog.clear()
    assert names(write(tmp_path / "ada" / "assignment1"), tmp_path) == ["ada"]
    assert not caplog.text


def test_who_has_no_folder_of_the_assignment_has_not_handed_in(tmp_path, caplog):
    submitted = tmp_path / "submitted"
    write(submitted / "ann" / "assignment1")
    write(submitted / "other" / "assignment2")
    write(submitted / "forger" / "assignment2", OTHERS)
    (submitted / "linked").mkdir()
    (submitted / "linked" / "assignment1").symlink_to(submitted / "ann" / "assignment1")
    (submitted / "empty").mkdir()
    (submitted / "unread" / "feedback").mkdir(parents=True)
    (ann,) = find_submissions([submitted], "assignment1", tmp_path)
    assert (ann.name, ann.path) == ("ann", submitted / "ann" / "assignment1")
    assert "5 without a folder assignment1/" in caplog.text
    assert "left out: empty, forger, linked, other, unread" in caplog.text
    for student in ("other", "forger", "linked"):
        with pytest.raises(SubmissionError, match=f"{student} holds no submission: there is no folder assignment1/"):
            find_submissions([submitted / student], "assignment1", tmp_path)
    caplog.clear()
    assert find_submissions(sorted(submitted.iterdir()), "assignment1", tmp_path) == [ann]
    assert "other was left out: there is no folder assignment1/ in it" in caplog.text


def test_work_that_stands_in_a_students_own_folder_is_taken(tmp_path, caplog):
    """Among students' zips that were unpacked, some hold a folder called as the assignment."""
    write(tmp_path / "class" / "ann" / "assignment1")
    write(tmp_path / "class" / "bob")
    pack(tmp_path / "class" / "cy" / "hw.zip")
    assert names(tmp_path / "class", tmp_path) == ["ann", "bob", "cy"]
    assert not caplog.text


def test_links_to_the_work_of_others_are_left_out_where_all_are_named(tmp_path, caplog):
    ann = write(tmp_path / "submitted" / "ann" / "assignment1")
    (tmp_path / "submitted" / "eve").symlink_to(ann.parent)
    (tmp_path / "submitted" / "x").mkdir()
    (tmp_path / "submitted" / "x" / "assignment1").symlink_to(ann)
    for pattern in ("*", "*/assignment1"):
        paths = sorted((tmp_path / "submitted").glob(pattern))
        assert [one.name for one in find_submissions(paths, "assignment1", tmp_path)] == ["ann"]
        assert "it is a link, perhaps to somebody else's work" in caplog.text
        caplog.clear()
    with pytest.raises(SubmissionError, match="name the folder itself"):
        find_submissions([tmp_path / "submitted" / "x" / "assignment1"], "assignment1", tmp_path)
    with pytest.raises(SubmissionError, match="nobody has handed in assignment1"):
        find_submissions([path for path in paths if path.parent.name != "ann"], "assignment1", tmp_path)


@pytest.mark.parametrize("handed_in", ["assignment1", "assignment2"])
@pytest.mark.parametrize("name", ["cs231n", "classifiers", "assignment1"])
def test_a_student_may_be_called_as_a_folder_of_work(tmp_path, name, handed_in):
    for student in ("ann", "bob"):
        write(tmp_path / "submitted" / student / "assignment1")
    write(tmp_path / "submitted" / name / handed_in)
    expected = {"ann", "bob"} | ({name} if handed_in == "assignment1" else set())
    assert set(names(tmp_path / "submitted", tmp_path)) == expected


def test_a_copy_of_this_assignment_in_another_is_not_what_was_handed_in(tmp_path):
    eve = tmp_path / "submitted" / "eve"
    write(eve / "assignment1")
    write(eve / "assignment2", FILES | {"assignment1/cs231n/layers.py": ""})
    (found,) = find_submissions([eve], "assignment1", tmp_path)
    assert (found.name, found.path) == ("eve", eve / "assignment1")


def test_no_path_is_no_submission(tmp_path):
    assert find_submissions([], "assignment1", tmp_path) == []


def test_an_empty_one_among_several_does_not_stop_them(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "no.zip").write_text("no zip at all")
    paths = [write(tmp_path / "alice"), tmp_path / "empty", pack(tmp_path / "void.zip", {}), tmp_path / "no.zip"]
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    assert [s.name for s in find_submissions(paths, "assignment1", scratch)] == ["alice", "empty", "no", "void"]
    paths.append(write(tmp_path / "typo.txt", {"a": ""}) / "a")
    with pytest.raises(SubmissionError, match="holds no submission"):
        find_submissions(paths, "assignment1", scratch)


def test_what_was_unpacked_to_look_into_it_does_not_stay(tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    bomb = pack(tmp_path / "bomb.zip", {"a.py": "x" * 500_000, "b.py": "x" * 500_000})
    monkeypatch.setattr(submissions, "MAX_BYTES", 600_000)
    find_submissions([pack(tmp_path / "alice.zip"), bomb], "assignment1", scratch)
    assert list(scratch.iterdir()) == []


def test_a_link_may_be_named_but_none_is_followed(tmp_path):
    alice, mallory = write(tmp_path / "all" / "alice"), tmp_path / "class" / "mallory"
    mallory.mkdir(parents=True)
    (mallory / "assignment1").symlink_to(alice)
    (mallory / "notes.txt").write_text("")
    (found,) = find_submissions([mallory.parent], "assignment1", tmp_path)
    assert found.path == mallory
    (tmp_path / "latest.zip").symlink_to(pack(tmp_path / "class-3.zip"))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (found,) = find_submissions([tmp_path / "latest.zip"], "assignment1", scratch)
    assert (found.name, found.path) == ("latest", tmp_path / "class-3.zip")


def test_nothing_there_is_said(tmp_path):
    with pytest.raises(SubmissionError, match="does not exist"):
        find_submissions([tmp_path / "nowhere"], "assignment1", tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(SubmissionError, match="holds no submission"):
        find_submissions([tmp_path / "empty"], "assignment1", tmp_path)


@pytest.mark.parametrize("packed", [False, True])
def test_of_several_assignments_in_one_folder_the_one_with_its_notebooks_counts(tmp_path, packed):
    folder = tmp_path / "everything"
    for name, notebook, text in ("hw1", "knn", "one"), ("hw2", "Dropout", "two"):
        (folder / name / "cs231n").mkdir(parents=True)
        (folder / name / "cs231n" / "layers.py").write_text(f"{text} = 1")
        (folder / name / "saved").mkdir()
        (folder / name / "saved" / "net.npz").write_text(text)
        (folder / name / f"{notebook}.ipynb").write_text("{}")
    if packed:
        folder = Path(shutil.make_archive(str(tmp_path / "mallory"), "zip", folder))
    for notebook, text, notes in ("knn", "one", 0), ("Dropout", "two", 1), ("svm", "one", 0):
        made = lay_out(Submission("mallory", folder), tmp_path / notebook / "m", [notebook], ["layers.py"])
        assert (made.folder / "cs231n" / "layers.py").read_text() == f"{text} = 1"
        assert (made.folder / "saved" / "net.npz").read_text() == text
        assert made.notes == ["took what is in hw2/, where this assignment's notebooks are"] * notes


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
    os.symlink(tmp_path, folder / "saved")
    os.mkfifo(folder / "cs231n" / "pipe.py")
    layout = lay_out(Submission("mallory", folder), tmp_path / "work" / "m", ["knn"], MODULES)
    assert not [path for path in layout.folder.rglob("*.py") if "42" in path.read_text()]
    assert layout.notes == [f"left out {name}: a link or special file" for name in ("saved", "linked.py", "pipe.py")]


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


def test_hard_links_are_left_out_and_noted(tmp_path):
    secret = tmp_path / "secret.py"
    secret.write_text("answer = 42\n")
    folder = write(tmp_path / "mallory")
    os.link(secret, folder / "cs231n" / "more.py")
    layout = lay(folder, tmp_path)
    assert not (layout.folder / "cs231n" / "more.py").exists()
    assert "left out more.py: it is a hard link" in layout.notes[0]


def test_very_many_python_files_are_cut_off_behind_the_assignments_own(tmp_path):
    many = {f"cs231n/a{n:03}.py": "" for n in range(submissions.MAX_SOURCES + 10)}
    layout = lay(write(tmp_path / "mallory", FILES | many), tmp_path)
    assert len(list(layout.folder.rglob("*.py"))) == submissions.MAX_SOURCES
    assert {f"cs231n/{name}" for name in MODULES} & FILES.keys() <= {
        path.relative_to(layout.folder).as_posix() for path in layout.folder.rglob("*.py")
    }
    assert layout.notes == ["left out 12 Python files: at most 500 of them and 16 MB in all are taken"]


def test_very_much_python_is_cut_off(tmp_path):
    much = {f"cs231n/a{n}.py": "#" * (submissions.MAX_SOURCE - 1) for n in range(9)}
    layout = lay(write(tmp_path / "mallory", FILES | much), tmp_path)
    assert sum(path.stat().st_size for path in layout.folder.rglob("*.py")) <= submissions.MAX_ALL_SOURCES
    assert layout.notes == ["left out 2 Python files: at most 500 of them and 16 MB in all are taken"]


def test_very_many_saved_files_are_cut_off(tmp_path):
    layout = lay(write(tmp_path / "mallory", {f"saved/{n}.npz": "" for n in range(40)}), tmp_path)
    assert len(list(layout.folder.rglob("*.npz"))) == submissions.MAX_SAVED
    assert layout.notes == ["left out 8 saved files: at most 32 of them and 256 MB in all are taken"]


def test_folders_that_no_import_reaches_do_not_stand_where_a_module_does(tmp_path):
    folder = write(tmp_path / "mallory", {"cs231n/layers.py/x.py": "", "cs231n/old stuff/y.py": "", "knn.ipynb/z": ""})
    layout = lay(folder, tmp_path)
    assert not layout.folder.joinpath("cs231n").exists()


def test_notes_are_few_and_of_one_line(tmp_path):
    archive = pack(tmp_path / "mallory.zip", {f"../\x1b[2J\n{n}" + "x" * 400 + ".py": "" for n in range(100)})
    layout = lay(archive, tmp_path)
    assert len(layout.notes) == submissions.MAX_NOTES + 1
    assert all(note.isprintable() and len(note) <= 300 for note in layout.notes)
    damaged = tmp_path / "a\nb.zip"
    damaged.write_text("no zip")
    with pytest.raises(SubmissionError, match="a.b.zip cannot be unpacked"):
        lay(damaged, tmp_path / "other")


def test_a_data_set_beside_the_work_does_not_push_it_out(tmp_path, monkeypatch):
    monkeypatch.setattr(submissions, "MAX_WALK", 10)
    layout = lay(write(tmp_path / "alice", FILES | {f"a_images/{n}.png": "" for n in range(50)}), tmp_path)
    assert (layout.folder / "cs231n" / "layers.py").is_file()
    assert layout.notes == []


def test_the_course_may_stand_in_a_folder_called_as_the_package(tmp_path):
    folder = write(tmp_path / "cs231n" / "alice", FILES | {"setup.py": ""})
    layout = lay(folder, tmp_path)
    assert (layout.folder / "cs231n" / "layers.py").is_file()
    assert (layout.folder / "setup.py").is_file()


def test_the_package_alone_may_be_handed_in(tmp_path):
    layout = lay(write(tmp_path / "cs231n", {"layers.py": "x = 1\n"}), tmp_path)
    assert (layout.folder / "cs231n" / "layers.py").is_file()


def test_a_data_set_or_an_environment_in_the_zip_is_passed_over(tmp_path):
    environment = {f".venv/lib/{n}.py": "" for n in range(6000)}
    data = {f"cs231n/datasets/data_batch_{n}": "x" * 100 for n in range(6000)}
    data |= {"cs231n/datasets/all.zip": "PK", "data.npz": "x"}
    layout = lay(pack(tmp_path / "alice.zip", FILES | environment | data), tmp_path)
    assert (layout.folder / "cs231n" / "layers.py").is_file()
    assert layout.notes == []


def test_a_saved_file_alone_is_no_zip_of_work(tmp_path):
    (tmp_path / "alice" / "saved").mkdir(parents=True)
    np.savez(tmp_path / "alice" / "saved" / "svm_model.npz", W=1)
    assert (lay(tmp_path / "alice", tmp_path).folder / "saved" / "svm_model.npz").is_file()


def test_no_hostile_entry_stops_the_class(tmp_path):
    folder = tmp_path / "class"
    write(folder / "alice")
    (folder / "link").symlink_to(tmp_path)
    os.mkfifo(folder / "mallory.zip")
    for student in ("oscar", "trudy"):
        (folder / student).mkdir()
        os.mkfifo(folder / student / "layers.py")
    (folder / "oscar" / "hw.zip").write_bytes(b"PK\5\6" + bytes(18))
    disks = b"PK\6\7" + (1).to_bytes(4, "little") + bytes(8) + (2).to_bytes(4, "little")
    (folder / "trudy" / "hw.zip").write_bytes(disks + b"PK\5\6" + bytes(18))
    found = find_submissions([folder], "assignment1", tmp_path)
    assert [submission.name for submission in found] == ["alice", "oscar", "trudy"]
    lay_out(found[1], tmp_path / "work" / "oscar", ["knn"], MODULES)
    with pytest.raises(SubmissionError, match="hw.zip cannot be unpacked"):
        lay_out(found[2], tmp_path / "work" / "trudy", ["knn"], MODULES)


def test_what_this_machine_cannot_write_costs_no_points(tmp_path, monkeypatch):
    """A full disk, or a file that the grader may not read, is not a file that the student left out."""
    package = tmp_path / "sam" / "cs231n"
    package.mkdir(parents=True)
    (package / "layers.py").write_text("x = 1\n")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(submissions, "copy_regular", full)
    with pytest.raises(OSError, match="No space left"):
        lay_out(Submission("sam", tmp_path / "sam"), tmp_path / "out", [], ["layers.py"])
