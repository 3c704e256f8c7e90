"""shapes10: ten classes of 32x32 RGB pictures, drawn by the code in this package.

    X, y, Xt, yt = make_shapes10(5000, 1000, seed=231)

A picture shows one object in a scene. Where the object is, its size, tilt, colours and style vary; stray bars and
balls, something in front of the object, light, exposure and grain are in the way. The scene and the colour only
tend to go with the class. So what looks at pixels gets some of the way (nearest neighbours, a linear classifier),
a hidden layer gets further, and features that do not mind where the object is, such as a convnet's, further still.
Test accuracy with 5,000 training and 1,000 test pictures, seed 231:

    nearest neighbours .36   linear .49   two-layer .59   small convnet .91      (python -m datasets.difficulty)
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tqdm.auto import tqdm

from . import shapes
from .drawing import Field, ellipse, field, noise, paint, rectangle, rgb, rotate, union

SIZE = 32  # pixels, both ways
TO_PIXELS = np.float32(SIZE / 2)  # pixels to a unit, for pictures reach from -1 to 1
BLOCK = 100  # pictures drawn at a time, from one random stream

# What makes the pictures hard, tuned for the accuracies above.
CONTEXT = 0.36  # how often a class keeps to its favourite background, and to its favourite colour
SCALES = 0.5, 0.8  # of the objects, where 1 fills the picture
SHIFTS = 0.28, 0.25  # how far they are off the middle, sideways and up or down, where 1 is at the border
STRAY_THINGS = 3  # at most
STRAY = 0.55  # how often each of them is there
COVERED = 0.5  # how often something hides a part of the object
TINT = 0.22  # by how much red, green and blue of a background vary, of 1
CONTRASTS = 0.65, 1.1
BRIGHTNESS = 0.25  # by how much that varies, of 1
RIM = 0.45  # opacity of the line that sets the object off from its background

MAX_SEED = 2**32 - 1
X_AXIS, Y_AXIS = np.meshgrid(*[(np.arange(SIZE, dtype=np.float32) + 0.5) / TO_PIXELS - 1] * 2)  # y down


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
        X, y = _draw_split(n_train, seed, 0, bar.update)
        Xt, yt = _draw_split(n_test, seed, 1, bar.update)
    return X, y, Xt, yt


def _draw_split(n: int, seed: int, split: int, advance: Callable[[int], object]) -> tuple[Images, Labels]:
    X, y = np.empty((n, SIZE, SIZE, 3), np.uint8), np.empty(n, np.int64)
    for block, start in enumerate(range(0, n, BLOCK)):
        rng = np.random.RandomState([seed, split, block])
        labels = np.concatenate([rng.permutation(len(KINDS)) for _ in range(BLOCK // len(KINDS))])
        images = draw(labels, rng)  # the whole block, lest its random numbers depend on n
        count = min(BLOCK, n - start)
        X[start : start + count], y[start : start + count] = images[:count], labels[:count]
        advance(count)
    return X, y


def draw(labels: Labels, rng: np.random.RandomState) -> Images:
    """Draw one picture for each label in 0..9: uint8 (n, 32, 32, 3)."""
    dice = _Dice(rng, len(labels))
    pose = _place(labels, dice)
    canvas, ground = _background(labels, pose, dice)
    _scatter_stray_things(canvas, dice)
    _paint_objects(canvas, labels, pose, dice)
    _cover_some(canvas, ground, dice)
    return _expose(canvas, dice)


class _Dice:
    """Random numbers for n pictures at a time."""

    def __init__(self, rng: np.random.RandomState, n: int) -> None:
        self.rng, self.n = rng, n

    def uniform(self, low: float, high: float, *shape: int) -> Field:
        """Numbers in [low, high), of the given shape for each picture."""
        return field(self.rng.uniform(low, high, (self.n, *shape)))

    def each(self, low: float, high: float) -> Field:
        """A number for each picture, of shape (n, 1, 1) to combine with its pixels."""
        return self.uniform(low, high, 1, 1)

    def chance(self, probability: float) -> npt.NDArray[np.bool_]:
        """Whether, for each picture, something with this probability comes about."""
        return self.rng.uniform(size=self.n) < probability


@dataclass(frozen=True)
class _Pose:
    """Where the objects are: `u`, `v` are the pixels' coordinates in the object's own frame, (n, 32, 32)."""

    u: Field
    v: Field
    top: Field  # y of the object's middle, (n, 1, 1)
    width: Field  # half of it, (n, 1, 1)
    height: Field  # half of it, (n, 1, 1)


def _place(labels: Labels, dice: _Dice) -> _Pose:
    width = dice.each(*SCALES)
    height = field(width * dice.each(0.8, 1.2))
    left, top = dice.each(-SHIFTS[0], SHIFTS[0]), dice.each(-SHIFTS[1], SHIFTS[1])
    angle = dice.each(-1, 1) * _for_each([KINDS[c].tilt for c in labels])
    mirror = np.where(dice.each(0, 1) < 0.5, -1, 1)
    across, down = rotate(X_AXIS - left, Y_AXIS - top, angle)
    return _Pose(field(across / width * mirror), field(down / height), top, width, height)


def _background(labels: Labels, pose: _Pose, dice: _Dice) -> tuple[Field, Field]:
    """The scenes (n, 32, 32, 3), and the colours at the bottom of them (n, 1, 1, 3)."""
    n, scenes = dice.n, list(SCENES.values())
    favourites = np.array([[list(SCENES).index(name) for name in kind.scenes] for kind in KINDS])
    favourite = favourites[labels, dice.rng.randint(0, 2, n)]
    scene = np.where(dice.chance(CONTEXT), favourite, dice.rng.randint(0, len(scenes), n))

    def colour(of_scene: list[tuple[float, float, float]]) -> Field:
        varied = np.array(of_scene)[scene] + dice.uniform(-TINT, TINT, 3)
        return field(np.clip(varied, 0, 1)[:, None, None])

    top, bottom = colour([s.top for s in scenes]), colour([s.bottom for s in scenes])
    has_horizon = _for_each([scenes[s].horizon for s in scene])
    flies = _for_each([KINDS[c].stands is None for c in labels]) > 0
    stands = _for_each([KINDS[c].stands or 0 for c in labels]) + dice.each(-0.25, 0.25)
    horizon = np.where(flies, dice.each(0.2, 1.0), pose.top + pose.height * stands)
    horizon = horizon + 0.12 * noise(dice.rng, n, 3, SIZE, 1)[:, :1, :, 0]  # hilly: it varies along x

    depth = ((Y_AXIS + 1) / 2)[..., None]
    fade = np.where(has_horizon > 0, 0.2, 1.0)[..., None]
    canvas = field(top + fade * depth * (bottom - top))
    paint(canvas, field((horizon - Y_AXIS) * TO_PIXELS), field(bottom * (1.1 - 0.2 * depth)), has_horizon)
    canvas += 0.05 * noise(dice.rng, n, 4, SIZE, 3) + 0.06 * noise(dice.rng, n, 12, SIZE, 1)
    return canvas, bottom


def _scatter_stray_things(canvas: Field, dice: _Dice) -> None:
    """Bars and balls, which mean nothing."""
    for _ in range(STRAY_THINGS):
        width, height = dice.each(0.08, 0.3), dice.each(0.06, 0.22)
        a, b = rotate(X_AXIS - dice.each(-1.1, 1.1), Y_AXIS - dice.each(-1.1, 1.1), dice.each(0, np.pi))
        bar, ball = rectangle(a, b, (0, 0), width, height), ellipse(a, b, (0, 0), width, height)
        shape = field(np.where(dice.each(0, 1) < 0.5, bar, ball))
        colour = rgb(dice.uniform(0, 1), dice.uniform(0.1, 0.8), dice.uniform(0.2, 0.95))
        opacity = dice.each(0.4, 0.9) * _for_each(dice.chance(STRAY))
        paint(canvas, shape * TO_PIXELS, colour[:, None, None], opacity)


def _paint_objects(canvas: Field, labels: Labels, pose: _Pose, dice: _Dice) -> None:
    own_hue = np.array([kind.hue for kind in KINDS])[labels] + dice.uniform(-0.05, 0.05)
    hue = np.where(dice.chance(CONTEXT), own_hue, dice.uniform(0, 1))
    leaf = np.where(dice.chance(CONTEXT), dice.uniform(0.25, 0.4), dice.uniform(0, 1))
    colours: dict[shapes.Role, Field] = {
        "main": rgb(hue, dice.uniform(0.35, 0.95), dice.uniform(0.45, 1)),
        "second": rgb(hue + dice.uniform(0.1, 0.9), dice.uniform(0.2, 0.9), dice.uniform(0.35, 1)),
        "dark": rgb(0.6, 0.3, dice.uniform(0.03, 0.25)),
        "light": rgb(0.12, 0.1, dice.uniform(0.8, 1)),
        "wood": rgb(0.07, dice.uniform(0.4, 0.7), dice.uniform(0.25, 0.5)),
        "leaf": rgb(leaf, dice.uniform(0.4, 0.9), dice.uniform(0.3, 0.75)),
    }
    night = canvas.mean((1, 2, 3)) < 0.3
    rim = np.where(night[:, None], colours["light"], colours["dark"])
    angle = dice.each(0, 2 * np.pi)
    light = field(1 + 0.22 * (np.cos(angle) * pose.u + np.sin(angle) * pose.v))[..., None]
    style, opacity = dice.each(0, 1), dice.each(0.88, 1)
    for c, kind in enumerate(KINDS):
        own = np.flatnonzero(labels == c)
        pictures = canvas[own]
        to_pixels = field(pose.width[own] * TO_PIXELS)
        parts = kind.parts(pose.u[own], pose.v[own], style[own])
        outline = union(*(distance for distance, _ in parts)) * to_pixels - 0.8
        paint(pictures, outline, rim[own][:, None, None], RIM * opacity[own])
        for distance, role in parts:
            paint(pictures, distance * to_pixels, colours[role][own][:, None, None] * light[own], opacity[own])
        canvas[own] = pictures


def _cover_some(canvas: Field, ground: Field, dice: _Dice) -> None:
    """Something round in front of the object."""
    centre = dice.each(-0.8, 0.8), dice.each(-0.8, 0.8)
    distance = ellipse(X_AXIS, Y_AXIS, centre, dice.each(0.12, 0.3), dice.each(0.12, 0.3))
    colour = ground * dice.each(0.6, 1.2)[..., None]
    paint(canvas, distance * TO_PIXELS, colour, _for_each(dice.chance(COVERED)))


def _expose(canvas: Field, dice: _Dice) -> Images:
    """The camera's doing: contrast, brightness and grain."""
    contrast, brightness = dice.each(*CONTRASTS)[..., None], dice.each(-BRIGHTNESS, BRIGHTNESS)[..., None]
    exposed = (canvas - 0.5) * contrast + 0.5 + brightness + dice.rng.normal(0, 0.025, canvas.shape)
    return np.asarray(np.clip(exposed, 0, 1) * 255 + 0.5, np.uint8)


def _for_each(values: npt.ArrayLike) -> Field:
    """A given number for each picture, of shape (n, 1, 1) to combine with its pixels."""
    return field(values)[:, None, None]
