"""shapes10: ten classes of 32x32 RGB pictures, drawn by the code in this package.

X, y, Xt, yt = make_shapes10(5000, 1000, seed=231)
"""

from dataclasses import dataclass
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from tqdm.auto import tqdm

from . import shapes
from .drawing import Field, disc, ellipse, noise, paint, rectangle, rgb

SIZE = 32  # pixels, both ways
BLOCK = 100  # pictures drawn at a time, from one random stream
CONTEXT = 0.4  # how often a class keeps to its favourite background, and to its favourite colour
SCALES = 0.42, 0.78  # of the objects, where 1 fills the picture
SHIFTS = 0.34, 0.3  # how far they are off the middle, sideways and up or down, where 1 is at the border
CLUTTER = 0.55  # how often each of the stray things is there
STRAY_THINGS = 3
COVERED = 0.5  # how often something hides a part of the object
MAX_SEED = 2**32 - 1


@dataclass(frozen=True)
class Scene:
    """A background: colours (red, green, blue) at the top and at the bottom, with a horizon between them or not."""

    top: tuple[float, float, float]
    bottom: tuple[float, float, float]
    horizon: bool


@dataclass(frozen=True)
class Kind:
    """A class of objects: how it is drawn and where it likes to be.

    `stands` is the height in the object's own frame (y down) that the horizon passes, None for what flies;
    `tilt` the largest angle, in radians, by which it is turned.
    """

    name: str
    parts: Callable[[Field, Field, Field], list[shapes.Part]]
    hue: float
    scenes: tuple[str, str]
    stands: float | None
    tilt: float


SCENES = {
    "sky": Scene((0.36, 0.60, 0.92), (0.75, 0.87, 0.97), False),
    "dusk": Scene((0.90, 0.48, 0.36), (0.99, 0.82, 0.52), False),
    "meadow": Scene((0.58, 0.76, 0.93), (0.33, 0.56, 0.20), True),
    "sea": Scene((0.62, 0.78, 0.92), (0.12, 0.36, 0.58), True),
    "night": Scene((0.07, 0.08, 0.24), (0.15, 0.17, 0.22), True),
    "room": Scene((0.80, 0.72, 0.60), (0.52, 0.40, 0.30), True),
    "water": Scene((0.24, 0.66, 0.74), (0.05, 0.24, 0.46), False),
}
KINDS = (
    Kind("airplane", shapes.airplane, 0.60, ("sky", "dusk"), None, 0.5),
    Kind("car", shapes.car, 0.00, ("meadow", "room"), 0.3, 0.2),
    Kind("boat", shapes.boat, 0.08, ("sea", "sea"), 0.3, 0.2),
    Kind("house", shapes.house, 0.11, ("meadow", "night"), 0.5, 0.15),
    Kind("tree", shapes.tree, 0.33, ("meadow", "dusk"), 0.7, 0.15),
    Kind("flower", shapes.flower, 0.85, ("meadow", "room"), 0.5, 0.25),
    Kind("fish", shapes.fish, 0.07, ("water", "sea"), -0.9, 0.5),
    Kind("mushroom", shapes.mushroom, 0.99, ("meadow", "night"), 0.5, 0.2),
    Kind("cat", shapes.cat, 0.09, ("room", "room"), 0.6, 0.25),
    Kind("balloon", shapes.balloon, 0.15, ("sky", "dusk"), None, 0.15),
)
CLASS_NAMES = tuple(kind.name for kind in KINDS)

Images = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int64]


def make_shapes10(
    n_train: int = 5000, n_test: int = 1000, seed: int = 231, progress: bool = True
) -> tuple[Images, Labels, Images, Labels]:
    """Draw a training and a test set.

    Every run of ten labels holds each class once, so both sets are balanced whatever their size, and a larger
    set begins with the smaller one of the same seed. Training and test pictures come from streams of their own,
    and another seed gives fresh pictures of the same distribution. On one machine the same arguments give the
    same bytes; between machines sin, cos and hypot may differ in the last bit, and with them a few pixels by 1.

    Args:
        n_train, n_test: how many pictures, 0 or more.
        seed: 0 to 2**32 - 1.
        progress: whether to show a progress bar.

    Returns:
        X (n_train, 32, 32, 3) uint8, y (n_train,) int64 in 0..9, and Xt, yt likewise with n_test rows.

    Raises:
        ValueError: if a size or the seed is out of range.
    """
    if n_train < 0 or n_test < 0:
        raise ValueError(f"expected sizes of 0 or more, got n_train={n_train} and n_test={n_test}")
    if not 0 <= seed <= MAX_SEED:
        raise ValueError(f"expected a seed from 0 to {MAX_SEED}, got {seed}")
    with tqdm(total=n_train + n_test, desc="drawing shapes10", unit="picture", disable=not progress) as bar:
        X, y = _draw_split(n_train, seed, 0, bar)
        Xt, yt = _draw_split(n_test, seed, 1, bar)
    return X, y, Xt, yt


def _draw_split(n: int, seed: int, split: int, bar: "tqdm[object]") -> tuple[Images, Labels]:
    X, y = np.empty((n, SIZE, SIZE, 3), np.uint8), np.empty(n, np.int64)
    for block, start in enumerate(range(0, n, BLOCK)):
        rng = np.random.RandomState([seed, split, block])
        labels = np.concatenate([rng.permutation(len(KINDS)) for _ in range(BLOCK // len(KINDS))])
        images = draw(labels, rng)  # the whole block, lest its random numbers depend on n
        count = min(BLOCK, n - start)
        X[start : start + count], y[start : start + count] = images[:count], labels[:count]
        bar.update(count)
    return X, y


def draw(labels: Labels, rng: np.random.RandomState) -> Images:
    """Draw one picture for each label in 0..9: uint8 (n, 32, 32, 3)."""
    n = len(labels)
    x, y = np.meshgrid(*[(np.arange(SIZE, dtype=np.float32) + 0.5) / SIZE * 2 - 1] * 2)  # [-1, 1], y down

    def uniform(low: float, high: float, *shape: int) -> Field:
        return rng.uniform(low, high, (n, *shape)).astype(np.float32)

    def each(low: float, high: float) -> Field:
        """A random number for each picture, shaped to combine with its pixels."""
        return uniform(low, high, 1, 1)

    def chance(probability: float) -> npt.NDArray[np.bool_]:
        return rng.uniform(size=n) < probability

    # Where the object is: its position, size, tilt, and which way it looks.
    scale, squeeze = each(*SCALES), each(0.8, 1.2)
    left, top = each(-SHIFTS[0], SHIFTS[0]), each(-SHIFTS[1], SHIFTS[1])
    tilt = each(-1, 1) * _per_pixel([KINDS[c].tilt for c in labels])
    mirror = np.where(each(0, 1) < 0.5, -1, 1).astype(np.float32)
    u = ((x - left) * np.cos(tilt) + (y - top) * np.sin(tilt)) / scale * mirror
    v = ((y - top) * np.cos(tilt) - (x - left) * np.sin(tilt)) / (scale * squeeze)

    # Background: two colours, a horizon where the scene has one, and coloured noise.
    names = list(SCENES)
    favourite = np.array([[names.index(s) for s in KINDS[c].scenes] for c in labels])
    scene = np.where(
        chance(CONTEXT), favourite[np.arange(n), rng.randint(0, 2, n)], rng.randint(0, len(names), n)
    )
    top_colour, bottom_colour = (
        np.clip(np.array(colours, np.float32)[scene] + uniform(-0.1, 0.1, 3), 0, 1)[:, None, None]
        for colours in ([s.top for s in SCENES.values()], [s.bottom for s in SCENES.values()])
    )
    flies = _per_pixel([KINDS[c].stands is None for c in labels]) > 0
    stands = _per_pixel([KINDS[c].stands or 0.0 for c in labels]) + each(-0.25, 0.25)
    horizon = np.where(flies, each(0.2, 1.0), top + scale * squeeze * stands)
    horizon = horizon + 0.12 * noise(rng, n, 3, SIZE, 1)[:, :1, :, 0]
    has_horizon = _per_pixel([SCENES[names[s]].horizon for s in scene]) > 0
    depth = np.clip((y + 1) / 2, 0, 1) + np.zeros_like(horizon)
    canvas = top_colour + (0.45 * np.where(has_horizon, 0.4, 2.2) * depth)[..., None] * (
        bottom_colour - top_colour
    )
    haze = np.clip(0.5 + (y - horizon) * SIZE / 2, 0, 1) * has_horizon
    canvas += haze[..., None] * (bottom_colour * (1.1 - 0.2 * depth[..., None]) - canvas)
    canvas += 0.05 * noise(rng, n, 4, SIZE, 3) + 0.06 * noise(rng, n, 12, SIZE, 1)
    canvas = canvas.astype(np.float32)

    # Stray things that mean nothing: bars and balls.
    for _ in range(STRAY_THINGS):
        angle, width, height = each(0, np.pi), each(0.08, 0.3), each(0.06, 0.22)
        a, b = x - each(-1.1, 1.1), y - each(-1.1, 1.1)
        p, q = a * np.cos(angle) + b * np.sin(angle), b * np.cos(angle) - a * np.sin(angle)
        is_bar = each(0, 1) < 0.5
        distance = np.where(
            is_bar, rectangle(p, q, (0, 0), width, height), ellipse(p, q, (0, 0), width, height)
        )
        colour = rgb(uniform(0, 1), uniform(0.1, 0.8), uniform(0.2, 0.95))
        opacity = each(0.4, 0.9) * _per_pixel(chance(CLUTTER))
        paint(canvas, distance * SIZE / 2, colour[:, None, None], opacity)

    # The object: its colours, the light on it, its parts from back to front.
    hue = np.where(
        chance(CONTEXT), np.array([KINDS[c].hue for c in labels]) + uniform(-0.05, 0.05), uniform(0, 1)
    )
    colours = {
        "main": rgb(hue % 1, uniform(0.35, 0.95), uniform(0.45, 1)),
        "second": rgb((hue + uniform(0.1, 0.9)) % 1, uniform(0.2, 0.9), uniform(0.35, 1)),
        "dark": rgb(0.6, 0.3, uniform(0.03, 0.25)),
        "light": rgb(0.12, 0.1, uniform(0.8, 1)),
        "wood": rgb(0.07, uniform(0.4, 0.7), uniform(0.25, 0.5)),
        "leaf": rgb(
            np.where(chance(CONTEXT), uniform(0.25, 0.4), uniform(0, 1)),
            uniform(0.4, 0.9),
            uniform(0.3, 0.75),
        ),
    }
    direction = each(0, 2 * np.pi)
    light = 1 + 0.22 * (np.cos(direction) * u + np.sin(direction) * v)
    style, opacity = each(0, 1), each(0.8, 1)
    for c, kind in enumerate(KINDS):
        (mine,) = np.nonzero(labels == c)
        if not len(mine):
            continue
        part = canvas[mine]
        to_pixels = scale[mine] * SIZE / 2
        for distance, role in kind.parts(u[mine], v[mine], style[mine]):
            colour = colours[role][mine][:, None, None] * light[mine][..., None]
            paint(part, distance * to_pixels, colour, opacity[mine])
        canvas[mine] = part

    # Something in front of it, then exposure and grain.
    distance = ellipse(x, y, (each(-0.8, 0.8), each(-0.8, 0.8)), each(0.12, 0.3), each(0.12, 0.3))
    paint(canvas, distance * SIZE / 2, bottom_colour * each(0.6, 1.2)[..., None], _per_pixel(chance(COVERED)))
    contrast, brightness = each(0.7, 1.1)[..., None], each(-0.1, 0.1)[..., None]
    canvas = (canvas - 0.5) * contrast + 0.5 + brightness
    canvas += rng.normal(0, 0.025, canvas.shape)
    return (np.clip(canvas, 0, 1) * 255 + 0.5).astype(np.uint8)


def _per_pixel(values: npt.ArrayLike) -> Field:
    return np.asarray(values, np.float32)[:, None, None]
