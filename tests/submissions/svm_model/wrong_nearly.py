"""Never says some of the classes: a little too weak."""

import numpy as np

from autograder.checks.topics.models import ACCURACY, NEARLY
from autograder.course import Course
from autograder.held_out import held_out_images
from autograder.quick_models import ridge_on_pixels, write

EXPECTED = ("partial", "accuracy")


def save(folder):
    model = ridge_on_pixels()
    weights = model["W"].astype(float)
    images, labels = held_out_images(Course.find(), "shapes10")
    inputs = images.reshape(len(images), -1) - model["mean"]
    asked = ACCURACY["shapes10"]["svm_model"]
    for dropped in range(10):
        accuracy = np.mean(np.argmax(inputs @ weights[:-1] + weights[-1], axis=1) == labels)
        if accuracy < asked:
            break
        weights[-1, dropped] = -1e6
    assert asked - NEARLY < accuracy < asked
    write(folder, "svm_model", {**model, "W": weights})
