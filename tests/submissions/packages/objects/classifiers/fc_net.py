import numpy as np

from .. import layers as L


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

    def _block(self, k, h):
        p, backs = self.params, []

        def run(pair, *args):
            forward, backward = (getattr(L, pair + end) for end in ("_forward", "_backward"))
            out, cache = forward(*args)
            backs.append((pair, backward, cache))
            return out

        h = run("affine", h, p[f"W{k}"], p[f"b{k}"])
        if k < self.num_layers:
            if self.normalization:
                h = run(self.normalization, h, p[f"gamma{k}"], p[f"beta{k}"], self.bn_params[k - 1])
            h = run("relu", h)
            if self.use_dropout:
                h = run("dropout", h, self.dropout_param)
        return h, backs

    def loss(self, X, y=None):
        mode = "train" if y is not None else "test"
        for d in [self.dropout_param, *self.bn_params]:
            d["mode"] = mode
        h, tape = np.asarray(X, dtype=self.dtype), []
        for k in range(1, self.num_layers + 1):
            h, backs = self._block(k, h)
            tape += [(k, *b) for b in backs]
        if y is None:
            return h
        loss, d = L.softmax_loss(h, y)
        grads = {}
        while tape:
            k, kind, backward, cache = tape.pop()
            got = backward(d, cache)
            if kind == "affine":
                d, grads[f"W{k}"], grads[f"b{k}"] = got
                W = self.params[f"W{k}"]
                loss += self.reg / 2 * (W * W).sum()
                grads[f"W{k}"] = grads[f"W{k}"] + self.reg * W
            elif kind in ("batchnorm", "layernorm"):
                d, grads[f"gamma{k}"], grads[f"beta{k}"] = got
            else:
                d = got
        return float(loss), grads
