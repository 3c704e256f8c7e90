import numpy as np

from ..layer_utils import *
from ..layers import *


def hidden_layer_forward(x, w, b, norm, gamma, beta, norm_param, use_dropout, dropout_param):
    out, fc = affine_forward(x, w, b)
    nc, dc = None, None
    if norm == "batchnorm":
        out, nc = batchnorm_forward(out, gamma, beta, norm_param)
    elif norm == "layernorm":
        out, nc = layernorm_forward(out, gamma, beta, norm_param)
    out, rc = relu_forward(out)
    if use_dropout:
        out, dc = dropout_forward(out, dropout_param)
    return out, (norm, use_dropout, fc, nc, rc, dc)


def hidden_layer_backward(dout, cache):
    norm, use_dropout, fc, nc, rc, dc = cache
    dgamma, dbeta = 0, 0
    if use_dropout:
        dout = dropout_backward(dout, dc)
    dout = relu_backward(dout, rc)
    if norm == "batchnorm":
        dout, dgamma, dbeta = batchnorm_backward_alt(dout, nc)
    elif norm == "layernorm":
        dout, dgamma, dbeta = layernorm_backward(dout, nc)
    return affine_backward(dout, fc) + (dgamma, dbeta)


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
        caches, h, gamma, beta, bn = [], X, None, None, None
        for i in range(1, self.num_layers):
            if self.normalization:
                gamma, beta, bn = self.params["gamma%d" % i], self.params["beta%d" % i], self.bn_params[i - 1]
            h, c = hidden_layer_forward(
                h,
                self.params["W%d" % i],
                self.params["b%d" % i],
                self.normalization,
                gamma,
                beta,
                bn,
                self.use_dropout,
                self.dropout_param,
            )
            caches.append(c)
        i = self.num_layers
        scores, c = affine_forward(h, self.params["W%d" % i], self.params["b%d" % i])
        if y is None:
            return scores
        loss, dscores = softmax_loss(scores, y)
        grads = {}
        dh, grads["W%d" % i], grads["b%d" % i] = affine_backward(dscores, c)
        for i in range(self.num_layers - 1, 0, -1):
            dh, grads["W%d" % i], grads["b%d" % i], dg, dbt = hidden_layer_backward(dh, caches.pop())
            if self.normalization:
                grads["gamma%d" % i], grads["beta%d" % i] = dg, dbt
        for i in range(1, self.num_layers + 1):
            W = self.params["W%d" % i]
            loss += 0.5 * self.reg * np.sum(W * W)
            grads["W%d" % i] += self.reg * W
        return loss, grads
