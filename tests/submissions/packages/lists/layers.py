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
    # every step of the graph by itself, and all that it gives in a list
    eps, keep = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    for name in ("running_mean", "running_var"):
        if name not in bn_param:
            bn_param[name] = np.zeros(x.shape[1])
    if bn_param["mode"] == "test":
        spread = np.sqrt(bn_param["running_var"] + eps)
        return (gamma * (x - bn_param["running_mean"]) / spread + beta).astype(x.dtype), []
    centre = np.sum(x, axis=0) / len(x)
    away = x - centre
    squares = away**2
    var = np.sum(squares, axis=0) / len(x)
    root = (var + eps) ** 0.5
    inverse = 1 / root
    hat = away * inverse
    scaled = hat * gamma
    for name, new in (("running_mean", centre), ("running_var", var)):
        bn_param[name] *= keep
        bn_param[name] += (1 - keep) * new
    return (scaled + beta).astype(x.dtype), [away, root, inverse, hat, gamma]


def batchnorm_backward(dout, cache):
    away, root, inverse, hat, gamma = cache
    n = len(dout)
    dscaled, dbeta = dout, np.sum(dout, axis=0)
    dhat, dgamma = dscaled * gamma, np.sum(dscaled * hat, axis=0)
    daway, dinverse = dhat * inverse, np.sum(dhat * away, axis=0)
    droot = -dinverse / root**2
    dvar = 0.5 * droot / root
    dsquares = np.tile(dvar / n, (n, 1))
    daway = daway + 2 * away * dsquares
    dx, dcentre = daway, -np.sum(daway, axis=0)
    dx = dx + np.tile(dcentre / n, (n, 1))
    return dx.astype(dout.dtype), dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    _, _, inverse, hat, gamma = cache
    n, dgamma, dbeta = len(dout), (dout * hat).sum(0), dout.sum(0)
    dx = (gamma * inverse / n) * (n * dout - dbeta - hat * dgamma)
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    N, D = x.shape
    mu = np.mean(x, axis=1).reshape(N, 1)
    var = np.var(x, axis=1)[:, np.newaxis]
    std = np.sqrt(var + eps)
    xhat = (x - mu) / std
    return xhat * gamma + beta, [xhat, std, gamma]


def layernorm_backward(dout, cache):
    xhat, std, gamma = cache
    N, D = dout.shape
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * xhat, axis=0)
    dxhat = dout * gamma
    dx = (D * dxhat - dxhat.sum(1).reshape(N, 1) - xhat * (dxhat * xhat).sum(1).reshape(N, 1)) / (D * std)
    return [dx, dgamma, dbeta]


def dropout_forward(x, dropout_param):
    mode, p, seed = (dropout_param.get(key) for key in ("mode", "p", "seed"))
    if seed is not None:
        np.random.seed(seed)
    mask = None
    if mode == "train":
        mask = np.random.choice([0.0, 1.0 / p], size=x.shape, p=[1 - p, p])
        out = x * mask
    else:
        out = x.copy()
    return np.asarray(out, dtype=x.dtype), [dropout_param, mask]


def dropout_backward(dout, cache):
    dropout_param, mask = cache
    if dropout_param["mode"] == "train":
        dx = (dout * mask).astype(dout.dtype)
    else:
        dx = dout.copy()
    return dx


def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), "constant")
    OH, OW = (H + 2 * pad - HH) // stride + 1, (W + 2 * pad - WW) // stride + 1
    wr = w.reshape(F, -1)
    out = np.zeros((N, F, OH, OW))
    for r in range(OH):
        for c in range(OW):
            col = xp[:, :, r * stride : r * stride + HH, c * stride : c * stride + WW].reshape(N, -1)
            out[:, :, r, c] = col.dot(wr.T) + b
    return out.astype(x.dtype), [x, w, b, conv_param]


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    N, F, OH, OW = dout.shape
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), "constant")
    dxp = np.zeros(xp.shape)
    dw = np.zeros(w.shape)
    for n in range(N):
        for f in range(F):
            for r in range(OH):
                for c in range(OW):
                    for k in range(HH):
                        for l in range(WW):
                            dw[f, :, k, l] += xp[n, :, r * stride + k, c * stride + l] * dout[n, f, r, c]
                            dxp[n, :, r * stride + k, c * stride + l] += w[f, :, k, l] * dout[n, f, r, c]
    db = np.sum(np.sum(np.sum(dout, axis=3), axis=2), axis=0)
    dx = np.delete(
        np.delete(dxp, [*range(pad), *range(pad + H, H + 2 * pad)], axis=2),
        [*range(pad), *range(pad + W, W + 2 * pad)],
        axis=3,
    )
    return [dx.astype(x.dtype), dw.astype(x.dtype), db]


def max_pool_forward_naive(x, pool_param):
    h, w, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    out = np.array(
        [
            [
                [[x[n, c, i : i + h, j : j + w].max() for j in range(0, W - w + 1, s)] for i in range(0, H - h + 1, s)]
                for c in range(C)
            ]
            for n in range(N)
        ]
    )
    return out, [x, pool_param, out]


def max_pool_backward_naive(dout, cache):
    x, pool_param, out = cache
    h, w, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, OH, OW = dout.shape
    dx = np.zeros_like(x)
    for n in range(N):
        for c in range(C):
            for i in range(OH):
                for j in range(OW):
                    window = x[n, c, i * s : i * s + h, j * s : j * s + w]
                    a, b = np.argwhere(window == out[n, c, i, j])[0]
                    dx[n, c, i * s + a, j * s + b] += dout[n, c, i, j]
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    out, cache = batchnorm_forward(x.transpose(0, 3, 2, 1).reshape((N * H * W, C)), gamma, beta, bn_param)
    return out.reshape(N, W, H, C).transpose(0, 3, 2, 1), [cache]


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    dx, dgamma, dbeta = batchnorm_backward_alt(dout.transpose(0, 3, 2, 1).reshape((N * H * W, C)), cache[0])
    return [dx.reshape(N, W, H, C).transpose(0, 3, 2, 1), dgamma, dbeta]


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    eps = gn_param.get("eps", 1e-5)
    N, C, H, W = x.shape
    out = np.zeros_like(x)
    xhat = np.zeros_like(x)
    stds = np.zeros((N, G), dtype=x.dtype)
    k = C // G
    for g in range(G):
        part = x[:, g * k : (g + 1) * k]
        mu = part.mean(axis=(1, 2, 3), keepdims=True)
        var = part.var(axis=(1, 2, 3), keepdims=True)
        std = np.sqrt(var + eps)
        stds[:, g] = std.ravel()
        xhat[:, g * k : (g + 1) * k] = (part - mu) / std
    out = xhat * gamma + beta
    return out, [xhat, stds, gamma, G]


def spatial_groupnorm_backward(dout, cache):
    xhat, stds, gamma, G = cache
    N, C, H, W = dout.shape
    k = C // G
    dx = np.zeros_like(dout)
    for n in range(N):
        for g in range(G):
            s = slice(g * k, (g + 1) * k)
            d = dout[n, s] * gamma[0, s]
            h = xhat[n, s]
            dx[n, s] = (d - d.mean() - h * (d * h).mean()) / stds[n, g]
    dgamma = np.sum(dout * xhat, axis=(0, 2, 3)).reshape(1, C, 1, 1)
    dbeta = np.sum(dout, axis=(0, 2, 3)).reshape(1, C, 1, 1)
    return [dx, dgamma, dbeta]
