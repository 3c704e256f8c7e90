"""How hard shapes10 is: the test accuracy of four classifiers, from the simplest to a small convnet.

    python -m datasets.difficulty [--train 5000] [--test 1000] [--seed 231] [--only knn linear two-layer convnet]

Everything is plain NumPy and fixed in advance, so that the figures can be had again. Pictures are prepared as
in the assignments: the mean training picture is subtracted (and the rest divided by 64, for the learning rates
to be of ordinary size).
"""

import argparse
import time
from collections.abc import Callable, Sequence

import numpy as np
from tqdm.auto import tqdm

from .drawing import Field, field
from .shapes10 import Images, Labels, make_shapes10

Parameters = list[Field]
Gradient = Callable[[Parameters, Field, Labels], Parameters]
Scores = Callable[[Parameters, Field], Field]


def knn(X: Field, y: Labels, Xt: Field, yt: Labels) -> float:
    """Nearest neighbours by Euclidean distance on raw pixels, with the k that does best on the last fifth of X."""
    kept = len(X) * 4 // 5

    def accuracy(k: int, X: Field, y: Labels, Xt: Field, yt: Labels) -> float:
        distances = (X**2).sum(1) - 2 * Xt @ X.T  # up to a constant for each row
        nearest = y[np.argsort(distances, axis=1, kind="stable")[:, :k]]
        votes = (nearest[:, :, None] == np.arange(10)).sum(1)
        return float((votes.argmax(1) == yt).mean())

    k = max((1, 3, 5, 8, 10, 20), key=lambda k: accuracy(k, X[:kept], y[:kept], X[kept:], y[kept:]))
    return accuracy(k, X, y, Xt, yt)


def linear(X: Field, y: Labels, Xt: Field, yt: Labels) -> float:
    """Softmax regression, with L2 regularisation."""

    def scores(p: Parameters, X: Field) -> Field:
        return X @ p[0] + p[1]

    def gradient(p: Parameters, X: Field, y: Labels) -> Parameters:
        d = softmax_gradient(scores(p, X), y)
        return [X.T @ d, d.sum(0)]

    parameters = [np.zeros((X.shape[1], 10), np.float32), np.zeros(10, np.float32)]
    adam(parameters, gradient, X, y, epochs=30, rate=3e-4, decay=0.3, title="linear")
    return test_accuracy(scores, parameters, Xt, yt)


def two_layer(X: Field, y: Labels, Xt: Field, yt: Labels) -> float:
    """Affine, ReLU, affine, softmax, with 100 hidden units and L2 regularisation."""

    def scores(p: Parameters, X: Field) -> Field:
        return field(np.maximum(X @ p[0] + p[1], 0) @ p[2] + p[3])

    def gradient(p: Parameters, X: Field, y: Labels) -> Parameters:
        hidden = np.maximum(X @ p[0] + p[1], 0)
        d = softmax_gradient(hidden @ p[2] + p[3], y)
        dhidden = d @ p[2].T * (hidden > 0)
        return [X.T @ dhidden, dhidden.sum(0), hidden.T @ d, d.sum(0)]

    rng = np.random.RandomState(0)
    parameters = [*affine(rng, X.shape[1], 100), *affine(rng, 100, 10)]
    adam(parameters, gradient, X, y, epochs=30, rate=5e-4, decay=0.3, title="two-layer")
    return test_accuracy(scores, parameters, Xt, yt)


def convnet(X: Field, y: Labels, Xt: Field, yt: Labels) -> float:
    """Three times 3x3 convolution, ReLU and 2x2 max pooling, with 16, 32 and 64 filters, then affine, softmax."""

    def forward(p: Parameters, X: Field) -> tuple[Field, list[tuple[Field, Field, Field]]]:
        x, trace = X.reshape(-1, 32, 32, 3), []
        for W, b in zip(p[0:6:2], p[1:6:2], strict=True):
            out = convolve(x, W) + b
            pooled = pool(out)
            trace.append((x, out, pooled))
            x = np.maximum(pooled, 0)
        return x, trace

    def scores(p: Parameters, X: Field) -> Field:
        x, _ = forward(p, X)
        return x.reshape(len(x), -1) @ p[6] + p[7]

    def gradient(p: Parameters, X: Field, y: Labels) -> Parameters:
        x, trace = forward(p, X)
        flat = x.reshape(len(x), -1)
        d = softmax_gradient(flat @ p[6] + p[7], y)
        gradients = [flat.T @ d, d.sum(0)]
        dx = (d @ p[6].T).reshape(x.shape)
        for W, (x, out, pooled) in zip(p[4::-2], trace[::-1], strict=True):
            dout = unpool(dx * (pooled > 0), out, pooled)
            gradients[:0] = [patches(x).T @ dout.reshape(-1, dout.shape[-1]), dout.sum((0, 1, 2))]
            if x.shape[-1] > 3:  # the pictures themselves need no gradient
                turned = W.reshape(3, 3, x.shape[-1], -1)[::-1, ::-1].transpose(0, 1, 3, 2)
                dx = convolve(dout, turned.reshape(-1, x.shape[-1]))
        return gradients

    rng = np.random.RandomState(0)
    parameters = [array for i, o in ((27, 16), (144, 32), (288, 64), (1024, 10)) for array in affine(rng, i, o)]
    adam(parameters, gradient, X, y, epochs=12, rate=2e-3, decay=0.01, title="convnet")
    return test_accuracy(scores, parameters, Xt, yt)


CLASSIFIERS = {"knn": knn, "linear": linear, "two-layer": two_layer, "convnet": convnet}


# ---- what they share ---------------------------------------------------------------------------------


def affine(rng: np.random.RandomState, inputs: int, outputs: int) -> Parameters:
    """Weights after He et al. 2015 (arXiv:1502.01852) and zero biases."""
    W = rng.normal(0, np.sqrt(2 / inputs), (inputs, outputs)).astype(np.float32)
    return [W, np.zeros(outputs, np.float32)]


def softmax_gradient(scores: Field, y: Labels) -> Field:
    """Gradient of the mean cross-entropy loss with respect to the scores (n, 10)."""
    p = np.exp(scores - scores.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    return field(p / len(y))


def patches(x: Field) -> Field:
    """All 3x3 neighbourhoods of x (n, h, w, c), zero beyond the border, as rows (n*h*w, 9*c)."""
    n, h, w, c = x.shape
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    around = [padded[:, i : i + h, j : j + w] for i in range(3) for j in range(3)]
    return np.stack(around, axis=3).reshape(n * h * w, 9 * c)


def convolve(x: Field, W: Field) -> Field:
    """3x3 convolution of x (n, h, w, c) with W (9*c, filters), same size out."""
    return (patches(x) @ W).reshape(*x.shape[:3], W.shape[1])


def pool(x: Field) -> Field:
    """2x2 maximum of x (n, h, w, c)."""
    n, h, w, c = x.shape
    return field(x.reshape(n, h // 2, 2, w // 2, 2, c).max((2, 4)))


def unpool(dout: Field, x: Field, pooled: Field) -> Field:
    """Gradient of `pool`: to where the maximum was (to all of the equals, which noise makes rare)."""
    big = (slice(None), slice(None), None, slice(None), None)
    n, h, w, c = x.shape
    is_maximum = x.reshape(n, h // 2, 2, w // 2, 2, c) == pooled[big]
    return field(is_maximum * dout[big]).reshape(x.shape)


def adam(
    parameters: Parameters,
    gradient: Gradient,
    X: Field,
    y: Labels,
    *,
    epochs: int,
    rate: float,
    decay: float,
    title: str,
) -> None:
    """Minimise in place: Adam (Kingma and Ba 2015, arXiv:1412.6980), batches of 100, the rate falling to 0 linearly,
    weights (not biases) shrunk by `decay * rate` at each step."""
    rng = np.random.RandomState(0)
    first, second = ([np.zeros_like(p) for p in parameters] for _ in range(2))
    batches = [order for _ in range(epochs) for order in np.array_split(rng.permutation(len(X)), len(X) // 100)]
    for step, batch in enumerate(tqdm(batches, desc=title, unit="step", leave=False)):
        now = rate * (1 - step / len(batches))
        for p, m, v, g in zip(parameters, first, second, gradient(parameters, X[batch], y[batch]), strict=True):
            m += 0.1 * (g - m)
            v += 0.001 * (g * g - v)
            p -= now * (m / (1 - 0.9 ** (step + 1))) / (np.sqrt(v / (1 - 0.999 ** (step + 1))) + 1e-8)
            if p.ndim > 1:
                p -= now * decay * p


def test_accuracy(scores: Scores, parameters: Parameters, X: Field, y: Labels) -> float:
    right = [scores(parameters, X[i : i + 100]).argmax(1) == y[i : i + 100] for i in range(0, len(X), 100)]
    return float(np.concatenate(right).mean())


def measure(data: tuple[Images, Labels, Images, Labels], names: Sequence[str]) -> dict[str, float]:
    """Test accuracies of the named classifiers on (X, y, Xt, yt)."""
    X, y, Xt, yt = data
    mean = X.mean(0, dtype=np.float64).astype(np.float32)
    rows, test_rows = (((pictures - mean) / 64).reshape(len(pictures), -1) for pictures in (X, Xt))
    return {name: CLASSIFIERS[name](rows, y, test_rows, yt) for name in names}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m datasets.difficulty", description="How hard shapes10 is.")
    parser.add_argument("--train", type=int, default=5000, help="training pictures (5000)")
    parser.add_argument("--test", type=int, default=1000, help="test pictures (1000)")
    parser.add_argument("--seed", type=int, default=231, help="seed of the pictures (231)")
    parser.add_argument("--only", nargs="+", choices=CLASSIFIERS, default=list(CLASSIFIERS), help="not all four")
    options = parser.parse_args(arguments)
    data = make_shapes10(options.train, options.test, options.seed)
    for name in options.only:
        start = time.perf_counter()
        (accuracy,) = measure(data, [name]).values()
        print(f"{name:<10} {accuracy:.3f}   {time.perf_counter() - start:5.1f} s")


if __name__ == "__main__":
    main()
