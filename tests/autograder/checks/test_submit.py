"""The zip that a student hands in."""

import json
import os
import zipfile

import pytest

from autograder.checks.kit import Kit
from autograder.checks.submit import pack


@pytest.fixture
def kit(tmp_path):
    """An assignment's folder with one empty notebook and no modules to import."""
    (tmp_path / "checks").mkdir()
    description = {"assignment": "hw", "notebooks": ["knn"], "modules": [], "items": []}
    (tmp_path / "checks" / "items.json").write_text(json.dumps(description))
    (tmp_path / "cs231n").mkdir()
    (tmp_path / "cs231n" / "layers.py").write_text("")
    (tmp_path / "knn.ipynb").write_text('{"cells": []}')
    return Kit(tmp_path, [], lambda id, case: None)


def packed(kit):
    path, missing = pack(kit)
    with zipfile.ZipFile(path) as archive:
        return sorted(archive.namelist()), missing


def test_modules_beside_the_package_are_packed(kit):
    (kit.folder / "my_utils.py").write_text("")
    assert packed(kit) == (["hw/cs231n/layers.py", "hw/knn.ipynb", "hw/my_utils.py"], [])


def test_files_that_cannot_be_read_are_said_and_left_out(kit):
    (kit.folder / "knn.ipynb").unlink()
    (kit.folder / "knn.ipynb").mkdir()
    (kit.folder / "cs231n" / "gone.py").symlink_to("nowhere")
    names, missing = packed(kit)
    assert names == ["hw/cs231n/layers.py"]
    assert "knn.ipynb cannot be read" in missing[0]


def test_a_file_older_than_zips_is_packed(kit):
    os.utime(kit.folder / "cs231n" / "layers.py", (0, 0))
    assert "hw/cs231n/layers.py" in packed(kit)[0]


def test_what_is_not_written_yet_is_said_of_earlier_assignments_too(kit):
    description = {"assignment": "hw", "notebooks": ["knn"], "modules": ["layers.py", "optim.py"], "items": []}
    (kit.folder / "checks" / "items.json").write_text(json.dumps(description))
    text = """
class Net:
    def __init__(self):
        self.params = {}
        # YOUR CODE HERE
        raise NotImplementedError("Net_init")

    def loss(self):
        raise NotImplementedError("to be written by who inherits from this")

def relu_forward(x):
    raise NotImplementedError("relu_forward")

def relu_backward(dout, cache):
    return dout
"""
    (kit.folder / "cs231n" / "layers.py").write_text(text)
    (kit.folder / "cs231n" / "optim.py").write_text("def sgd(:")
    _, missing = packed(kit)
    assert missing[-1] == "cs231n/layers.py: not written yet: Net_init, relu_forward"
    assert [line for line in missing if "not written" in line] == missing[-1:]
