"""Rosters as people save them: every spelling of the header, every encoding, and a sentence for every bad line."""

import pytest

from autograder.errors import CourseError
from autograder.roster import Roster, name_keys, squeezed, unfit_id


def read(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return Roster.read(path)


PLAIN = 'name,id,email\n"Doe, Jane",jane,jane@uni.example\n"Müller, Jörg",joerg,j@uni.example\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_however_it_was_saved(tmp_path, encoding, separator, ends):
    lines = [["name", "id", "email"], ['"Doe, Jane"', "jane", "jane@uni.example"], ['"Müller, Jörg"', "joerg", ""]]
    roster = read(tmp_path, ends.join(map(separator.join, lines)), encoding)
    assert [(s.id, s.name, s.email) for s in roster.students] == [
        ("jane", "Doe, Jane", "jane@uni.example"),
        ("joerg", "Müller, Jörg", ""),
    ]
    assert roster.problems == ()


@pytest.mark.parametrize(
    "header",
    ["Name,ID,Email", "full name,Student ID,E-Mail", " NAME , student_id , Email Address ", '"Name","id","mail"'],
)
def test_however_the_columns_are_called(tmp_path, header):
    (student,) = read(tmp_path, f"{header}\nJane Doe,jane,j@x.example\n").students
    assert (student.id, student.name, student.email) == ("jane", "Jane Doe", "j@x.example")


def test_a_separator_in_a_quoted_column_name_separates_nothing(tmp_path):
    (student,) = read(tmp_path, 'name,id,"a; b; c; d"\nJane Doe,jane,x\n').students
    assert student.id == "jane"


def test_two_columns_make_a_name(tmp_path):
    (student,) = read(tmp_path, "First Name,Last Name,SID,Email\nJane,van Doe,12,j@x.example\n").students
    assert (student.id, student.name, student.ids) == ("12", "van Doe, Jane", {"gradescope": "12"})


def test_a_gradebook_that_canvas_exported_is_a_roster(tmp_path):
    text = (
        "Student,ID,SIS User ID,SIS Login ID,Section,A (1)\n,,,,,Manual Posting\n    Points Possible,,,,,10.00\n"
        '"Doe, Jane",1001,S1,jane,Section 1,\n'
    )
    roster = read(tmp_path, text)
    assert roster.problems == ()
    assert [(s.id, s.ids) for s in roster.students] == [("1001", {"canvas": "1001", "sis": "S1", "login": "jane"})]


def test_moodles_grading_worksheet_gives_participants(tmp_path):
    text = "Identifier,Full name,ID number,Email address,Status\nParticipant 4711,Jane Doe,n1,j@x.example,Submitted\n"
    roster = read(tmp_path, text)
    assert roster.find("participant", "4711")[0].id == "n1"
    assert "took" in roster.problems[0]


def test_an_own_id_beside_a_sis_id_is_not_canvass(tmp_path):
    (student,) = read(tmp_path, "name,id,SIS User ID\nJane,jane,S1\n").students
    assert student.ids == {"sis": "S1"}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("Jane,,j@x.example", "Line 2: Jane has no id"),
        (",,j@x.example", "Line 2: a student has no id"),
        ("Doe, Jane,jane,j@x.example", "Line 2: it has 4 columns, the first line 3"),
        ("Jane,../bob,j@x.example", "Line 2: the id '../bob' cannot name a folder"),
        ("Jane,.hidden,j@x.example", "Line 2: the id '.hidden' cannot name a folder"),
        ("Ann,a,1@x.example\nJane,jane,\nJoe,JANE,", "Line 4: the id 'JANE' stands on line 3 already"),
    ],
)
def test_a_bad_line_is_left_out_with_its_number(tmp_path, lines, said):
    roster = read(tmp_path, f"name,id,email\n{lines}\n")
    assert [problem for problem in roster.problems if problem.startswith(said)], roster.problems
    assert all(problem.endswith("left out.") for problem in roster.problems)


def test_what_several_share_is_said_and_finds_nobody_for_certain(tmp_path):
    text = 'name,id,email\nAna Silva,a1,one@x.example\n\n"Silva, Ana",a2,two@x.example\nBo,b,TWO@x.example\n'
    roster = read(tmp_path, text)
    assert len(roster.named("silvaana")) == 2
    assert len(roster.find("email", "two@x.example")) == 2
    assert roster.problems == (
        "Lines 2 and 4: 2 students have the name 'Ana Silva'; they are found by other columns only.",
        "Lines 4 and 5: 2 students have the same email; they are found by other columns only.",
    )


@pytest.mark.parametrize("text", ["", "\n\n", "name,email\n", "a,b,c\n1,2,3\n"])
def test_no_roster_at_all_is_an_error_that_says_what_was_expected(tmp_path, text):
    (tmp_path / "roster.csv").write_text(text)
    if "email" in text:
        assert "took" in Roster.read(tmp_path / "roster.csv").problems[0]
        return
    with pytest.raises(CourseError, match="expected"):
        Roster.read(tmp_path / "roster.csv")


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"\x00\x01\x02", b'na\0me,i"d', b"x" * 200_000 + b"\n\xff"])
def test_what_is_no_roster_does_not_end_in_a_traceback(tmp_path, data):
    (tmp_path / "roster.csv").write_bytes(data)
    with pytest.raises(CourseError, match="roster.csv"):
        Roster.read(tmp_path / "roster.csv")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jane Doe", "doejane"),
        ("Doe, Jane", "janedoe"),
        ("Anna van der Berg", "vanderberganna"),
        ("O'Brien, Seán", "Seán O'Brien"),
        ("Se\u0301an", "Séan"),
        ("李 小龙", "小龙李"),
        ("כהן, דוד", "דוד כהן"),
        ("anna_lena roe", "roeannalena"),
        ("ＪＡＮＥ", "jane"),
    ],
)
def test_names_meet_however_systems_squeeze_them(one, other):
    assert squeezed(other) in name_keys(one)


@pytest.mark.parametrize("name", ["", "...", "'", " , "])
def test_a_name_of_signs_is_nobodys(name):
    assert name_keys(name) == set()


@pytest.mark.parametrize("id", ["jane", "j.doe", "j+d@uni.example", "李", "12", "a b"])
def test_ids_that_can_name_a_folder(id):
    assert unfit_id(id) == ""


@pytest.mark.parametrize("id", ["", ".", "..", "a/b", "a\\b", "C:x", "a\nb", "x" * 300, " a", "a*", "\u202ea", "a."])
def test_ids_that_cannot(id):
    assert unfit_id(id)


@pytest.mark.parametrize("id", ["bo[b]", "a]", "doe,jane", "=1+1", "+1", "-force", "@x"])
def test_ids_that_nbgrader_would_misread(id):
    assert "nbgrader" in unfit_id(id)
