"""Pages for people: one about each submission, for the student, and one about the class, for who teaches it."""

from ..standing import ByHand, Mark
from .class_page import class_page, write_class_page
from .student_page import page_name, student_page, student_part, write_student_pages

__all__ = [
    "ByHand",
    "Mark",
    "class_page",
    "page_name",
    "student_page",
    "student_part",
    "write_class_page",
    "write_student_pages",
]
