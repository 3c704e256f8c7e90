"""Figures for pages, drawn by matplotlib as SVG that takes its colours and its font from the page."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Drawn in these colours, which nothing else has, so that they can be replaced by the page's own, light or dark.
_INK, _FILL, _EDGE = "#010203", "#040506", "#070809"
_COLOURS = {_INK: "currentColor", _FILL: "var(--accent)", _EDGE: "var(--page)"}
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text
    "font.family": "sans-serif",
    "font.size": 11.5,
    "text.color": _INK,
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_BINS = 20
# Names that figures on one page share, and what only files of their own need.
_NEEDLESS = re.compile(r' (?:id="[A-Za-z.0-9]+_[0-9]+"|xmlns(?::xlink)?="[^"]*")')


def histogram(points: Sequence[float], most: float) -> Markup:
    """A histogram of `points`, of which there are at most `most`."""
    from matplotlib.ticker import MaxNLocator

    most = max(most, *points, 1.0)
    with _axes(2.3, f"Histogram of the points of {len(points)} submissions, from 0 to {most:g}") as (axes, svg):
        axes.hist(points, bins=[most * i / _BINS for i in range(_BINS + 1)], color=_FILL, edgecolor=_EDGE)
        axes.set(xlabel="points", ylabel="submissions", xlim=(0, most))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        return svg()


def shares(items: Sequence[tuple[str, float]]) -> Markup:
    """A bar for each of `items`, from top to bottom: its name, and what share of its points was earned."""
    label = "Mean share of the points: " + ", ".join(f"{name} {share:.2f}" for name, share in items)
    with _axes(0.8 + 0.28 * len(items), label) as (axes, svg):
        bars = axes.barh(range(len(items)), [share for _, share in items], color=_FILL, height=0.7)
        axes.bar_label(bars, [f"{share:.2f}" for _, share in items], padding=3)
        axes.set(xlabel="mean share of the points", xlim=(0, 1.1), xticks=[0, 0.25, 0.5, 0.75, 1])
        axes.set_yticks(range(len(items)), [name for name, _ in items])
        axes.invert_yaxis()
        axes.tick_params(axis="y", length=0)
        return svg()


@contextlib.contextmanager
def _axes(height: float, label: str) -> Iterator[tuple[Axes, Callable[[], Markup]]]:
    """Axes to draw in, in the page's style, and a function that gives what was drawn as an element called `label`."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    # Ids are made of the salt, and random without one: the same figure gets the same ids, two on a page others.
    with rc_context(_STYLE | {"svg.hashsalt": label}):
        figure = Figure(figsize=(5, height), layout="constrained", facecolor="none")
        yield figure.add_subplot(facecolor="none"), lambda: _svg(figure, label)


def _svg(figure: Figure, label: str) -> Markup:
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    text = out.getvalue()[out.getvalue().index("<svg") :]
    for drawn, shown in _COLOURS.items():
        text = text.replace(drawn, shown)
    text = _NEEDLESS.sub("", text)
    return Markup(text.replace("<svg ", Markup('<svg role="img" aria-label="{}" ').format(label), 1))
