"""What Gradescope documents about results.json: "Autograder Specifications" and "Leaderboards"."""

import math

from tests.autograder.exports.test_gradescope import TEST, TOP

_FORMATS = {"text", "html", "simple_format", "md", "ansi"}
_VISIBILITIES = {"hidden", "after_due_date", "after_published", "visible"}
_KINDS = {
    "score": (int, float), "max_score": (int, float), "execution_time": (int, float), "output": str, "tests": list,
    "name": str, "number": str, "extra_data": dict, "tags": list, "leaderboard": list, "value": (int, float, str),
}  # fmt: skip
_CHOICES = {
    "output_format": _FORMATS, "test_output_format": _FORMATS, "test_name_format": _FORMATS, "name_format": _FORMATS,
    "visibility": _VISIBILITIES, "stdout_visibility": _VISIBILITIES, "status": {"passed", "failed"},
    "order": {"asc", "desc"},
}  # fmt: skip


def problems(results):
    """What is not as documented: a score is needed, at the top or in every test, or else the run has failed."""
    found = list(_of(results, TOP))
    for test in results.get("tests", []):
        found += _of(test, TEST)
    for leader in results.get("leaderboard", []):
        found += _of(leader, {"name", "value", "order"})
    if results.get("score", 0) < 0:
        found.append("Gradescope takes no negative totals")
    return found


def _of(fields, known):
    for name, value in fields.items():
        if name not in known:
            yield f"unknown field {name}"
        elif name in _CHOICES and value not in _CHOICES[name]:
            yield f"{name} is {value!r}"
        elif name in _KINDS and (not isinstance(value, _KINDS[name]) or isinstance(value, bool)):
            yield f"{name} is of type {type(value).__name__}"
        elif isinstance(value, float) and not math.isfinite(value):
            yield f"{name} is {value}"
