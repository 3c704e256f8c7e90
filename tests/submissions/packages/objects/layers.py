"""Vectorised throughout; caches are small objects."""

from collections import namedtuple
from types import SimpleNamespace

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view


def affine_forward(x, w, b):
    out = x.reshape(x.shape[0], -1).dot(w) + b
    return out, (x, w, b)


def affine_backward(dout, cache):
    x, w, b = cache
    dx = dout.dot(w.T).reshape(x.shape)
    dw = x.reshape(x.shape[0], -1).T.dot(dout)
    db = np.sum(dout, axis=0)
    return dx, dw, db


def relu_forward(x):
    return np.maximum(0, x), x


def relu_backward(dout, cache):
    return dout * (cache > 0)


def softmax_loss(x, y):
    N = x.shape[0]
    s = x - np.max(x, axis=1, keepdims=True)
    p = np.exp(s)
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(N), y]).sum() / N
    p[np.arange(N), y] -= 1
    return loss, p / N


ConvCache = namedtuple("ConvCache", "x w b stride pad cols")


class Normaliser:
    """Normalises along one axis (or axes), and remembers what its gradient needs."""

    def __init__(self, x, axis, eps):
        self.axis = axis
        self.mean = x.mean(axis=axis, keepdims=True)
        self.var = x.var(axis=axis, keepdims=True)
        self.istd = (self.var + eps) ** -0.5
        self.xhat = (x - self.mean) * self.istd

    def grad(self, g):
        m = g.mean(axis=self.axis, keepdims=True)
        c = (g * self.xhat).mean(axis=self.axis, keepdims=True)
        return self.istd * (g - m - self.xhat * c)


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    d = x.shape[1]
    bn_param.setdefault("running_mean", np.zeros(d, dtype=x.dtype))
    bn_param.setdefault("running_var", np.zeros(d, dtype=x.dtype))
    if bn_param["mode"] == "train":
        n = Normaliser(x, 0, eps)
        bn_param["running_mean"] += (1 - momentum) * (n.mean[0] - bn_param["running_mean"])
        bn_param["running_var"] += (1 - momentum) * (n.var[0] - bn_param["running_var"])
        cache = SimpleNamespace(n=n, gamma=gamma)
        return n.xhat * gamma + beta, cache
    scale = gamma / np.sqrt(bn_param["running_var"] + eps)
    return x * scale + (beta - bn_param["running_mean"] * scale), None


def _norm_backward(dout, cache):
    return cache.n.grad(dout * cache.gamma), np.einsum("ij,ij->j", dout, cache.n.xhat), np.einsum("ij->j", dout)


batchnorm_backward = batchnorm_backward_alt = _norm_backward


def layernorm_forward(x, gamma, beta, ln_param):
    n = Normaliser(x, 1, ln_param.get("eps", 1e-5))
    return n.xhat * gamma + beta, SimpleNamespace(n=n, gamma=gamma)


layernorm_backward = _norm_backward


def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    rng = np.random.default_rng(dropout_param.get("seed"))
    if mode == "train":
        keep = rng.random(x.shape) < p
        return np.where(keep, x / x.dtype.type(p), x.dtype.type(0)), SimpleNamespace(keep=keep, p=p)
    return x, SimpleNamespace(keep=None, p=p)


def dropout_backward(dout, cache):
    if cache.keep is None:
        return dout
    return np.where(cache.keep, dout / dout.dtype.type(cache.p), dout.dtype.type(0))


def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    xp = np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])
    cols = sliding_window_view(xp, w.shape[2:], axis=(2, 3))[:, :, ::s, ::s]
    out = np.einsum("nchwij,fcij->nfhw", cols, w) + b[None, :, None, None]
    return out, ConvCache(x, w, b, s, p, cols)


def conv_backward_naive(dout, cache):
    x, w, b, s, p, cols = cache
    H, W = x.shape[2:]
    HH, WW = w.shape[2:]
    dw = np.einsum("nfhw,nchwij->fcij", dout, cols)
    dxp = np.zeros(x.shape[:2] + (H + 2 * p, W + 2 * p), dtype=x.dtype)
    h, v = dout.shape[2:]
    for i in range(HH):
        for j in range(WW):
            dxp[:, :, i : i + s * h : s, j : j + s * v : s] += np.einsum("nfhw,fc->nchw", dout, w[:, :, i, j])
    return dxp[:, :, p : p + H, p : p + W], dw, np.einsum("nfhw->f", dout)


def _windows(x, pool_param):
    ph, pw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    a, b, c, d = x.strides
    shape = (N, C, (H - ph) // s + 1, (W - pw) // s + 1, ph, pw)
    return as_strided(x, shape, (a, b, c * s, d * s, c, d), writeable=False)


def max_pool_forward_naive(x, pool_param):
    return _windows(x, pool_param).max(axis=(4, 5)), SimpleNamespace(x=x, param=pool_param)


def max_pool_backward_naive(dout, cache):
    win = _windows(cache.x, cache.param)
    ph, pw, s = cache.param["pool_height"], cache.param["pool_width"], cache.param["stride"]
    flat = win.reshape(*dout.shape, ph * pw).argmax(axis=-1)
    n, c, i, j = np.indices(dout.shape)
    dx = np.zeros(cache.x.shape, dtype=dout.dtype)
    np.add.at(dx, (n, c, i * s + flat // pw, j * s + flat % pw), dout)
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    out, cache = batchnorm_forward(np.einsum("nchw->nhwc", x).reshape(-1, C), gamma, beta, bn_param)
    return np.einsum("nhwc->nchw", out.reshape(N, H, W, C)), cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    dx, dgamma, dbeta = batchnorm_backward(np.einsum("nchw->nhwc", dout).reshape(-1, C), cache)
    return np.einsum("nhwc->nchw", dx.reshape(N, H, W, C)), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    n = Normaliser(x.reshape(N, G, -1), 2, gn_param.get("eps", 1e-5))
    n.image = n.xhat.reshape(x.shape)
    return gamma * n.image + beta, SimpleNamespace(n=n, gamma=gamma)


def spatial_groupnorm_backward(dout, cache):
    g = (dout * cache.gamma).reshape(cache.n.xhat.shape)
    sums = dict(axis=(0, 2, 3), keepdims=True)
    return cache.n.grad(g).reshape(dout.shape), (dout * cache.n.image).sum(**sums), dout.sum(**sums)
