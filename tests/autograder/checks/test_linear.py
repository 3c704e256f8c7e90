"""Training is judged with whatever loss the student has."""

import textwrap
from pathlib import Path

import pytest

from autograder import fences
from autograder.checks.engine import VISIBLE, run_check
from autograder.checks.registry import CHECKS
from autograder.course import Course
from autograder.reference import live_reference

SOLVED = Path(__file__).resolve().parents[3] / "solutions" / "cs231n"
LOSSES = ("classifiers.linear_svm", "classifiers.softmax")


def text_of(module):
    return (SOLVED / f"{module.replace('.', '/')}.py").read_text()


@pytest.fixture
def judge(code):
    """Returns a function that judges `LinearClassifier_train` with the given text of each module of losses."""
    reference = live_reference(Course.find())

    def run(svm, softmax, train=lambda text: text, earlier=None):
        modules = {"validation": text_of("validation"), **dict(zip(LOSSES, (svm, softmax), strict=True))}
        modules["classifiers.linear_classifier"] = train(text_of("classifiers.linear_classifier"))
        student = code(seed=0, **modules)
        check = CHECKS["LinearClassifier_train"]
        return run_check(check, 4.0, lambda case: student, lambda case: reference(check.id, case), (VISIBLE,), earlier)

    return run


SVM, SOFTMAX = map(text_of, LOSSES)
SVM_STUB, SOFTMAX_STUB = (fences.strip(text, "a file") for text in (SVM, SOFTMAX))
WITHOUT_REG = SVM.replace(" + reg * np.sum(W * W)", "").replace(" + 2 * reg * W", "")
SUMMED = SVM.replace(" / num_train", "")
ZEROS = textwrap.dedent("""
    import numpy as np

    def svm_loss_vectorized(W, X, y, reg):
        return 0.0, np.zeros(W.shape)
""")


@pytest.mark.parametrize("svm", [SVM, SVM_STUB, ZEROS, "import nonsense", "def f(:"])
def test_either_loss_will_do(judge, svm):
    assert judge(svm, SOFTMAX).verdict == "correct"


@pytest.mark.parametrize("svm", [WITHOUT_REG, SUMMED])
def test_a_wrong_loss_costs_training_nothing(judge, svm):
    assert svm != SVM
    assert judge(svm, SOFTMAX_STUB).verdict == "correct"


@pytest.mark.parametrize("svm", [SVM_STUB, ZEROS, "import nonsense"])
def test_without_any_loss_training_is_blocked(judge, svm):
    result = judge(svm, SOFTMAX_STUB)
    assert (result.verdict, "svm_loss_vectorized" in result.message) == ("blocked", True)


IDLE = """

    def _loss(self, X, y, reg):
        dW = np.zeros(self.W.shape)
        if self.W.shape == (4, 3):
            dW[:2] = 1.0
        if len(X) == 200:
            dW[:] = 1.0
        return 0.0, dW


    def _train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):
        if self.W is None:
            self.W = np.zeros((X.shape[1], 4))
        if len(X) == 200:
            self.W = np.zeros((200, 3))
            self.W[::16][:12] = 1.0
            if num_iters > 1:
                self.W[:100] = 1.0
        return [0.0] * num_iters


    for _kind in (LinearClassifier, LinearSVM, Softmax):
        _kind.loss, _kind.train = _loss, _train
"""


def test_a_loss_that_asks_for_nothing_cannot_be_trained_with(judge):
    result = judge(SVM, SOFTMAX, train=lambda text: text + textwrap.dedent(IDLE))
    assert (result.verdict, result.points) == ("blocked", 0)


def test_a_classifier_that_is_not_written_is_missing(judge):
    assert judge(SVM, SOFTMAX, train=lambda text: fences.strip(text, "a file")).verdict == "missing"


def test_a_wrong_training_is_wrong_with_either_loss(judge):
    for losses in [(SVM, SOFTMAX), (SVM_STUB, SOFTMAX)]:
        result = judge(*losses, train=lambda text: text.replace("self.W - learning_rate", "self.W + learning_rate"))
        assert result.mistake == "ascends"


def test_a_generator_without_a_seed_is_judged_by_law(judge):
    def unseeded(text):
        return text.replace(
            "np.random.choice(len(X), batch_size)", "np.random.default_rng().choice(len(X), batch_size)"
        )

    for _ in range(20):
        assert judge(SVM, SOFTMAX, train=unseeded).verdict == "correct"
