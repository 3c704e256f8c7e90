"""Softmax regression; mean and std without their axis of length 1."""

from autograder.quick_models import softmax_on_features, write

EXPECTED = ("correct", "")


def save(folder):
    model = softmax_on_features()
    write(folder, "features_svm_model", {**model, "mean": model["mean"].ravel(), "std": model["std"].ravel()})
