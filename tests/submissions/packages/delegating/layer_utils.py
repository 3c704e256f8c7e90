from .fast_layers import *
from .layers import *


def hidden_forward(x, w, b, norm, scale, settings, dropout):
    """One hidden layer with whatever belongs to it; `norm` is a pair of functions or None, `scale` (gamma, beta)."""
    out, first = affine_forward(x, w, b)
    second = last = None
    if norm:
        out, second = norm[0](out, *scale, settings)
    out, third = relu_forward(out)
    if dropout:
        out, last = dropout_forward(out, dropout)
    return out, {"norm": norm, "drops": bool(dropout), "parts": (first, second, third, last)}


def hidden_backward(dout, cache):
    first, second, third, last = cache["parts"]
    if cache["drops"]:
        dout = dropout_backward(dout, last)
    dout, scale = relu_backward(dout, third), []
    if cache["norm"]:
        dout, *scale = cache["norm"][1](dout, second)
    return [*affine_backward(dout, first), *scale]


def affine_relu_forward(x, w, b):
    a, fc_cache = affine_forward(x, w, b)
    out, relu_cache = relu_forward(a)
    return out, (fc_cache, relu_cache)


def affine_relu_backward(dout, cache):
    fc_cache, relu_cache = cache
    return affine_backward(relu_backward(dout, relu_cache), fc_cache)


def conv_relu_pool_forward(x, w, b, conv_param, pool_param):
    a, conv_cache = conv_forward_naive(x, w, b, conv_param)
    s, relu_cache = relu_forward(a)
    out, pool_cache = max_pool_forward_naive(s, pool_param)
    return out, (conv_cache, relu_cache, pool_cache)


def conv_relu_pool_backward(dout, cache):
    conv_cache, relu_cache, pool_cache = cache
    ds = max_pool_backward_naive(dout, pool_cache)
    da = relu_backward(ds, relu_cache)
    return conv_backward_naive(da, conv_cache)
