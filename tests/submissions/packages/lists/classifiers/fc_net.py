import numpy as np

from ..layer_utils import *
from ..layers import *


class FullyConnectedNet:
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
        self.normalization, self.reg, self.dtype = normalization, reg, dtype
        self.use_dropout = dropout_keep_ratio != 1
        self.dims = [input_dim, *hidden_dims, num_classes]
        self.num_layers = len(self.dims) - 1
        rng = np.random.default_rng(np.random.randint(2**31))
        new = {}
        for k in range(1, self.num_layers + 1):
            new[f"W{k}"] = rng.normal(scale=weight_scale, size=(self.dims[k - 1], self.dims[k]))
            new[f"b{k}"] = np.zeros(self.dims[k])
        if normalization:
            for k in range(1, self.num_layers):
                new[f"gamma{k}"], new[f"beta{k}"] = np.ones(self.dims[k]), np.zeros(self.dims[k])
        self.params = {k: np.asarray(v, dtype=dtype) for k, v in new.items()}
        self.dropout_param = {"mode": "train", "p": dropout_keep_ratio}
        if seed is not None:
            self.dropout_param["seed"] = seed
        self.bn_params = [{"mode": "train"} for _ in hidden_dims]

    def loss(self, X, y=None):
        for settings in (self.dropout_param, *self.bn_params):
            settings["mode"] = "test" if y is None else "train"
        X = X.astype(self.dtype)
        scores = None
        cache = {}
        h = X
        for i in range(1, self.num_layers):
            h, cache["fc%d" % i] = affine_forward(h, self.params["W%d" % i], self.params["b%d" % i])
            if self.normalization == "batchnorm":
                h, cache["bn%d" % i] = batchnorm_forward(
                    h, self.params["gamma%d" % i], self.params["beta%d" % i], self.bn_params[i - 1]
                )
            elif self.normalization == "layernorm":
                h, cache["bn%d" % i] = layernorm_forward(
                    h, self.params["gamma%d" % i], self.params["beta%d" % i], self.bn_params[i - 1]
                )
            h, cache["relu%d" % i] = relu_forward(h)
            if self.use_dropout:
                h, cache["drop%d" % i] = dropout_forward(h, self.dropout_param)
        L = self.num_layers
        scores, cache["fc%d" % L] = affine_forward(h, self.params["W%d" % L], self.params["b%d" % L])
        if y is None:
            return scores
        loss, grads = 0.0, {}
        loss, dout = softmax_loss(scores, y)
        for i in range(L, 0, -1):
            loss += 0.5 * self.reg * np.sum(self.params["W%d" % i] ** 2)
            if i < L:
                if self.use_dropout:
                    dout = dropout_backward(dout, cache["drop%d" % i])
                dout = relu_backward(dout, cache["relu%d" % i])
                if self.normalization == "batchnorm":
                    dout, grads["gamma%d" % i], grads["beta%d" % i] = batchnorm_backward(dout, cache["bn%d" % i])
                elif self.normalization == "layernorm":
                    dout, grads["gamma%d" % i], grads["beta%d" % i] = layernorm_backward(dout, cache["bn%d" % i])
            dout, grads["W%d" % i], grads["b%d" % i] = affine_backward(dout, cache["fc%d" % i])
            grads["W%d" % i] += self.reg * self.params["W%d" % i]
        return loss, grads
