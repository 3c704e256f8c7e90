"""The primitives that shapes10 is drawn with: signed distances, colours, noise and paint.

A shape is an array of signed distances: negative inside, zero on the outline, positive outside, one value for
each pixel of each image. Shapes combine by minimum (union) and maximum (intersection), and become pixels by
`paint`, which turns the distance into an antialiased edge. See I. Quilez, "2D distance functions"
(iquilezles.org/articles/distfunctions2d), for the method.

Coordinates `x` (to the right) and `y` (down) are float32 arrays of shape (n, height, width), n images at a time.
A measure of a shape is a number, or an array of shape (n, 1, 1) where it differs from image to image.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Field = npt.NDArray[np.float32]  # (n, height, width), or what broadcasts to it
Measure = float | Field
Point = tuple[Measure, Measure]


def field(values: npt.ArrayLike) -> Field:
    """The values as float32."""
    return np.asarray(values, np.float32)


def rotate(x: Field, y: Field, angle: Measure) -> tuple[Field, Field]:
    """Coordinates in a frame that is turned by `angle` radians."""
    cos, sin = np.cos(angle), np.sin(angle)
    return field(x * cos + y * sin), field(y * cos - x * sin)


def disc(x: Field, y: Field, centre: Point, radius: Measure) -> Field:
    """Signed distance to a disc."""
    return field(np.hypot(x - centre[0], y - centre[1]) - radius)


def ellipse(x: Field, y: Field, centre: Point, width: Measure, height: Measure, angle: float = 0.0) -> Field:
    """Signed distance to an ellipse with the half-axes `width` and `height`, turned by `angle` radians.

    Exact on the outline, approximate elsewhere, which is all that an antialiased edge needs.
    """
    u, v = x - centre[0], y - centre[1]
    if angle:
        u, v = rotate(u, v, angle)
    return field((np.hypot(u / width, v / height) - 1) * np.minimum(width, height))


def rectangle(x: Field, y: Field, centre: Point, width: Measure, height: Measure, corner: float = 0.0) -> Field:
    """Signed distance to a rectangle with the half-sides `width` and `height` and corners of radius `corner`."""
    u, v = np.abs(x - centre[0]) - (width - corner), np.abs(y - centre[1]) - (height - corner)
    if not corner:
        return field(np.maximum(u, v))
    return field(np.hypot(np.maximum(u, 0), np.maximum(v, 0)) + np.minimum(np.maximum(u, v), 0) - corner)


def polygon(x: Field, y: Field, corners: Sequence[Point]) -> Field:
    """Signed distance to a convex polygon with its corners in order, clockwise or not."""
    middle_x = sum(corner[0] for corner in corners) / len(corners)
    middle_y = sum(corner[1] for corner in corners) / len(corners)
    sides = []
    for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
        normal_x, normal_y = y1 - y0, x0 - x1
        outward = np.where((middle_x - x0) * normal_x + (middle_y - y0) * normal_y > 0, -1, 1)
        length = np.hypot(normal_x, normal_y) * outward
        sides.append(((x - x0) * normal_x + (y - y0) * normal_y) / length)
    return intersection(*sides)


def line(x: Field, y: Field, start: Point, end: Point, width: Measure) -> Field:
    """Signed distance to a straight stroke of half-width `width` with round ends."""
    along_x, along_y = end[0] - start[0], end[1] - start[1]
    u, v = x - start[0], y - start[1]
    share = np.clip((u * along_x + v * along_y) / (along_x * along_x + along_y * along_y), 0, 1)
    return field(np.hypot(u - share * along_x, v - share * along_y) - width)


def union(*shapes: Field) -> Field:
    """All of the shapes together."""
    return field(np.minimum.reduce(shapes))


def intersection(*shapes: Field) -> Field:
    """What the shapes have in common."""
    return field(np.maximum.reduce(shapes))


def rgb(hue: npt.ArrayLike, saturation: npt.ArrayLike, value: npt.ArrayLike) -> Field:
    """Colours (n, 3) in [0, 1] from hue (cyclic, 1 = all the way round), saturation and value in [0, 1], each (n,)."""
    h, s, v = (np.asarray(a, np.float32)[..., None] for a in np.broadcast_arrays(hue, saturation, value))
    sector = (np.array([5, 3, 1], np.float32) + 6 * h) % 6
    return field(v * (1 - s * np.clip(np.minimum(sector, 4 - sector), 0, 1)))


def noise(rng: np.random.RandomState, n: int, cells: int, size: int, channels: int) -> Field:
    """Smooth random fields (n, size, size, channels) in [-1, 1]: values on a coarse grid, interpolated bilinearly."""
    grid = rng.uniform(-1, 1, (n, cells + 1, cells + 1, channels)).astype(np.float32)
    position = np.linspace(0, cells, size, endpoint=False, dtype=np.float32)
    weights = np.maximum(0, 1 - np.abs(position[:, None] - np.arange(cells + 1))).astype(np.float32)
    rows = np.einsum("ri,nijc->nrjc", weights, grid)
    return field(np.einsum("sj,nrjc->nrsc", weights, rows))


def paint(canvas: Field, distance: Field, colour: Field, opacity: Measure = 1.0) -> None:
    """Paint a shape over the images `canvas` (n, height, width, 3), in place.

    `distance` is signed and in pixels, so that an edge is one pixel soft; `colour` broadcasts to the canvas.
    """
    cover = (np.clip(0.5 - distance, 0, 1) * opacity)[..., None]
    canvas += cover * (colour - canvas)
