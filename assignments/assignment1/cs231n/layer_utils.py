"""Layers that are often used together, joined into one."""

from .layers import affine_backward, affine_forward, relu_backward, relu_forward


def affine_relu_forward(x, w, b):
    """Compute an affine layer followed by rectified linear units: out = max(0, x w + b).

    Inputs:
    - x, w, b: as for affine_forward

    Returns a tuple of
    - out: floats (N, M)
    - cache: for affine_relu_backward

    Raises ValueError if the shapes do not fit together.
    """
    scores, affine_cache = affine_forward(x, w, b)
    out, relu_cache = relu_forward(scores)
    return out, (affine_cache, relu_cache)


def affine_relu_backward(dout, cache):
    """Compute the gradients of affine_relu_forward.

    Inputs:
    - dout: floats (N, M), the upstream gradient
    - cache: what affine_relu_forward returned as its cache

    Returns a tuple dx, dw, db, as affine_backward does. Raises ValueError if dout is not two-dimensional.
    """
    affine_cache, relu_cache = cache
    return affine_backward(relu_backward(dout, relu_cache), affine_cache)
