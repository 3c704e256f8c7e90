import numpy as np

from ..layer_utils import *


class ThreeLayerConvNet:
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
        self.reg, self.dtype = reg, dtype
        C, *image = input_dim
        self.conv = {"stride": 1, "pad": (filter_size - 1) // 2}
        self.pool = {"pool_height": 2, "pool_width": 2, "stride": 2}
        size = [(s + 2 * self.conv["pad"] - filter_size + 1) // 2 for s in image]
        draw = lambda *shape: (weight_scale * np.random.standard_normal(shape)).astype(dtype)
        self.params = dict(
            W1=draw(num_filters, C, filter_size, filter_size),
            b1=np.zeros(num_filters, dtype),
            W2=draw(num_filters * np.prod(size), hidden_dim),
            b2=np.zeros(hidden_dim, dtype),
            W3=draw(hidden_dim, num_classes),
            b3=np.zeros(num_classes, dtype),
        )

    def loss(self, X, y=None):
        p = self.params
        maps, first = conv_relu_pool_forward(X.astype(self.dtype), p["W1"], p["b1"], self.conv, self.pool)
        hidden, second = affine_relu_forward(maps, p["W2"], p["b2"])
        scores, third = affine_forward(hidden, p["W3"], p["b3"])
        if y is None:
            return scores
        loss, d = softmax_loss(scores, y)
        grads = {}
        for k, backward, cache in (
            ("3", affine_backward, third),
            ("2", affine_relu_backward, second),
            ("1", conv_relu_pool_backward, first),
        ):
            d, grads["W" + k], grads["b" + k] = backward(d, cache)
            loss += 0.5 * self.reg * np.sum(p["W" + k] ** 2)
            grads["W" + k] += self.reg * p["W" + k]
        return loss, grads
