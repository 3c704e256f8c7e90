"""Layers of a neural network, each as a pair of functions: forward, and backward for its gradients.

A forward function returns its output and a *cache*: whatever its backward function will need. A backward
function receives the gradient of the loss with respect to that output (the *upstream gradient* `dout`) and
returns the gradients with respect to the inputs. The last layer is a loss, and does both at once.

Every gradient has the shape of the array it belongs to. float32 arrays in give float32 arrays out, and no array
among the arguments is modified.
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
    # YOUR CODE HERE
    raise NotImplementedError("affine_forward")


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
    # YOUR CODE HERE
    raise NotImplementedError("affine_backward")


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
    # YOUR CODE HERE
    raise NotImplementedError("relu_forward")


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
    # YOUR CODE HERE
    raise NotImplementedError("relu_backward")


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
    # YOUR CODE HERE
    raise NotImplementedError("svm_loss")


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
    # YOUR CODE HERE
    raise NotImplementedError("softmax_loss")
