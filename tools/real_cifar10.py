"""Runs the solution notebooks on the real CIFAR-10 and prints how well their models do, beside what is asked.

    make real                                   the set that `python -m datasets fetch cifar10` put there
    make real CIFAR10=FOLDER                    the set in FOLDER
    python -m tools.real_cifar10 assignment2    the notebooks of one assignment

The accuracies are computed here from what the notebooks saved. Validation images are the last 1,000 of the training
set, which the notebooks train without; test images are all 10,000 (for kNN the first 500, against 5,000 for training).
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np

import datasets
from autograder.course import Course
from autograder.notebooks import run_notebooks
from autograder.reference import load_reference
from autograder.release import solved_release

ASKED = {  # figure -> the least accuracy that the notebooks must reach
    "knn test": 0.28,
    "svm validation": 0.38,
    "softmax validation": 0.38,
    "two_layer_net test": 0.50,
    "features svm test": 0.42,
    "features net test": 0.55,
    "FullyConnectedNets validation": 0.52,
    "ConvolutionalNetworks validation": 0.60,
}


def main() -> int:
    """Run, print the table, and return 1 if a notebook fails or a figure falls short."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    course = Course.find()
    parser.add_argument("assignments", nargs="*", help=f"of {', '.join(FIGURES)} (default: all)")
    parser.add_argument("--data", type=Path, help="the folder cifar-10-batches-py")
    parser.add_argument("--keep", type=Path, help="keep the executed notebooks there")
    options = parser.parse_args()
    data = (options.data or datasets.cifar10_folder()).resolve()
    if datasets.name_of(data) != "cifar10":
        print(f"{data} is not the real CIFAR-10; run `python -m datasets fetch cifar10` or name its folder")
        return 2
    fine = True
    figures: dict[str, float] = {}
    load_reference(course)
    images = Images(data)
    for assignment in map(course.assignment, options.assignments or FIGURES):
        with tempfile.TemporaryDirectory() as scratch:
            folder = solved_release(assignment, options.keep or Path(scratch))
            for run in run_notebooks(assignment, folder, list(assignment.notebooks), data):
                print(f"{run.notebook:<22} {run.seconds:7.1f} s  {'; '.join(run.problems) or 'ok'}", flush=True)
                fine &= not run.problems
            figures |= FIGURES[assignment.name](images, folder / "saved")
    print(f"\n{'figure':<34} {'accuracy':>8} {'asked':>6}")
    for name, value in figures.items():
        asked = ASKED.get(name)
        fine &= asked is None or value >= asked
        print(f"{name:<34} {value:8.3f} {'' if asked is None else f'{asked:6.2f}'}")
    return 0 if fine else 1


class Images:
    """The real images, uint8 (N, 32, 32, 3), and their labels."""

    def __init__(self, folder: Path):
        train = [datasets.load_batch(folder / f"data_batch_{n}") for n in range(1, 6)]
        self.train = np.concatenate([x for x, _ in train]), np.concatenate([y for _, y in train])
        self.splits = {
            "validation": (self.train[0][-1000:], self.train[1][-1000:]),
            "test": datasets.load_batch(folder / "test_batch"),
        }


def _load(folder: Path, name: str) -> dict[str, np.ndarray]:
    with np.load(folder / f"{name}.npz", allow_pickle=False) as file:
        return dict(file)


def _right(scores: np.ndarray, labels: np.ndarray) -> float:
    return float(np.mean(scores.argmax(axis=1) == labels))


def classifiers(images: Images, saved: Path) -> dict[str, float]:
    """Figure -> accuracy of Assignment 1's models in `saved`."""
    from reference.classifiers.k_nearest_neighbor import KNearestNeighbor
    from reference.features import color_histogram_hsv, extract_features, hog_feature

    (X, y), (X_test, y_test) = images.train, images.splits["test"]

    def linear(model: dict[str, np.ndarray], rows: np.ndarray) -> np.ndarray:
        return rows @ model["W"][:-1] + model["W"][-1]

    def net(model: dict[str, np.ndarray], rows: np.ndarray) -> np.ndarray:
        return np.maximum(rows @ model["W1"] + model["b1"], 0) @ model["W2"] + model["b2"]

    figures: dict[str, float] = {}
    knn = KNearestNeighbor()
    knn.train(X[:5000].reshape(5000, -1).astype(float), y[:5000])
    best_k = int(_load(saved, "knn_cross_validation")["best_k"])
    found = knn.predict(X_test[:500].reshape(500, -1).astype(float), k=best_k)
    figures["knn test"] = float(np.mean(found == y_test[:500]))
    for name in ("svm", "softmax"):
        model = _load(saved, f"{name}_model")
        for split, (pictures, labels) in images.splits.items():
            rows = pictures.reshape(len(pictures), -1) - model["mean"].reshape(1, -1)
            figures[f"{name} {split}"] = _right(linear(model, rows), labels)
    model = _load(saved, "two_layer_model")
    for split, (pictures, labels) in images.splits.items():
        rows = (pictures - model["mean"]).transpose(0, 3, 1, 2).reshape(len(pictures), -1)
        figures[f"two_layer_net {split}"] = _right(net(model, rows), labels)
    features = extract_features(X_test, [hog_feature, color_histogram_hsv])
    for name, scores in (("svm", linear), ("net", net)):
        model = _load(saved, f"features_{name}_model")
        figures[f"features {name} test"] = _right(scores(model, (features - model["mean"]) / model["std"]), y_test)
    return figures


def deep_networks(images: Images, saved: Path) -> dict[str, float]:
    """Figure -> accuracy of Assignment 2's models in `saved`."""
    from reference.classifiers.cnn import ThreeLayerConvNet
    from reference.classifiers.fc_net import FullyConnectedNet

    figures: dict[str, float] = {}
    for notebook, file in (("FullyConnectedNets", "fc_net"), ("ConvolutionalNetworks", "convnet")):
        model = _load(saved, file)
        shapes = {name: value.shape for name, value in model.items()}
        if notebook == "FullyConnectedNets":
            network = FullyConnectedNet([shapes[f"b{i}"][0] for i in range(1, 10) if f"b{i + 1}" in shapes])
        else:
            filters, _, size, _ = shapes["W1"]
            network = ThreeLayerConvNet(num_filters=filters, filter_size=size, hidden_dim=shapes["b2"][0])
        network.params = {name: model[name] for name in network.params}
        for split, (pictures, labels) in images.splits.items():
            scores = [
                network.loss((pictures[i : i + 100] - model["mean"]).transpose(0, 3, 1, 2).astype(np.float32))
                for i in range(0, len(pictures), 100)
            ]
            figures[f"{notebook} {split}"] = _right(np.concatenate(scores), labels)
    return figures


FIGURES = {"assignment1": classifiers, "assignment2": deep_networks}


if __name__ == "__main__":
    sys.exit(main())
