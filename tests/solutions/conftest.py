"""What the tests of the solved package share: the package on the path, and an independent derivative."""

import sys
from pathlib import Path

import numpy as np
import pytest

SOLUTIONS = Path(__file__).resolve().parents[2] / "solutions"
sys.path.insert(0, str(SOLUTIONS))


@pytest.fixture
def rng():
    """Random numbers whose stream is the same with every NumPy."""
    return np.random.RandomState(231)


@pytest.fixture
def solutions():
    """The folder that holds the solved package."""
    return SOLUTIONS


@pytest.fixture
def slope():
    """The derivative of a scalar function along a direction, by centred differences.

    With h = 1e-5 and values around 1, truncation (h^2) and rounding (1e-16 / h) both stay near 1e-10: tests ask
    for agreement to 1e-6, which no wrong gradient reaches and no right one misses.
    """

    def slope(f, x, direction, h=1e-5):
        return (f(x + h * direction) - f(x - h * direction)) / (2 * h)

    return slope


@pytest.fixture
def unchanged():
    """Call a function, and fail if it modified one of its array arguments."""

    def call(function, *arguments):
        before = [np.copy(a) if isinstance(a, np.ndarray) else a for a in arguments]
        result = function(*arguments)
        for i, (old, new) in enumerate(zip(before, arguments, strict=True)):
            if isinstance(old, np.ndarray):
                assert old.dtype == new.dtype
                assert old.tobytes() == new.tobytes(), f"argument {i} of {function.__name__} was modified"
        return result

    return call
