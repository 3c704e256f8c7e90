"""Pages for people."""

from .class_page import write_class_page

__all__ = ["write_class_page"]
