import numpy as np

from ..layers import *


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
        X = X.astype(self.dtype)
        p = self.params
        conv, conv_cache = conv_forward_naive(X, p["W1"], p["b1"], self.conv)
        relu1, relu1_cache = relu_forward(conv)
        pool, pool_cache = max_pool_forward_naive(relu1, self.pool)
        flat = pool.reshape(pool.shape[0], -1)
        fc1, fc1_cache = affine_forward(flat, p["W2"], p["b2"])
        relu2, relu2_cache = relu_forward(fc1)
        scores, fc2_cache = affine_forward(relu2, p["W3"], p["b3"])
        if y is None:
            return scores
        loss, dscores = softmax_loss(scores, y)
        grads = {}
        for name in p:
            if name.startswith("W"):
                loss += 0.5 * self.reg * (p[name] ** 2).sum()
        d, grads["W3"], grads["b3"] = affine_backward(dscores, fc2_cache)
        d = relu_backward(d, relu2_cache)
        d, grads["W2"], grads["b2"] = affine_backward(d, fc1_cache)
        d = d.reshape(pool.shape)
        d = max_pool_backward_naive(d, pool_cache)
        d = relu_backward(d, relu1_cache)
        d, grads["W1"], grads["b1"] = conv_backward_naive(d, conv_cache)
        for name in list(grads):
            if name.startswith("W"):
                grads[name] += self.reg * p[name]
        return loss, grads
