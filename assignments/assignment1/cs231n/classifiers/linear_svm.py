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
    # YOUR CODE HERE
    raise NotImplementedError("svm_loss_naive")


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
    # YOUR CODE HERE
    raise NotImplementedError("svm_loss_vectorized")
