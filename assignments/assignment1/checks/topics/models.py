"""What notebooks saved: the cross-validation of kNN, and trained models, tested on images they have not seen.

The weights are the student's; the arithmetic is the grader's: scores are computed here, or by the reference's network
where there is one, in float64. Where there is none (in the student's own notebook), by the student's network.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..executor import CodeError
from ..expect import Expect, Failure
from ..registry import CHECKS, item
from ..student import Code, Handle, WrongResult, an_object, attribute, images, is_live, saved
from ..values import Array

#: The accuracy that is asked for, by data set and item. For knn_cross_validation: what its best k has at least.
ACCURACY = {
    "shapes10": {
        "knn_cross_validation": 0.25,
        "svm_model": 0.40,
        "softmax_model": 0.40,
        "two_layer_model": 0.55,
        "features_svm_model": 0.70,
        "features_net_model": 0.75,
        "fc_model": 0.55,
        "convnet_model": 0.75,
    },
    "cifar10": {
        "knn_cross_validation": 0.22,
        "svm_model": 0.36,
        "softmax_model": 0.36,
        "two_layer_model": 0.48,
        "features_svm_model": 0.46,
        "features_net_model": 0.55,
        "fc_model": 0.50,
        "convnet_model": 0.55,
    },
}
#: A model that misses it by no more than this earns half of the points.
NEARLY = 0.05
#: Guessing gives 0.10; below this, a model has learned nothing.
CHANCE = 0.15
#: No nearest neighbour on these images comes near this, unless it finds the images themselves.
TOO_GOOD_FOR_KNN = 0.60

CLASSES = 10
SHAPE = (32, 32, 3)
PIXELS = 32 * 32 * 3
#: As many as the notebooks test on; they give an accuracy with a standard error of 1.6 %.
MOST_IMAGES = 1000
#: More would cost the grader seconds and half a gigabyte; the task can be solved with a tenth of it.
MOST_HIDDEN = 2000
MOST_LAYERS = 10
MOST_WEIGHTS = 8_000_000
#: In all filters of a layer: 128 of 7 x 7 have 18,816. They are applied to 1,024 places of each image.
MOST_FILTER_WEIGHTS = 20_000
LARGEST_FILTER = 15

MAIN = ("nearly", "accuracy")


class Unusable(Exception):
    """A saved file does not hold what it should: keys of a sentence and a hint, and what fills them in."""

    def __init__(self, sentence: str, hint_key: str, **parts: Any) -> None:
        super().__init__(sentence)
        self._words, self._parts = (sentence, hint_key), parts

    def failure(self, expect: Expect) -> Failure:
        """What the student is told."""
        return expect.failure(*self._words, **self._parts)


@dataclass(frozen=True)
class SavedFile:
    """The arrays of one saved file."""

    name: str
    arrays: dict[str, Array]

    @classmethod
    def of(cls, student: Code, item_id: str) -> SavedFile:
        """The file of the item `item_id`; raise `Unusable` if it cannot be read, `CodeError` if it is not there."""
        name = CHECKS[item_id].saved
        try:
            return cls(name, saved(student, name))
        except CodeError as error:
            if error.kind == "FileNotFoundError":
                raise
            raise Unusable("saved_as_is", "saved", text=error.text) from None

    @property
    def dataset(self) -> str:
        """The data set that its notebook used."""
        value = self._array("dataset", "the name of a data set")
        name = str(value.ravel()[0]) if value.dtype.kind == "U" and value.size == 1 else "no text"
        if name not in ACCURACY:
            expected = " or ".join(map(repr, ACCURACY))
            raise Unusable("saved_dataset", "saved_dataset", file=self.name, got=name[:40], expected=expected)
        return name

    def numbers(self, name: str, *shape: int | None) -> Array:
        """The array `name` in float64, of the shape `shape`, where None stands for any length.

        Axes of length 1 may be there or not, and what should be a vector may have the shape of an image.
        """
        value = self._array(name, f"an array of shape {_pattern(shape)}")
        if value.dtype.kind not in "fiu":
            raise Unusable("saved_numbers", "saved", file=self.name, name=name, got=value.dtype)
        if not _fits(value.shape, shape):
            if value.shape == SHAPE and shape == (PIXELS,):
                return self._finite(name, value.ravel())
            parts = {"file": self.name, "name": name, "got": value.shape, "expected": _pattern(shape)}
            if value.ndim == 2 and _fits(value.shape[::-1], shape):
                raise Unusable("saved_shape", "saved_transposed", **parts)
            if name == "W" and value.ndim == 2 and (value.shape[0] + 1, value.shape[1]) == shape:
                raise Unusable("saved_shape", "saved_no_bias", **parts)
            raise Unusable("saved_shape", "saved_shape", **parts)
        lengths = iter(length for length in value.shape if length != 1)
        return self._finite(name, value.reshape([1 if n == 1 else next(lengths) for n in shape]))

    def filters(self, name: str) -> Array:
        """The array `name` in float64, square filters (F, 3, k, k)."""
        value = self._array(name, "filters of shape (F, 3, k, k)")
        shape = value.shape
        if len(shape) != 4 or shape[1] != SHAPE[2] or shape[2] != shape[3] or 0 in shape:
            raise Unusable(
                "saved_shape", "saved_filters", file=self.name, name=name, got=shape, expected="(F, 3, k, k)"
            )
        if value.size > MOST_FILTER_WEIGHTS or shape[2] > LARGEST_FILTER:
            parts = {"file": self.name, "name": name, "got": shape, "most": MOST_FILTER_WEIGHTS, "size": LARGEST_FILTER}
            raise Unusable("saved_filters", "saved_filters_large", **parts)
        return self.numbers(name, *shape)

    def _finite(self, name: str, value: Array) -> Array:
        """`value` in float64; raise `Unusable` where it has NaN or infinite elements."""
        wide = value.astype(np.float64)
        if not np.isfinite(wide).all():
            raise Unusable("saved_nonfinite", "saved_nonfinite", file=self.name, name=name)
        return wide

    def _array(self, name: str, expected: str) -> Array:
        if name not in self.arrays:
            raise Unusable("saved_key", "saved_key", file=self.name, key=name, expected=expected)
        return self.arrays[name]


def _fits(got: tuple[int, ...], pattern: tuple[int | None, ...]) -> bool:
    lengths = [length for length in got if length != 1]
    wanted = [length for length in pattern if length != 1]
    return len(lengths) == len(wanted) and all(
        n == w or (w is None and n > 0) for n, w in zip(lengths, wanted, strict=True)
    )


def _pattern(shape: tuple[int | None, ...]) -> str:
    lengths = ", ".join("any" if length is None else str(length) for length in shape)
    return f"({lengths},)" if len(shape) == 1 else f"({lengths})"


# ---- cross-validation -----------------------------------------------------------------------------------------


@item(
    "knn_cross_validation",
    main=("accuracies", "best_k"),
    needs=("compute_distances_no_loops", "predict_labels"),
    saved="knn_cross_validation.npz",
)
def knn_cross_validation(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Cross-validation of k: the saved table of accuracies.

    What is judged is whether the table can be true, not whether it is: shapes, range, a spread between folds and
    between choices of k, a best mean that nearest neighbours have on this data set, and that best_k has it.
    Computing it again takes 25 billion multiplications for each fold, and depends on how the student cut the folds.
    """
    try:
        file = SavedFile.of(student, "knn_cross_validation")
        means = _cross_validation_means(file)
        best_k = file.numbers("best_k", 1)
        expect.seen.update(("accuracies", "best_k"))
        choices = file.numbers("k_choices", None)
        best = choices[np.argmax(means)]
        # A tie may be broken either way.
        fact = bool(np.any((choices == best_k[0]) & (means >= means.max() - 1e-9)))
        expect.that(fact, "best_k", "cv_best_k", "cv_best_k", got=best_k[0], expected=best)
    except Unusable as error:
        for part in ("accuracies", "best_k"):
            expect.fail(part, error.failure(expect))


def _cross_validation_means(file: SavedFile) -> Array:
    """The mean accuracy of each choice of k, once the table has been found believable; raise `Unusable` else."""
    lowest = ACCURACY[file.dataset]["knn_cross_validation"]
    choices = file.numbers("k_choices", None)
    if len(np.unique(choices)) != len(choices) or len(choices) < 2 or (choices < 1).any() or (choices % 1).any():
        raise Unusable("cv_choices", "cv_choices", file=file.name)
    table = file.numbers("accuracies", len(choices), None)
    if (table < 0).any() or (table > 1).any():
        raise Unusable("cv_range", "cv_range", low=table.min(), high=table.max())
    if (table == table[:, :1]).all():
        raise Unusable("cv_folds_equal", "cv_folds_equal")
    if (table == table[:1]).all():
        raise Unusable("cv_choices_equal", "cv_choices_equal")
    means: Array = table.mean(axis=1)
    if means.max() > TOO_GOOD_FOR_KNN:
        raise Unusable("cv_best", "cv_leak", got=means.max(), dataset=file.dataset)
    if means.max() < lowest:
        raise Unusable("cv_best", "cv_low", got=means.max(), dataset=file.dataset)
    return means


# ---- trained models -------------------------------------------------------------------------------------------

#: One way to read a file: the scores (N, 10) that it then gives.
Reading = Callable[[], Array]


@dataclass(frozen=True)
class DeepNetwork:
    """A network from a file: what makes it, its parameters, and the running averages of its layers."""

    kind: str
    settings: dict[str, Any]
    params: dict[str, Array]
    averages: list[dict[str, Array]]


def _fully_connected(file: SavedFile) -> DeepNetwork:
    """The network of any depth in `file`. Scales tell that it has normalisation, running averages that it is batch
    normalisation."""
    last = next(layer for layer in range(1, MOST_LAYERS + 2) if f"W{layer + 1}" not in file.arrays)
    if last > MOST_LAYERS:
        raise Unusable("saved_layers", "saved_layers", file=file.name, most=MOST_LAYERS)
    normalised, averaged = ("gamma1" in file.arrays and last > 1), "running_mean1" in file.arrays
    sizes = [PIXELS]
    params: dict[str, Array] = {}
    averages: list[dict[str, Array]] = []
    for layer in range(1, last + 1):
        w = file.numbers(f"W{layer}", sizes[-1], CLASSES if layer == last else None)
        size = w.shape[1]
        if size > MOST_HIDDEN:
            raise Unusable("saved_hidden", "saved_hidden", file=file.name, got=size, most=MOST_HIDDEN)
        sizes.append(size)
        params |= {f"W{layer}": w, f"b{layer}": file.numbers(f"b{layer}", size)}
        if normalised and layer < last:
            params |= {f"{name}{layer}": file.numbers(f"{name}{layer}", size) for name in ("gamma", "beta")}
            names = ("running_mean", "running_var") if averaged else ()
            averages.append({name: file.numbers(f"{name}{layer}", size) for name in names})
    if sum(value.size for value in params.values()) > MOST_WEIGHTS:
        raise Unusable("saved_weights", "saved_hidden", file=file.name, most=MOST_WEIGHTS)
    settings = {
        "hidden_dims": sizes[1:-1],
        "input_dim": PIXELS,
        "num_classes": CLASSES,
        "normalization": ("batchnorm" if averaged else "layernorm") if normalised else None,
        "dtype": "float64",
    }
    return DeepNetwork("FullyConnectedNet", settings, params, averages)


def _convolutional(file: SavedFile) -> DeepNetwork:
    """The network with one convolution in `file`. It computes in float32, which takes half of the time."""
    w1 = file.filters("W1")
    filters, _, size, _ = w1.shape
    map_size = SHAPE[0] + 2 * ((size - 1) // 2) - size + 1
    w2 = file.numbers("W2", filters * (map_size // 2) ** 2, None)
    hidden = w2.shape[1]
    if hidden > MOST_HIDDEN:
        raise Unusable("saved_hidden", "saved_hidden", file=file.name, got=hidden, most=MOST_HIDDEN)
    if w2.size > MOST_WEIGHTS:
        raise Unusable("saved_weights", "saved_hidden", file=file.name, most=MOST_WEIGHTS)
    params = {
        "W1": w1,
        "b1": file.numbers("b1", filters),
        "W2": w2,
        "b2": file.numbers("b2", hidden),
        "W3": file.numbers("W3", hidden, CLASSES),
        "b3": file.numbers("b3", CLASSES),
    }
    settings = {
        "input_dim": (SHAPE[2], *SHAPE[:2]),
        "num_filters": filters,
        "filter_size": size,
        "hidden_dim": hidden,
        "num_classes": CLASSES,
        "dtype": "float32",
    }
    with np.errstate(over="ignore"):  # infinite weights give scores that are not finite
        narrow = {name: value.astype(np.float32) for name, value in params.items()}
    return DeepNetwork("ThreeLayerConvNet", settings, narrow, [])


@dataclass(frozen=True)
class Trial:
    """A model's file, the images that it is tested on, and the code that computes networks and features."""

    file: SavedFile
    images: Array
    labels: Array
    code: Code
    live: bool

    def rows(self) -> Array:
        """The images as rows of 3,072 numbers, in float64."""
        return self.images.reshape(len(self.images), -1).astype(np.float64)

    def features(self) -> Array:
        """Their features, computed once for each set of images."""
        key = hashlib.sha256(self.images.tobytes()).digest(), self.live
        if key not in _FEATURES:
            # The functions stay with the code; what is handed over are their handles.
            functions = [attribute(self.code, f"features.{name}") for name in ("hog_feature", "color_histogram_hsv")]
            found = self.code.features.extract_features(self.images, functions)
            if not isinstance(found, np.ndarray) or found.ndim != 2 or len(found) != len(self.images):
                raise WrongResult("features", count=len(self.images))
            _FEATURES[key] = found
        return _FEATURES[key]

    def linear(self, weights: Array, inputs: Array) -> Reading:
        """The scores of a linear classifier whose bias is the last row of `weights`."""
        return lambda: inputs @ weights[:-1] + weights[-1]

    def network(self, params: dict[str, Array], inputs: Array) -> Reading:
        """The scores of a two-layer network."""

        def scores() -> Array:
            d, h = params["W1"].shape
            net = self.code.classifiers.fc_net.TwoLayerNet(input_dim=d, hidden_dim=h, num_classes=CLASSES)
            for name, value in params.items():
                net.params[name] = value
            found = net.loss(inputs)
            if not isinstance(found, np.ndarray) or found.shape != (len(inputs), CLASSES):
                raise WrongResult("net_scores", expected=(len(inputs), CLASSES))
            return found

        return scores

    def network_params(self, inputs: int) -> dict[str, Array]:
        """The parameters of a two-layer network, from the file."""
        w1 = self.file.numbers("W1", inputs, None)
        hidden = w1.shape[1]
        if hidden > MOST_HIDDEN:
            raise Unusable("saved_hidden", "saved_hidden", file=self.file.name, got=hidden, most=MOST_HIDDEN)
        return {
            "W1": w1,
            "b1": self.file.numbers("b1", hidden),
            "W2": self.file.numbers("W2", hidden, CLASSES),
            "b2": self.file.numbers("b2", CLASSES),
        }

    def deep_network(self, net: DeepNetwork, inputs: Array) -> Reading:
        """The scores of a network of any depth."""

        def scores() -> Array:
            model = self._made(net)
            for layer, averages in enumerate(net.averages):
                for name, value in averages.items():
                    model.bn_params[layer][name] = value
            return self._scores(net, model, inputs)

        return scores

    def by_batch(self, net: DeepNetwork, inputs: Array) -> Reading:
        """The scores of a network whose batch normalisation has the means and variances of `inputs` themselves."""

        def scores() -> Array:
            model = self._made(net)
            for layer in range(len(net.settings["hidden_dims"])):
                model.bn_params[layer]["momentum"] = 0.0
            model.loss(inputs, np.zeros(len(inputs), dtype=np.int64))
            return self._scores(net, model, inputs)

        return scores

    def _made(self, net: DeepNetwork) -> Handle:
        classifiers = self.code.classifiers
        made = (
            classifiers.cnn.ThreeLayerConvNet
            if net.kind == "ThreeLayerConvNet"
            else classifiers.fc_net.FullyConnectedNet
        )
        model = an_object(made(**net.settings), net.kind)
        for name, value in net.params.items():
            model.params[name] = value
        return model

    def _scores(self, net: DeepNetwork, model: Handle, inputs: Array) -> Array:
        found = model.loss(inputs)
        if not isinstance(found, np.ndarray) or found.shape != (len(inputs), CLASSES):
            raise WrongResult("deep_scores", name=net.kind, expected=(len(inputs), CLASSES))
        return found

    def accuracy(self, reading: Reading) -> float:
        """The share of the images that are classified correctly; NaN if a score is no finite number."""
        scores = reading()
        return float(np.mean(np.argmax(scores, axis=1) == self.labels)) if np.isfinite(scores).all() else np.nan


_FEATURES: dict[tuple[bytes, bool], Array] = {}


def _judge(
    id: str, student: Code, reference: Code, expect: Expect, readings: Callable[[Trial], dict[str, Reading]]
) -> None:
    """Judge the model of the item `id`. `readings` gives the scores as the file is meant under the key "accuracy",
    and, under the keys of hints, those that it gives if a common mistake was made in saving it."""
    expect.seen.update(MAIN)
    try:
        file = SavedFile.of(student, id)
        dataset = file.dataset
        live = is_live(reference)
        trial = Trial(file, *_images(reference, dataset), reference if live else student, live)
        ways = readings(trial)
        accuracy = trial.accuracy(ways["accuracy"])
        if np.isnan(accuracy):
            raise Unusable("saved_overflow", "saved_overflow", file=file.name)
        asked = ACCURACY[dataset][id]
        if accuracy >= asked:
            return
        key = "accuracy" if accuracy > CHANCE else "saved_chance"
        for mistake, reading in ways.items():
            if trial.accuracy(reading) >= max(asked - NEARLY, accuracy + NEARLY):
                key = mistake
        # Of images that students have not got, whole per cents: more digits would count single ones. Rounded down, so
        # that it never looks like enough.
        got = f"{math.floor(100 * accuracy + 1e-9)}%" if live else f"{accuracy:.1%}"
        expect.that(False, "accuracy", "accuracy", key, got=got, expected=asked)
        if not accuracy >= asked - NEARLY:
            expect.that(False, "nearly", "accuracy", key, got=got, expected=asked)
    except Unusable as error:
        for part in MAIN:
            expect.fail(part, error.failure(expect))


def _images(reference: Code, dataset: str) -> tuple[Array, Array]:
    try:
        pictures, labels = images(reference, dataset)
    except CodeError as error:
        raise Unusable("saved_as_is", "saved_elsewhere", text=error.text) from None
    return pictures[:MOST_IMAGES], labels[:MOST_IMAGES]


def _bias_first(weights: Array) -> Array:
    """Weights with the bias in the first row, put as if it were in the last."""
    return np.roll(weights, -1, axis=0)


def _linear_on_pixels(trial: Trial) -> dict[str, Reading]:
    weights, mean = trial.file.numbers("W", PIXELS + 1, CLASSES), trial.file.numbers("mean", PIXELS)
    rows = trial.rows()
    return {
        "accuracy": trial.linear(weights, rows - mean),
        "saved_bias_first": trial.linear(_bias_first(weights), rows - mean),
        "saved_mean_unused": trial.linear(weights, rows),
    }


def _network_on_pixels(trial: Trial) -> dict[str, Reading]:
    params, mean = trial.network_params(PIXELS), trial.file.numbers("mean", *SHAPE)
    centred = trial.images - mean
    return {
        "accuracy": trial.network(params, centred.transpose(0, 3, 1, 2)),
        "saved_channels_last": trial.network(params, centred),
        "saved_mean_unused": trial.network(params, trial.images.transpose(0, 3, 1, 2).astype(np.float64)),
    }


def _normalised(trial: Trial) -> tuple[Array, Array]:
    """The features as they are, and after the file's mean and standard deviation were applied."""
    features = trial.features()
    count = features.shape[1]
    return features, (features - trial.file.numbers("mean", count)) / trial.file.numbers("std", count)


def _linear_on_features(trial: Trial) -> dict[str, Reading]:
    features, normalised = _normalised(trial)
    weights = trial.file.numbers("W", features.shape[1] + 1, CLASSES)
    return {
        "accuracy": trial.linear(weights, normalised),
        "saved_bias_first": trial.linear(_bias_first(weights), normalised),
        "saved_features_raw": trial.linear(weights, features),
    }


def _network_on_features(trial: Trial) -> dict[str, Reading]:
    features, normalised = _normalised(trial)
    params = trial.network_params(features.shape[1])
    return {"accuracy": trial.network(params, normalised), "saved_features_raw": trial.network(params, features)}


def _fc_on_pixels(trial: Trial) -> dict[str, Reading]:
    net, mean = _fully_connected(trial.file), trial.file.numbers("mean", *SHAPE)
    centred = (trial.images - mean).transpose(0, 3, 1, 2)
    ways = {
        "accuracy": trial.deep_network(net, centred),
        "saved_channels_last": trial.deep_network(net, trial.images - mean),
        "saved_mean_unused": trial.deep_network(net, trial.images.transpose(0, 3, 1, 2).astype(np.float64)),
    }
    if net.settings["normalization"] == "layernorm":
        batchnorm = replace(net, settings={**net.settings, "normalization": "batchnorm"})
        ways["saved_averages"] = trial.by_batch(batchnorm, centred)
    return ways


def _convolutional_on_pixels(trial: Trial) -> dict[str, Reading]:
    net, mean = _convolutional(trial.file), trial.file.numbers("mean", *SHAPE)
    centred = (trial.images - mean).transpose(0, 3, 1, 2).astype(np.float32)
    raw = trial.images.transpose(0, 3, 1, 2).astype(np.float32)
    return {
        "accuracy": trial.deep_network(net, centred),
        "saved_mean_unused": trial.deep_network(net, raw),
    }


@item(
    "svm_model",
    main=MAIN,
    needs=("svm_loss_vectorized", "LinearClassifier_train", "LinearClassifier_predict"),
    saved="svm_model.npz",
)
def svm_model(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Test accuracy of your best linear SVM."""
    _judge("svm_model", student, reference, expect, _linear_on_pixels)


@item(
    "softmax_model",
    main=MAIN,
    needs=("softmax_loss_vectorized", "LinearClassifier_train", "LinearClassifier_predict"),
    saved="softmax_model.npz",
)
def softmax_model(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Test accuracy of your best softmax classifier."""
    _judge("softmax_model", student, reference, expect, _linear_on_pixels)


@item("two_layer_model", main=MAIN, needs=("TwoLayerNet_loss", "sgd"), saved="two_layer_model.npz")
def two_layer_model(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Test accuracy of your best two-layer network."""
    _judge("two_layer_model", student, reference, expect, _network_on_pixels)


@item(
    "features_svm_model",
    main=MAIN,
    needs=("svm_loss_vectorized", "LinearClassifier_train", "LinearClassifier_predict"),
    saved="features_svm_model.npz",
)
def features_svm_model(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Test accuracy of your best linear SVM on image features."""
    _judge("features_svm_model", student, reference, expect, _linear_on_features)


@item("features_net_model", main=MAIN, needs=("TwoLayerNet_loss", "sgd"), saved="features_net_model.npz")
def features_net_model(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Test accuracy of your best two-layer network on image features."""
    _judge("features_net_model", student, reference, expect, _network_on_features)


@item(
    "fc_model",
    main=MAIN,
    needs=("FullyConnectedNet_init", "FullyConnectedNet_loss"),
    saved="fc_net.npz",
)
def fc_model(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Test accuracy of your best fully connected network."""
    _judge("fc_model", student, reference, expect, _fc_on_pixels)


@item(
    "convnet_model",
    main=MAIN,
    needs=("ThreeLayerConvNet_init", "ThreeLayerConvNet_loss"),
    saved="convnet.npz",
)
def convnet_model(student: Code, reference: Code, expect: Expect, rng: np.random.RandomState) -> None:
    """Test accuracy of your best convolutional network."""
    _judge("convnet_model", student, reference, expect, _convolutional_on_pixels)
