"""The images that trained models are tested on."""

from types import SimpleNamespace

import numpy as np
import pytest

import datasets
from autograder import held_out
from autograder.checks.errors import NotGraded
from autograder.checks.executor import CodeError
from autograder.course import Course
from autograder.errors import CourseError
from autograder.held_out import held_out_images

BOTH = ("shapes10", "cifar10")


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(held_out, "COUNT", 10)
    held_out._drawn.cache_clear()
    yield
    held_out._drawn.cache_clear()


def a_course(*seeds, counted=BOTH):
    return SimpleNamespace(hidden_seeds=seeds, datasets=counted)


def test_they_come_of_the_hidden_seeds():
    images, labels = held_out_images(a_course(1 << 50), "shapes10")
    assert (images.shape, labels.shape) == ((10, 32, 32, 3), (10,))
    np.testing.assert_array_equal(images, held_out_images(a_course(1 << 50), "shapes10")[0])
    assert not np.array_equal(images, held_out_images(a_course(1 << 51), "shapes10")[0])
    assert not np.array_equal(images, datasets.make_shapes10(0, 10, progress=False)[2])


def test_a_data_set_that_the_grader_has_not_got_is_the_instructors_to_fetch(monkeypatch):
    monkeypatch.setattr(datasets, "locate", lambda: ("a folder", "shapes10"))
    with pytest.raises(NotGraded, match="the instructor must fetch it: `python -m datasets fetch cifar10`"):
        held_out_images(a_course(1 << 50), "cifar10")


def test_a_data_set_that_the_course_does_not_count_is_the_students_mistake():
    with pytest.raises(CodeError, match="trained on cifar10; in this course shapes10 is asked for"):
        held_out_images(a_course(1 << 50, counted=("shapes10",)), "cifar10")


def set_datasets(course, line):
    path = course.solutions / "course.toml"
    path.write_text(path.read_text().replace("[course]", f"[course]\n{line}"))
    return Course(course.root)


def test_a_course_counts_all_data_sets_or_those_it_names(tiny):
    assert tiny.course.datasets == BOTH
    assert set_datasets(tiny.course, 'datasets = ["shapes10"]').datasets == ("shapes10",)


@pytest.mark.parametrize("line", ["datasets = []", 'datasets = "shapes10"', 'datasets = ["mnist"]', "datasets = [[1]]"])
def test_a_course_names_data_sets_that_there_are(tiny, line):
    with pytest.raises(CourseError, match="expected datasets to be a list, of shapes10, cifar10"):
        _ = set_datasets(tiny.course, line).datasets
