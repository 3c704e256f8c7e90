import numpy as np


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


def _moments(x, eps):
    m = x.sum(0) / len(x)
    v = ((x - m) * (x - m)).sum(0) / len(x)
    return m, v, np.sqrt(v + eps)


def batchnorm_forward(x, gamma, beta, bn_param):
    x = np.asarray(x)
    dtype = x.dtype
    eps = np.asarray(bn_param.get("eps", 1e-5), dtype)
    momentum = bn_param.get("momentum", 0.9)
    zeros = np.zeros(x.shape[1], dtype=dtype)
    rm, rv = bn_param.get("running_mean", zeros), bn_param.get("running_var", zeros)
    if bn_param["mode"] == "train":
        m, v, s = _moments(x, eps)
        bn_param.update(
            running_mean=momentum * rm + (1.0 - momentum) * m, running_var=momentum * rv + (1.0 - momentum) * v
        )
    elif bn_param["mode"] == "test":
        m, s = rm, np.sqrt(rv + eps)
    return np.multiply(gamma, (x - m) / s) + beta, (x, gamma, eps)


def batchnorm_backward(dout, cache):
    x, gamma, eps = cache
    n = len(x)
    m, v, s = _moments(x, eps)
    dgamma = np.sum(dout * (x - m) / s, axis=0)
    dbeta = dout.sum(axis=0)
    # through 1/s, v and m one after the other
    du = dout * gamma
    d_inv = np.sum(du * (x - m), axis=0)
    d_s = -d_inv / s**2
    d_v = d_s / (2 * s)
    d_c = du / s + 2 * (x - m) * d_v / n
    return d_c - np.ones((n, 1), x.dtype) * d_c.sum(axis=0) / n, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    x, gamma, eps = cache
    n = len(x)
    m, v, s = _moments(x, eps)
    dbeta = np.ones(n, dtype=dout.dtype) @ dout
    dgamma = ((x - m) * dout).sum(0) / s
    return gamma / n / s * (n * dout - dbeta - (x - m) / s * dgamma), dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    param = dict(ln_param, mode="train")
    ones, zeros = np.ones(len(x), x.dtype), np.zeros(len(x), x.dtype)
    hat, inner = batchnorm_forward(x.T, ones, zeros, param)
    return gamma * hat.T + beta, (inner, hat.T, gamma)


def layernorm_backward(dout, cache):
    inner, hat, gamma = cache
    dhat = gamma * dout
    dx, _, _ = batchnorm_backward(dhat.T, inner)
    return dx.T, np.sum(dout * hat, 0), np.sum(dout, 0)


def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    rng = np.random.RandomState(dropout_param["seed"]) if "seed" in dropout_param else np.random
    if mode == "test":
        return x, (mode, None)
    drop = rng.uniform(size=x.shape) >= p
    out = x / p
    out[drop] = 0
    return out.astype(x.dtype), (mode, (drop, p))


def dropout_backward(dout, cache):
    mode, info = cache
    if mode == "test":
        return dout
    drop, p = info
    dx = dout / p
    dx[drop] = 0
    return dx.astype(dout.dtype)


from .im2col import *


def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    oh, ow = 1 + (H + 2 * pad - HH) // stride, 1 + (W + 2 * pad - WW) // stride
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    cols = np.zeros((N, oh * ow, C * HH * WW), dtype=x.dtype)
    for k in range(oh * ow):
        i, j = divmod(k, ow)
        cols[:, k] = xp[:, :, i * stride : i * stride + HH, j * stride : j * stride + WW].reshape(N, -1)
    out = (cols @ w.reshape(F, -1).T + b).transpose(0, 2, 1).reshape(N, F, oh, ow)
    return out, (x.shape, cols, w, stride, pad)


def conv_backward_naive(dout, cache):
    shape, cols, w, stride, pad = cache
    N, C, H, W = shape
    F, _, HH, WW = w.shape
    oh, ow = dout.shape[2:]
    flat = dout.reshape(N, F, -1)
    db = flat.sum(axis=(0, 2))
    dw = np.einsum("nfk,nkd->fd", flat, cols).reshape(w.shape)
    dcols = flat.transpose(0, 2, 1) @ w.reshape(F, -1)
    dxp = np.zeros((N, C, H + 2 * pad, W + 2 * pad), dtype=dout.dtype)
    for k in range(oh * ow):
        i, j = divmod(k, ow)
        dxp[:, :, i * stride : i * stride + HH, j * stride : j * stride + WW] += dcols[:, k].reshape(N, C, HH, WW)
    return dxp[:, :, pad : dxp.shape[2] - pad, pad : dxp.shape[3] - pad], dw, db


def max_pool_forward_naive(x, pool_param):
    ph, pw, s = (pool_param[k] for k in ("pool_height", "pool_width", "stride"))
    N, C, H, W = x.shape
    out = np.full((N, C, (H - ph) // s + 1, (W - pw) // s + 1), -np.inf, dtype=x.dtype)
    for i in range(ph):
        for j in range(pw):
            out = np.maximum(
                out,
                x[:, :, i : i + s * out.shape[2] : s, j : j + s * out.shape[3] : s][
                    :, :, : out.shape[2], : out.shape[3]
                ],
            )
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    ph, pw, s = (pool_param[k] for k in ("pool_height", "pool_width", "stride"))
    dx = np.zeros(x.shape, dtype=dout.dtype)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            win = x[:, :, i * s : i * s + ph, j * s : j * s + pw]
            mask = win == win.max(axis=(2, 3), keepdims=True)
            mask = mask / mask.sum(axis=(2, 3), keepdims=True)
            dx[:, :, i * s : i * s + ph, j * s : j * s + pw] += (mask * dout[:, :, i : i + 1, j : j + 1]).astype(
                dx.dtype
            )
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    # without batchnorm_forward
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    rm = bn_param.get("running_mean", np.zeros(C, dtype=x.dtype))
    rv = bn_param.get("running_var", np.zeros(C, dtype=x.dtype))
    cube = lambda v: v.reshape(1, C, 1, 1)
    if bn_param["mode"] == "train":
        m, v = x.mean((0, 2, 3)), x.var((0, 2, 3))
        bn_param["running_mean"] = momentum * rm + (1 - momentum) * m
        bn_param["running_var"] = momentum * rv + (1 - momentum) * v
    else:
        m, v = rm, rv
    hat = (x - cube(m)) / np.sqrt(cube(v) + eps)
    return cube(gamma) * hat + cube(beta), (hat, cube(gamma), np.sqrt(cube(v) + eps))


def spatial_batchnorm_backward(dout, cache):
    hat, gamma, std = cache
    n = dout.size // dout.shape[1]
    dgamma, dbeta = (dout * hat).sum((0, 2, 3)), dout.sum((0, 2, 3))
    dx = gamma / std / n * (n * dout - dbeta[:, None, None] - hat * dgamma[:, None, None])
    return dx, dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    rows = x.reshape(N * G, -1)
    ones, zeros = np.ones(rows.shape[1], x.dtype), np.zeros(rows.shape[1], x.dtype)
    hat, inner = layernorm_forward(rows, ones, zeros, gn_param)
    hat = hat.reshape(x.shape)
    return gamma * hat + beta, (inner, hat, gamma, rows.shape)


def spatial_groupnorm_backward(dout, cache):
    inner, hat, gamma, shape = cache
    dx = layernorm_backward((dout * gamma).reshape(shape), inner)[0]
    return dx.reshape(dout.shape), np.sum(dout * hat, (0, 2, 3), keepdims=True), np.sum(dout, (0, 2, 3), keepdims=True)
