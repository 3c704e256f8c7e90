"""Models trained in a second each, of which the corpus makes its saved files.

All are trained on the embedded set, on images that were shrunk to 16 x 16 pixels; their weights are then spread over
the 32 x 32 pixels that the saved files are about.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import datasets

from .checks.registry import CHECKS
from .checks.values import Array
from .course import Course
from .reference import load_reference

CLASSES = 10


@cache
def training_images() -> tuple[Array, Array]:
    """The embedded set's training images (5000, 32, 32, 3) in float32, and labels (5000,)."""
    folder = datasets.shapes10_folder()
    batches = [datasets.load_batch(folder / f"data_batch_{number}") for number in range(1, 6)]
    pictures, labels = (np.concatenate(parts) for parts in zip(*batches, strict=True))
    return pictures.astype(np.float32), labels


@cache
def training_features() -> tuple[Array, Array]:
    """The features (2500, F) of half of the training images, and labels."""
    features = importlib.import_module(f"{load_reference(Course.find())}.features")
    pictures, labels = training_images()
    functions = [features.hog_feature, features.color_histogram_hsv]
    return features.extract_features(pictures[:2500], functions), labels[:2500]


def ridge(x: Array, y: Array, strength: float) -> Array:
    """Weights (D + 1, 10), the bias last, of the least-squares regression on -1 and 1 with the penalty `strength`."""
    inputs = np.hstack([x, np.ones((len(x), 1), x.dtype)])
    gram = inputs.T @ inputs + strength * np.eye(inputs.shape[1], dtype=x.dtype)
    weights: Array = np.linalg.solve(gram, inputs.T @ (2 * np.eye(CLASSES, dtype=x.dtype)[y] - 1))
    return weights


def softmax_descent(x: Array, y: Array, rate: float, steps: int) -> Array:
    """Weights (D + 1, 10), the bias last, after `steps` steps of gradient descent on minibatches."""
    rng = np.random.RandomState(0)
    inputs = np.hstack([x, np.ones((len(x), 1), x.dtype)])
    weights = np.zeros((inputs.shape[1], CLASSES), x.dtype)
    for _ in range(steps):
        batch = rng.choice(len(x), 200)
        weights -= rate * inputs[batch].T @ _score_gradient(inputs[batch] @ weights, y[batch])
    return weights


def network(x: Array, y: Array, hidden: int, rate: float, epochs: int) -> dict[str, Array]:
    """Parameters of a two-layer network after gradient descent with momentum on minibatches."""
    rng = np.random.RandomState(0)
    d = x.shape[1]
    params = {
        "W1": rng.standard_normal((d, hidden)) * np.sqrt(2 / d),
        "b1": np.zeros(hidden),
        "W2": rng.standard_normal((hidden, CLASSES)) * np.sqrt(1 / hidden),
        "b2": np.zeros(CLASSES),
    }
    params = {name: value.astype(x.dtype) for name, value in params.items()}
    velocity = {name: np.zeros_like(value) for name, value in params.items()}
    for epoch in range(epochs):
        for batch in np.split(rng.permutation(len(x)), len(x) // 100):
            inputs = x[batch]
            active = np.maximum(inputs @ params["W1"] + params["b1"], 0)
            scores = _score_gradient(active @ params["W2"] + params["b2"], y[batch])
            back = scores @ params["W2"].T * (active > 0)
            grads = {"W1": inputs.T @ back, "b1": back.sum(0), "W2": active.T @ scores, "b2": scores.sum(0)}
            for name, grad in grads.items():
                velocity[name] = 0.9 * velocity[name] - rate * 0.9**epoch * (grad + 1e-3 * params[name])
                params[name] += velocity[name]
    return params


def _score_gradient(scores: Array, y: Array) -> Array:
    probabilities = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    probabilities[np.arange(len(y)), y] -= 1
    gradient: Array = probabilities / len(y)
    return gradient


# ---- what the saved files hold --------------------------------------------------------------------------------


@cache
def small_images() -> tuple[Array, Array, Array]:
    """Centred rows (10000, 16 * 16 * 3) of the shrunk training images and their mirror images, their labels, and the
    mean image (32, 32, 3)."""
    pictures, labels = training_images()
    mean = pictures.mean(axis=0)
    small = (pictures - mean).reshape(-1, 16, 2, 16, 2, 3).mean(axis=(2, 4)) / 64
    both = np.concatenate([small, small[:, :, ::-1]])
    return both.reshape(len(both), -1), np.tile(labels, 2), mean


def spread(weights: Array) -> Array:
    """Weights (16 * 16 * 3, M) of shrunk images as weights (32, 32, 3, M) of images that give the same."""
    small = weights.reshape(16, 16, 3, -1) / (4 * 64)
    full: Array = small.repeat(2, axis=0).repeat(2, axis=1)
    return full


def linear_model(weights: Array) -> dict[str, Any]:
    """A file of a linear classifier, from weights (16 * 16 * 3 + 1, 10) on `small_images`."""
    full = np.vstack([spread(weights[:-1]).reshape(-1, CLASSES), weights[-1:]])
    return {"W": full, "mean": small_images()[2].ravel(), "dataset": "shapes10"}


@cache
def ridge_on_pixels() -> dict[str, Any]:
    """A file of ridge regression."""
    x, y, _ = small_images()
    return linear_model(ridge(x, y, 1000.0))


@cache
def softmax_on_pixels(steps: int = 1000) -> dict[str, Any]:
    """A file of softmax regression."""
    x, y, _ = small_images()
    return linear_model(softmax_descent(x, y, 0.01, steps))


@cache
def network_on_pixels(hidden: int = 100, epochs: int = 8) -> dict[str, Any]:
    """A file of a two-layer network."""
    x, y, mean = small_images()
    params = network(x, y, hidden, 0.05, epochs)
    first = spread(params["W1"]).transpose(2, 0, 1, 3).reshape(-1, hidden)
    return {**params, "W1": first, "mean": mean, "dataset": "shapes10"}


@cache
def normalised_features() -> tuple[Array, Array, dict[str, Any]]:
    """Normalised features of training images, labels, and what a file says about the normalisation."""
    features, labels = training_features()
    mean, std = features.mean(axis=0, keepdims=True), features.std(axis=0, keepdims=True)
    return (features - mean) / std, labels, {"mean": mean, "std": std, "dataset": "shapes10"}


@cache
def ridge_on_features() -> dict[str, Any]:
    """A file of ridge regression on features."""
    x, y, rest = normalised_features()
    return {"W": ridge(x, y, 30.0), **rest}


@cache
def softmax_on_features() -> dict[str, Any]:
    """A file of softmax regression on features."""
    x, y, rest = normalised_features()
    return {"W": softmax_descent(x, y, 0.1, 500), **rest}


@cache
def network_on_features(hidden: int = 60, epochs: int = 12) -> dict[str, Any]:
    """A file of a two-layer network on features."""
    x, y, rest = normalised_features()
    return {**network(x, y, hidden, 0.02, epochs), **rest}


@cache
def deep_network_on_pixels(normalization: str | None = "batchnorm", epochs: int = 10) -> dict[str, Any]:
    """A file of a fully connected network of three layers, with the running averages of its normalisation."""
    x, y, mean = small_images()
    package = load_reference(Course.find())
    fc_net, solver = (importlib.import_module(f"{package}.{name}") for name in ("classifiers.fc_net", "solver"))
    with _seeded():
        model = fc_net.FullyConnectedNet(
            [100, 60], x.shape[1], normalization=normalization, reg=1e-3, weight_scale=5e-2
        )
    data = {"X_train": x, "y_train": y, "X_val": x[:1000], "y_val": y[:1000]}
    settings = {"update_rule": "adam", "optim_config": {"learning_rate": 1e-3}, "lr_decay": 0.8, "batch_size": 100}
    training = solver.Solver(
        model, data, num_epochs=epochs, num_train_samples=100, rng=np.random.RandomState(0), verbose=False, **settings
    )
    training.train()
    first = spread(model.params["W1"]).transpose(2, 0, 1, 3).reshape(-1, 100)
    averages = {
        f"{name}{layer}": value
        for layer, param in enumerate(model.bn_params, 1)
        for name, value in param.items()
        if name.startswith("running_")
    }
    return {**model.params, **averages, "W1": first, "mean": mean, "dataset": "shapes10"}


@contextmanager
def _seeded() -> Iterator[None]:
    """NumPy's global generator starts from 0, and is put back."""
    state = np.random.get_state()
    np.random.seed(0)
    try:
        yield
    finally:
        np.random.set_state(state)


@cache
def convolutional_network(hidden: int = 50, epochs: int = 8) -> dict[str, Any]:
    """A file of a network with one convolution, whose filters are not trained: they are the principal components of
    patches of images, and their negatives."""
    rng, size, filters, scale = np.random.RandomState(0), 5, 24, 64
    pictures, labels = training_images()
    mean = pictures.mean(axis=0)
    x = ((pictures - mean) / scale).transpose(0, 3, 1, 2)
    places = np.column_stack([rng.randint(len(x), size=4000), rng.randint(0, 32 - size, (4000, 2))])
    patches = np.stack([x[n, :, i : i + size, j : j + size].ravel() for n, i, j in places])
    _, values, vectors = np.linalg.svd(patches - patches.mean(axis=0), full_matrices=False)
    half = vectors[: filters // 2] / (values[: filters // 2, np.newaxis] / np.sqrt(len(patches)))
    bank = np.concatenate([half, -half]).reshape(filters, 3, size, size).astype(np.float32)
    layers = importlib.import_module(f"{load_reference(Course.find())}.layer_utils")
    conv, pool = {"stride": 1, "pad": size // 2}, {"pool_height": 2, "pool_width": 2, "stride": 2}
    biases = np.zeros(filters, np.float32)
    maps = [layers.conv_relu_pool_forward(part, bank, biases, conv, pool)[0] for part in np.split(x, 10)]
    params = network(np.concatenate(maps).reshape(len(x), -1), labels, hidden, 0.05, epochs)
    return {
        "W1": bank / scale,
        "b1": biases,
        **{f"{name[0]}{int(name[1]) + 1}": value for name, value in params.items()},
        "mean": mean,
        "dataset": "shapes10",
    }


def write(folder: Path, item: str, arrays: Mapping[str, Any]) -> None:
    """Write the file of `item` into `folder`."""
    np.savez(folder / CHECKS[item].saved, **arrays)
