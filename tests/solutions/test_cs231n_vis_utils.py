"""vis_utils.py: images in a grid."""

import numpy as np
import pytest

from cs231n import vis_utils


def test_visualize_grid_stretches_each_image(rng, unchanged):
    Xs = rng.rand(5, 4, 3, 3) * np.arange(1, 6).reshape(5, 1, 1, 1)
    grid = unchanged(vis_utils.visualize_grid, Xs, 255.0, 2)
    assert grid.shape == (2 * 4 + 2, 3 * 3 + 2 * 2, 3)
    for i in range(5):
        row, column = divmod(i, 3)
        cell = grid[row * 6 : row * 6 + 4, column * 5 : column * 5 + 3]
        assert (cell.min(), cell.max()) == (0, 255)
    assert not grid[4:6].any()
    assert not grid[6:, 10:].any()


def test_constant_images_are_no_division_by_zero():
    assert not vis_utils.visualize_grid(np.full((1, 2, 2, 3), 7)).any()
    assert not vis_utils.vis_grid(np.full((1, 2, 2, 3), 7)).any()


def test_vis_grid_keeps_images_comparable(rng):
    Xs = rng.randn(3, 4, 5, 1)
    grid = vis_utils.vis_grid(Xs)
    assert grid.shape == (9, 11, 1)
    assert (grid.min(), grid.max()) == (0, 1)
    scaled = (Xs - Xs.min()) / (Xs.max() - Xs.min())
    assert grid[:4, 6:] == pytest.approx(scaled[1])
    assert grid[5:, :5] == pytest.approx(scaled[2])


def test_vis_nn_arranges_rows(rng):
    rows = rng.randint(256, size=(2, 3, 4, 5, 3)).astype(np.uint8)
    grid = vis_utils.vis_nn(rows)
    assert grid.shape == (9, 17, 3)
    low, high = int(rows.min()), int(rows.max())
    assert grid[5:9, 12:17] == pytest.approx((rows[1, 2] - float(low)) / (high - low))


@pytest.mark.parametrize("show", [vis_utils.visualize_grid, vis_utils.vis_grid, vis_utils.vis_nn])
def test_bad_input_is_a_clear_error(show):
    with pytest.raises(ValueError, match="dimension"):
        show(np.zeros((4, 4)))
    with pytest.raises(ValueError, match="at least one image"):
        show(np.zeros((0, 2, 2, 3) if show is not vis_utils.vis_nn else (0, 1, 2, 2, 3)))
