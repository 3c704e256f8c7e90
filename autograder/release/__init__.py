"""From `solutions/` to `assignments/`: notebooks, stubs, recorded answers, and a folder that stands alone."""

from .build import build, check_release, solved_release, zip_release

__all__ = ["build", "check_release", "solved_release", "zip_release"]
