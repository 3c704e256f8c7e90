"""Layers of a neural network, each as a pair of functions: forward, and backward for its gradients.

A forward function returns its output and a *cache*: whatever its backward function will need. A backward
function receives the gradient of the loss with respect to that output (the *upstream gradient* `dout`) and
returns the gradients with respect to the inputs. The last layer is a loss, and does both at once.

Every gradient has the shape of the array it belongs to. float32 arrays in give float32 arrays out, and no
argument is modified.
"""

import numpy as np

from .validation import affine_inputs, as_floats, score_inputs


def affine_forward(x, w, b):
    """Compute the output of an affine (fully connected) layer.

    Each example x_i, flattened into a row of D = d_1 * ... * d_k numbers, is mapped to

        out_i = x_i w + b

    Inputs:
    - x: floats (N, d_1, ..., d_k), a batch of N examples of any shape; flattened in the array's own
      (row-major) order
    - w: floats (D, M), the weights
    - b: floats (M,), the biases

    Returns a tuple of
    - out: floats (N, M), of the inputs' dtype
    - cache: the tuple (x, w, b), with x in its original shape

    Raises ValueError if the shapes do not fit together.

    Source: Goodfellow, Bengio and Courville, Deep Learning (2016), section 6.1.
    """
    x, w, b = affine_inputs(x, w, b)
    ### BEGIN SOLUTION affine_forward
    # The layer sees each example as one row, whatever its shape: an image is a long row of pixels. D is named
    # rather than left to reshape as -1, which could not be worked out for an empty batch.
    rows = x.reshape(x.shape[0], w.shape[0])  # (N, D)
    out = rows @ w + b  # (N, D) (D, M) + (M,): the bias is broadcast to every row
    return out, (x, w, b)
    ### END SOLUTION


def affine_backward(dout, cache):
    """Compute the gradients of an affine layer.

    Inputs:
    - dout: floats (N, M), the upstream gradient dL/dout of a scalar loss L
    - cache: what affine_forward returned as its cache, the tuple (x, w, b)

    Returns a tuple of
    - dx: dL/dx, of x's original shape (N, d_1, ..., d_k)
    - dw: dL/dw, of shape (D, M)
    - db: dL/db, of shape (M,)

    The gradients are sums over the batch, not means: where a mean is wanted, the loss has divided already.

    Raises ValueError if dout is not two-dimensional.

    Source: Rumelhart, Hinton and Williams, Learning representations by back-propagating errors (1986).
    """
    dout = as_floats("dout", dout, ndim=2)
    ### BEGIN SOLUTION affine_backward
    x, w, _ = cache
    rows = x.reshape(x.shape[0], w.shape[0])  # (N, D), as in the forward pass

    # out[n, m] = sum_d rows[n, d] w[d, m] + b[m], so by the chain rule
    #   dL/drows[n, d] = sum_m dout[n, m] w[d, m]      the sum over m is a product with w transposed
    #   dL/dw[d, m]    = sum_n rows[n, d] dout[n, m]   the sum over n is a product with rows transposed
    #   dL/db[m]       = sum_n dout[n, m]              b was used once for every example
    # The shapes alone would have told: only one order of the factors gives (N, D), and only one gives (D, M).
    dx = (dout @ w.T).reshape(x.shape)
    dw = rows.T @ dout
    db = dout.sum(axis=0)
    return dx, dw, db
    ### END SOLUTION


def relu_forward(x):
    """Compute rectified linear units: out = max(0, x), element by element.

    Inputs:
    - x: floats of any shape

    Returns a tuple of
    - out: floats, of x's shape and dtype
    - cache: x

    Raises ValueError if x does not hold real numbers.

    Source: Nair and Hinton, Rectified Linear Units Improve Restricted Boltzmann Machines (2010).
    """
    x = as_floats("x", x)
    ### BEGIN SOLUTION relu_forward
    return np.maximum(x, 0), x
    ### END SOLUTION


def relu_backward(dout, cache):
    """Compute the gradient of rectified linear units.

    The upstream gradient passes where the unit was active (x > 0) and is stopped everywhere else. At x = 0,
    where the derivative does not exist, take 0.

    Inputs:
    - dout: floats of any shape, the upstream gradient
    - cache: what relu_forward returned as its cache, the input x of dout's shape

    Returns dx: floats, of x's shape and dout's dtype.

    Raises ValueError if dout does not hold real numbers.

    Source: Glorot, Bordes and Bengio, Deep Sparse Rectifier Neural Networks (2011).
    """
    dout = as_floats("dout", dout)
    ### BEGIN SOLUTION relu_backward
    x = cache
    # Choosing, rather than multiplying by a mask, also stops an infinite gradient: inf * 0 would be NaN.
    return np.where(x > 0, dout, 0)
    ### END SOLUTION


def svm_loss(x, y):
    """Compute the multiclass hinge loss of a batch of scores, and its gradient.

    With s_j = x[i, j] the score of class j for example i,

        L_i = sum over j != y_i of max(0, s_j - s_{y_i} + 1),     loss = (1/N) sum_i L_i

    The margin is 1, and there is no regularisation here. A term that is exactly 0 contributes no gradient.

    Inputs:
    - x: floats (N, C), scores
    - y: integers (N,), the correct classes, 0 <= y[i] < C

    Returns a tuple of
    - loss: a float
    - dx: floats (N, C), the gradient dloss/dx, of x's dtype

    Raises ValueError if the shapes do not fit together or a label is out of range.

    Source: Weston and Watkins, Support Vector Machines for Multi-Class Pattern Recognition (1999).
    """
    x, y = score_inputs(x, y)
    ### BEGIN SOLUTION svm_loss
    rows = np.arange(len(x))
    margins = np.maximum(0, x - x[rows, y][:, np.newaxis] + 1)
    margins[rows, y] = 0  # the formula leaves j = y_i out; it would have added 1 for every example
    loss = margins.sum() / len(x)

    # A violated margin grows with the score of the wrong class, and falls with that of the right one; so the
    # right class is pulled once for every violation in its row.
    dx = (margins > 0).astype(x.dtype)
    dx[rows, y] -= dx.sum(axis=1)
    dx /= len(x)
    return loss, dx
    ### END SOLUTION


def softmax_loss(x, y):
    """Compute the cross-entropy loss of a batch of scores after a softmax, and its gradient.

    With s = x[i] the scores of example i,

        p_j = exp(s_j) / sum_k exp(s_k),     L_i = -log p_{y_i},     loss = (1/N) sum_i L_i

    There is no regularisation here. Scores may be large: at +-10,000 the loss must still be finite and right.

    Inputs:
    - x: floats (N, C), scores
    - y: integers (N,), the correct classes, 0 <= y[i] < C

    Returns a tuple of
    - loss: a float
    - dx: floats (N, C), the gradient dloss/dx, of x's dtype

    Raises ValueError if the shapes do not fit together or a label is out of range.

    Source: Bishop, Pattern Recognition and Machine Learning (2006), section 4.3.4; for the numerics,
    Blanchard, Higham and Higham, Accurately computing the log-sum-exp and softmax functions (2021).
    """
    x, y = score_inputs(x, y)
    ### BEGIN SOLUTION softmax_loss
    rows = np.arange(len(x))
    # Subtracting a constant from a row of scores changes no probability. With the largest score as that
    # constant every exponent is <= 0, so nothing overflows, and one term of the sum is exp(0) = 1, so the
    # logarithm below never sees 0.
    shifted = x - x.max(axis=1, keepdims=True)
    log_sums = np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    log_probs = shifted - log_sums  # never the log of a rounded-off probability
    loss = -log_probs[rows, y].sum() / len(x)

    # dL_i/ds_j = p_j - [j = y_i]: the probability given, minus the probability wanted.
    dx = np.exp(log_probs)
    dx[rows, y] -= 1
    dx /= len(x)
    return loss, dx
    ### END SOLUTION
