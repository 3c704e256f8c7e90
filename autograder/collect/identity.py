"""Whose a submission is: from what the system says to the student's id in our roster."""

from __future__ import annotations

from dataclasses import dataclass

from ..roster import Roster, Student, name_keys, squeezed, unfit_id
from .handed import Who


@dataclass(frozen=True)
class Match:
    """The student's id, "" if `why` says why there is none.

    `name_agrees` is None where one of the two names is not known; `by_name` is set if nothing else led there.
    """

    student: str
    why: str = ""
    name_agrees: bool | None = None
    by_name: bool = False


def identify(who: Who, roster: Roster | None) -> Match:
    """The student that `who` is.

    The system's number comes first, then email, then the name if only one student has it. Where a roster has no column
    for the system's numbers, our own ids are tried for them, and count unless the names differ.
    """
    if roster is None:
        return _without_roster(who)
    by_id, by_email = roster.find(who.kind, who.id), roster.find("email", who.email)
    if not by_id and who.lasting and not any(who.kind in student.ids for student in roster.students):
        own = roster.get(who.id)
        by_id = (own,) if own and (own in by_email or _agree(who, own) is not False) else ()
    found = {student.id: student for student in (*by_id, *by_email)}
    if len(found) > 1:
        return Match("", f"{who} is both {' and '.join(found)} by the roster")
    if found:
        (student,) = found.values()
        return Match(student.id, name_agrees=_agree(who, student))
    named = roster.named(who.name)
    if len(named) > 1:
        return Match("", f"{who} may be {' or '.join(student.id for student in named)} by name")
    if not named:
        return Match("", f"{who} is not in the roster")
    known = named[0].ids.get(who.kind)
    if known and who.id and known != who.id:
        return Match("", f"{who} has the name of {named[0].id}, whose number is {known}")
    return Match(named[0].id, name_agrees=True, by_name=True)


def _without_roster(who: Who) -> Match:
    for id in (who.id, who.email):
        if id and not unfit_id(id):
            return Match(id)
    return Match("", f"{who} has no id that can name a folder; give a roster")


def _agree(who: Who, student: Student) -> bool | None:
    """Whether both have one name; None where one is not known."""
    if not squeezed(who.name) or not squeezed(student.name):
        return None
    return not name_keys(who.name).isdisjoint(name_keys(student.name))


def readable(name: str) -> str:
    """A name from a zip that does not say that its names are UTF-8, as it was meant."""
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name
