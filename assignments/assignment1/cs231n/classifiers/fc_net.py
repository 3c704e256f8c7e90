"""Fully connected networks, built from the layers in `layers`."""

import numpy as np

from ..layer_utils import affine_relu_backward, affine_relu_forward

# Enough to build the network either way: from the joined layers above or from the single ones below.
from ..layers import affine_backward, affine_forward, relu_backward, relu_forward, softmax_loss
from ..validation import as_count, as_floats, as_number


class TwoLayerNet:
    """A network of two layers with rectified linear units between them and a softmax loss:

        affine - relu - affine - softmax

    `params` maps the names W1, b1, W2, b2 to the weights and biases; `reg` is the strength of the
    regularisation. The network does not train itself: hand it to a Solver.

    Source: Goodfellow, Bengio and Courville, Deep Learning (2016), sections 6.1 to 6.4.
    """

    def __init__(self, input_dim=3 * 32 * 32, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0):
        """Make a network with random weights, and biases of zero.

        Fill the dict self.params with float64 arrays:
        - W1 (input_dim, hidden_dim): weight_scale times standard normal numbers, from np.random
        - b1 (hidden_dim,): zeros
        - W2 (hidden_dim, num_classes): weight_scale times standard normal numbers, drawn after W1
        - b2 (num_classes,): zeros

        Inputs:
        - input_dim: D, how many numbers an example has
        - hidden_dim: H, how many units the hidden layer has
        - num_classes: C, how many classes to tell apart
        - weight_scale: float >= 0, the standard deviation of the initial weights
        - reg: float >= 0, the strength of the regularisation, kept in self.reg

        Raises ValueError if a size is not a positive whole number, or weight_scale or reg is negative.
        """
        input_dim, hidden_dim = as_count("input_dim", input_dim), as_count("hidden_dim", hidden_dim)
        num_classes = as_count("num_classes", num_classes)
        weight_scale = as_number("weight_scale", weight_scale, minimum=0)
        self.reg = as_number("reg", reg, minimum=0)
        self.params = {}
        # YOUR CODE HERE
        raise NotImplementedError("TwoLayerNet_init")

    def loss(self, X, y=None):
        """Compute the scores of a batch or, given its labels, the loss and the gradients.

            scores = max(0, X W1 + b1) W2 + b2
            loss = softmax_loss(scores, y) + 0.5 * reg * (sum(W1 * W1) + sum(W2 * W2))

        The regularisation has the factor 0.5 and leaves the biases alone.

        Inputs:
        - X: floats (N, d_1, ..., d_k) with d_1 * ... * d_k = D, a batch of examples
        - y: integers (N,), the correct classes, or None

        Returns, if y is None,
        - scores: floats (N, C), scores[i, c] of example i for class c

        and otherwise a tuple of
        - loss: a float
        - grads: a dict with the keys of self.params, grads[name] the gradient dloss/dparams[name]

        Raises ValueError if the shapes do not fit together or a label is out of range.
        """
        X = as_floats("X", X)
        # YOUR CODE HERE
        raise NotImplementedError("TwoLayerNet_loss")
