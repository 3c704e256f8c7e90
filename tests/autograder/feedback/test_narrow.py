"""Pages in a real browser that is as narrow as a phone."""

import re
import shutil
import subprocess

import pytest

from autograder.feedback import class_page, student_page

from .conftest import EVIL, item, report_of

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
MEASURE = """<script>addEventListener("load", () => {
  const page = document.documentElement;
  parent.postMessage(page.scrollWidth + " in " + page.clientWidth, "*") })</script></body>"""
FRAME = """<!doctype html><iframe src="page.html" style="width:360px;height:640px;border:0"></iframe>
<script>addEventListener("message", event => document.body.append("measured " + event.data + "."))</script>"""


def widths(text, folder):
    """How wide a page would like to be in a frame of 360 pixels, and how much of that a scroll bar leaves it."""
    text = re.sub("<meta http-equiv.*?>", "", text).replace("</body>", MEASURE)
    (folder / "page.html").write_text(text, encoding="utf-8")
    (folder / "frame.html").write_text(FRAME)
    options = [*OPTIONS, f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=5000", "--dump-dom"]
    command = [CHROMIUM, *options, (folder / "frame.html").as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return tuple(map(int, re.search(r"measured (\d+) in (\d+)\.", done.stdout).groups()))


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM, reason="needs chromium")
@pytest.mark.parametrize("name", ["ada", EVIL, "x" * 300, "שלום עולם"], ids=["plain", "html", "long", "rtl"])
@pytest.mark.parametrize("kind", ["student", "class"])
def test_a_phone_needs_no_horizontal_scrolling(kind, name, assignment, tmp_path):
    items = [item(one.id, "wrong", 0.0, one.points, "y" * 1000, f"hint {name}", "half") for one in assignment.items]
    reports = [report_of(f"{name}{number}", items, f"NOT {name}", (name, "z" * 300)) for number in range(6)]
    text = student_page(reports[0], assignment) if kind == "student" else class_page(reports, assignment)
    needed, there = widths(text, tmp_path)
    assert 300 < needed <= there <= 360
