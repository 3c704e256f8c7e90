"""optim.py: update rules."""

import numpy as np
import pytest

from cs231n import optim


def test_sgd_steps_against_the_gradient(rng, unchanged):
    w, dw = rng.randn(3, 4), rng.randn(3, 4)
    next_w, config = unchanged(optim.sgd, w, dw, {"learning_rate": 0.5})
    assert next_w == pytest.approx(w - 0.5 * dw)
    assert config == {"learning_rate": 0.5}
    assert next_w is not w


@pytest.mark.parametrize("config", [None, {}])
def test_sgd_has_a_default(config):
    next_w, config = optim.sgd(np.zeros(2), np.ones(2), config)
    assert next_w.tolist() == [-0.01, -0.01]
    assert config["learning_rate"] == 0.01


def test_float32_stays_float32():
    w = np.ones(3, np.float32)
    for dw in (w, w.astype(np.float64)):
        assert optim.sgd(w, dw, {"learning_rate": np.float64(0.1)})[0].dtype == np.float32


def test_shapes_must_agree():
    with pytest.raises(ValueError, match=r"w's shape \(3,\), but it has \(3, 1\)"):
        optim.sgd(np.zeros(3), np.zeros((3, 1)))
