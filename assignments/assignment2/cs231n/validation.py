"""Argument checks shared by the whole package: a clear sentence at the door instead of a riddle deep inside.

Arrays of floats pass through untouched (no copy, same dtype); lists, integers and booleans become float64
arrays, so that arithmetic on pixels cannot wrap around at 255.
"""

import math
import operator

import numpy as np


def as_floats(name, value, ndim=None):
    """Return `value` as an array of floats.

    - name: what to call it in an error
    - value: array or nested list of numbers
    - ndim: number of dimensions that it must have; None accepts any

    Raises ValueError if it does not hold real numbers or has another number of dimensions.
    """
    array = np.asarray(value)
    if array.dtype.kind in "bui":
        array = array.astype(np.float64)
    if array.dtype.kind != "f":
        raise ValueError(f"{name} must hold real numbers, but its dtype is {array.dtype}.")
    if ndim is not None and array.ndim != ndim:
        raise ValueError(f"{name} must have {ndim} dimension(s), but its shape is {array.shape}.")
    return array


def as_labels(name, value, count, num_classes=None):
    """Return class labels as an array of `count` integers, each in 0 .. num_classes - 1 if that is given.

    Whole numbers stored as floats are accepted. Raises ValueError for anything else.
    """
    array = np.asarray(value)
    if array.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional, one label per example, but its shape is {array.shape}.")
    if len(array) != count:
        raise ValueError(f"{name} must hold one label per example: expected {count}, got {len(array)}.")
    if array.dtype.kind == "f" and np.all(np.isfinite(array)) and np.all(array == np.floor(array)):
        array = array.astype(np.int64)
    if array.dtype.kind not in "ui":
        raise ValueError(f"{name} must hold whole numbers (class labels), but its dtype is {array.dtype}.")
    if count and (array.min() < 0 or (num_classes is not None and array.max() >= num_classes)):
        top = "" if num_classes is None else f" and at most {num_classes - 1} (there are {num_classes} classes)"
        raise ValueError(f"{name} must be at least 0{top}, but it spans {array.min()} .. {array.max()}.")
    return array


def as_number(name, value, minimum=None):
    """Return `value` as a Python float, which leaves float32 arrays float32 where a NumPy float64 would not.

    Raises ValueError if it is not a number (NaN is none), or is smaller than `minimum`.
    """
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a number, but got {value!r}.") from None
    if math.isnan(number) or (minimum is not None and number < minimum):
        bound = "" if minimum is None else f" of at least {minimum}"
        raise ValueError(f"{name} must be a number{bound}, but got {value!r}.")
    return number


def as_count(name, value, minimum=1, maximum=None):
    """Return `value` as a Python int in minimum .. maximum (None: no upper bound); ValueError otherwise."""
    try:
        number = operator.index(value)
    except TypeError:
        raise ValueError(f"{name} must be a whole number, but got {value!r}.") from None
    if number < minimum or (maximum is not None and number > maximum):
        bound = f"at least {minimum}" if maximum is None else f"between {minimum} and {maximum}"
        raise ValueError(f"{name} must be {bound}, but got {number}.")
    return number


def as_float_type(name, value):
    """Return `value` as a floating-point dtype; ValueError if it is none."""
    try:
        dtype = np.dtype(value)
    except TypeError:
        raise ValueError(f"{name} must be a type of floats such as np.float32, but got {value!r}.") from None
    if dtype.kind != "f":
        raise ValueError(f"{name} must be a type of floats such as np.float32, but got {dtype}.")
    return dtype


def linear_inputs(W, X, y, reg):
    """Check the arguments of a linear classifier's loss and return them as (W, X, y, reg).

    W (D, C) and X (N, D) come back as floats, y (N,) as integers in 0 .. C - 1, reg as a float >= 0; N >= 1.
    Raises ValueError where they do not fit together.
    """
    W, X = as_floats("W", W, ndim=2), as_floats("X", X, ndim=2)
    if X.shape[1] != W.shape[0]:
        raise ValueError(f"X has {X.shape[1]} columns, but W has {W.shape[0]} rows: both are the number of features D.")
    if len(X) == 0:
        raise ValueError("X must hold at least one example, because the loss is a mean over examples.")
    return W, X, as_labels("y", y, len(X), W.shape[1]), as_number("reg", reg, minimum=0)


def score_inputs(x, y):
    """Check scores x (N, C) and labels y (N,), N >= 1, and return them as (x, y); ValueError otherwise."""
    x = as_floats("x", x, ndim=2)
    if len(x) == 0:
        raise ValueError("x must hold at least one row of scores, because the loss is a mean over examples.")
    return x, as_labels("y", y, len(x), x.shape[1])


def affine_inputs(x, w, b):
    """Check the arguments of an affine layer and return them as floats (x, w, b).

    x is (N, d_1, ..., d_k) with k >= 1, w (D, M) with D = d_1 * ... * d_k, b (M,); ValueError otherwise.
    """
    x, w, b = as_floats("x", x), as_floats("w", w, ndim=2), as_floats("b", b, ndim=1)
    if x.ndim < 2:
        raise ValueError(f"x must have a batch dimension and at least one more, but its shape is {x.shape}.")
    if math.prod(x.shape[1:]) != w.shape[0]:
        raise ValueError(
            f"Each example of x has {math.prod(x.shape[1:])} numbers (shape {x.shape}), "
            f"but w has {w.shape[0]} rows: they must agree."
        )
    if b.shape[0] != w.shape[1]:
        raise ValueError(f"b has {b.shape[0]} entries, but w has {w.shape[1]} columns: they must agree.")
    return x, w, b


def step_inputs(w, dw):
    """Check weights and their gradient, which have the same shape, and return them as floats (w, dw) of w's dtype.

    Raises ValueError if the shapes differ.
    """
    w, dw = as_floats("w", w), as_floats("dw", dw)
    if w.shape != dw.shape:
        raise ValueError(f"The gradient dw must have w's shape {w.shape}, but it has {dw.shape}.")
    return w, dw.astype(w.dtype, copy=False)


def step_state(config, name, w):
    """Return config[name], what an update rule remembers about w from step to step; zeros, put there, at first.

    Raises ValueError if it has not got w's shape, as happens where two parameters share one config.
    """
    state = config.get(name)
    if state is None:
        state = config[name] = np.zeros_like(w)
    if np.shape(state) != w.shape:
        raise ValueError(
            f"config[{name!r}] has the shape {np.shape(state)}, but w has {w.shape}: "
            "each parameter needs a config of its own."
        )
    return as_floats(f"config[{name!r}]", state)


def as_setting(owner, settings, name):
    """Return settings[name], where `owner` is what to call the dict in an error; ValueError if it is not there."""
    if name not in settings:
        raise ValueError(f"{owner} must have the key {name!r}, but has {', '.join(map(repr, settings)) or 'none'}.")
    return settings[name]


def as_mode(owner, settings):
    """Return settings["mode"], which must be "train" or "test"; ValueError otherwise."""
    mode = as_setting(owner, settings, "mode")
    if mode not in ("train", "test"):
        raise ValueError(f'{owner}["mode"] must be "train" or "test", but it is {mode!r}.')
    return mode


def norm_inputs(x, gamma, beta):
    """Check the arguments of a normalisation and return them as floats (x, gamma, beta).

    x is (N, D) with D >= 1, gamma and beta are (D,); ValueError otherwise.
    """
    x = as_floats("x", x, ndim=2)
    if x.shape[1] == 0:
        raise ValueError(f"x must hold at least one feature, but its shape is {x.shape}.")
    return x, _per_feature("gamma", gamma, x.shape[1:]), _per_feature("beta", beta, x.shape[1:])


def batchnorm_inputs(x, gamma, beta, bn_param):
    """Check the arguments of a batch normalisation and return them as (x, gamma, beta, mode, eps, momentum).

    x (N, D), gamma and beta (D,) come back as floats, eps and momentum as floats >= 0, mode is "train" or "test";
    N >= 1 if it is "train". Raises ValueError otherwise.
    """
    x, gamma, beta = norm_inputs(x, gamma, beta)
    mode = as_mode("bn_param", bn_param)
    if mode == "train" and len(x) == 0:
        raise ValueError("x must hold at least one example, because its mean is taken over the batch.")
    eps = as_number("eps", bn_param.get("eps", 1e-5), minimum=0)
    return x, gamma, beta, mode, eps, as_number("momentum", bn_param.get("momentum", 0.9), minimum=0)


def running_averages(bn_param, x):
    """Return bn_param's running_mean and running_var in x's dtype, zeros where there is none yet.

    Raises ValueError if they have not got one entry for each feature of x (N, D).
    """
    mean, var = (
        _per_feature(name, bn_param.get(name, np.zeros(x.shape[1], x.dtype)), x.shape[1:])
        for name in ("running_mean", "running_var")
    )
    return mean.astype(x.dtype, copy=False), var.astype(x.dtype, copy=False)


def groupnorm_inputs(x, gamma, beta, G, gn_param):
    """Check the arguments of a group normalisation and return them as (x, gamma, beta, G, eps).

    x is (N, C, H, W) and not empty but for N, gamma and beta are (1, C, 1, 1), and G divides C; ValueError otherwise.
    """
    x = as_floats("x", x, ndim=4)
    C, G = x.shape[1], as_count("G", G)
    if 0 in x.shape[1:]:
        raise ValueError(f"x must hold at least one pixel, but its shape is {x.shape}.")
    if C % G:
        raise ValueError(f"G must divide the number of channels, but {C} channels are no {G} groups of one size.")
    gamma, beta = _per_feature("gamma", gamma, (1, C, 1, 1)), _per_feature("beta", beta, (1, C, 1, 1))
    return x, gamma, beta, G, as_number("eps", gn_param.get("eps", 1e-5), minimum=0)


def _per_feature(name, value, shape):
    """Return `value` as floats of the shape given; ValueError if it has another."""
    array = as_floats(name, value)
    if array.shape != shape:
        raise ValueError(f"{name} must have the shape {shape}, but it has {array.shape}.")
    return array


def as_keep_probability(name, value):
    """Return the probability of keeping a unit as a float with 0 < value <= 1; ValueError otherwise."""
    p = as_number(name, value)
    if not 0 < p <= 1:
        raise ValueError(f"{name} is the probability of keeping a unit, above 0 and at most 1, but it is {p}.")
    return p


def dropout_inputs(x, dropout_param):
    """Check the arguments of dropout and return them as (x, mode, p, rng).

    rng is where the random numbers come from: a np.random.RandomState of its own if dropout_param has a "seed" that is
    not None, NumPy's global generator otherwise. Raises ValueError if mode, p or seed is wrong.
    """
    x, mode = as_floats("x", x), as_mode("dropout_param", dropout_param)
    p = as_keep_probability("p", as_setting("dropout_param", dropout_param, "p"))
    seed = dropout_param.get("seed")
    return x, mode, p, np.random if seed is None else np.random.RandomState(as_count("seed", seed, 0, 2**32 - 1))


def conv_inputs(x, w, b, conv_param):
    """Check the arguments of a convolution and return them as (x, w, b, stride, pad).

    x (N, C, H, W), w (F, C, HH, WW) and b (F,) come back as floats, stride >= 1 and pad >= 0 as ints; the filters
    fit into the padded image. Raises ValueError otherwise.
    """
    x, w, b = as_floats("x", x, ndim=4), as_floats("w", w, ndim=4), as_floats("b", b, ndim=1)
    stride = as_count("stride", as_setting("conv_param", conv_param, "stride"))
    pad = as_count("pad", as_setting("conv_param", conv_param, "pad"), minimum=0)
    if x.shape[1] != w.shape[1]:
        raise ValueError(f"x has {x.shape[1]} channels, but the filters w have {w.shape[1]}: they must agree.")
    if b.shape[0] != w.shape[0]:
        raise ValueError(f"b has {b.shape[0]} entries, but w has {w.shape[0]} filters: they must agree.")
    padded = tuple(size + 2 * pad for size in x.shape[2:])
    _need_fit("filters", w.shape[2:], padded)
    return x, w, b, stride, pad


def pool_inputs(x, pool_param):
    """Check the arguments of a pooling layer and return them as (x, pool_height, pool_width, stride).

    x (N, C, H, W) comes back as floats, the others as ints >= 1; the window fits into the image. Raises ValueError
    otherwise.
    """
    x = as_floats("x", x, ndim=4)
    height, width, stride = (
        as_count(name, as_setting("pool_param", pool_param, name)) for name in ("pool_height", "pool_width", "stride")
    )
    _need_fit("window", (height, width), x.shape[2:])
    return x, height, width, stride


def _need_fit(what, field, image):
    """Raise ValueError unless a field of at least one pixel fits into the image."""
    if min(field) < 1 or field[0] > image[0] or field[1] > image[1]:
        raise ValueError(f"The {what} ({field[0]} x {field[1]}) must fit into the image ({image[0]} x {image[1]}).")
