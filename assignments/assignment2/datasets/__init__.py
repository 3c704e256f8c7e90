"""The course's data: ten-class 32x32 RGB images in CIFAR-10's layout, our own (shapes10) or the real ones.

    import datasets
    folder = datasets.cifar10_folder()                    # whichever set is there
    X, y = datasets.load_batch(folder / "data_batch_1")
    X, y, Xt, yt = datasets.make_shapes10(5000, 1000, seed=231)

`python -m datasets` lists the sets and fetches the real one.
"""

from .cifar10 import LABEL_NAMES, load_batch, name_of, verify
from .folders import cache_folder, cifar10_folder, locate, shapes10_folder, write_shapes10
from .shapes10 import make_shapes10

__all__ = [
    "cache_folder",
    "cifar10_folder",
    "class_names",
    "load_batch",
    "locate",
    "make_shapes10",
    "name_of",
    "shapes10_folder",
    "verify",
    "write_shapes10",
]


def class_names(name: str) -> list[str]:
    """The ten class names of the set "cifar10" or "shapes10", label 0 first.

    Raises:
        ValueError: if there is no set of that name.
    """
    if name not in LABEL_NAMES:
        raise ValueError(f"expected one of {', '.join(map(repr, LABEL_NAMES))}, got {name!r}")
    return list(LABEL_NAMES[name])
