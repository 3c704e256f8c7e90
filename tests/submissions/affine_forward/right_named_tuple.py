"""Results with names."""

import collections

EXPECTED = ("correct", "")

Result = collections.namedtuple("Result", "out cache")
Cache = collections.namedtuple("Cache", "x w b")


def affine_forward(x, w, b):
    return Result(x.reshape(len(x), -1) @ w + b, Cache(x, w, b))
