"""Declaring checks."""

import pytest

from autograder.checks.registry import CHECKS, SHORTCUTS, item


@pytest.fixture(autouse=True)
def _registry(monkeypatch):
    """A registry for one test, so that the course's own stays as it is."""
    monkeypatch.setattr("autograder.checks.registry.CHECKS", dict(CHECKS))


def declare(id="an_item", **settings):
    def check(student, reference, expect, rng):
        """What students read.

        What they do not.
        """

    item(id, **{"main": ("out",), **settings})(check)
    from autograder.checks import registry

    return registry.CHECKS[id]


def test_the_title_is_the_first_line_of_the_docstring():
    assert declare().title == "What students read."


def test_the_function_is_called_like_the_item_unless_said_otherwise():
    assert declare().function == "an_item"
    assert declare("Net_loss", function="loss").function == "loss"


def test_libraries_that_do_the_work_are_forbidden_in_modules_only():
    assert declare(module="layers", forbid=("numpy.linalg.norm",)).forbid == ("numpy.linalg.norm", *SHORTCUTS)
    assert declare("saved_item", saved="saved_item.npz").forbid == ()


def test_two_checks_cannot_share_an_id():
    declare()
    declare()  # as when a notebook reloads the module

    def another(student, reference, expect, rng):
        """Another check."""

    with pytest.raises(ValueError, match="two checks are called an_item"):
        item("an_item", main=("out",))(another)


def test_a_check_needs_a_docstring():
    with pytest.raises(ValueError, match="docstring"):
        item("another", main=("out",))(lambda student, reference, expect, rng: None)


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.id)
def test_every_check_of_the_course_is_well_formed(check):
    assert check.title.endswith((".", ")"))
    assert len(set(check.main + check.edge)) == len(check.main + check.edge) > 0
    assert set(check.needs) <= set(CHECKS) - {check.id}
    assert bool(check.module) != bool(check.saved)
