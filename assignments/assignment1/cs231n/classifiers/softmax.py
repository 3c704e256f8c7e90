"""The cross-entropy loss of a linear classifier with a softmax, once with loops and once without."""

import numpy as np

from ..validation import linear_inputs


def softmax_loss_naive(W, X, y, reg):
    """Compute the regularised cross-entropy loss of a linear classifier and its gradient, with loops.

    With scores s = X[i] W of example i,

        p_j = exp(s_j) / sum_k exp(s_k),     L_i = -log p_{y_i}
        loss = (1/N) sum_i L_i + reg * sum(W * W)

    The regularisation has the factor reg, not reg / 2, and covers every entry of W. Scores may be large: at
    +-10,000 the loss must still be finite and right.

    Inputs:
    - W: floats (D, C), the weights, one column per class
    - X: floats (N, D), one example per row (a trailing column of ones makes the last row of W the biases)
    - y: integers (N,), the correct classes, 0 <= y[i] < C
    - reg: float >= 0, the strength of the regularisation

    Returns a tuple of
    - loss: a float
    - dW: floats (D, C), the gradient dloss/dW, of W's dtype

    Raises ValueError if the shapes do not fit together, a label is out of range or reg is negative.

    Source: Bishop, Pattern Recognition and Machine Learning (2006), section 4.3.4.
    """
    W, X, y, reg = linear_inputs(W, X, y, reg)
    # YOUR CODE HERE
    raise NotImplementedError("softmax_loss_naive")


def softmax_loss_vectorized(W, X, y, reg):
    """Compute the regularised cross-entropy loss of a linear classifier and its gradient, without loops.

    Same formula, arguments, results and errors as softmax_loss_naive; no loop over examples, classes or
    features.

        p_j = exp(s_j) / sum_k exp(s_k)  with  s = X[i] W,     L_i = -log p_{y_i}
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

    Source: Bishop, Pattern Recognition and Machine Learning (2006), section 4.3.4; for the numerics,
    Blanchard, Higham and Higham, Accurately computing the log-sum-exp and softmax functions (2021).
    """
    W, X, y, reg = linear_inputs(W, X, y, reg)
    # YOUR CODE HERE
    raise NotImplementedError("softmax_loss_vectorized")
