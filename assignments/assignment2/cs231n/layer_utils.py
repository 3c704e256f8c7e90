"""Layers that are often used together, joined into one."""

from .fast_layers import conv_backward_fast, conv_forward_fast, max_pool_backward_fast, max_pool_forward_fast
from .layers import (
    affine_backward,
    affine_forward,
    batchnorm_backward,
    batchnorm_forward,
    layernorm_backward,
    layernorm_forward,
    relu_backward,
    relu_forward,
    spatial_batchnorm_backward,
    spatial_batchnorm_forward,
)


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


def affine_bn_relu_forward(x, w, b, gamma, beta, bn_param):
    """Compute an affine layer, batch normalisation and rectified linear units.

    Inputs:
    - x, w, b: as for affine_forward
    - gamma, beta, bn_param: as for batchnorm_forward, with D = M features

    Returns a tuple of
    - out: floats (N, M)
    - cache: for affine_bn_relu_backward

    Raises ValueError if the shapes do not fit together or bn_param is wrong.
    """
    scores, affine_cache = affine_forward(x, w, b)
    normalised, norm_cache = batchnorm_forward(scores, gamma, beta, bn_param)
    out, relu_cache = relu_forward(normalised)
    return out, (affine_cache, norm_cache, relu_cache)


def affine_bn_relu_backward(dout, cache):
    """Compute the gradients of affine_bn_relu_forward (in the mode "train").

    Inputs:
    - dout: floats (N, M), the upstream gradient
    - cache: what affine_bn_relu_forward returned as its cache

    Returns a tuple dx, dw, db, dgamma, dbeta, each of the shape of what it belongs to. Raises ValueError if dout is
    not two-dimensional.
    """
    affine_cache, norm_cache, relu_cache = cache
    dscores, dgamma, dbeta = batchnorm_backward(relu_backward(dout, relu_cache), norm_cache)
    return (*affine_backward(dscores, affine_cache), dgamma, dbeta)


def affine_ln_relu_forward(x, w, b, gamma, beta, ln_param):
    """Compute an affine layer, layer normalisation and rectified linear units.

    Inputs:
    - x, w, b: as for affine_forward
    - gamma, beta, ln_param: as for layernorm_forward, with D = M features

    Returns a tuple of
    - out: floats (N, M)
    - cache: for affine_ln_relu_backward

    Raises ValueError if the shapes do not fit together.
    """
    scores, affine_cache = affine_forward(x, w, b)
    normalised, norm_cache = layernorm_forward(scores, gamma, beta, ln_param)
    out, relu_cache = relu_forward(normalised)
    return out, (affine_cache, norm_cache, relu_cache)


def affine_ln_relu_backward(dout, cache):
    """Compute the gradients of affine_ln_relu_forward.

    Inputs:
    - dout: floats (N, M), the upstream gradient
    - cache: what affine_ln_relu_forward returned as its cache

    Returns a tuple dx, dw, db, dgamma, dbeta, each of the shape of what it belongs to. Raises ValueError if dout is
    not two-dimensional.
    """
    affine_cache, norm_cache, relu_cache = cache
    dscores, dgamma, dbeta = layernorm_backward(relu_backward(dout, relu_cache), norm_cache)
    return (*affine_backward(dscores, affine_cache), dgamma, dbeta)


def conv_relu_forward(x, w, b, conv_param):
    """Compute a convolutional layer followed by rectified linear units.

    Inputs:
    - x, w, b, conv_param: as for conv_forward_naive

    Returns a tuple of
    - out: floats (N, F, H', W')
    - cache: for conv_relu_backward

    Raises ValueError if the shapes do not fit together.
    """
    maps, conv_cache = conv_forward_fast(x, w, b, conv_param)
    out, relu_cache = relu_forward(maps)
    return out, (conv_cache, relu_cache)


def conv_relu_backward(dout, cache):
    """Compute the gradients of conv_relu_forward.

    Inputs:
    - dout: floats (N, F, H', W'), the upstream gradient
    - cache: what conv_relu_forward returned as its cache

    Returns a tuple dx, dw, db, each of the shape of what it belongs to. Raises ValueError if dout is not
    four-dimensional.
    """
    conv_cache, relu_cache = cache
    return conv_backward_fast(relu_backward(dout, relu_cache), conv_cache)


def conv_bn_relu_forward(x, w, b, gamma, beta, conv_param, bn_param):
    """Compute a convolutional layer, spatial batch normalisation and rectified linear units.

    Inputs:
    - x, w, b, conv_param: as for conv_forward_naive
    - gamma, beta, bn_param: as for spatial_batchnorm_forward, with C = F channels

    Returns a tuple of
    - out: floats (N, F, H', W')
    - cache: for conv_bn_relu_backward

    Raises ValueError if the shapes do not fit together or bn_param is wrong.
    """
    maps, conv_cache = conv_forward_fast(x, w, b, conv_param)
    normalised, norm_cache = spatial_batchnorm_forward(maps, gamma, beta, bn_param)
    out, relu_cache = relu_forward(normalised)
    return out, (conv_cache, norm_cache, relu_cache)


def conv_bn_relu_backward(dout, cache):
    """Compute the gradients of conv_bn_relu_forward (in the mode "train").

    Inputs:
    - dout: floats (N, F, H', W'), the upstream gradient
    - cache: what conv_bn_relu_forward returned as its cache

    Returns a tuple dx, dw, db, dgamma, dbeta, each of the shape of what it belongs to. Raises ValueError if dout is
    not four-dimensional.
    """
    conv_cache, norm_cache, relu_cache = cache
    dmaps, dgamma, dbeta = spatial_batchnorm_backward(relu_backward(dout, relu_cache), norm_cache)
    return (*conv_backward_fast(dmaps, conv_cache), dgamma, dbeta)


def conv_relu_pool_forward(x, w, b, conv_param, pool_param):
    """Compute a convolutional layer, rectified linear units and max pooling.

    Inputs:
    - x, w, b, conv_param: as for conv_forward_naive
    - pool_param: as for max_pool_forward_naive

    Returns a tuple of
    - out: floats (N, F, H'', W''), the pooled maps
    - cache: for conv_relu_pool_backward

    Raises ValueError if the shapes do not fit together.
    """
    maps, conv_cache = conv_forward_fast(x, w, b, conv_param)
    active, relu_cache = relu_forward(maps)
    out, pool_cache = max_pool_forward_fast(active, pool_param)
    return out, (conv_cache, relu_cache, pool_cache)


def conv_relu_pool_backward(dout, cache):
    """Compute the gradients of conv_relu_pool_forward.

    Inputs:
    - dout: floats (N, F, H'', W''), the upstream gradient
    - cache: what conv_relu_pool_forward returned as its cache

    Returns a tuple dx, dw, db, each of the shape of what it belongs to. Raises ValueError if dout is not
    four-dimensional.
    """
    conv_cache, relu_cache, pool_cache = cache
    dactive = max_pool_backward_fast(dout, pool_cache)
    return conv_backward_fast(relu_backward(dactive, relu_cache), conv_cache)
