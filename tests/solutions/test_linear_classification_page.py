"""The linear classification page loads nothing, and its mathematics is that of the notebooks."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

PAGE = Path(__file__).parents[2] / "solutions" / "assignment1" / "linear_classification.html"
KINDS = ["multiclass", "onevsall", "softmax"]
MAX_BYTES = 60_000

# Runs in node behind the page's own script: a JSON list of [function, arguments...] in, the JSON list of results out.
HARNESS = """
const lc = globalThis.linearClassification;
const calls = JSON.parse(require("fs").readFileSync(0, "utf8"));
const results = calls.map(([name, ...args]) => (typeof lc[name] === "function" ? lc[name](...args) : lc[name]));
process.stdout.write(JSON.stringify(results));
"""

Evaluate = Callable[[list[list[Any]]], list[Any]]


@pytest.fixture(scope="module")
def text() -> str:
    return PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def evaluate(text: str) -> Evaluate:
    """The page's functions: a list of calls in, the list of their results out."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not on PATH: the page's script cannot be run")
    script = re.search(r'<script id="mathematics">(.*?)</script>', text, re.DOTALL)
    assert script, "the page has no script with the id mathematics"
    source = script[1] + HARNESS

    def run(calls: list[list[Any]]) -> list[Any]:
        done = subprocess.run([node, "-e", source], input=json.dumps(calls), capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        results: list[Any] = json.loads(done.stdout)  # NaN and infinity arrive as null
        assert len(results) == len(calls)
        return results

    return run


@pytest.fixture(scope="module")
def examples(evaluate: Evaluate) -> dict[str, Any]:
    """The states that the page's buttons set up."""
    return dict(evaluate([["examples"]])[0])


def reference(kind: str, W: np.ndarray, X: np.ndarray, y: np.ndarray, reg: float) -> tuple[float, np.ndarray]:
    """Loss and dL/dW for W (D+1, C), X (N, D) and y (N,), vectorised and apart from the page's loops."""
    n = len(X)
    rows = np.arange(n)
    X1 = np.hstack([X, np.ones((n, 1))])
    s = X1 @ W
    own = np.zeros_like(s)
    own[rows, y] = 1
    if kind == "multiclass":
        margins = np.maximum(0, s - s[rows, y][:, None] + 1) * (1 - own)
        active = (margins > 0).astype(float)
        losses, ds = margins.sum(axis=1), active - own * active.sum(axis=1, keepdims=True)
    elif kind == "onevsall":
        sign = 2 * own - 1
        margins = np.maximum(0, 1 - sign * s)
        losses, ds = margins.sum(axis=1), -sign * (margins > 0)
    else:
        log_total = np.logaddexp.reduce(s, axis=1)
        losses, ds = log_total - s[rows, y], np.exp(s - log_total[:, None]) - own
    return float(losses.mean() + reg * np.sum(W * W)), X1.T @ ds / n + 2 * reg * W


def problem(seed: int, n: int = 9, scale: float = 1.0) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    rng = np.random.RandomState(seed)
    W = scale * rng.standard_normal((3, 3))
    return W, 2 * rng.standard_normal((n, 2)), rng.randint(3, size=n), rng.uniform(0, 0.5)


def as_lists(*arrays: Any) -> list[Any]:
    return [a.tolist() if isinstance(a, np.ndarray) else a for a in arrays]


def train(example: dict[str, Any], kind: str, steps: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, float, float]:
    """An experiment of the page followed by the reference: W, X, y and the first and last data loss."""
    X = np.array([point["x"] for point in example["points"]])
    y = np.array([point["y"] for point in example["points"]])
    W = np.array(example["W"], float)
    first = reference(kind, W, X, y, 0)[0]
    for _ in range(steps):
        W = W - example["rate"] * reference(kind, W, X, y, example["reg"])[1]
    return W, X, y, first, reference(kind, W, X, y, 0)[0]


def test_page_is_small_and_loads_nothing(text: str) -> None:
    assert PAGE.stat().st_size < MAX_BYTES
    assert "default-src 'none'" in text  # the browser refuses what this test might overlook
    loads = r"https?:|\bsrc\s*=|<link|@import|\burl\(|\bimport\s*\(|\bfetch\(|XMLHttpRequest|WebSocket|=\s*[\"']//"
    assert re.findall(loads, text) == []


def test_every_element_that_the_script_asks_for_exists_once(text: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', text.split("<script", 1)[0])
    assert len(ids) == len(set(ids))
    asked = set(re.findall(r'\$\("([^"]+)"\)', text))
    assert asked
    assert asked <= set(ids)


def test_every_experiment_button_names_an_example(text: str, examples: dict[str, Any]) -> None:
    buttons = re.findall(r'data-example="(\w+)"', text)
    assert sorted([*buttons, "start"]) == sorted(examples)


def test_tags_are_balanced(text: str) -> None:
    """A card that is left open would swallow the rest of the page."""
    void = {"meta", "input", "br", "rect", "path"}
    stack: list[str] = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag not in void:
                stack.append(tag)

        def handle_endtag(self, tag: str) -> None:
            if tag not in void:
                assert stack, f"</{tag}> closes nothing"
                assert stack.pop() == tag, f"</{tag}> in line {self.getpos()[0]}"

    Parser().feed(text)
    assert stack == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scale", [0.1, 1.0, 1000.0])
def test_loss_and_gradient_agree_with_numpy(evaluate: Evaluate, kind: str, scale: float) -> None:
    """Scale 1000 gives scores of thousands, where exp(score) would overflow."""
    cases = [problem(seed, scale=scale) for seed in range(20)]
    values = evaluate([["loss", kind, *as_lists(*case)] for case in cases])
    slopes = evaluate([["gradient", kind, *as_lists(*case)] for case in cases])
    for case, value, slope in zip(cases, values, slopes, strict=True):
        expected, dW = reference(kind, *case)
        assert np.shape(slope) == dW.shape
        # Both are float64 sums of a few dozen terms, in different orders.
        np.testing.assert_allclose(value["total"], expected, rtol=1e-12)
        np.testing.assert_allclose(value["data"] + value["penalty"], value["total"], rtol=1e-12)
        np.testing.assert_allclose(value["penalty"], case[3] * np.sum(case[0] ** 2), rtol=1e-12)
        np.testing.assert_allclose(slope, dW, rtol=1e-10, atol=1e-13 * np.abs(dW).max())


@pytest.mark.parametrize("kind", KINDS)
def test_gradient_is_the_slope_of_the_page_s_own_loss(evaluate: Evaluate, kind: str) -> None:
    h = 1e-6
    rng = np.random.RandomState(5)
    cases = [problem(seed) for seed in range(100, 120)]
    directions = [rng.standard_normal((3, 3)) for _ in cases]
    calls = []
    for (W, X, y, reg), direction in zip(cases, directions, strict=True):
        calls += [["loss", kind, *as_lists(W + sign * h * direction, X, y, reg)] for sign in (1, -1)]
    totals = np.array([value["total"] for value in evaluate(calls)]).reshape(-1, 2)
    slopes = evaluate([["gradient", kind, *as_lists(*case)] for case in cases])
    numeric = (totals[:, 0] - totals[:, 1]) / (2 * h)
    analytic = [np.sum(np.array(slope) * direction) for slope, direction in zip(slopes, directions, strict=True)]
    # Rounding: eps * loss / h is about 1e-9. The seeds keep clear of the hinge's kinks by more than h.
    np.testing.assert_allclose(analytic, numeric, rtol=1e-6, atol=1e-7)


def test_softmax_of_extreme_scores_is_finite_and_keeps_small_losses(evaluate: Evaluate) -> None:
    sure, lost, tiny = evaluate(
        [
            ["pointLoss", "softmax", [1e4, -1e4, 0], 0],
            ["pointLoss", "softmax", [1e4, -1e4, 0], 1],
            ["pointLoss", "softmax", [50, 0, 0], 0],
        ]
    )
    assert sure == {"loss": 0, "terms": [1, 0, 0], "dscores": [0, 0, 0]}
    assert lost == {"loss": 2e4, "terms": [1, 0, 0], "dscores": [1, -1, 0]}
    # log(1 + 2 exp(-50)) is 0 in float64, though the loss is not.
    np.testing.assert_allclose(tiny["loss"], 2 * np.exp(-50), rtol=1e-12)
    np.testing.assert_allclose(tiny["dscores"][0], -2 * np.exp(-50), rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_terms_explain_the_loss_of_a_point(evaluate: Evaluate, kind: str) -> None:
    W, X, y, _ = problem(7)
    scores = X @ W[:2] + W[2]
    calls = [["pointLoss", kind, s.tolist(), int(c)] for s, c in zip(scores, y, strict=True)]
    for (_, _, _, c), point in zip(calls, evaluate(calls), strict=True):
        terms = np.array([0 if term is None else term for term in point["terms"]], float)
        expected = -np.log(terms[c]) if kind == "softmax" else terms.sum()
        np.testing.assert_allclose(point["loss"], expected, rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_without_points_only_the_penalty_is_left(evaluate: Evaluate, kind: str) -> None:
    W = problem(3)[0]
    value, slope = evaluate([[name, kind, W.tolist(), [], [], 0.25] for name in ("loss", "gradient")])
    assert value["data"] == 0
    np.testing.assert_allclose(value["total"], 0.25 * np.sum(W * W), rtol=1e-12)
    np.testing.assert_allclose(slope, 0.5 * W, rtol=1e-12)


def test_predict_takes_the_first_of_equal_scores(evaluate: Evaluate) -> None:
    zero = np.zeros((3, 3)).tolist()
    tie = [[0, 1, 1], [0, 0, 0], [0, 0, 0]]
    assert evaluate([["predict", zero, [1, 2]], ["predict", tie, [3, 0]]]) == [0, 1]


def test_descend_goes_against_the_gradient(evaluate: Evaluate) -> None:
    W, _, _, _ = problem(1)
    G = problem(2)[0]
    (after,) = evaluate([["descend", *as_lists(W, G, 0.3)]])
    np.testing.assert_allclose(after, W - 0.3 * G, rtol=1e-12, atol=1e-15)


def test_coloured_regions_are_where_the_class_wins(evaluate: Evaluate) -> None:
    rng = np.random.RandomState(11)
    half = 5
    for seed in range(10):
        W = problem(seed)[0]
        polygons = evaluate([["region", W.tolist(), c, half] for c in range(3)])
        points = rng.uniform(-half, half, (200, 2))
        winners = np.argmax(points @ W[:2] + W[2], axis=1)
        for c, polygon in enumerate(polygons):
            inside = np.zeros(len(points), bool)
            if polygon:
                corners = np.array(polygon)
                edges = np.roll(corners, -1, axis=0) - corners
                offsets = points[:, None] - corners
                inside = (edges[:, 0] * offsets[..., 1] - edges[:, 1] * offsets[..., 0] > 0).all(axis=1)
            np.testing.assert_array_equal(inside, winners == c)


def test_zero_lines_end_on_the_border_of_the_square(evaluate: Evaluate) -> None:
    half = 5
    for seed in range(10):
        W = problem(seed)[0]
        for c, ends in enumerate(evaluate([["zeroLine", W.tolist(), c, half] for c in range(3)])):
            corners = np.array([[-half, -half], [-half, half], [half, -half], [half, half]])
            values = corners @ W[:2, c] + W[2, c]
            assert (ends is not None) == (values.min() < 0 < values.max())
            if ends is not None:
                np.testing.assert_allclose(np.array(ends) @ W[:2, c] + W[2, c], 0, atol=1e-12)
                np.testing.assert_allclose(np.abs(ends).max(axis=1), half, rtol=1e-12)
    flat = [[0, 0, 0], [0, 0, 0], [1, 0, -1]]
    level = [[0, 0, 1], [1, 1, 0], [0, 9, 0]]
    calls = [["zeroLine", flat, 0, half], ["zeroLine", level, 0, half], ["zeroLine", level, 1, half]]
    nothing, across, outside = evaluate(calls)
    assert nothing is None
    assert outside is None
    assert sorted(across) == [[-half, 0], [half, 0]]


# What the page tells a student to expect is what its examples do.


def test_hinge_rests_where_margins_are_met_and_softmax_goes_on(evaluate: Evaluate, examples: dict[str, Any]) -> None:
    example = examples["met"]
    X, y = [p["x"] for p in example["points"]], [p["y"] for p in example["points"]]
    hinge, softmax = evaluate(
        [["gradient", kind, example["W"], X, y, example["reg"]] for kind in ("multiclass", "softmax")]
    )
    assert not np.any(hinge)
    assert np.abs(softmax).max() > 1e-3
    norms = [np.linalg.norm(train(example, "softmax", steps)[0]) for steps in (0, 500, 1000, 1500)]
    growth = np.diff(norms)
    assert (growth > 0).all()
    assert (np.diff(growth) < 0).all()


@pytest.mark.parametrize(("kind", "at_zero"), [("multiclass", 2), ("onevsall", 3), ("softmax", np.log(3))])
def test_penalty_shortens_the_weights_but_keeps_the_borders(
    examples: dict[str, Any], kind: str, at_zero: float
) -> None:
    norms, losses = [], []
    for reg in (0.001, 0.1, 5):
        W, X, y, _, last = train({**examples["penalty"], "reg": reg}, kind, 400)
        assert (np.argmax(X @ W[:2] + W[2], axis=1) == y).all()
        norms.append(np.linalg.norm(W))
        losses.append(last)
    assert norms[0] > norms[1] > norms[2]
    assert losses[0] < losses[1] < losses[2] < at_zero
    np.testing.assert_allclose(reference(kind, 0 * W, X, y, 0)[0], at_zero, rtol=1e-12)


def test_stray_point_costs_a_square_its_place_until_it_is_home(examples: dict[str, Any]) -> None:
    example = examples["stray"]
    *others, stray = example["points"]
    for kind in ("multiclass", "softmax"):
        W, X, y, _, _ = train(example, kind, 1000)
        wrong = np.argmax(X @ W[:2] + W[2], axis=1)[:-1] != y[:-1]
        assert (y[:-1][wrong] == 2).all()
        assert wrong.any()
        home = {**example, "points": [*others, {**stray, "x": [-4.5, 4.5]}]}
        W, X, y, _, _ = train(home, kind, 1000)
        assert (np.argmax(X @ W[:2] + W[2], axis=1) == y).all()
        own = reference(kind, W, X[-1:], y[-1:], 0)[0]
        assert own == 0 if kind == "multiclass" else 0 < own < 1e-4


def test_long_steps_zigzag_and_longer_ones_explode(examples: dict[str, Any]) -> None:
    example = examples["step"]
    for kind in KINDS:
        size = {rate: np.abs(train({**example, "rate": rate}, kind, 60)[0]).max() for rate in (0.1, example["rate"], 4)}
        assert size[0.1] < 1
        assert size[example["rate"]] < 10
        assert size[4] > 1e6


def test_class_between_is_within_reach_of_multiclass_hinge_only(examples: dict[str, Any]) -> None:
    example = examples["between"]
    assert train(example, "multiclass", 300)[4] == 0
    assert train(example, "onevsall", 3000)[4] > 0.5
