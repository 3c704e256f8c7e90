"""A submission's files on their way into the worker's imports."""

import subprocess
import sys

from autograder.sandbox import sources

IMPORTED = """
import sys
from autograder.sandbox import sources
sources.install({
    "cs231n/__init__.py": b"",
    "cs231n/layers.py": b"from .deep.er import one\\ndef f():\\n    return one\\n",
    "cs231n/deep/er.py": b"import json\\none = json.dumps(1)\\n",
    "helper.py": b"import cs231n.layers\\ntwo = 2\\n",
    "json.py": b"raise SystemExit('shadowed')\\n",
    "numpy.py": b"raise SystemExit('shadowed')\\n",
    "cs231n/latin.py": "# -*- coding: latin-1 -*-\\ntext = '\\u00e9'\\n".encode("latin-1"),
})
import numpy, helper, cs231n.layers, cs231n.latin
print(cs231n.layers.f(), helper.two, cs231n.latin.text == "\\u00e9", cs231n.layers.__file__)
import inspect
print(cs231n.layers.__loader__.get_data(cs231n.layers.__file__).count(b"return"))
try:
    import cs231n.missing
except ModuleNotFoundError as error:
    print(error.name)
"""


def test_imports_from_memory():
    done = subprocess.run(
        [sys.executable, "-I", "-c", IMPORTED], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.splitlines() == ["1 2 True /submission/cs231n/layers.py", "1", "cs231n.missing"], done.stderr


def test_the_releases_files_stand_behind_the_students(tmp_path):
    own, release = tmp_path / "own", tmp_path / "release"
    for path, text in {
        own / "cs231n" / "layers.py": "mine",
        own / "cs231n" / "__init__.py": "mine",
        own / "helper.py": "mine",
        release / "layers.py": "release",
        release / "__init__.py": "release",
        release / "optim.py": "release",
        release / "classifiers" / "__init__.py": "release",
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert sources.collect(own, release) == {
        "cs231n/__init__.py": b"release",
        "cs231n/classifiers/__init__.py": b"release",
        "cs231n/layers.py": b"mine",
        "cs231n/optim.py": b"release",
        "helper.py": b"mine",
    }
