"""The modes of isolation that this machine can do, each with and without namespaces for every worker."""

import pytest

from autograder.sandbox.modes import Isolation, attempt


def pytest_generate_tests(metafunc):
    if "isolation" in metafunc.fixturenames:
        metafunc.parametrize("isolation", list(isolations()))


def isolations():
    for mode in ("bubblewrap", "landlock", "strict"):
        best = attempt(mode)
        if not isinstance(best, Isolation):
            yield pytest.param(None, id=mode, marks=pytest.mark.skip(reason=best))
            continue
        yield pytest.param(best, id=mode)
        if best.namespaces and mode != "strict":
            yield pytest.param(Isolation(mode, False, best.landlock), id=f"{mode}-without-namespaces")
    yield pytest.param(Isolation("none"), id="none")
