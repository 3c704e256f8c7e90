"""Runs the solution notebooks on the real CIFAR-10 and prints how well their models do, beside what is asked.

    make real                     the set that `python -m datasets fetch cifar10` put there
    make real CIFAR10=FOLDER      the set in FOLDER

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
}


def main() -> int:
    """Run, print the table, and return 1 if a notebook fails or a figure falls short."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="the folder cifar-10-batches-py")
    parser.add_argument("--keep", type=Path, help="keep the executed notebooks there")
    options = parser.parse_args()
    course = Course.find()
    assignment = course.assignment("assignment1")
    data = (options.data or datasets.cifar10_folder()).resolve()
    if datasets.name_of(data) != "cifar10":
        print(f"{data} is not the real CIFAR-10; run `python -m datasets fetch cifar10` or name its folder")
        return 2
    fine = True
    with tempfile.TemporaryDirectory() as scratch:
        folder = solved_release(assignment, options.keep or Path(scratch))
        for run in run_notebooks(assignment, folder, list(assignment.notebooks), data):
            print(f"{run.notebook:<20} {run.seconds:7.1f} s  {'; '.join(run.problems) or 'ok'}", flush=True)
            fine &= not run.problems
        figures = accuracies(course, folder / "saved", data)
    print(f"\n{'figure':<24} {'accuracy':>8} {'asked':>6}")
    for name, value in figures.items():
        asked = ASKED.get(name)
        fine &= asked is None or value >= asked
        print(f"{name:<24} {value:8.3f} {'' if asked is None else f'{asked:6.2f}'}")
    return 0 if fine else 1


def accuracies(course: Course, saved: Path, data: Path) -> dict[str, float]:
    """Figure -> accuracy of the models in `saved`."""
    load_reference(course)
    from reference.classifiers.k_nearest_neighbor import KNearestNeighbor
    from reference.features import color_histogram_hsv, extract_features, hog_feature

    train = [datasets.load_batch(data / f"data_batch_{n}") for n in range(1, 6)]
    X, y = np.concatenate([x for x, _ in train]), np.concatenate([y for _, y in train])
    X_val, y_val = X[-1000:], y[-1000:]
    X_test, y_test = datasets.load_batch(data / "test_batch")

    def load(name: str) -> dict[str, np.ndarray]:
        with np.load(saved / f"{name}.npz", allow_pickle=False) as file:
            return dict(file)

    def right(scores: np.ndarray, labels: np.ndarray) -> float:
        return float(np.mean(scores.argmax(axis=1) == labels))

    def linear(model: dict[str, np.ndarray], rows: np.ndarray) -> np.ndarray:
        return rows @ model["W"][:-1] + model["W"][-1]

    def net(model: dict[str, np.ndarray], rows: np.ndarray) -> np.ndarray:
        return np.maximum(rows @ model["W1"] + model["b1"], 0) @ model["W2"] + model["b2"]

    figures: dict[str, float] = {}
    knn = KNearestNeighbor()
    knn.train(X[:5000].reshape(5000, -1).astype(float), y[:5000])
    found = knn.predict(X_test[:500].reshape(500, -1).astype(float), k=int(load("knn_cross_validation")["best_k"]))
    figures["knn test"] = float(np.mean(found == y_test[:500]))
    for name in ("svm", "softmax"):
        model = load(f"{name}_model")
        for split, images, labels in (("validation", X_val, y_val), ("test", X_test, y_test)):
            rows = images.reshape(len(images), -1) - model["mean"].reshape(1, -1)
            figures[f"{name} {split}"] = right(linear(model, rows), labels)
    model = load("two_layer_model")
    for split, images, labels in (("validation", X_val, y_val), ("test", X_test, y_test)):
        rows = (images - model["mean"]).transpose(0, 3, 1, 2).reshape(len(images), -1)
        figures[f"two_layer_net {split}"] = right(net(model, rows), labels)
    features = extract_features(X_test, [hog_feature, color_histogram_hsv])
    for name, scores in (("svm", linear), ("net", net)):
        model = load(f"features_{name}_model")
        figures[f"features {name} test"] = right(scores(model, (features - model["mean"]) / model["std"]), y_test)
    return figures


if __name__ == "__main__":
    sys.exit(main())
