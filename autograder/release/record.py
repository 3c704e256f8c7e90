"""Records the reference's answers to the visible cases of every item that is graded from code."""

from __future__ import annotations

from ..checks.answers import Recording, RecordingSession
from ..checks.engine import VISIBLE, Case, run_check
from ..checks.registry import CHECKS
from ..checks.student import Code, LocalSession
from ..course import Assignment
from ..errors import CourseError
from ..reference import executor_of


def record_answers(assignment: Assignment) -> dict[str, Recording]:
    """Item -> what the reference answered on the visible case.

    The check is run on the solution itself: one whose gradients do not agree with its own forward pass, or that its
    own check finds wrong in another way, is a `CourseError`.
    """
    recordings: dict[str, Recording] = {}
    for item in assignment.items:
        if item.kind != "code":
            continue
        executor = executor_of(assignment.course)
        session = RecordingSession(LocalSession(executor))

        def reference(case: Case, session: RecordingSession = session) -> Code:
            return Code(session, seed=case.seed)

        def student(case: Case) -> Code:
            return Code(LocalSession(executor_of(assignment.course)), seed=case.seed)

        result = run_check(CHECKS[item.id], item.points, student, reference, (VISIBLE,), trust_reference=False)
        if result.verdict != "correct":
            raise CourseError(f"the solution of {item.id} is {result.verdict}: {result.message} {result.hint}")
        recordings[item.id] = session.recording
    return recordings
