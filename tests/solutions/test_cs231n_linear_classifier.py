"""linear_classifier.py: training and prediction."""

import numpy as np
import pytest

from cs231n.classifiers import LinearClassifier, LinearSVM, Softmax


def blobs(rng, n=90, dtype=np.float64):
    """Three well-separated clouds in the plane, with a column of ones."""
    y = np.arange(n) % 3
    centres = np.array([[4, 0], [-4, 0], [0, 4]])
    return np.column_stack([centres[y] + rng.randn(n, 2), np.ones(n)]).astype(dtype), y


@pytest.mark.parametrize("kind", [LinearSVM, Softmax])
def test_training_separates_what_can_be_separated(rng, unchanged, kind):
    X, y = blobs(rng)
    classifier = kind()
    np.random.seed(1)
    history = unchanged(lambda *a: classifier.train(*a, learning_rate=0.1, reg=1e-3, num_iters=200), X, y)
    assert len(history) == 200
    assert all(isinstance(loss, float) for loss in history)
    assert np.mean(history[-20:]) < 0.3 * history[0]
    y_pred = unchanged(classifier.predict, X)
    assert y_pred.dtype.kind == "i"
    assert np.mean(y_pred == y) > 0.95


def test_a_seed_repeats_a_run(rng):
    X, y = blobs(rng)
    runs = []
    for seed in (5, 5, 6):
        classifier = Softmax()
        np.random.seed(seed)
        runs.append((classifier.train(X, y, num_iters=5, batch_size=10), classifier.W.tolist()))
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_every_step_goes_against_the_gradient_of_its_batch(rng):
    """Steps are observed from outside: what loss saw, and where W was then."""
    X, y = blobs(rng)
    seen = []

    class Observed(LinearClassifier):
        def loss(self, X_batch, y_batch, reg):
            dW = np.full_like(self.W, len(seen) + 1.0)
            seen.append((self.W.copy(), X_batch, y_batch, reg))
            return float(len(seen)), dW

    classifier = Observed()
    start = classifier.W = np.zeros((3, 3))
    assert classifier.train(X, y, learning_rate=0.5, reg=0.25, num_iters=3, batch_size=40) == [1, 2, 3]
    assert [W[0, 0] for W, *_ in seen] == [0, -0.5, -1.5]
    assert classifier.W[2, 2] == -3
    assert not start.any()
    rows = {tuple(row): label for row, label in zip(X, y, strict=True)}
    for _, X_batch, y_batch, reg in seen:
        assert (X_batch.shape, y_batch.shape, reg) == ((40, 3), (40,), 0.25)
        assert [rows[tuple(row)] for row in X_batch] == y_batch.tolist()
        assert len({tuple(row) for row in X_batch}) < 40  # with replacement


def test_initial_weights_are_small_and_training_goes_on_from_given_ones(rng):
    X, y = rng.randn(50, 400), rng.randint(10, size=50)
    y[0] = 9
    np.random.seed(0)
    classifier = LinearSVM()
    assert classifier.train(X, y, num_iters=0) == []
    assert classifier.W.shape == (400, 10)
    assert classifier.W.std() == pytest.approx(0.001, rel=0.1)
    W = classifier.W = rng.randn(400, 12)
    classifier.train(X, y, num_iters=0)
    assert np.array_equal(classifier.W, W)


def test_float32_stays_float32(rng):
    X, y = blobs(rng, dtype=np.float32)
    classifier = LinearSVM()
    classifier.train(X, y, learning_rate=np.float64(0.1), reg=np.float64(0.1), num_iters=3)
    assert classifier.W.dtype == np.float32


def test_verbose_prints_the_loss_now_and_then(rng, capsys):
    X, y = blobs(rng)
    Softmax().train(X, y, num_iters=201, verbose=True)
    assert capsys.readouterr().out.count("loss") == 3
    Softmax().train(X, y, num_iters=201)
    assert not capsys.readouterr().out


def test_predict_takes_the_first_of_equal_scores():
    classifier = LinearSVM()
    classifier.W = np.array([[0.0, 1.0, 1.0]])
    assert classifier.predict([[1], [-1]]).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda c: c.predict(np.zeros((2, 3))), "call train"),
        (lambda c: c.train(np.zeros((0, 3)), []), "at least one"),
        (lambda c: c.train(np.zeros(3), [0]), "2 dimension"),
        (lambda c: c.train(np.zeros((2, 3)), [0]), "expected 2, got 1"),
        (lambda c: c.train(np.zeros((2, 3)), [0, 1], batch_size=0), "batch_size"),
        (lambda c: c.train(np.zeros((2, 3)), [0, 1], num_iters=1.5), "num_iters"),
        (lambda c: c.train(np.zeros((2, 3)), [0, 1], reg=-1), "reg"),
        (lambda c: c.train(np.zeros((2, 3)), [0, 1], learning_rate=None), "learning_rate"),
    ],
)
def test_bad_input_is_a_clear_error(call, message):
    with pytest.raises(ValueError, match=message):
        call(LinearSVM())


def test_predict_checks_the_number_of_features(rng):
    classifier = LinearSVM()
    classifier.train(*blobs(rng), num_iters=1)
    with pytest.raises(ValueError, match="4 columns, but W has 3 rows"):
        classifier.predict(np.zeros((1, 4)))


def test_the_base_class_has_no_loss(rng):
    with pytest.raises(NotImplementedError, match="LinearSVM or Softmax"):
        LinearClassifier().train(*blobs(rng))
