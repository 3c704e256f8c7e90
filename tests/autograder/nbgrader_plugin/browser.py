"""A Jupyter server as an instructor starts it, and a real browser that looks at it; both on this machine alone."""

import contextlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

#: By which chromium runs as root, asks nobody for anything, and needs no graphics card.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
#: formgrader loads it from there, for formulas. It is the one thing that is not on this machine.
MATHJAX = "https://cdnjs.cloudflare.com/ajax/libs/mathjax/"
START_SECONDS, END_SECONDS, PAGE_SECONDS = 60, 20, 30


def chromium():
    """Debian's browser, None if there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def missing():
    """What a browser test needs and is not here, "" if all is."""
    if importlib.util.find_spec("playwright") is None:
        return "playwright is not installed (pip install playwright)"
    return "" if chromium() else "there is no chromium (apt install chromium)"


@contextlib.contextmanager
def jupyter(course, home):
    """Run `jupyter lab` in the folder `course`; gives its address and its token. `home` holds all that it writes."""
    runtime = home / "runtime"
    runtime.mkdir(parents=True)
    environment = {
        "HOME": str(home),
        "PATH": os.defpath,  # an environment that is not activated
        "LANG": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "IPYTHONDIR": str(home / "ipython"),
    }
    command = [str(Path(sys.executable).parent / "jupyter-lab"), "--no-browser", "--allow-root", "--port=0"]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=course, env=environment, stdout=log, stderr=log)
    try:
        about = _about(server, runtime, home / "log")
        yield f"http://127.0.0.1:{about['port']}", about["token"]
    finally:
        server.terminate()
        try:
            server.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _about(server, runtime, log):
    """What the server writes down about itself once it listens: the port and the token that were chosen."""
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError):
            return json.loads((runtime / f"jpserver-{server.pid}.json").read_text())
        time.sleep(0.05)
    raise AssertionError(f"jupyter lab did not start:\n{log.read_text()[-3000:]}")


@dataclass
class Browser:
    """A page of a browser that reaches `address` alone, and what was noticed while it was open."""

    address: str
    page: object
    dialogs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def watch(self):
        self.page.on("dialog", self._dialog)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.context.route(lambda url: not url.startswith(f"{self.address}/"), self._refuse)

    def _dialog(self, dialog):
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _refuse(self, route):
        self.elsewhere.append(route.request.url)
        route.abort()


@contextlib.contextmanager
def browser(address, token, *, width=1200, height=900):
    """A browser that has signed in, and shows formgrader's first page.

    Until it ends, Playwright has an event loop running in this thread.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        try:
            page = started.new_page(viewport={"width": width, "height": height})
            page.set_default_timeout(1000 * PAGE_SECONDS)
            seen = Browser(address, page)
            seen.watch()
            page.goto(f"{address}/formgrader?token={token}")
            yield seen
        finally:
            started.close()


# What a grader does.


def open_submissions(page, assignment):
    """Go to the list of an assignment's submissions."""
    page.click("a:text-is('Manage Assignments')")
    page.locator("#main-table tr", has_text=assignment).locator(".num-submissions a").click()
    page.wait_for_selector("#main-table .autograde a")


def autograde(page, student):
    """Press a student's bolt in that list; return what the dialog says."""
    row(page, student).locator(".autograde a").click()
    page.wait_for_selector(".modal.in")
    said = page.inner_text(".modal-title"), page.inner_text(".modal-body")
    page.click(".modal-footer button")
    page.wait_for_selector(".modal-backdrop", state="detached")
    row(page, student).locator(".autograde a").wait_for()
    return said


def row(page, student):
    """The row of a student in a list of submissions."""
    return page.locator("#main-table tr", has=page.locator(f".student-id:text-is('{student}')"))


def open_notebook(page, assignment, notebook, name):
    """Go to a graded notebook by way of Manual Grading; `name` is the student's, as formgrader shows it."""
    page.click("a:text-is('Manual Grading')")
    page.click(f"#main-table a:text-is('{assignment}')")
    page.click(f"#main-table a:text-is('{notebook}')")
    page.wait_for_selector("#main-table a.name-hidden")
    page.click("text=Show All Names")
    page.click(f"#main-table a.name-shown:text-is('{name}')")
    page.wait_for_function("typeof formgrader !== 'undefined' && formgrader.grades && formgrader.grades.loaded")
    page.wait_for_function("formgrader.comments && formgrader.comments.loaded")


def enter(page, field, value):
    """Type into a score's or a comment's field of a notebook, and leave it: formgrader saves it then."""
    page.fill(field, value)
    with page.expect_response(lambda response: response.request.method == "PUT") as saved:
        page.locator(field).blur()
    assert saved.value.ok
