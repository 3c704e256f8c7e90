"""The first process of an arena, in which hostile notebooks are run again, two at a time, and an honest one last.

Prints a line of JSON for each, and last one about what became of everything outside their enclosures.
"""

import contextlib
import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from autograder.checks.errors import NotGraded
from autograder.course import Course
from autograder.rerun.limits import Limits
from autograder.rerun.reproduction import reproduce, require
from autograder.sandbox.modes import IsolationError
from tests.attacks.leftovers import World

from .hostile import ATTACKS, Attack

LIMITS = Limits(3.0, 8.0, memory_mb=700, processes=100, files_mb=32, files=3000, output_mb=1)
ROOT = Path("/tmp/course")
_MARK = "hidden-decoy-"
SECRET = _MARK + os.urandom(8).hex()
COURSE_TOML = """
[course]
[assignments.tiny]
notebooks = ["losses"]
[assignments.tiny.modules]
"layers.py" = "all"
"""
#: A small set in CIFAR-10's layout; what is in it is not looked at.
HONEST = Attack(
    "honest",
    (
        "%matplotlib inline\nimport matplotlib.pyplot as plt, os, cs231n.layers as layers",
        "plt.plot([1, 2]); plt.show(); print(layers.ANSWER, sorted(os.listdir(os.environ['CS231N_DATA'])))",
    ),
    lambda shown, remark: "image/png" in shown[1] and "42 ['batches.meta'" in shown[1] and not remark,
)


def make_course():
    """A course with things in it that are worth reading, and a listener beside it; where these are, by name."""
    for folder in ("solutions", "assignments/tiny/cs231n", "submitted/other"):
        (ROOT / folder).mkdir(parents=True)
    (ROOT / "solutions" / "course.toml").write_text(COURSE_TOML)
    (ROOT / "solutions" / "answers.py").write_text(f"ANSWER = {SECRET!r}\n")
    (ROOT / "submitted" / "other" / "layers.py").write_text(f"ANSWER = {SECRET!r}\n")
    (ROOT / "assignments" / "tiny" / "cs231n" / "layers.py").write_text("ANSWER = 42\n")
    with contextlib.closing(sqlite3.connect(ROOT / "gradebook.db")) as gradebook, gradebook:
        gradebook.execute("create table grades (student text, points real)")
        gradebook.execute("insert into grades values (?, 0)", [SECRET])
    return {
        "SOLUTIONS": str(ROOT / "solutions"),
        "OTHER": str(ROOT / "submitted" / "other"),
        "GRADEBOOK": str(ROOT / "gradebook.db"),
        "MARK": _MARK,
    }


class Listener:
    """Notes whether anybody comes."""

    def __init__(self):
        self.contacts = 0
        tcp, abstract = socket.socket(), socket.socket(socket.AF_UNIX)
        tcp.bind(("127.0.0.1", 0))
        abstract.bind("\0decoy")
        self.port = tcp.getsockname()[1]
        for listener in (tcp, abstract):
            listener.listen()
            threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def _accept(self, listener):
        while True:
            listener.accept()[0].close()
            self.contacts += 1


def state():
    """Everything in the course; a change of any sort moves the last number."""
    return {str(path): (s := path.lstat()).st_size + s.st_ctime_ns for path in [ROOT, *ROOT.rglob("*")]}


def is_real(code):
    """Whether the attack succeeds where nothing is in its way, which is undone."""
    gradebook = (ROOT / "gradebook.db").read_bytes()
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        real = "done" in process.stdout.readline()
        process.kill()
    (ROOT / "gradebook.db").write_bytes(gradebook)
    return real


def run(task, attack, targets):
    """Run an attack again; how that went."""
    work = Path("/tmp/work") / attack.name
    work.mkdir(parents=True)
    for name, text in attack.files.items():
        (work / name).write_text(text)
    sources = list(attack.cells)
    for name, value in targets.items():
        sources = [source.replace(name, value) for source in sources]
    cells = [{"cell_type": "code", "source": source, "metadata": {}} for source in sources]
    start = time.monotonic()
    limits = replace(LIMITS, cell_seconds=30, notebook_seconds=40) if attack is HONEST else LIMITS
    try:
        reproduction = reproduce(task, work, cells, limits)
        shown = [json.dumps(reproduction.outputs.get(number, "")) for number in range(len(cells))]
        remark = reproduction.remark
    except NotGraded as error:  # one may keep its own kernel from starting
        shown, remark = [""] * len(cells), f"not started: {error}"
    return {
        "attack": attack.name,
        "held": bool(attack.held(shown, remark)),
        "remark": remark,
        "seconds": round(time.monotonic() - start, 1),
        "size": sum(map(len, shown)),
        "shown": [text[-300:] for text in shown[:2]],
        "secret": SECRET in "".join(shown),
    }


def main(names):
    """Run the attacks called `names`."""
    attacks = [attack for attack in ATTACKS if attack.name in names]
    targets = make_course()
    listener = Listener()
    targets |= {"PORT": str(listener.port), "ABSTRACT": "decoy"}
    data = Path("/tmp/data/shapes")
    data.mkdir(parents=True)
    from datasets import write_shapes10

    write_shapes10(data, 5, 10)
    os.environ["CS231N_DATA"] = str(data)
    task = Course(ROOT).assignment("tiny")
    try:
        require()
    except IsolationError as error:
        print(json.dumps({"not here": str(error)}), flush=True)
        return
    known = set(map(int, filter(str.isdigit, os.listdir("/proc"))))
    for attack in attacks:
        if attack.real:
            code = attack.cells[0]
            for name, value in targets.items():
                code = code.replace(name, value)
            print(json.dumps({"control": attack.name, "real": is_real(code)}), flush=True)
    (ROOT / "solutions" / "mark").unlink(missing_ok=True)
    (ROOT / "submitted" / "other" / "mark").unlink(missing_ok=True)
    contacts, before, world = listener.contacts, state(), World(known)
    (Path("/tmp/work")).mkdir()
    with ThreadPoolExecutor(2) as pool:
        for result in pool.map(lambda attack: run(task, attack, targets), [*attacks, HONEST]):
            print(json.dumps(result), flush=True)
    harm = world.left(known, 2.0) - {"leftover_file"}  # the folders with the attacks' own files
    if listener.contacts != contacts:
        harm.add("contact")
    if state() != before:
        harm.add("files")
    print(json.dumps({"harm": sorted(harm), "left": sorted(p.name for p in Path("/tmp").iterdir())}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
