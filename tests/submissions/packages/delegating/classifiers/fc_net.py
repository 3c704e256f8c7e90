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
        pairs = {
            "batchnorm": (batchnorm_forward, batchnorm_backward),
            "layernorm": (layernorm_forward, layernorm_backward),
        }
        norm, dropout = pairs.get(self.normalization), self.dropout_param if self.use_dropout else None
        names = ("W", "b", "gamma", "beta") if norm else ("W", "b")
        out, caches = X.astype(self.dtype), []
        for k, settings in enumerate(self.bn_params, 1):
            w, b, *scale = (self.params[name + str(k)] for name in names)
            out, cache = hidden_forward(out, w, b, norm, scale, settings, dropout)
            caches.append(cache)
        top = str(self.num_layers)
        scores, cache = affine_forward(out, self.params["W" + top], self.params["b" + top])
        if y is None:
            return scores
        loss, dout = softmax_loss(scores, y)
        dout, dw, db = affine_backward(dout, cache)
        grads = {"W" + top: dw, "b" + top: db}
        for k in range(len(caches), 0, -1):
            dout, *found = hidden_backward(dout, caches[k - 1])
            grads.update({name + str(k): value for name, value in zip(names, found)})
        for name, w in self.params.items():
            if name.startswith("W"):
                loss += self.reg / 2 * (w**2).sum()
                grads[name] += self.reg * w
        return loss, grads
