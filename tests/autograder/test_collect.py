"""Downloads of Canvas, Moodle and Gradescope become nbgrader's folders: everybody in the right place, nobody lost."""

import io
import json
import re
import shutil
import stat
import struct
import time
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from autograder.collect import collect, zip_collect_settings
from autograder.errors import CourseError, SubmissionError
from autograder.roster import Roster, Student
from autograder.submissions import find_submissions

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
#: Students whose names systems have trouble with; of two, the same.
NAMES = [
    "Doe, Jane",
    "O'Brien, Seán",
    'de "Bob" Souza, Robert',
    "李, 小龙",
    "כהן, דוד",
    "van der Berg, Anna_Lena",
    "under_score, a_b_",
    "X" * 100 + ", " + "y" * 98,
    "=1+1, @x",
    "Silva, Ana",
    "Silva, Ana",
]


def zipped(members, when=MONDAY):
    """A zip of `members` (name -> bytes, or None for a folder), all of one time."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            time_of = when[name] if isinstance(when, dict) else when
            info = zipfile.ZipInfo(name if data is not None else f"{name}/", time_of.timetuple()[:6])
            info.external_attr = (
                (stat.S_IFREG | 0o644) << 16 if data is not None else (stat.S_IFDIR | 0o755) << 16 | 0x10
            )
            archive.writestr(info, data or b"", zipfile.ZIP_DEFLATED)
    return file.getvalue()


def work(mark):
    """What a student hands in, wrapped in a folder; `mark` tells it from others."""
    return {"assignment1/knn.ipynb": NOTEBOOK, "assignment1/cs231n/layers.py": f"# {mark}\n".encode()}


def mark(folder):
    return (folder / "cs231n" / "layers.py").read_text().strip("# \n")


def save(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def squeeze(name):
    """As Canvas does."""
    kept = "".join(character for character in name.lower() if character.isalnum() or character == "_")
    return re.sub(r"_(\d+)_", r"\1", kept)


def canvas_name(name, user, attachment, file="hw1.zip", late=False):
    return f"{squeeze(name)}{'_LATE' if late else ''}_{user}_{attachment}_{file}"


def class_roster(kind="canvas", start=1001):
    """A roster of `NAMES`: ids s0, s1, ...; the systems' numbers from `start`."""
    return Roster(
        tuple(
            Student(f"s{n}", name, f"s{n}@uni.example", {kind: str(start + n)}, n + 2) for n, name in enumerate(NAMES)
        )
    )


def canvas_class(path, when=MONDAY):
    return save(
        path, zipped({canvas_name(name, 1001 + n, 5000 + n): zipped(work(n)) for n, name in enumerate(NAMES)}, when)
    )


def tree(folder):
    """All files below `folder` with their content."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def visible(folder):
    return {name: data for name, data in tree(folder).items() if not name.startswith(".")}


def said(collected, *words):
    return any(all(word in note for word in words) for note in collected.notes)


# Every system, every name


def moodle_class(path):
    members = {
        f"{name.replace('_', ' ')}_{1001 + n}_assignsubmission_file_/hw.zip": zipped(work(n))
        for n, name in enumerate(NAMES)
    }
    return save(path, zipped(members))


def moodle_flat_class(path):
    members = {
        f"{name.replace('_', ' ')}_{1001 + n}_assignsubmission_file_hw.zip": zipped(work(n))
        for n, name in enumerate(NAMES)
    }
    return save(path, zipped(members))


def moodle_files_class(path):
    members = {
        f"{name.replace('_', ' ')}_{1001 + n}_assignsubmission_file/{file}": data
        for n, name in enumerate(NAMES)
        for file, data in work(n).items()
    }
    members = {name.replace("assignment1/", ""): data for name, data in members.items()}
    return save(path, zipped(members))


def gradescope_class(path, when=MONDAY, people=None, extra=None):
    people = people or [([(name, str(1001 + n), f"s{n}@uni.example")], n) for n, name in enumerate(NAMES)]
    metadata, members = {}, {}
    for number, (submitters, content) in enumerate(people, 900):
        metadata[f"submission_{number}"] = {
            ":submitters": [{":name": name, ":sid": sid, ":email": email} for name, sid, email in submitters],
            ":created_at": when + timedelta(minutes=number),
            ":score": 3.0,
            ":status": "processed",
            ":history": [{":id": 1, ":created_at": when}],
        }
        for name, data in work(content).items():
            members[f"assignment_7_export/submission_{number}/{name.removeprefix('assignment1/')}"] = data
    members["assignment_7_export/submission_metadata.yml"] = yaml.safe_dump(metadata, allow_unicode=True).encode()
    return save(path, zipped(members | (extra or {})))


CLASSES = {
    "canvas": (canvas_class, "canvas"),
    "moodle": (moodle_class, "participant"),
    "moodle flat": (moodle_flat_class, "participant"),
    "moodle files": (moodle_files_class, "participant"),
    "gradescope": (gradescope_class, "gradescope"),
}


@pytest.mark.parametrize("kind", CLASSES)
def test_a_download_becomes_submissions_with_the_rosters_ids(tmp_path, kind):
    make, column = CLASSES[kind]
    collected = collect([make(tmp_path / "dl.zip")], "assignment1", tmp_path / "submitted", class_roster(column))
    assert list(collected.students) == sorted(f"s{n}" for n in range(len(NAMES)))
    found = find_submissions([tmp_path / "submitted"], "assignment1", tmp_path)
    assert {(submission.name, mark(submission.path)) for submission in found} == {
        (f"s{n}", str(n)) for n in range(len(NAMES))
    }
    assert all((submission.path / "knn.ipynb").is_file() for submission in found)
    assert not said(collected, "not collected")


@pytest.mark.parametrize("kind", CLASSES)
def test_twice_is_as_once(tmp_path, kind):
    make, column = CLASSES[kind]
    file = make(tmp_path / "dl.zip")
    first = collect([file], "assignment1", tmp_path / "submitted", class_roster(column))
    before = tree(tmp_path / "submitted")
    again = collect([file], "assignment1", tmp_path / "submitted", class_roster(column))
    assert tree(tmp_path / "submitted") == before
    assert {placed.status for placed in first.students.values()} == {"new"}
    assert {placed.status for placed in again.students.values()} == {"unchanged"}
    assert again.notes == first.notes


@pytest.mark.parametrize("kind", CLASSES)
def test_without_a_roster_the_systems_numbers_serve(tmp_path, kind):
    collected = collect([CLASSES[kind][0](tmp_path / "dl.zip")], "assignment1", tmp_path / "submitted")
    assert {id: mark(placed.path) for id, placed in collected.students.items()} == {
        str(1001 + n): str(n) for n in range(len(NAMES))
    }


@pytest.mark.parametrize("wrap", ["folder", "unpacked", "parts", "zip", "zip in folder in zip"])
@pytest.mark.parametrize("kind", CLASSES)
def test_however_it_is_wrapped(tmp_path, kind, wrap):
    make, column = CLASSES[kind]
    file = make(tmp_path / "in" / "dl.zip")
    paths = [file]
    if wrap in ("folder", "zip in folder in zip"):
        paths = [file.parent]
    if wrap == "zip in folder in zip":
        paths = [save(tmp_path / "outer.zip", zipped({"sections/one/dl.zip": file.read_bytes()}))]
    elif wrap == "zip":
        paths = [save(tmp_path / "outer.zip", zipped({"dl.zip": file.read_bytes()}))]
    elif wrap in ("unpacked", "parts"):
        shutil.unpack_archive(file, tmp_path / "unpacked")
        paths = [tmp_path / "unpacked"]
        if wrap == "parts":
            inner = tmp_path / "unpacked" / "assignment_7_export"
            paths = sorted((inner if inner.is_dir() else paths[0]).iterdir())
    collected = collect(paths, "assignment1", tmp_path / "submitted", class_roster(column))
    assert len(collected.students) == len(NAMES)
    assert {mark(placed.path) for placed in collected.students.values()} == {str(n) for n in range(len(NAMES))}


def test_downloads_of_several_sections_together(tmp_path):
    one = {canvas_name("Doe, Jane", 1, 10): zipped(work("jane"))}
    two = {"Richard Roe_2_assignsubmission_file_/hw.zip": zipped(work("richard"))}
    save(tmp_path / "in" / "a.zip", zipped(one))
    save(tmp_path / "in" / "b.zip", zipped(two))
    collected = collect([tmp_path / "in"], "assignment1", tmp_path / "submitted")
    assert {id: mark(placed.path) for id, placed in collected.students.items()} == {"1": "jane", "2": "richard"}


# Canvas


def test_loose_files_of_one_student_belong_together(tmp_path):
    members = {
        canvas_name("Doe, Jane", 1, 10, "knn.ipynb"): NOTEBOOK,
        canvas_name("Doe, Jane", 1, 11, "layers.py"): b"# mine",
        canvas_name("Doe, Jane", 1, 12, "two words.md"): b"hello",
    }
    collect([save(tmp_path / "dl.zip", zipped(members))], "assignment1", tmp_path / "submitted")
    assert set(visible(tmp_path / "submitted")) == {
        f"1/assignment1/{name}" for name in ("knn.ipynb", "layers.py", "two words.md")
    }


def test_of_resubmitted_files_the_newest_wins_and_the_rest_is_kept(tmp_path):
    members = {
        canvas_name("Doe, Jane", 1, 10, "knn-2.ipynb"): b"third",
        canvas_name("Doe, Jane", 1, 8, "knn.ipynb"): b"first",
        canvas_name("Doe, Jane", 1, 9, "knn-1.ipynb"): b"second",
        canvas_name("Roe, Richard", 2, 20, "hw.zip"): zipped(work("old")),
        canvas_name("Roe, Richard", 2, 21, "hw-1.zip"): zipped(work("new")),
    }
    target = tmp_path / "submitted"
    collected = collect([save(tmp_path / "dl.zip", zipped(members))], "assignment1", target)
    assert (target / "1/assignment1/knn.ipynb").read_bytes() == b"third"
    assert mark(target / "2/assignment1") == "new"
    assert (target / ".earlier/1/assignment1/file-8/knn.ipynb").read_bytes() == b"first"
    assert (target / ".earlier/1/assignment1/file-9/knn.ipynb").read_bytes() == b"second"
    assert mark(target / ".earlier/2/assignment1/file-20") == "old"
    assert said(collected, "hw.zip", "kept among the earlier")


def test_late_marks_are_kept(tmp_path):
    members = {
        canvas_name("Doe, Jane", 1, 10, late=True): zipped(work("x")),
        canvas_name("Late, Never", 2, 20): zipped(work("y")),
    }
    collected = collect([save(tmp_path / "dl.zip", zipped(members))], "assignment1", tmp_path / "submitted")
    assert [placed.late for placed in collected.students.values()] == [True, False]
    assert said(collected, "(1)", "marked as late")
    record = json.loads((tmp_path / "submitted/.collected/assignment1/1.json").read_text())
    assert record["late"] is True


def test_anonymous_submissions_keep_their_letters(tmp_path):
    members = {"anon_ab1Cd_10_hw.zip": zipped(work("a")), "LATE_anon_9xYz8_11_hw.zip": zipped(work("b"))}
    collected = collect([save(tmp_path / "dl.zip", zipped(members))], "assignment1", tmp_path / "submitted")
    assert {id: placed.late for id, placed in collected.students.items()} == {"anon_ab1Cd": False, "anon_9xYz8": True}


def test_text_and_links_are_listed(tmp_path):
    members = {
        canvas_name("Doe, Jane", 1, 10): zipped(work("x")),
        "roerichard_2_text.html": b"<p>I have no time",
        "lowlee_3_link.html": b"<a>",
    }
    collected = collect([save(tmp_path / "dl.zip", zipped(members))], "assignment1", tmp_path / "submitted")
    assert list(collected.students) == ["1"]
    assert said(collected, "roerichard", "text")
    assert said(collected, "lowlee", "link")


@pytest.mark.parametrize("file", ["2024_05_hw.zip", "1_2_3_4_.zip", "_1_2_.zip", "doejane_2_3_hw.zip"])
def test_numbers_in_a_files_name_are_the_files(tmp_path, file):
    members = {canvas_name("Doe, Jane", 1001, 77, file): zipped(work("x"))}
    for roster in (None, Roster((Student("1001", "Jane Doe", ids={"canvas": "1001"}), Student("2", "Bob")))):
        target = tmp_path / f"submitted-{roster is None}"
        collected = collect([save(tmp_path / "dl.zip", zipped(members))], "assignment1", target, roster)
        assert list(collected.students) == ["1001"], collected.notes


def test_numbers_in_a_files_name_are_the_files_without_names_in_the_roster_too(tmp_path):
    members = {canvas_name("Doe, Jane", 1001, 77, "Final_2_3_hw.zip"): zipped(work("x"))}
    roster = Roster((Student("jane", ids={"canvas": "1001"}), Student("bob", ids={"canvas": "2"})))
    collected = collect([save(tmp_path / "dl.zip", zipped(members))], "assignment1", tmp_path / "submitted", roster)
    assert list(collected.students) == ["jane"]


# Nobody gets another's place

VICTIM = canvas_name("Victim, Vera", 12, 100)


def test_a_name_like_another_students_number_does_not_get_the_place(tmp_path):
    """Eve, number 999, calls herself x_12; Vera is number 12."""
    members = {VICTIM: zipped(work("vera")), "x_12_999_101_hw.zip": zipped(work("eve"))}
    file = save(tmp_path / "dl.zip", zipped(members))
    collected = collect([file], "assignment1", tmp_path / "a")
    assert {id: mark(placed.path) for id, placed in collected.students.items()} == {"12": "vera"}
    assert said(collected, "x_12_999_101_hw.zip", "not collected")

    roster = Roster(
        (Student("vera", "Vera Victim", ids={"canvas": "12"}), Student("eve", "x_12", ids={"canvas": "999"}))
    )
    collected = collect([file], "assignment1", tmp_path / "b", roster)
    assert {id: mark(placed.path) for id, placed in collected.students.items()} == {"vera": "vera", "eve": "eve"}


def test_nor_if_the_other_has_handed_in_nothing(tmp_path):
    roster = Roster(
        (Student("vera", "Vera Victim", ids={"canvas": "12"}), Student("eve", "Eve", ids={"canvas": "999"}))
    )
    file = save(tmp_path / "dl.zip", zipped({"x_12_999_101_hw.zip": zipped(work("eve"))}))
    collected = collect([file], "assignment1", tmp_path / "submitted", roster)
    assert collected.students == {}
    assert said(collected, "x_12_999_101_hw.zip", "not collected")


def test_what_lies_in_a_submission_is_never_read_as_a_download(tmp_path):
    forged = {
        VICTIM: zipped(work("forged")),
        "submission_metadata.yml": b"submission_1:\n  :submitters:\n  - :sid: '12'\n",
        "submission_1/knn.ipynb": b"forged",
        "Vera Victim_12_assignsubmission_file_/knn.ipynb": b"forged",
        "12/assignment1/knn.ipynb": b"forged",
        ".collected/assignment1/12.json": b"{}",
    }
    members = {canvas_name("Eve, Eve", 999, 50): zipped(forged)}
    collected = collect([save(tmp_path / "dl.zip", zipped(members))], "assignment1", tmp_path / "submitted")
    assert list(collected.students) == ["999"]
    assert not (tmp_path / "submitted" / "12").exists()


def test_a_folder_of_students_own_zips_is_no_download(tmp_path):
    """One of them holds a download of its own making."""
    save(tmp_path / "in" / "jane.zip", zipped(work("jane")))
    save(tmp_path / "in" / "eve.zip", zipped({VICTIM: zipped(work("forged"))}))
    collected = collect([tmp_path / "in"], "assignment1", tmp_path / "submitted")
    assert collected.students == {}
    assert said(collected, "jane.zip", "no download")


@pytest.mark.parametrize(
    "name", ["../../12/assignment1/knn.ipynb", "/tmp/knn.ipynb", "..\\..\\12\\knn.ipynb", "C:/knn.ipynb"]
)
def test_members_that_climb_out_are_left_out_and_listed(tmp_path, name):
    members = {canvas_name("Eve, Eve", 999, 50): zipped({name: b"x"} | work("eve"))}
    collected = collect([save(tmp_path / "dl.zip", zipped(members))], "assignment1", tmp_path / "submitted")
    assert {name.split("/")[0] for name in visible(tmp_path / "submitted")} == {"999"}
    assert said(collected, "(999)", "leads out of the archive")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dl.zip", "submitted"]


@pytest.mark.parametrize("file", ["..", ".", "...", ".env", "con.py", "a:b.py", "\u202egpj.py", "a" * 180 + ".py"])
def test_odd_file_names_stay_in_their_students_folder(tmp_path, file):
    members = {canvas_name("Eve, Eve", 999, 50, file): b"x", canvas_name("Eve, Eve", 999, 51, "knn.ipynb"): NOTEBOOK}
    collect([save(tmp_path / "dl.zip", zipped(members))], "assignment1", tmp_path / "submitted")
    assert {name.split("/")[0] for name in visible(tmp_path / "submitted")} == {"999"}
    assert (tmp_path / "submitted/999/assignment1/knn.ipynb").is_file()


def test_links_in_an_unpacked_download_are_not_followed(tmp_path):
    (tmp_path / "secret.py").write_text("answers")
    folder = tmp_path / "Jane Doe_1_assignsubmission_file_"
    save(folder / "knn.ipynb", NOTEBOOK)
    (folder / "layers.py").symlink_to(tmp_path / "secret.py")
    (folder / "more").symlink_to(tmp_path)
    (folder / "hard.py").hardlink_to(tmp_path / "secret.py")
    collected = collect([folder], "assignment1", tmp_path / "submitted")
    assert set(visible(tmp_path / "submitted")) == {"1/assignment1/knn.ipynb"}
    for name in ("layers.py", "more", "hard.py"):
        assert said(collected, "left out", name)


def test_a_student_does_not_say_when_it_was_handed_in(tmp_path):
    forged = work("x") | {"assignment1/timestamp.txt": b"1999-01-01 00:00:00 UTC"}
    members = {canvas_name("Doe, Jane", 1, 10): zipped(forged), canvas_name("Roe, R", 2, 20, "timestamp.txt"): b"1999"}
    collected = collect([save(tmp_path / "dl.zip", zipped(members))], "assignment1", tmp_path / "submitted")
    assert "1/assignment1/timestamp.txt" not in visible(tmp_path / "submitted")
    assert said(collected, "(1)", "timestamp.txt")
    assert said(collected, "(2)", "it is empty")


@pytest.mark.parametrize("sid", ["../up", "a/b", ".", "", "x" * 300, "a\nb"])
def test_an_id_that_cannot_be_a_folder_is_no_folder(tmp_path, sid):
    file = gradescope_class(tmp_path / "dl.zip", people=[([("Eve", sid, "")], "eve"), ([("Jane", "1", "")], "jane")])
    collected = collect([file], "assignment1", tmp_path / "submitted")
    assert list(collected.students) == ["1"]
    assert said(collected, "submission_900", "not collected")


def test_two_who_claim_one_id_are_both_listed(tmp_path):
    people = [([("Eve", "12", "eve@x.example")], "eve"), ([("Vera", "12", "vera@x.example")], "vera")]
    collected = collect([gradescope_class(tmp_path / "dl.zip", people=people)], "assignment1", tmp_path / "submitted")
    assert collected.students == {}
    assert said(collected, "submission_900", "not collected")
    assert said(collected, "submission_901", "not collected")


def test_ids_and_addresses_that_disagree_are_listed(tmp_path):
    roster = Roster(
        (Student("vera", "Vera", "vera@x.example", {"gradescope": "12"}), Student("eve", "Eve", "eve@x.example"))
    )
    file = gradescope_class(tmp_path / "dl.zip", people=[([("Vera", "12", "eve@x.example")], "x")])
    collected = collect([file], "assignment1", tmp_path / "submitted", roster)
    assert collected.students == {}
    assert said(collected, "both vera and eve")


def test_one_name_of_two_students_gives_neither_the_place(tmp_path):
    """Moodle's numbers are in no roster, and the roster has one Ana Silva."""
    members = {f"Ana Silva_{number}_assignsubmission_file_/hw.zip": zipped(work(number)) for number in (1, 2)}
    roster = Roster((Student("ana", "Silva, Ana"), Student("1", "Someone Else")))
    collected = collect([save(tmp_path / "dl.zip", zipped(members))], "assignment1", tmp_path / "submitted", roster)
    assert collected.students == {}
    assert said(collected, "Ana Silva_1", "not collected")
    assert said(collected, "Ana Silva_2", "not collected")


@pytest.mark.parametrize(
    ("student", "why"),
    [
        (Student("7", "Vera Victim"), "not in the roster"),  # our own ids are not Canvas's
        (Student("eve", "Eve Evans", ids={"canvas": "5"}), "whose number is 5"),
    ],
)
def test_a_number_or_a_name_alone_is_not_enough_where_the_other_disagrees(tmp_path, student, why):
    file = save(tmp_path / "dl.zip", zipped({canvas_name("Evans, Eve", 7, 10): zipped(work("eve"))}))
    collected = collect([file], "assignment1", tmp_path / "submitted", Roster((student,)))
    assert collected.students == {}
    assert said(collected, "evanseve", why)


@pytest.mark.parametrize("name", ["Evans, Eve", ""])
def test_our_own_ids_serve_where_they_are_canvass(tmp_path, name):
    file = save(tmp_path / "dl.zip", zipped({canvas_name("Evans, Eve", 7, 10): zipped(work("eve"))}))
    collected = collect([file], "assignment1", tmp_path / "submitted", Roster((Student("7", name),)))
    assert list(collected.students) == ["7"]


def test_moodles_numbers_are_nobodys_ids(tmp_path):
    """They are others in each assignment, so that one may happen to be somebody's."""
    file = save(tmp_path / "dl.zip", zipped({"Eve Evans_7_assignsubmission_file_/hw.zip": zipped(work("eve"))}))
    collected = collect([file], "assignment1", tmp_path / "submitted", Roster((Student("7"), Student("8", "Vera"))))
    assert collected.students == {}
    assert said(collected, "Eve Evans", "not in the roster")


def test_nor_does_the_other_in_a_later_download_replace_the_first(tmp_path):
    roster = Roster((Student("ana", "Silva, Ana"),))
    for number in (1, 2):
        entry = {f"Ana Silva_{number}_assignsubmission_file_/hw.zip": zipped(work(number))}
        file = save(tmp_path / f"{number}.zip", zipped(entry, MONDAY + timedelta(days=number)))
        collected = collect([file], "assignment1", tmp_path / "submitted", roster)
    assert mark(tmp_path / "submitted/ana/assignment1") == "1"
    assert said(collected, "Ana Silva_2", "has what moodle 1 handed in")


# Nothing is dropped silently


def test_who_is_not_in_the_roster_is_listed_and_so_is_who_handed_in_nothing(tmp_path):
    roster = Roster((Student("jane", "Jane Doe", ids={"canvas": "1"}), Student("lazy", "Lou")))
    members = {canvas_name("Doe, Jane", 1, 10): zipped(work("x")), canvas_name("Ghost, Gil", 5, 11): zipped(work("y"))}
    collected = collect([save(tmp_path / "dl.zip", zipped(members))], "assignment1", tmp_path / "submitted", roster)
    assert list(collected.students) == ["jane"]
    assert said(collected, "ghostgil", "not in the roster")
    assert said(collected, "Nothing was found of 1", "lazy")


def test_what_cannot_be_unpacked_is_kept_and_listed(tmp_path):
    broken = {
        canvas_name("A, A", 1, 10, "hw.zip"): b"no zip at all",
        canvas_name("B, B", 2, 20, "hw.zip"): zipped(work("x"))[:-40],
        canvas_name("C, C", 3, 30, "hw.rar"): b"Rar!",
        canvas_name("D, D", 4, 40, "hw.zip"): zipped({}),
        canvas_name("E, E", 5, 50, "hw.zip"): zipped({"inner.zip": b"broken"}),
    }
    collected = collect([save(tmp_path / "dl.zip", zipped(broken))], "assignment1", tmp_path / "submitted")
    assert set(collected.students) == {"1", "2", "3", "5"}
    assert set(visible(tmp_path / "submitted")) == {
        "1/assignment1/hw.zip", "2/assignment1/hw.zip", "3/assignment1/hw.rar", "5/assignment1/inner.zip",
    }  # fmt: skip
    for student in "1235":
        assert said(collected, f"({student})", "hw." if student != "5" else "inner.zip")
    assert said(collected, "(4)", "it is empty")


def test_a_large_submission_keeps_what_can_be_graded(tmp_path):
    large = work("x") | {f"assignment1/data/{n}": b"\0" * (20 << 20) for n in range(4)}
    members = {canvas_name("A, A", 1, 10): zipped(large)}
    collected = collect([save(tmp_path / "dl.zip", zipped(members))], "assignment1", tmp_path / "submitted")
    assert set(visible(tmp_path / "submitted")) == {"1/assignment1/knn.ipynb", "1/assignment1/cs231n/layers.py"}
    assert said(collected, "(1)", "is large")


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"a b/c/knn.ipynb": b"", "a b/c/cs231n/layers.py": b""}, {"knn.ipynb", "cs231n/layers.py"}),
        ({"hw/knn.ipynb": b"", "README.md": b"", "__MACOSX/._x": b"", ".DS_Store": b""}, {"knn.ipynb", "README.md"}),
        ({"hw/cs231n/classifiers/fc_net.py": b""}, {"cs231n/classifiers/fc_net.py"}),
        ({"hw/saved/best.npz": b"", "hw/knn.ipynb": b""}, {"saved/best.npz", "knn.ipynb"}),
        ({"inner.zip": {"hw/knn.ipynb": b""}}, {"knn.ipynb"}),
        ({"knn.ipynb": b"", "extra.zip": {"x.py": b""}}, {"knn.ipynb", "extra.zip"}),
        ({"notes/why.pdf": b""}, {"notes/why.pdf"}),
    ],
)
def test_work_is_unwrapped(tmp_path, members, expected):
    inner = {name: zipped(data) if isinstance(data, dict) else data for name, data in members.items()}
    file = save(tmp_path / "dl.zip", zipped({canvas_name("A, A", 1, 10): zipped(inner)}))
    collect([file], "assignment1", tmp_path / "submitted")
    assert set(visible(tmp_path / "submitted")) == {f"1/assignment1/{name}" for name in expected}


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("Jane Doe_5_assignsubmission_onlinetext_/onlinetext.html", ("Jane Doe", "text")),
        ("readme.txt", ("readme.txt", "not named as Moodle")),
        ("Default group_assignsubmission_file_/hw.zip", ("Default group", "not named")),
    ],
)
def test_what_moodle_packs_besides_is_listed(tmp_path, entry, words):
    members = {f"P{n} Q_{n}_assignsubmission_file_/hw.zip": zipped(work(n)) for n in (1, 2)} | {entry: b"x"}
    collected = collect([save(tmp_path / "dl.zip", zipped(members))], "assignment1", tmp_path / "submitted")
    assert list(collected.students) == ["1", "2"]
    assert said(collected, *words)


def test_an_empty_folder_is_listed(tmp_path):
    members = {"Jane Doe_5_assignsubmission_file_": None, "R Roe_6_assignsubmission_file_/hw.zip": zipped(work("r"))}
    collected = collect([save(tmp_path / "dl.zip", zipped(members))], "assignment1", tmp_path / "submitted")
    assert list(collected.students) == ["6"]
    assert said(collected, "(5)", "it is empty")


def test_gradescopes_folders_and_metadata_are_compared(tmp_path):
    extra = {"assignment_7_export/submission_999/knn.ipynb": NOTEBOOK}
    file = gradescope_class(tmp_path / "dl.zip", people=[([("Jane", "1", "")], "x")], extra=extra)
    collected = collect([file], "assignment1", tmp_path / "submitted")
    assert list(collected.students) == ["1"]
    assert said(collected, "submission_999", "whose it is")


@pytest.mark.parametrize(
    "metadata", [b"", b"- a\n", b"{", b"submission_1: 5\n", b"&a [*a]", b"\xff\xfe", b"!!python/object:os.system x"]
)
def test_broken_metadata_are_said(tmp_path, metadata):
    members = {"submission_metadata.yml": metadata, "submission_1/knn.ipynb": NOTEBOOK}
    collected = collect([save(tmp_path / "dl.zip", zipped(members))], "assignment1", tmp_path / "submitted")
    assert collected.students == {}
    assert said(collected, "submission_1", "not collected")


def test_rubys_own_times_are_read(tmp_path):
    metadata = b"""submission_1:
  :submitters:
  - :name: Jane
    :sid: '7'
  :created_at: !ruby/object:ActiveSupport::TimeWithZone
    utc: 2026-03-02 10:00:00.5 Z
    zone: !ruby/object:ActiveSupport::TimeZone
      name: America/Los_Angeles
"""
    members = {"submission_metadata.yml": metadata, "submission_1/knn.ipynb": NOTEBOOK}
    collect([save(tmp_path / "dl.zip", zipped(members))], "assignment1", tmp_path / "submitted")
    stamp = (tmp_path / "submitted/7/assignment1/timestamp.txt").read_text()
    assert stamp == "2026-03-02 10:00:00.500000 UTC"


def test_a_submission_of_several_is_collected_for_each(tmp_path):
    people = [([("Jane", "1", ""), ("Bob", "2", "")], "together")]
    collected = collect([gradescope_class(tmp_path / "dl.zip", people=people)], "assignment1", tmp_path / "submitted")
    assert {id: mark(placed.path) for id, placed in collected.students.items()} == {"1": "together", "2": "together"}
    assert said(collected, "together; collected for each")


@pytest.mark.parametrize("data", [b"text", zipped({"a.txt": b"x"}), zipped({})])
def test_what_is_no_download_is_said(tmp_path, data):
    collected = collect([save(tmp_path / "x.zip", data)], "assignment1", tmp_path / "submitted")
    assert collected.students == {}
    assert said(collected, "x.zip", "no download of Canvas, Moodle or Gradescope")


def test_what_cannot_be_asked_is_refused(tmp_path):
    file = canvas_class(tmp_path / "dl.zip")
    with pytest.raises(SubmissionError, match="does not exist"):
        collect([tmp_path / "missing.zip"], "assignment1", tmp_path / "submitted")
    with pytest.raises(CourseError, match="expected auto, gradescope, canvas, moodle"):
        collect([file], "assignment1", tmp_path / "submitted", system="blackboard")
    with pytest.raises(CourseError, match="cannot name an assignment"):
        collect([file], "../x", tmp_path / "submitted")


def test_a_system_can_be_named(tmp_path):
    """Half of a download may be other things then."""
    members = {VICTIM: zipped(work("x"))} | {f"slides-{n}.pdf": b"" for n in range(5)}
    file = save(tmp_path / "dl.zip", zipped(members))
    assert collect([file], "assignment1", tmp_path / "a").students == {}
    collected = collect([file], "assignment1", tmp_path / "b", system="canvas")
    assert list(collected.students) == ["12"]
    assert said(collected, "slides-3.pdf", "not named as Canvas")


def test_notes_have_no_control_characters(tmp_path):
    members = {canvas_name("Doe, Jane", 1, 10, "a\x1b[31m\nb.rar"): b"x", "zz\x1b]0;t\x07_9_text.html": b"x"}
    collected = collect([save(tmp_path / "dl.zip", zipped(members))], "assignment1", tmp_path / "submitted")
    assert collected.notes
    assert all(note.isprintable() for note in collected.notes)


# When


def test_gradescopes_times_become_nbgraders(tmp_path):
    parse_utc = pytest.importorskip("nbgrader.utils").parse_utc
    zone = datetime.fromisoformat("2026-03-02T10:00:00.25-08:00")
    file = gradescope_class(tmp_path / "dl.zip", when=zone, people=[([("Jane", "1", "")], "x")])
    collected = collect([file], "assignment1", tmp_path / "submitted")
    stamp = (tmp_path / "submitted/1/assignment1/timestamp.txt").read_text()
    expected = zone.astimezone(UTC) + timedelta(minutes=900)
    assert parse_utc(stamp) == expected.replace(tzinfo=None)
    assert collected.students["1"].time == expected


def test_file_times_count_if_they_are_not_the_downloads(tmp_path):
    names = {canvas_name(f"N{n}", n, n + 10): MONDAY + timedelta(hours=7 * n) for n in (1, 2, 3)}
    members = {name: zipped(work(name)) for name in names}
    collected = collect([save(tmp_path / "dl.zip", zipped(members, names))], "assignment1", tmp_path / "submitted")
    stamps = [(tmp_path / f"submitted/{n}/assignment1/timestamp.txt").read_text() for n in (1, 2, 3)]
    assert stamps[0] == "2026-03-02 17:00:00.000000 UTC"
    assert stamps == sorted(stamps)
    assert said(collected, "taken for UTC")


def test_a_time_with_its_zone_is_preferred(tmp_path):
    """The extended timestamp that many programs write besides; the plain time is the packer's local one."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for n in (1, 2):
            info = zipfile.ZipInfo(canvas_name(f"N{n}", n, n + 10), (2026, 3, 2, 3, 0, 0))
            exact = int((MONDAY + timedelta(days=n)).timestamp())
            info.extra = struct.pack("<HHBB", 0x7878, 2, 1, 2) + struct.pack("<HHBi", 0x5455, 5, 1, exact)
            archive.writestr(info, zipped(work(n)))
    collected = collect([save(tmp_path / "dl.zip", file.getvalue())], "assignment1", tmp_path / "submitted")
    assert collected.students["1"].time == MONDAY + timedelta(days=1)
    assert not said(collected, "taken for UTC")


@pytest.mark.parametrize("year", [1980, 1999])
def test_a_time_that_makes_no_sense_is_none(tmp_path, year):
    when = {canvas_name(f"N{n}", n, 10): MONDAY.replace(year=year) + timedelta(days=n) for n in (1, 2)}
    file = save(tmp_path / "dl.zip", zipped({name: zipped(work("x")) for name in when}, when))
    collected = collect([file], "assignment1", tmp_path / "submitted")
    assert [placed.time for placed in collected.students.values()] == [None, None]


def test_the_downloads_own_time_makes_nobody_late(tmp_path):
    """Canvas and Moodle pack all files at one time: the time of the download."""
    collected = collect([canvas_class(tmp_path / "dl.zip")], "assignment1", tmp_path / "submitted")
    assert not list((tmp_path / "submitted").rglob("timestamp.txt"))
    assert said(collected, "no timestamp.txt was written")


# Again


def canvas_of(path, attachment, content, when=MONDAY, **other):
    return save(path, zipped({canvas_name("Doe, Jane", 1, attachment, **other): zipped(work(content))}, when))


@pytest.mark.parametrize("order", ["one by one", "together", "backwards"])
def test_a_newer_download_replaces_what_is_newer_and_keeps_the_rest(tmp_path, order):
    target = tmp_path / "submitted"
    old = save(
        tmp_path / "old.zip",
        zipped({canvas_name(f"N{n}", n, 10 + n): zipped(work(f"old {n}")) for n in (1, 2)}),
    )
    new = save(
        tmp_path / "new.zip",
        zipped({canvas_name("N1", 1, 11): zipped(work("old 1")), canvas_name("N2", 2, 50): zipped(work("new 2"))}),
    )
    runs = {"one by one": [[old], [new]], "together": [[old, new]], "backwards": [[new], [old]]}[order]
    for paths in runs:
        collected = collect(paths, "assignment1", target)
    assert (mark(target / "1/assignment1"), mark(target / "2/assignment1")) == ("old 1", "new 2")
    assert mark(target / ".earlier/2/assignment1/file-12") == "old 2"
    assert not (target / ".earlier/1").exists()
    if order == "one by one":
        assert {id: placed.status for id, placed in collected.students.items()} == {"1": "unchanged", "2": "newer"}
    if order == "backwards":
        assert collected.students["2"].status == "earlier"
    before = tree(target)
    collect([new, old], "assignment1", target)
    collect([old], "assignment1", target)
    assert tree(target) == before


def test_gradescopes_newer_replaces_by_number_and_earlier_has_its_time(tmp_path):
    jane = [([("Jane", "1", "")], "first")]
    collect([gradescope_class(tmp_path / "a.zip", people=jane)], "assignment1", tmp_path / "submitted")
    later = [([("Bob", "2", "")], "bob"), ([("Jane", "1", "")], "second")]
    collect([gradescope_class(tmp_path / "b.zip", people=later)], "assignment1", tmp_path / "submitted")
    assert mark(tmp_path / "submitted/1/assignment1") == "second"
    (kept,) = (tmp_path / "submitted/.earlier/1/assignment1").iterdir()
    assert kept.name == "20260303T010000Z"
    assert (kept / "timestamp.txt").read_text() == "2026-03-03 01:00:00.000000 UTC"
    assert mark(kept) == "first"


def test_the_same_work_handed_in_again_stays_the_newest(tmp_path):
    """First A, then B, then A again, and then the download with B is collected once more."""
    files = [canvas_of(tmp_path / f"{n}.zip", 10 + n, content) for n, content in enumerate("aba")]
    for file in [*files, files[1], files[0]]:
        collect([file], "assignment1", tmp_path / "submitted")
    assert mark(tmp_path / "submitted/1/assignment1") == "a"


def test_the_same_work_handed_in_twice_counts_from_the_last_time(tmp_path):
    for number, content in ((10, "a"), (12, "a"), (11, "b")):
        collect([canvas_of(tmp_path / f"{number}.zip", number, content)], "assignment1", tmp_path / "submitted")
    assert mark(tmp_path / "submitted/1/assignment1") == "a"
    assert mark(tmp_path / "submitted/.earlier/1/assignment1/file-11") == "b"


def test_what_was_changed_by_hand_stays_until_something_newer_comes(tmp_path):
    target = tmp_path / "submitted"
    first = canvas_of(tmp_path / "a.zip", 10, "first")
    collect([first], "assignment1", target)
    (target / "1/assignment1/cs231n/layers.py").write_text("# mended")
    assert collect([first], "assignment1", target).students["1"].status == "unchanged"
    assert mark(target / "1/assignment1") == "mended"
    collected = collect([canvas_of(tmp_path / "b.zip", 20, "second")], "assignment1", target)
    assert mark(target / "1/assignment1") == "second"
    assert [mark(path) for path in (target / ".earlier/1/assignment1").iterdir()] == ["mended"]
    assert said(collected, "by hand")


@pytest.mark.parametrize(
    ("stamp", "stays"),
    [("2030-01-01 00:00:00.000000 UTC", True), ("2020-01-01 00:00:00.000000 UTC", False), (None, True), ("soon", True)],
)
def test_what_did_not_come_from_a_download_is_met_with_care(tmp_path, stamp, stays):
    place = tmp_path / "submitted/1/assignment1"
    save(place / "cs231n/layers.py", b"# by exchange")
    if stamp:
        save(place / "timestamp.txt", stamp.encode())
    collected = collect([canvas_of(tmp_path / "a.zip", 10, "download")], "assignment1", tmp_path / "submitted")
    assert mark(place) == ("by exchange" if stays else "download")
    if not stays:
        (kept,) = (tmp_path / "submitted/.earlier/1/assignment1").iterdir()
        assert mark(kept) == "by exchange"
    if stamp in (None, "soon"):
        assert said(collected, "not collected from a download")


def test_a_run_that_was_cut_off_is_mended_by_the_next(tmp_path, monkeypatch):
    from autograder.collect import shelf

    target = tmp_path / "submitted"
    collect([canvas_of(tmp_path / "a.zip", 10, "first")], "assignment1", target)
    newer = canvas_of(tmp_path / "b.zip", 20, "second")
    rename, calls = shelf.os.rename, []

    def cut_off(source, destination):
        calls.append(destination)
        if len(calls) == 2:  # the old one is away, the new one not yet there
            raise KeyboardInterrupt
        rename(source, destination)

    with monkeypatch.context() as patch:
        patch.setattr(shelf.os, "rename", cut_off)
        with pytest.raises(KeyboardInterrupt):
            collect([newer], "assignment1", target)
    assert not (target / "1/assignment1").exists()
    collect([newer], "assignment1", target)
    assert mark(target / "1/assignment1") == "second"
    assert mark(target / ".earlier/1/assignment1/file-10") == "first"
    assert {path.name for path in target.iterdir()} == {"1", ".earlier", ".collected"}


def test_a_broken_record_costs_nothing(tmp_path):
    target = tmp_path / "submitted"
    file = canvas_of(tmp_path / "a.zip", 10, "first")
    collect([file], "assignment1", target)
    (target / ".collected/assignment1/1.json").write_text('{"system": 3')
    assert collect([file], "assignment1", target).students["1"].status == "unchanged"
    assert json.loads((target / ".collected/assignment1/1.json").read_text())["number"] == 10


def test_assignments_do_not_mix(tmp_path):
    target = tmp_path / "submitted"
    collect([canvas_of(tmp_path / "a.zip", 10, "one")], "assignment1", target)
    collect([canvas_of(tmp_path / "b.zip", 5, "two")], "assignment2", target)
    assert (mark(target / "1/assignment1"), mark(target / "1/assignment2")) == ("one", "two")


def test_a_class_of_300_is_quick(tmp_path):
    members = {canvas_name(f"Name {n}, A", 1000 + n, 5000 + n): zipped(work(n)) for n in range(300)}
    file = save(tmp_path / "dl.zip", zipped(members))
    roster = Roster(tuple(Student(f"s{n}", f"A Name {n}", ids={"canvas": str(1000 + n)}) for n in range(300)))
    start = time.perf_counter()
    assert len(collect([file], "assignment1", tmp_path / "submitted", roster).students) == 300
    assert time.perf_counter() - start < 60  # a few seconds, unless each looks at all others


# nbgrader's own zip_collect


@pytest.mark.parametrize(
    ("system", "path", "student", "file"),
    [
        ("canvas", "doejane_1001_77_hw/assignment1/cs231n/layers.py", "1001", "cs231n/layers"),
        ("canvas", "doejane_LATE_1001_77_hw/knn.ipynb", "1001", "knn"),
        (
            "canvas",
            "submissions/doejane_1001_77_hw/a/b/cs231n/classifiers/fc_net.py",
            "1001",
            "cs231n/classifiers/fc_net",
        ),
        ("canvas", "submissions/doejane_1001_77_knn-2.ipynb", "1001", "knn"),
        ("canvas", "doejane_1001_77_hw/tiny/checks/topics/__init__.py", "1001", "tiny/checks/topics/__init__"),
        ("canvas", "doejane_1001_77_layers.py", "1001", "layers"),
        ("canvas", "o_brien_1001_77_2024_5_hw/saved/best.npz", "1001", "saved/best"),
        ("canvas", "eve_9_8_hw/extracted/victim_12_13_x/knn.ipynb", "9", "knn"),
        ("moodle", "Jane Doe_1001_assignsubmission_file_/knn.ipynb", "1001", "knn"),
        ("moodle", "dl/Jane Doe_1001_assignsubmission_file/hw/cs231n/layers.py", "1001", "cs231n/layers"),
        ("moodle", "Jane Doe_1001_assignsubmission_file_hw/assignment1/knn.ipynb", "1001", "knn"),
        ("moodle", "Jane Doe_1001_assignsubmission_file_knn.ipynb", "1001", "knn"),
    ],
)
def test_nbgraders_own_zip_collect_reads_the_names(system, path, student, file):
    settings = zip_collect_settings(system)["FileNameCollectorPlugin"]
    found = re.match(settings["named_regexp"], f"/courses/cs231n/downloaded/assignment1/extracted/{path}").groupdict()
    assert (found["student_id"], found["file_id"]) == (student, file)
    assert Path(path).suffix in settings["valid_ext"]


def test_nbgraders_own_zip_collect_cannot_do_gradescope():
    with pytest.raises(CourseError, match="canvas, moodle"):
        zip_collect_settings("gradescope")
