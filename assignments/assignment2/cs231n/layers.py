"""Layers of a neural network, each as a pair of functions: forward, and backward for its gradients.

A forward function returns its output and a *cache*: whatever its backward function will need. A backward
function receives the gradient of the loss with respect to that output (the *upstream gradient* `dout`) and
returns the gradients with respect to the inputs. The last layer is a loss, and does both at once.

Every gradient has the shape of the array it belongs to. float32 arrays in give float32 arrays out, and no array
among the arguments is modified.
"""

import numpy as np

from .validation import (
    affine_inputs,
    as_floats,
    as_number,
    batchnorm_inputs,
    conv_inputs,
    dropout_inputs,
    groupnorm_inputs,
    norm_inputs,
    pool_inputs,
    running_averages,
    score_inputs,
)


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


def batchnorm_forward(x, gamma, beta, bn_param):
    """Normalise each feature over the batch, then scale and shift it:

        out = gamma * (x - mean) / sqrt(var + eps) + beta

    In the mode "train", mean and var are those of this batch, for each feature d

        mean_d = (1/N) sum_i x[i, d],     var_d = (1/N) sum_i (x[i, d] - mean_d)^2

    with 1/N, not 1/(N - 1), and running averages of both are kept for later, new arrays in bn_param:

        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var  = momentum * running_var  + (1 - momentum) * var

    In the mode "test", mean and var are the running averages, which stay as they are: the output for one example
    does not depend on the others.

    Inputs:
    - x: floats (N, D), a batch of N examples with D features
    - gamma: floats (D,), the scales
    - beta: floats (D,), the shifts
    - bn_param: a dict with the keys
      - mode: "train" or "test"
      - eps: float, keeps the root away from 0; 1e-5 if missing
      - momentum: float, the share of the old value in a running average; 0.9 if missing
      - running_mean, running_var: floats (D,), the running averages; zeros if missing

    Returns a tuple of
    - out: floats (N, D), of the inputs' dtype
    - cache: for batchnorm_backward and batchnorm_backward_alt; None in the mode "test"

    Raises ValueError if the shapes do not fit together, the mode is neither, or a batch to train on is empty.

    Source: Ioffe and Szegedy, Batch Normalization: Accelerating Deep Network Training by Reducing Internal
    Covariate Shift (2015), algorithms 1 and 2.
    """
    x, gamma, beta, mode, eps, momentum = batchnorm_inputs(x, gamma, beta, bn_param)
    running_mean, running_var = running_averages(bn_param, x)
    # YOUR CODE HERE
    raise NotImplementedError("batchnorm_forward")


def batchnorm_backward(dout, cache):
    """Compute the gradients of batch normalisation (in the mode "train"), step by step.

    Draw the forward pass as a graph of simple steps and go through them backwards. x reaches the output in three
    ways: by itself, through the mean and through the variance. Where a value was used more than once, its
    gradients add up.

    Inputs:
    - dout: floats (N, D), the upstream gradient
    - cache: what batchnorm_forward returned as its cache

    Returns a tuple of
    - dx: dL/dx, of shape (N, D)
    - dgamma: dL/dgamma, of shape (D,)
    - dbeta: dL/dbeta, of shape (D,)

    Raises ValueError if dout is not two-dimensional.

    Source: Ioffe and Szegedy (2015), section 3.
    """
    dout = as_floats("dout", dout, ndim=2)
    # YOUR CODE HERE
    raise NotImplementedError("batchnorm_backward")


def batchnorm_backward_alt(dout, cache):
    """Compute the gradients of batch normalisation (in the mode "train") by one formula for dx.

    Derive on paper how the loss depends on x, simplify, and compute that: the result is batchnorm_backward's, without
    calling it and with fewer passes over the data.

    Inputs:
    - dout: floats (N, D), the upstream gradient
    - cache: what batchnorm_forward returned as its cache

    Returns the tuple dx, dgamma, dbeta, as batchnorm_backward does. Raises ValueError if dout is not two-dimensional.

    Source: Ioffe and Szegedy (2015), section 3, with the terms collected.
    """
    dout = as_floats("dout", dout, ndim=2)
    # YOUR CODE HERE
    raise NotImplementedError("batchnorm_backward_alt")


def layernorm_forward(x, gamma, beta, ln_param):
    """Normalise each example over its features, then scale and shift each feature:

        out[i, d] = gamma_d * (x[i, d] - mean_i) / sqrt(var_i + eps) + beta_d

        mean_i = (1/D) sum_d x[i, d],     var_i = (1/D) sum_d (x[i, d] - mean_i)^2

    No example depends on another, so there is nothing to remember, and training and testing are the same.

    Inputs:
    - x: floats (N, D), a batch of N examples with D features
    - gamma: floats (D,), the scales
    - beta: floats (D,), the shifts
    - ln_param: a dict with the key
      - eps: float, keeps the root away from 0; 1e-5 if missing

    Returns a tuple of
    - out: floats (N, D), of the inputs' dtype
    - cache: for layernorm_backward

    Raises ValueError if the shapes do not fit together.

    Source: Ba, Kiros and Hinton, Layer Normalization (2016), section 3.
    """
    x, gamma, beta = norm_inputs(x, gamma, beta)
    eps = as_number("eps", ln_param.get("eps", 1e-5), minimum=0)
    # YOUR CODE HERE
    raise NotImplementedError("layernorm_forward")


def layernorm_backward(dout, cache):
    """Compute the gradients of layer normalisation.

    Inputs:
    - dout: floats (N, D), the upstream gradient
    - cache: what layernorm_forward returned as its cache

    Returns a tuple of
    - dx: dL/dx, of shape (N, D)
    - dgamma: dL/dgamma, of shape (D,)
    - dbeta: dL/dbeta, of shape (D,)

    Raises ValueError if dout is not two-dimensional.

    Source: Ba, Kiros and Hinton (2016), section 3; the derivation is that of batch normalisation.
    """
    dout = as_floats("dout", dout, ndim=2)
    # YOUR CODE HERE
    raise NotImplementedError("layernorm_backward")


def dropout_forward(x, dropout_param):
    """Drop units at random (inverted dropout).

    In the mode "train" each element is kept with the probability p, independently of the others, and divided by p;
    otherwise it becomes 0:

        out = x * mask,     mask = 1/p with probability p, 0 with probability 1 - p

    So its expected value is x, and in the mode "test" nothing is left to be done: out = x.

    Inputs:
    - x: floats of any shape
    - dropout_param: a dict with the keys
      - mode: "train" or "test"
      - p: float, 0 < p <= 1, the probability of KEEPING an element
      - seed: an integer, if given: every call then draws the same mask, as a numerical gradient needs it. Without it
        the mask comes from NumPy's global generator

    Returns a tuple of
    - out: floats, of x's shape and dtype; x itself in the mode "test"
    - cache: for dropout_backward

    Raises ValueError if the mode is neither or p is no such probability.

    Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, Dropout: A Simple Way to Prevent Neural
    Networks from Overfitting (2014), sections 4 and 10 (the inverted form).
    """
    x, mode, p, rng = dropout_inputs(x, dropout_param)  # draw from rng: rng.random_sample(shape) is uniform on [0, 1)
    # YOUR CODE HERE
    raise NotImplementedError("dropout_forward")


def dropout_backward(dout, cache):
    """Compute the gradient of dropout: dx = dout * mask in the mode "train", dx = dout in the mode "test".

    Inputs:
    - dout: floats of any shape, the upstream gradient
    - cache: what dropout_forward returned as its cache

    Returns dx: floats, of dout's shape and dtype.

    Raises ValueError if dout does not hold real numbers.

    Source: Srivastava et al. (2014), section 5.
    """
    dout = as_floats("dout", dout)
    # YOUR CODE HERE
    raise NotImplementedError("dropout_backward")


def conv_forward_naive(x, w, b, conv_param):
    """Compute the output of a convolutional layer.

    Each filter is laid on each window of the image, padded with `pad` rows and columns of zeros on all four sides;
    the windows are `stride` pixels apart. With xp the padded image,

        out[n, f, i, j] = b[f] + sum over c, k, l of w[f, c, k, l] * xp[n, c, i * stride + k, j * stride + l]

        H' = 1 + floor((H + 2 * pad - HH) / stride),     W' = 1 + floor((W + 2 * pad - WW) / stride)

    The filters are not flipped, so mathematicians call this a cross-correlation. Rows and columns at the bottom and
    on the right that are too few for another window are left out.

    Inputs:
    - x: floats (N, C, H, W), N images with C channels
    - w: floats (F, C, HH, WW), F filters
    - b: floats (F,), the biases
    - conv_param: a dict with the keys
      - stride: how many pixels lie between neighbouring windows, vertically and horizontally; 1 or more
      - pad: how many rows and columns of zeros to put on each side; 0 or more

    Returns a tuple of
    - out: floats (N, F, H', W'), of the inputs' dtype
    - cache: for conv_backward_naive

    Raises ValueError if the shapes do not fit together, or the filters are larger than the padded image.

    Source: LeCun, Bottou, Bengio and Haffner, Gradient-Based Learning Applied to Document Recognition (1998),
    section II; for the sizes, Dumoulin and Visin, A guide to convolution arithmetic for deep learning (2016).
    """
    x, w, b, stride, pad = conv_inputs(x, w, b, conv_param)
    # YOUR CODE HERE
    raise NotImplementedError("conv_forward_naive")


def conv_backward_naive(dout, cache):
    """Compute the gradients of a convolutional layer.

    Inputs:
    - dout: floats (N, F, H', W'), the upstream gradient
    - cache: what conv_forward_naive returned as its cache

    Returns a tuple of
    - dx: dL/dx, of shape (N, C, H, W), without the padding
    - dw: dL/dw, of shape (F, C, HH, WW)
    - db: dL/db, of shape (F,)

    Raises ValueError if dout is not four-dimensional.

    Source: Goodfellow, Bengio and Courville, Deep Learning (2016), section 9.5.
    """
    dout = as_floats("dout", dout, ndim=4)
    # YOUR CODE HERE
    raise NotImplementedError("conv_backward_naive")


def max_pool_forward_naive(x, pool_param):
    """Compute the output of a max pooling layer: the largest value in each window of each channel,

        out[n, c, i, j] = max over k < pool_height, l < pool_width of x[n, c, i * stride + k, j * stride + l]

        H' = 1 + floor((H - pool_height) / stride),     W' = 1 + floor((W - pool_width) / stride)

    There is no padding. Windows overlap if the stride is smaller than they are; rows and columns at the bottom and on
    the right that are too few for another window are left out.

    Inputs:
    - x: floats (N, C, H, W), N images with C channels
    - pool_param: a dict with the keys
      - pool_height, pool_width: the size of a window
      - stride: how many pixels lie between neighbouring windows, vertically and horizontally

    Returns a tuple of
    - out: floats (N, C, H', W'), of x's dtype
    - cache: for max_pool_backward_naive

    Raises ValueError if x is not four-dimensional, or the windows are larger than the image.

    Source: Boureau, Ponce and LeCun, A Theoretical Analysis of Feature Pooling in Visual Recognition (2010).
    """
    x, pool_height, pool_width, stride = pool_inputs(x, pool_param)
    # YOUR CODE HERE
    raise NotImplementedError("max_pool_forward_naive")


def max_pool_backward_naive(dout, cache):
    """Compute the gradient of a max pooling layer: each upstream gradient goes to the largest value of its window.

    Where several values of a window are equally large, it goes to the first of them in reading order (along the
    rows, from the top). A value that is the largest of several windows receives the sum of their gradients.

    Inputs:
    - dout: floats (N, C, H', W'), the upstream gradient
    - cache: what max_pool_forward_naive returned as its cache

    Returns dx: dL/dx, of shape (N, C, H, W) and dout's dtype.

    Raises ValueError if dout is not four-dimensional.

    Source: Boureau, Ponce and LeCun (2010); for the ties, PyTorch's max_pool2d, which does the same.
    """
    dout = as_floats("dout", dout, ndim=4)
    # YOUR CODE HERE
    raise NotImplementedError("max_pool_backward_naive")


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """Normalise each channel of images over the batch and over all positions, then scale and shift it.

    A filter does the same everywhere in an image, so its outputs at all N * H * W positions are treated as that many
    examples of one feature: batch normalisation with D = C.

    Inputs:
    - x: floats (N, C, H, W), a batch of N images with C channels
    - gamma: floats (C,), the scales
    - beta: floats (C,), the shifts
    - bn_param: as for batchnorm_forward; running_mean and running_var are floats (C,)

    Returns a tuple of
    - out: floats (N, C, H, W), of the inputs' dtype
    - cache: for spatial_batchnorm_backward

    Raises ValueError if the shapes do not fit together, the mode is neither, or a batch to train on is empty.

    Source: Ioffe and Szegedy (2015), section 3.2.
    """
    x = as_floats("x", x, ndim=4)
    # YOUR CODE HERE
    raise NotImplementedError("spatial_batchnorm_forward")


def spatial_batchnorm_backward(dout, cache):
    """Compute the gradients of spatial batch normalisation (in the mode "train").

    Inputs:
    - dout: floats (N, C, H, W), the upstream gradient
    - cache: what spatial_batchnorm_forward returned as its cache

    Returns a tuple of
    - dx: dL/dx, of shape (N, C, H, W)
    - dgamma: dL/dgamma, of shape (C,)
    - dbeta: dL/dbeta, of shape (C,)

    Raises ValueError if dout is not four-dimensional.

    Source: Ioffe and Szegedy (2015), section 3.2.
    """
    dout = as_floats("dout", dout, ndim=4)
    # YOUR CODE HERE
    raise NotImplementedError("spatial_batchnorm_backward")


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    """Normalise each image over groups of channels and all positions, then scale and shift each channel.

    The C channels are split into G groups of C / G neighbours: channel c belongs to the group floor(c / (C / G)).
    With mean and var of an image's group over its channels and positions (as ever with 1/n, not 1/(n - 1)),

        out[n, c, i, j] = gamma_c * (x[n, c, i, j] - mean) / sqrt(var + eps) + beta_c

    One group makes it a layer normalisation, as many as there are channels an "instance normalisation". Training and
    testing are the same.

    Inputs:
    - x: floats (N, C, H, W), a batch of N images with C channels
    - gamma: floats (1, C, 1, 1), the scales
    - beta: floats (1, C, 1, 1), the shifts
    - G: how many groups; it divides C
    - gn_param: a dict with the key
      - eps: float, keeps the root away from 0; 1e-5 if missing

    Returns a tuple of
    - out: floats (N, C, H, W), of the inputs' dtype
    - cache: for spatial_groupnorm_backward

    Raises ValueError if the shapes do not fit together or G does not divide C.

    Source: Wu and He, Group Normalization (2018), section 3.
    """
    x, gamma, beta, G, eps = groupnorm_inputs(x, gamma, beta, G, gn_param)
    # YOUR CODE HERE
    raise NotImplementedError("spatial_groupnorm_forward")


def spatial_groupnorm_backward(dout, cache):
    """Compute the gradients of spatial group normalisation.

    Inputs:
    - dout: floats (N, C, H, W), the upstream gradient
    - cache: what spatial_groupnorm_forward returned as its cache

    Returns a tuple of
    - dx: dL/dx, of shape (N, C, H, W)
    - dgamma: dL/dgamma, of shape (1, C, 1, 1)
    - dbeta: dL/dbeta, of shape (1, C, 1, 1)

    Raises ValueError if dout is not four-dimensional.

    Source: Wu and He (2018), section 3; the derivation is that of batch normalisation.
    """
    dout = as_floats("dout", dout, ndim=4)
    # YOUR CODE HERE
    raise NotImplementedError("spatial_groupnorm_backward")
