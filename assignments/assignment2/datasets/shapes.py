"""The ten things that shapes10 shows, each as a function that lists its parts from back to front.

Every function takes the coordinates `x`, `y` (float32, (n, height, width)) in the thing's own frame, where it
fills about [-1, 1] both ways, and its `style` ((n, 1, 1), in [0, 1]), by which two of a kind differ. It returns
pairs of a signed distance (n, height, width) and the role of the colour to paint it with (a `Role`).
"""

from typing import Literal

import numpy as np

from .drawing import Field, Measure, disc, ellipse, intersection, line, polygon, rectangle, union

Role = Literal["main", "second", "dark", "light", "wood", "leaf"]
Part = tuple[Field, Role]


def airplane(x: Field, y: Field, style: Field) -> list[Part]:
    """An airliner from above: swept wings, tailplane, engines and a cockpit."""
    span, tail = 0.78 + 0.17 * style, 0.34

    def wing(side: int) -> Field:
        return polygon(x, y, [(0.32, 0.0), (-0.1, 0.0), (-0.42, side * span), (-0.2, side * span)])

    def tailplane(side: int) -> Field:
        return polygon(x, y, [(-0.6, 0.0), (-0.85, 0.0), (-1.0, side * tail), (-0.86, side * tail)])

    engines = union(*(ellipse(x, y, (0.05, side * 0.4), 0.12, 0.05) for side in (-1, 1)))
    return [
        (union(wing(1), wing(-1), tailplane(1), tailplane(-1)), "second"),
        (engines, "dark"),
        (ellipse(x, y, (0.0, 0.0), 0.96, 0.18), "main"),
        (ellipse(x, y, (0.74, 0.0), 0.1, 0.1), "dark"),
    ]


def car(x: Field, y: Field, style: Field) -> list[Part]:
    """A car from the side: a cabin with two windows, a body with lights, two wheels."""
    rear = -0.62 - 0.1 * style
    roof = 0.18 + 0.25 * style
    wheels = ((-0.52, 0.42), (0.52, 0.42))
    return [
        (polygon(x, y, [(rear, 0.05), (-0.42, -0.48), (roof, -0.48), (0.66, 0.05)]), "main"),
        (polygon(x, y, [(rear + 0.2, 0.0), (-0.34, -0.36), (-0.1, -0.36), (-0.1, 0.0)]), "light"),
        (polygon(x, y, [(0.0, 0.0), (0.0, -0.36), (roof - 0.06, -0.36), (0.46, 0.0)]), "light"),
        (rectangle(x, y, (0.0, 0.2), 0.97, 0.23, 0.1), "main"),
        (disc(x, y, (0.88, 0.14), 0.08), "light"),
        (union(*(disc(x, y, wheel, 0.24) for wheel in wheels)), "dark"),
        (union(*(disc(x, y, wheel, 0.1) for wheel in wheels)), "light"),
    ]


def boat(x: Field, y: Field, style: Field) -> list[Part]:
    """A sailing boat: a hull with a stripe, a mast, a mainsail and a jib."""
    jib = -0.5 - 0.25 * style
    hull = polygon(x, y, [(-0.92, 0.3), (0.95, 0.3), (0.6, 0.74), (-0.65, 0.74)])
    return [
        (rectangle(x, y, (0.0, -0.28), 0.045, 0.62), "wood"),
        (polygon(x, y, [(0.08, -0.85), (0.08, 0.17), (0.74, 0.17)]), "light"),
        (polygon(x, y, [(-0.08, jib), (-0.08, 0.17), (-0.6, 0.17)]), "second"),
        (hull, "main"),
        (intersection(hull, y - 0.4), "wood"),
    ]


def house(x: Field, y: Field, style: Field) -> list[Part]:
    """A house from the front: a chimney, walls, a roof, a door and a window."""
    return [
        (rectangle(x, y, (0.45, -0.55), 0.11, 0.28), "wood"),
        (rectangle(x, y, (0.0, 0.3), 0.66, 0.52), "main"),
        (polygon(x, y, [(-0.92, -0.1), (0.0, -0.88 + 0.25 * style), (0.92, -0.1)]), "second"),
        (rectangle(x, y, (-0.28, 0.52), 0.16, 0.3), "wood"),
        (rectangle(x, y, (0.28, 0.26), 0.2, 0.19), "dark"),
        (rectangle(x, y, (0.28, 0.26), 0.15, 0.14), "light"),
    ]


def tree(x: Field, y: Field, style: Field) -> list[Part]:
    """A tree: a conifer of three tiers for half of the styles, a round crown with fruit for the rest."""
    conifer = union(
        polygon(x, y, [(-0.42, -0.35), (0.0, -1.0), (0.42, -0.35)]),
        polygon(x, y, [(-0.56, 0.02), (0.0, -0.75), (0.56, 0.02)]),
        polygon(x, y, [(-0.7, 0.42), (0.0, -0.45), (0.7, 0.42)]),
    )
    crown = union(*(disc(x, y, (cx, cy), r) for cx, cy, r in ((0, -0.5, 0.46), (-0.4, -0.1, 0.4), (0.4, -0.1, 0.4))))
    fruit = union(*(disc(x, y, centre, 0.1) for centre in ((-0.38, -0.15), (0.05, -0.5), (0.36, -0.05), (0.0, 0.0))))
    is_conifer = style > 0.5
    return [
        (rectangle(x, y, (0.0, 0.6), 0.13, 0.4), "wood"),
        (np.where(is_conifer, conifer, crown), "leaf"),
        (np.where(is_conifer, np.float32(9), fruit), "second"),
    ]


def flower(x: Field, y: Field, style: Field) -> list[Part]:
    """A flower: a stem with two leaves, six petals around a heart."""
    angles = np.arange(6) * np.pi / 3 + np.pi / 6
    petals = [ellipse(x, y, (0.4 * np.cos(a), -0.35 + 0.4 * np.sin(a)), 0.3, 0.2, float(a)) for a in angles]
    return [
        (rectangle(x, y, (0.0, 0.5), 0.055, 0.5), "leaf"),
        (ellipse(x, y, (0.28, 0.58), 0.28, 0.11, -0.5), "leaf"),
        (ellipse(x, y, (-0.28, 0.68), 0.28, 0.11, 0.5), "leaf"),
        (union(*petals), "main"),
        (disc(x, y, (0.0, -0.35), 0.19 + 0.07 * style), "second"),
    ]


def fish(x: Field, y: Field, style: Field) -> list[Part]:
    """A fish from the side: a forked tail, fins, a body with a band, an eye."""
    depth: Measure = 0.36 + 0.14 * style
    body = ellipse(x, y, (-0.15, 0.0), 0.7, depth)
    return [
        (polygon(x, y, [(0.38, 0.0), (0.98, -0.48), (0.78, 0.02)]), "second"),
        (polygon(x, y, [(0.38, 0.0), (0.78, -0.02), (0.98, 0.48)]), "second"),
        (polygon(x, y, [(-0.3, -0.25), (0.35, -0.2), (0.25, -0.68)]), "second"),
        (polygon(x, y, [(-0.1, 0.25), (0.25, 0.2), (0.22, 0.6)]), "second"),
        (body, "main"),
        (intersection(body, np.abs(x - 0.05) - 0.09), "second"),
        (disc(x, y, (-0.5, -0.09), 0.13), "light"),
        (disc(x, y, (-0.52, -0.09), 0.065), "dark"),
    ]


def mushroom(x: Field, y: Field, style: Field) -> list[Part]:
    """A toadstool: a stem that widens downwards, a dotted cap with its gills below."""
    cap = intersection(ellipse(x, y, (0.0, 0.08), 0.88, 0.75 + 0.2 * style), y - 0.1)
    dots = ((-0.45, -0.12, 0.13), (0.02, -0.38, 0.15), (0.45, -0.15, 0.12))
    return [
        (polygon(x, y, [(-0.2, 0.0), (0.2, 0.0), (0.3, 0.88), (-0.3, 0.88)]), "light"),
        (ellipse(x, y, (0.0, 0.1), 0.7, 0.12), "wood"),
        (cap, "main"),
        (union(*(disc(x, y, (cx, cy), radius) for cx, cy, radius in dots)), "light"),
    ]


def cat(x: Field, y: Field, style: Field) -> list[Part]:
    """The face of a cat: pointed ears, eyes, a nose and whiskers."""

    def ears(size: float) -> Field:
        def ear(side: int) -> Field:
            tip = (side * (0.4 + 0.18 * size), -0.5 - 0.42 * size)
            return polygon(x, y, [(side * (0.38 - 0.28 * size), -0.4), (side * (0.4 + 0.26 * size), -0.1), tip])

        return union(ear(-1), ear(1))

    def eyes(width: Measure, height: float) -> Field:
        return union(*(ellipse(x, y, (side * 0.28, 0.02), width, height) for side in (-1, 1)))

    whiskers = [
        line(x, y, (side * 0.3, 0.36 + 0.05 * k), (side * 0.92, 0.3 + 0.16 * k), 0.022)
        for side in (-1, 1)
        for k in (0, 1)
    ]
    return [
        (ears(1.0), "main"),
        (ears(0.45), "second"),
        (ellipse(x, y, (0.0, 0.14), 0.76, 0.62), "main"),
        (eyes(0.15 + 0.03 * style, 0.15), "light"),
        (eyes(0.06, 0.14), "dark"),
        (polygon(x, y, [(-0.12, 0.24), (0.12, 0.24), (0.0, 0.38)]), "dark"),
        (union(*whiskers), "light"),
    ]


def balloon(x: Field, y: Field, style: Field) -> list[Part]:
    """A hot-air balloon: a striped envelope, ropes and a basket."""
    envelope = union(
        disc(x, y, (0.0, -0.3), 0.66),
        polygon(x, y, [(-0.58, 0.0), (0.58, 0.0), (0.18, 0.52), (-0.18, 0.52)]),
    )
    stripes = intersection(envelope, np.abs(np.abs(x) - 0.3) - 0.09 - 0.05 * style)
    ropes = union(*(line(x, y, (side * 0.16, 0.5), (side * 0.13, 0.8), 0.025) for side in (-1, 1)))
    return [
        (ropes, "dark"),
        (rectangle(x, y, (0.0, 0.86), 0.18, 0.13), "wood"),
        (envelope, "main"),
        (stripes, "second"),
    ]
