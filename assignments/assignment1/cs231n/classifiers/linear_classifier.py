"""Linear classifiers trained by stochastic gradient descent."""

import numpy as np

from ..validation import as_count, as_floats, as_labels, as_number


class LinearClassifier:
    """A classifier with scores X W, whose weights `W` (D, C) are None until it has been trained.

    Subclasses say which loss is to be minimised.
    """

    def __init__(self):
        """Make a classifier without weights."""
        self.W = None

    def train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):
        """Train the classifier by stochastic gradient descent on minibatches.

        Each of the num_iters iterations
        1. draws batch_size examples at random with replacement, by np.random.choice,
        2. computes the loss and its gradient on them with self.loss(X_batch, y_batch, reg),
        3. takes a step of learning_rate against the gradient: W <- W - learning_rate * dW.

        If self.W is None it is first set to 0.001 times standard normal numbers, which is done for you;
        otherwise training goes on from the weights that are there. All randomness comes from np.random, so
        np.random.seed makes a run repeatable.

        Inputs:
        - X: floats (N, D), one training example per row
        - y: integers (N,), the labels, 0 <= y[i] < C; C is max(y) + 1 when W is made
        - learning_rate: float, the step size
        - reg: float >= 0, the strength of the regularisation
        - num_iters: the number of steps
        - batch_size: the number of examples in each step
        - verbose: if True, print the loss every 100 iterations

        Returns a list of num_iters floats: the loss in each iteration, before its step.

        Raises ValueError if the shapes do not fit together or an argument is out of range.

        Source: Bottou, Curtis and Nocedal, Optimization Methods for Large-Scale Machine Learning (2018).
        """
        X = as_floats("X", X, ndim=2)
        if len(X) == 0:
            raise ValueError("X must hold at least one training example.")
        y = as_labels("y", y, len(X), None if self.W is None else self.W.shape[1])
        learning_rate, reg = as_number("learning_rate", learning_rate), as_number("reg", reg, minimum=0)
        num_iters, batch_size = as_count("num_iters", num_iters, 0), as_count("batch_size", batch_size)
        if self.W is None:
            W = 0.001 * np.random.randn(X.shape[1], y.max() + 1)
            self.W = W.astype(X.dtype, copy=False)
        # YOUR CODE HERE
        raise NotImplementedError("LinearClassifier_train")

    def predict(self, X):
        """Predict the class of each example: the one with the largest score in X W.

        Inputs:
        - X: floats (N, D), one example per row

        Returns integers (N,), the predicted classes; of equal scores the first class wins.

        Raises ValueError before training, or if X has another number of columns than W has rows.
        """
        if self.W is None:
            raise ValueError("There are no weights yet: call train(X, y) first.")
        X = as_floats("X", X, ndim=2)
        if X.shape[1] != self.W.shape[0]:
            raise ValueError(f"X has {X.shape[1]} columns, but W has {self.W.shape[0]} rows: they must agree.")
        # YOUR CODE HERE
        raise NotImplementedError("LinearClassifier_predict")

    def loss(self, X_batch, y_batch, reg):
        """Compute the loss and its gradient with respect to W; each subclass has its own.

        Inputs:
        - X_batch: floats (N, D)
        - y_batch: integers (N,)
        - reg: float >= 0, the strength of the regularisation

        Returns a tuple of the loss, a float, and its gradient (D, C).
        """
        raise NotImplementedError("LinearClassifier has no loss of its own: use LinearSVM or Softmax.")


# The losses are imported where they are used, so that a mistake in one module leaves the other usable.


class LinearSVM(LinearClassifier):
    """A linear classifier that minimises the multiclass hinge loss."""

    def loss(self, X_batch, y_batch, reg):
        """Compute svm_loss_vectorized of a batch; arguments and results as in LinearClassifier.loss."""
        from .linear_svm import svm_loss_vectorized

        return svm_loss_vectorized(self.W, X_batch, y_batch, reg)


class Softmax(LinearClassifier):
    """A linear classifier that minimises the cross-entropy loss of a softmax."""

    def loss(self, X_batch, y_batch, reg):
        """Compute softmax_loss_vectorized of a batch; arguments and results as in LinearClassifier.loss."""
        from .softmax import softmax_loss_vectorized

        return softmax_loss_vectorized(self.W, X_batch, y_batch, reg)
