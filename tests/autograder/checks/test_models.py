"""Saved models: what the corpus of saved files does not cover."""

import numpy as np
import pytest

from autograder.checks.engine import run_check
from autograder.checks.executor import CodeError, Executor
from autograder.checks.registry import CHECKS
from autograder.checks.student import Code, LocalSession
from autograder.checks.topics.models import ACCURACY, NEARLY
from autograder.course import Course
from autograder.reference import load_reference

COUNT = 40
CONTENTS = {
    "knn_cross_validation": {"k_choices": (3,), "accuracies": (3, 5), "best_k": ()},
    "svm_model": {"W": (3073, 10), "mean": (3072,)},
    "two_layer_model": {"W1": (3072, 7), "b1": (7,), "W2": (7, 10), "b2": (10,), "mean": (32, 32, 3)},
    "fc_model": {
        "W1": (3072, 7),
        "b1": (7,),
        "gamma1": (7,),
        "beta1": (7,),
        "running_mean1": (7,),
        "running_var1": (7,),
        "W2": (7, 10),
        "b2": (10,),
        "mean": (32, 32, 3),
    },
    "convnet_model": {
        "W1": (4, 3, 3, 3),
        "b1": (4,),
        "W2": (1024, 7),
        "b2": (7,),
        "W3": (7, 10),
        "b3": (10,),
        "mean": (32, 32, 3),
    },
    "features_svm_model": {"W": (155, 10), "mean": (1, 154), "std": (1, 154)},
    "features_net_model": {"W1": (154, 7), "b1": (7,), "W2": (7, 10), "b2": (10,), "mean": (1, 154), "std": (1, 154)},
}


def pictures(dataset):
    """Images whose label is their first pixel."""
    rng = np.random.RandomState(3)
    images, labels = rng.randint(0, 256, (COUNT, 32, 32, 3)).astype(np.uint8), np.arange(COUNT) % 10
    images[:, 0, 0, 0] = labels
    return images, labels


def judge(item, arrays, *, images=pictures, live=True, student=None):
    reference = Code(LocalSession(Executor(load_reference(Course.find()))), images=images, live=live)
    code = Code(LocalSession(Executor(student or "no_such_package")), saved=lambda name: arrays)
    return run_check(CHECKS[item], 10, lambda case: code, lambda case: reference)


def weights_for(right):
    """A linear model that classifies the first `right` of 40 pictures correctly, and says 0 for the rest."""
    images, labels = pictures("")
    x = images.reshape(COUNT, -1).astype(float)
    targets = np.eye(10)[np.where(np.arange(COUNT) < right, labels, (labels + 1) % 10)]
    w = np.linalg.pinv(x - 128) @ targets
    return {"W": np.vstack([w, np.zeros(10)]), "mean": np.full(3072, 128.0), "dataset": np.array("shapes10")}


def test_every_data_set_has_a_threshold_for_every_saved_item():
    items = {check.id for check in CHECKS.values() if check.saved}
    assert all(set(asked) == items for asked in ACCURACY.values())


def test_accuracy_decides_the_points(monkeypatch):
    monkeypatch.setitem(ACCURACY["shapes10"], "svm_model", 0.5)
    assert NEARLY == 0.05
    points = {right: judge("svm_model", weights_for(right)).points for right in (20, 19, 18, 17)}
    assert points == {20: 10, 19: 5, 18: 5, 17: 0}


def test_the_message_says_what_came_and_what_was_asked(monkeypatch):
    monkeypatch.setitem(ACCURACY["shapes10"], "svm_model", 0.5)
    sentence = "The model classifies {} of the test images correctly; 50% are asked for."
    assert judge("svm_model", weights_for(19), live=False).message == sentence.format("47.5%")
    # Of images that students have not got it says no more than it has to.
    assert judge("svm_model", weights_for(19)).message == sentence.format("47%")
    assert judge("svm_model", weights_for(12)).message == sentence.format("30%")


def test_only_so_many_images_are_used(monkeypatch):
    monkeypatch.setattr("autograder.checks.topics.models.MOST_IMAGES", 10)
    assert judge("svm_model", weights_for(10)).verdict == "correct"


def test_the_students_own_network_is_used_where_the_reference_is_a_recording(package):
    net = """
        import numpy as np
        class TwoLayerNet:
            def __init__(self, input_dim, hidden_dim, num_classes):
                self.params = {}
            def loss(self, X):
                assert set(self.params) == {"W1", "b1", "W2", "b2"}
                return np.eye(10)[X[:, 0, 0, 0].astype(int)]
    """
    name = package(**{"classifiers.__init__": "", "classifiers.fc_net": net})
    arrays = {name: np.zeros(shape) for name, shape in CONTENTS["two_layer_model"].items()}
    arrays["dataset"] = np.array("shapes10")
    assert judge("two_layer_model", arrays, live=False, student=name).verdict == "correct"
    assert judge("two_layer_model", arrays, live=True, student=name).verdict == "wrong"


def test_images_of_another_data_set_are_a_message():
    def elsewhere(dataset):
        raise CodeError("wrong result", "The model was trained on cifar10, but the data set here is shapes10.")

    result = judge("svm_model", weights_for(40), images=elsewhere)
    assert (result.verdict, result.points, result.mistake) == ("wrong", 0, "saved_elsewhere")


def junk(rng, shape):
    """An array that may be anything a student's or a villain's file may hold."""
    if rng.random_sample() < 0.2:
        odd = [(), (0,), (1,), (2, 3), shape[::-1], (*shape, 1), (1, *shape), (0, *shape[1:]), (5, 5, 5, 5)]
        shape = odd[rng.randint(len(odd))]
    x = rng.standard_normal(shape)
    kinds = [x, abs(x) % 1, 1e300 * x, np.nan * x, x.astype(np.float16), x.astype(np.longdouble), (10 * x).astype(int)]
    kinds += [x > 0, np.full(shape, "text"), np.zeros(shape), np.full(shape, np.inf), np.full(shape, 1.7e308)]
    return kinds[rng.randint(len(kinds))]


@pytest.mark.parametrize("item", CONTENTS)
def test_no_file_makes_a_check_crash_or_earns_points(item):
    rng = np.random.RandomState(0)
    for _ in range(60):
        arrays = {name: junk(rng, shape) for name, shape in CONTENTS[item].items() if rng.random_sample() > 0.02}
        arrays["dataset"] = np.array("shapes10") if rng.random_sample() < 0.9 else junk(rng, ())
        result = judge(item, arrays)
        assert result.verdict == "wrong", result
        assert result.hint
        assert len(result.message) < 300
