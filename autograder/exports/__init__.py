"""Reports in the forms that other tools read: JSON Lines and CSV."""

from .tables import write_csv, write_json_lines

__all__ = ["write_csv", "write_json_lines"]
