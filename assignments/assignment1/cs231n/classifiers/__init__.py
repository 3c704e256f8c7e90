"""Classifiers, each imported only when it is first asked for.

So `from cs231n.classifiers import KNearestNeighbor` works while another module here is unfinished or broken.
"""

import importlib

_MODULES = {
    "KNearestNeighbor": "k_nearest_neighbor",
    "LinearClassifier": "linear_classifier",
    "LinearSVM": "linear_classifier",
    "Softmax": "linear_classifier",
    "svm_loss_naive": "linear_svm",
    "svm_loss_vectorized": "linear_svm",
    "softmax_loss_naive": "softmax",
    "softmax_loss_vectorized": "softmax",
    "TwoLayerNet": "fc_net",
}

__all__ = list(_MODULES)


def __getattr__(name):
    """Import the module that defines `name`, and return that object (PEP 562)."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it offers {', '.join(_MODULES)}.")
    return getattr(importlib.import_module(f".{_MODULES[name]}", __name__), name)


def __dir__():
    """List the classifiers too, for completion in an editor."""
    return sorted({*globals(), *_MODULES})
