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
        ### BEGIN SOLUTION TwoLayerNet_init
        # Weights that were all equal would give all hidden units the same gradient, for ever: noise tells
        # them apart. Biases need none.
        self.params["W1"] = weight_scale * np.random.randn(input_dim, hidden_dim)
        self.params["b1"] = np.zeros(hidden_dim)
        self.params["W2"] = weight_scale * np.random.randn(hidden_dim, num_classes)
        self.params["b2"] = np.zeros(num_classes)
        ### END SOLUTION

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
        ### BEGIN SOLUTION TwoLayerNet_loss
        W1, b1, W2, b2 = (self.params[name] for name in ("W1", "b1", "W2", "b2"))
        hidden, hidden_cache = affine_relu_forward(X, W1, b1)
        scores, scores_cache = affine_forward(hidden, W2, b2)
        if y is None:
            return scores

        reg = float(self.reg)
        data_loss, dscores = softmax_loss(scores, y)
        loss = data_loss + 0.5 * reg * (np.sum(W1 * W1) + np.sum(W2 * W2))

        # Through the layers in the opposite order: each hands its input's gradient to the one before it.
        dhidden, dW2, db2 = affine_backward(dscores, scores_cache)
        _, dW1, db1 = affine_relu_backward(dhidden, hidden_cache)
        # The weights reach the loss by two ways, through the scores and through the regularisation: add both.
        grads = {"W1": dW1 + reg * W1, "b1": db1, "W2": dW2 + reg * W2, "b2": db2}
        return loss, grads
        ### END SOLUTION


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
        ### BEGIN SOLUTION FullyConnectedNet_init
        sizes = [input_dim, *hidden_dims, num_classes]
        for layer in range(1, self.num_layers + 1):
            rows, units = sizes[layer - 1], sizes[layer]
            self.params[f"W{layer}"] = (weight_scale * np.random.randn(rows, units)).astype(self.dtype)
            self.params[f"b{layer}"] = np.zeros(units, dtype=self.dtype)
            if normalization is not None and layer < self.num_layers:  # the last layer gives scores, as they are
                self.params[f"gamma{layer}"] = np.ones(units, dtype=self.dtype)
                self.params[f"beta{layer}"] = np.zeros(units, dtype=self.dtype)
        ### END SOLUTION

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
        ### BEGIN SOLUTION FullyConnectedNet_loss
        forward, backward = {
            None: (affine_relu_forward, affine_relu_backward),
            "batchnorm": (affine_bn_relu_forward, affine_bn_relu_backward),
            "layernorm": (affine_ln_relu_forward, affine_ln_relu_backward),
        }[self.normalization]
        L, params = self.num_layers, self.params

        caches, hidden = [], X
        for layer in range(1, L):
            settings = [params[f"W{layer}"], params[f"b{layer}"]]
            if self.normalization is not None:
                settings += [params[f"gamma{layer}"], params[f"beta{layer}"], self.bn_params[layer - 1]]
            hidden, cache = forward(hidden, *settings)
            dropout_cache = None
            if self.use_dropout:
                hidden, dropout_cache = dropout_forward(hidden, self.dropout_param)
            caches.append((cache, dropout_cache))
        scores, scores_cache = affine_forward(hidden, params[f"W{L}"], params[f"b{L}"])
        if y is None:
            return scores

        loss, dscores = softmax_loss(scores, y)
        grads = {}
        dhidden, grads[f"W{L}"], grads[f"b{L}"] = affine_backward(dscores, scores_cache)
        # Through the layers in the opposite order: each hands its input's gradient to the one before it.
        for layer in range(L - 1, 0, -1):
            cache, dropout_cache = caches[layer - 1]
            if self.use_dropout:
                dhidden = dropout_backward(dhidden, dropout_cache)
            dhidden, grads[f"W{layer}"], grads[f"b{layer}"], *rest = backward(dhidden, cache)
            if rest:
                grads[f"gamma{layer}"], grads[f"beta{layer}"] = rest

        # The weights reach the loss by two ways, through the scores and through the regularisation: add both.
        reg = float(self.reg)
        for layer in range(1, L + 1):
            W = params[f"W{layer}"]
            loss += 0.5 * reg * np.sum(W * W)
            grads[f"W{layer}"] += reg * W
        return loss, grads
        ### END SOLUTION
