"""The multiclass hinge loss of a linear classifier, once with loops and once without."""

import numpy as np

from ..validation import linear_inputs


def svm_loss_naive(W, X, y, reg):
    """Compute the regularised multiclass hinge loss of a linear classifier and its gradient, with loops.

    With scores s = X[i] W of example i,

        L_i = sum over j != y_i of max(0, s_j - s_{y_i} + 1)
        loss = (1/N) sum_i L_i + reg * sum(W * W)

    The margin is 1. The regularisation has the factor reg, not reg / 2, and covers every entry of W. A hinge
    that is exactly 0 contributes no gradient.

    Inputs:
    - W: floats (D, C), the weights, one column per class
    - X: floats (N, D), one example per row (a trailing column of ones makes the last row of W the biases)
    - y: integers (N,), the correct classes, 0 <= y[i] < C
    - reg: float >= 0, the strength of the regularisation

    Returns a tuple of
    - loss: a float
    - dW: floats (D, C), the gradient dloss/dW, of W's dtype

    Raises ValueError if the shapes do not fit together, a label is out of range or reg is negative.

    Source: Weston and Watkins, Support Vector Machines for Multi-Class Pattern Recognition (1999).
    """
    W, X, y, reg = linear_inputs(W, X, y, reg)
    ### BEGIN SOLUTION svm_loss_naive
    num_train, num_classes = X.shape[0], W.shape[1]
    loss = 0.0
    dW = np.zeros_like(W)
    for i in range(num_train):
        scores = X[i] @ W  # (C,)
        for j in range(num_classes):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + 1
            if margin > 0:
                loss += margin
                # margin = X[i] . W[:, j] - X[i] . W[:, y_i] + 1 depends on two columns of W only.
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]

    loss = loss / num_train + reg * np.sum(W * W)
    dW = dW / num_train + 2 * reg * W
    return loss, dW
    ### END SOLUTION


def svm_loss_vectorized(W, X, y, reg):
    """Compute the regularised multiclass hinge loss of a linear classifier and its gradient, without loops.

    Same formula, arguments, results and errors as svm_loss_naive; no loop over examples, classes or features.

        L_i = sum over j != y_i of max(0, s_j - s_{y_i} + 1)  with  s = X[i] W
        loss = (1/N) sum_i L_i + reg * sum(W * W)

    Inputs:
    - W: floats (D, C), the weights
    - X: floats (N, D), one example per row
    - y: integers (N,), the correct classes, 0 <= y[i] < C
    - reg: float >= 0, the strength of the regularisation

    Returns a tuple of
    - loss: a float
    - dW: floats (D, C), the gradient dloss/dW, of W's dtype

    Raises ValueError if the shapes do not fit together, a label is out of range or reg is negative.

    Source: Weston and Watkins, Support Vector Machines for Multi-Class Pattern Recognition (1999).
    """
    W, X, y, reg = linear_inputs(W, X, y, reg)
    ### BEGIN SOLUTION svm_loss_vectorized
    num_train = X.shape[0]
    rows = np.arange(num_train)
    scores = X @ W  # (N, C)
    correct = scores[rows, y][:, np.newaxis]  # (N, 1): a column, to be subtracted from every column of scores
    margins = np.maximum(0, scores - correct + 1)
    margins[rows, y] = 0  # the sum leaves the correct class out; its margin would be exactly 1
    loss = margins.sum() / num_train + reg * np.sum(W * W)

    # dL_i/ds_j is 1 for each violated margin, and minus their number for the correct class. By s = X[i] W
    # each example adds the outer product of X[i] and dL_i/ds to dL/dW: all together are one matrix product.
    dscores = (margins > 0).astype(scores.dtype)
    dscores[rows, y] -= dscores.sum(axis=1)
    dW = X.T @ dscores / num_train + 2 * reg * W
    return loss, dW.astype(W.dtype, copy=False)
    ### END SOLUTION
