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


def batchnorm_forward(x, gamma, beta, bn_param):
    """Other layers call it too, with their rows as columns and the key "averages" set to False."""
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    old = [bn_param.get(name, np.zeros(x.shape[1], dtype=x.dtype)) for name in ("running_mean", "running_var")]
    train = bn_param["mode"] == "train"
    mean, var = (x.mean(axis=0), x.var(axis=0)) if train else old
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    if bn_param.get("averages", True):
        new = [momentum * before + (1 - momentum) * now for before, now in zip(old, (mean, var))] if train else old
        bn_param["running_mean"], bn_param["running_var"] = new
    return gamma * x_hat + beta, {"x_hat": x_hat, "gamma": gamma, "std": std}


def batchnorm_backward(dout, cache):
    x_hat, gamma, std = cache["x_hat"], cache["gamma"], cache["std"]
    N = dout.shape[0]
    dx_hat = dout * gamma
    dstd = -np.sum(dx_hat * x_hat, axis=0) / std
    direct = dx_hat / std + x_hat * dstd / N
    return direct - direct.sum(axis=0) / N, np.sum(dout * x_hat, axis=0), np.sum(dout, axis=0)


def batchnorm_backward_alt(dout, cache):
    x_hat, gamma, std = cache["x_hat"], cache["gamma"], cache["std"]
    N = dout.shape[0]
    d = dout * gamma
    dx = (d - np.sum(d, axis=0) / N - x_hat * np.sum(d * x_hat, axis=0) / N) / std
    return dx, np.sum(dout * x_hat, axis=0), np.sum(dout, axis=0)


def layernorm_forward(x, gamma, beta, ln_param):
    columns = {**ln_param, "mode": "train", "averages": False}
    out, cache = batchnorm_forward(x.T, gamma[:, None], beta[:, None], columns)
    return out.T, cache


def layernorm_backward(dout, cache):
    dx, _, _ = batchnorm_backward(dout.T, cache)
    return dx.T, np.sum(dout * cache["x_hat"].T, axis=0), np.sum(dout, axis=0)


def dropout_forward(x, dropout_param):
    mode, p, seed = (dropout_param.get(key) for key in ("mode", "p", "seed"))
    if seed is not None:
        np.random.seed(seed)
    cache = {"mode": mode}
    if mode == "train":
        cache["mask"] = np.random.binomial(1, p, size=x.shape).astype(x.dtype) / x.dtype.type(p)
        out = cache["mask"] * x
    else:
        out = x
    return np.asarray(out, dtype=x.dtype), cache


def dropout_backward(dout, cache):
    if cache["mode"] == "train":
        return dout * cache["mask"]
    return dout


def conv_forward_naive(x, w, b, conv_param):
    pad, stride = conv_param["pad"], conv_param["stride"]
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    xp = np.zeros((N, C, H + 2 * pad, W + 2 * pad), dtype=x.dtype)
    xp[:, :, pad : H + pad, pad : W + pad] = x
    Ho = int(1 + (H + 2 * pad - HH) / stride)
    Wo = int(1 + (W + 2 * pad - WW) / stride)
    out = np.zeros((N, F, Ho, Wo), dtype=x.dtype)
    for i in range(Ho):
        for j in range(Wo):
            field = xp[:, :, i * stride : i * stride + HH, j * stride : j * stride + WW]
            out[:, :, i, j] = np.tensordot(field, w, axes=([1, 2, 3], [1, 2, 3])) + b
    cache = {"xp": xp, "w": w, "b": b, "p": conv_param}
    return out, cache


def conv_backward_naive(dout, cache):
    xp, w, b, p = cache["xp"], cache["w"], cache["b"], cache["p"]
    pad, stride = p["pad"], p["stride"]
    F, _, HH, WW = w.shape
    dxp, dw = np.zeros(xp.shape, xp.dtype), np.zeros(w.shape, w.dtype)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            sl = np.s_[:, :, i * stride : i * stride + HH, j * stride : j * stride + WW]
            dw += np.tensordot(dout[:, :, i, j], xp[sl], axes=([0], [0]))
            dxp[sl] += np.tensordot(dout[:, :, i, j], w, axes=([1], [0]))
    db = dout.sum(axis=(0, 2, 3))
    dx = dxp[:, :, pad:-pad, pad:-pad] if pad else dxp
    return dx, dw, db


def max_pool_forward_naive(x, pool_param):
    ph, pw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    Ho, Wo = (H - ph) // s + 1, (W - pw) // s + 1
    out = np.empty((N, C, Ho, Wo), x.dtype)
    for i in range(Ho):
        for j in range(Wo):
            out[:, :, i, j] = np.amax(x[:, :, i * s : i * s + ph, j * s : j * s + pw], axis=(-1, -2))
    return out, {"x": x, "p": pool_param}


def max_pool_backward_naive(dout, cache):
    x, p = cache["x"], cache["p"]
    ph, pw, s = p["pool_height"], p["pool_width"], p["stride"]
    N, C, Ho, Wo = dout.shape
    dx = np.zeros_like(x)
    n_idx, c_idx = np.ogrid[:N, :C]
    for i in range(Ho):
        for j in range(Wo):
            win = x[:, :, i * s : i * s + ph, j * s : j * s + pw].reshape(N, C, -1)
            k = win.argmax(axis=2)
            dx[n_idx, c_idx, i * s + k // pw, j * s + k % pw] += dout[:, :, i, j]
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    flat = x.swapaxes(0, 1).reshape(C, -1).T
    out, cache = batchnorm_forward(flat, gamma, beta, bn_param)
    return out.T.reshape(C, N, H, W).swapaxes(0, 1), cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    flat = dout.swapaxes(0, 1).reshape(C, -1).T
    dx, dgamma, dbeta = batchnorm_backward_alt(flat, cache)
    return dx.T.reshape(C, N, H, W).swapaxes(0, 1), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    size = (N * G, C // G * H * W)
    rows = x.reshape(size)
    g = np.broadcast_to(gamma, x.shape).reshape(size)
    b = np.broadcast_to(beta, x.shape).reshape(size)
    param = {**gn_param, "mode": "train", "averages": False}
    out, cache = batchnorm_forward(rows.T, g.T, b.T, param)
    cache["dims"] = (N, C, H, W, G)
    return out.T.reshape(x.shape), cache


def spatial_groupnorm_backward(dout, cache):
    N, C, H, W, G = cache["dims"]
    x_hat = cache["x_hat"].T.reshape(dout.shape)
    dbeta = dout.sum(axis=(0, 2, 3))[None, :, None, None]
    dgamma = (dout * x_hat).sum(axis=(0, 2, 3))[None, :, None, None]
    rows = dout.reshape(N * G, -1).T
    dx, _, _ = batchnorm_backward_alt(rows, cache)
    return dx.T.reshape(dout.shape), dgamma, dbeta
