"""Fully connected networks, built from the layers in `layers`."""

import numpy as np

from ..layer_utils import (
    affine_bn_relu_backward,
    affine_bn_relu_forward,
    affine_ln_relu_backward,
    affine_ln_relu_forward,
    affine_relu_backward,
    affine_relu_forward,
)

# Enough to build the network either way: from the joined layers above or from the single ones below.
from ..layers import (  # noqa: F401
    affine_backward,
    affine_forward,
    batchnorm_backward,
    batchnorm_backward_alt,
    batchnorm_forward,
    dropout_backward,
    dropout_forward,
    layernorm_backward,
    layernorm_forward,
    relu_backward,
    relu_forward,
    softmax_loss,
)
from ..validation import as_count, as_float_type, as_floats, as_keep_probability, as_number


class FullyConnectedNet:
    """A network of any number of layers, with rectified linear units, a softmax loss, and optionally normalisation
    and dropout:

        { affine - [batch or layer normalisation] - relu - [dropout] } x (L - 1) - affine - softmax

    `params` maps the names W1, b1, W2, b2, ... to the weights and biases, and gamma1, beta1, ... to the scales and
    shifts of the normalisation; `reg` is the strength of the regularisation. The network does not train itself: hand
    it to a Solver.

    Source: Goodfellow, Bengio and Courville, Deep Learning (2016), sections 6.4, 7.12 and 8.7.1.
    """

    def __init__(
        self,
        hidden_dims,
        input_dim=3 * 32 * 32,
        num_classes=10,
        dropout_keep_ratio=1,
        normalization=None,
        reg=0.0,
        weight_scale=1e-2,
        dtype=np.float32,
        seed=None,
    ):
        """Make a network with random weights.

        With H_0 = input_dim, H_1 ... H_{L-1} = hidden_dims and H_L = num_classes, fill the dict self.params with
        arrays of the dtype given:
        - W<l> (H_{l-1}, H_l), l = 1 ... L: weight_scale times standard normal numbers, from np.random, drawn in
          this order
        - b<l> (H_l,), l = 1 ... L: zeros
        - gamma<l> (H_l,), l = 1 ... L - 1: ones, if there is normalisation
        - beta<l> (H_l,), l = 1 ... L - 1: zeros, if there is normalisation

        Inputs:
        - hidden_dims: a list, how many units each hidden layer has; the network has L = len(hidden_dims) + 1 layers
        - input_dim: how many numbers an example has
        - num_classes: C, how many classes to tell apart
        - dropout_keep_ratio: the probability of keeping a unit, above 0 and at most 1; at 1 there is no dropout
        - normalization: "batchnorm", "layernorm" or None
        - reg: float >= 0, the strength of the regularisation, kept in self.reg
        - weight_scale: float >= 0, the standard deviation of the initial weights
        - dtype: np.float32 or np.float64, in which the network computes. Use float64 for gradient checks
        - seed: an integer, if given: the dropout layers draw the same masks at every call, as gradient checks need it

        Raises ValueError if a size is not a positive whole number or another argument is out of range.
        """
        hidden_dims = [as_count("hidden_dims", size) for size in hidden_dims]
        input_dim, num_classes = as_count("input_dim", input_dim), as_count("num_classes", num_classes)
        weight_scale = as_number("weight_scale", weight_scale, minimum=0)
        if normalization not in ("batchnorm", "layernorm", None):
            raise ValueError(f'normalization must be "batchnorm", "layernorm" or None, but it is {normalization!r}.')
        self.normalization = normalization
        self.reg = as_number("reg", reg, minimum=0)
        self.dtype = as_float_type("dtype", dtype)
        self.num_layers = len(hidden_dims) + 1

        # The settings of the layers. Batch normalisation keeps its running averages here, one dict for each layer.
        keep_ratio = as_keep_probability("dropout_keep_ratio", dropout_keep_ratio)
        self.use_dropout = keep_ratio != 1
        self.dropout_param = {"mode": "train", "p": keep_ratio} if self.use_dropout else {}
        if self.use_dropout and seed is not None:
            self.dropout_param["seed"] = as_count("seed", seed, 0, 2**32 - 1)
        kind = {"batchnorm": {"mode": "train"}, "layernorm": {}}
        self.bn_params = [dict(kind[normalization]) for _ in hidden_dims] if normalization else []

        self.params = {}
        # YOUR CODE HERE
        raise NotImplementedError("FullyConnectedNet_init")

    def loss(self, X, y=None):
        """Compute the scores of a batch or, given its labels, the loss and the gradients.

            loss = softmax_loss(scores, y) + 0.5 * reg * (sum(W1 * W1) + ... + sum(WL * WL))

        The regularisation has the factor 0.5, and leaves biases, scales and shifts alone. Without labels the network
        is used, not trained: batch normalisation and dropout are in the mode "test".

        Inputs:
        - X: floats (N, d_1, ..., d_k) with d_1 * ... * d_k = input_dim, a batch of examples
        - y: integers (N,), the correct classes, or None

        Returns, if y is None,
        - scores: floats (N, C), scores[i, c] of example i for class c

        and otherwise a tuple of
        - loss: a float
        - grads: a dict with the keys of self.params, grads[name] the gradient dloss/dparams[name]

        Raises ValueError if the shapes do not fit together or a label is out of range.
        """
        X = as_floats("X", X).astype(self.dtype, copy=False)
        mode = "test" if y is None else "train"
        if self.use_dropout:
            self.dropout_param["mode"] = mode
        if self.normalization == "batchnorm":
            for bn_param in self.bn_params:
                bn_param["mode"] = mode
        # YOUR CODE HERE
        raise NotImplementedError("FullyConnectedNet_loss")
