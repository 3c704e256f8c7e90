"""Convolutional networks, built from the layers in `layers` and `fast_layers`."""

import numpy as np

from ..layer_utils import (
    affine_relu_backward,
    affine_relu_forward,
    conv_relu_pool_backward,
    conv_relu_pool_forward,
)
from ..layers import affine_backward, affine_forward, softmax_loss
from ..validation import as_count, as_float_type, as_floats, as_number


class ThreeLayerConvNet:
    """A convolutional network of three layers and a softmax loss:

        conv - relu - 2x2 max pool - affine - relu - affine - softmax

    The convolution has the stride 1, and as much padding as keeps the images' size if filter_size is odd; the pooling
    has the stride 2. `params` maps the names W1, b1 (convolution), W2, b2, W3, b3 (affine) to the weights and biases;
    `reg` is the strength of the regularisation. The network does not train itself: hand it to a Solver.

    Source: LeCun, Bottou, Bengio and Haffner, Gradient-Based Learning Applied to Document Recognition (1998);
    Goodfellow, Bengio and Courville, Deep Learning (2016), chapter 9.
    """

    def __init__(
        self,
        input_dim=(3, 32, 32),
        num_filters=32,
        filter_size=7,
        hidden_dim=100,
        num_classes=10,
        weight_scale=1e-3,
        reg=0.0,
        dtype=np.float32,
    ):
        """Make a network with random weights, and biases of zero.

        With pad = (filter_size - 1) // 2, a map after the convolution has H' x W' pixels, H' = H + 2 * pad -
        filter_size + 1 (which is H if filter_size is odd), and H' // 2 by W' // 2 after the pooling. Fill the dict
        self.params with arrays of the dtype given; the weights are weight_scale times standard normal numbers, from
        np.random, drawn in this order:
        - W1 (num_filters, C, filter_size, filter_size), b1 (num_filters,)
        - W2 (num_filters * (H' // 2) * (W' // 2), hidden_dim), b2 (hidden_dim,)
        - W3 (hidden_dim, num_classes), b3 (num_classes,)

        Inputs:
        - input_dim: (C, H, W), channels, height and width of an image
        - num_filters: how many filters the convolution has
        - filter_size: their height and width
        - hidden_dim: how many units the hidden affine layer has
        - num_classes: how many classes to tell apart
        - weight_scale: float >= 0, the standard deviation of the initial weights
        - reg: float >= 0, the strength of the regularisation, kept in self.reg
        - dtype: np.float32 or np.float64, in which the network computes. Use float64 for gradient checks

        Raises ValueError if a size is not a positive whole number, the images are too small, weight_scale or reg is
        negative, or dtype is no type of floats.
        """
        if len(input_dim) != 3:
            raise ValueError(f"input_dim must be (channels, height, width), but it is {input_dim!r}.")
        C, H, W = (as_count("input_dim", size) for size in input_dim)
        num_filters, filter_size = as_count("num_filters", num_filters), as_count("filter_size", filter_size)
        hidden_dim, num_classes = as_count("hidden_dim", hidden_dim), as_count("num_classes", num_classes)
        weight_scale = as_number("weight_scale", weight_scale, minimum=0)
        self.reg = as_number("reg", reg, minimum=0)
        self.dtype = as_float_type("dtype", dtype)
        self.conv_param = {"stride": 1, "pad": (filter_size - 1) // 2}
        self.pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
        if min(H, W) + 2 * self.conv_param["pad"] - filter_size < 1:  # 2 pixels have to remain for the pooling
            raise ValueError(f"Images of {H} x {W} are too small for filters of {filter_size} and 2x2 pooling.")
        self.params = {}
        ### BEGIN SOLUTION ThreeLayerConvNet_init
        growth = 2 * self.conv_param["pad"] - filter_size + 1  # of a map over its image: 0 if filter_size is odd
        pixels = ((H + growth) // 2) * ((W + growth) // 2)
        weights = {
            "W1": (num_filters, C, filter_size, filter_size),
            "W2": (num_filters * pixels, hidden_dim),
            "W3": (hidden_dim, num_classes),
        }
        for name, shape in weights.items():
            self.params[name] = (weight_scale * np.random.randn(*shape)).astype(self.dtype)
        for name, units in {"b1": num_filters, "b2": hidden_dim, "b3": num_classes}.items():
            self.params[name] = np.zeros(units, dtype=self.dtype)
        ### END SOLUTION

    def loss(self, X, y=None):
        """Compute the scores of a batch or, given its labels, the loss and the gradients.

            loss = softmax_loss(scores, y) + 0.5 * reg * (sum(W1 * W1) + sum(W2 * W2) + sum(W3 * W3))

        The regularisation has the factor 0.5 and leaves the biases alone. self.conv_param and self.pool_param are
        what the layers expect.

        Inputs:
        - X: floats (N, C, H, W), a batch of images
        - y: integers (N,), the correct classes, or None

        Returns, if y is None,
        - scores: floats (N, num_classes), scores[i, c] of image i for class c

        and otherwise a tuple of
        - loss: a float
        - grads: a dict with the keys of self.params, grads[name] the gradient dloss/dparams[name]

        Raises ValueError if the shapes do not fit together or a label is out of range.
        """
        X = as_floats("X", X, ndim=4).astype(self.dtype, copy=False)
        ### BEGIN SOLUTION ThreeLayerConvNet_loss
        W1, b1, W2, b2, W3, b3 = (self.params[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
        maps, maps_cache = conv_relu_pool_forward(X, W1, b1, self.conv_param, self.pool_param)
        hidden, hidden_cache = affine_relu_forward(maps, W2, b2)  # flattens the maps
        scores, scores_cache = affine_forward(hidden, W3, b3)
        if y is None:
            return scores

        reg = float(self.reg)
        data_loss, dscores = softmax_loss(scores, y)
        loss = data_loss + 0.5 * reg * sum(np.sum(W * W) for W in (W1, W2, W3))

        dhidden, dW3, db3 = affine_backward(dscores, scores_cache)
        dmaps, dW2, db2 = affine_relu_backward(dhidden, hidden_cache)  # in the shape of the maps again
        _, dW1, db1 = conv_relu_pool_backward(dmaps, maps_cache)
        grads = {"W1": dW1 + reg * W1, "b1": db1, "W2": dW2 + reg * W2, "b2": db2, "W3": dW3 + reg * W3, "b3": db3}
        return loss, grads
        ### END SOLUTION
