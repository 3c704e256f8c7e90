"""Measures the fast layers of Assignment 2 beside the plain way (all columns at once) and torch, where it is installed.

    make bench                              with all the others; for torch's column: .venv/bin/pip install -e '.[torch]'
    python -m tools.bench_layers --threads 1

A row is a layer's forward and backward pass together. The ways take turns, so that a busy machine slows all of them;
times are medians, ratios are ours over theirs. "buffers" is the memory that our passes have at most, beyond what they
take and return. At the end an epoch of training is timed, with a network of default size on 10,000 images.
"""

import argparse
import math
import os
import statistics
import time
import tracemalloc

SHAPES = (  # N, C, H (= W), F, kernel, stride, padding
    (100, 3, 31, 25, 3, 2, 1),
    (50, 3, 32, 32, 7, 1, 3),
    (64, 32, 32, 64, 3, 1, 1),
    (64, 64, 16, 128, 3, 1, 1),
    (128, 16, 16, 32, 5, 1, 2),
    (32, 128, 8, 256, 3, 1, 1),
)
POOLS = ((2, 2), (3, 2))  # kernel, stride
POOLED = (64, 32, 32)  # N, C, H of what is pooled
EPOCH_IMAGES = 10_000
WIDTH = 11  # of a column


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of BLAS and of torch (default: all cores)")
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--no-epoch", action="store_true", help="leave out the training")
    options = parser.parse_args()
    for library in ("OPENBLAS", "OMP", "MKL"):  # before NumPy is imported, which reads them once
        os.environ[f"{library}_NUM_THREADS"] = str(options.threads)
    print(f"forward and backward, {options.threads} threads, median of {options.repeats}")
    _layers(options.threads, options.repeats)
    if not options.no_epoch:
        _epoch()


def _layers(threads: int, repeats: int) -> None:
    import numpy as np

    try:
        import torch

        torch.set_num_threads(threads)
    except ImportError:
        torch = None
        print("torch is not installed: no ratio to it")
    heads = ("ours, ms", "plain, ms", "torch, ms", "/ plain", "/ torch", "buffers, MB")
    print(f"{'layer':<42} " + " ".join(f"{head:>{WIDTH}}" for head in heads))
    cases = [("conv", shape) for shape in SHAPES] + [("pool", pool) for pool in POOLS]
    ratios: dict[tuple[str, str], list[float]] = {}
    for dtype in (np.float32, np.float64):
        for kind, shape in cases:
            ways = (_convolutions if kind == "conv" else _poolings)(shape, dtype, torch)
            times = _in_turn(ways, repeats)
            ours, plain, theirs = times["ours"], times["plain"], times.get("torch")
            row = f"{kind} {shape} {dtype.__name__}"
            known = [1000 * ours, 1000 * plain, 1000 * theirs if theirs else None]
            known += [ours / plain, ours / theirs if theirs else None, _buffers(ways["ours"]) / 2**20]
            print(f"{row:<42} " + " ".join(f"{'' if v is None else f'{v:.2f}':>{WIDTH}}" for v in known), flush=True)
            if theirs:
                ratios.setdefault((kind, dtype.__name__), []).append(ours / theirs)
    for kind in ("conv", "pool"):
        both = [ratio for (k, _), values in ratios.items() if k == kind for ratio in values]
        if both:
            parts = ", ".join(f"{d} {_mean(values):.2f}" for (k, d), values in ratios.items() if k == kind)
            print(f"{kind}: geometric mean of ours / torch {_mean(both):.2f} ({parts}), at most {max(both):.2f}")
    every = [ratio for values in ratios.values() for ratio in values]
    if every:
        print(f"all: geometric mean of ours / torch {_mean(every):.2f}")


def _convolutions(shape, dtype, torch):
    """The ways to do a convolution, forward and backward: name -> function."""
    import numpy as np

    from solutions.cs231n import fast_layers as layers

    N, C, H, F, k, stride, pad = shape
    rng = np.random.default_rng(231)
    x, w, b = (rng.standard_normal(s).astype(dtype) for s in ((N, C, H, H), (F, C, k, k), (F,)))
    param = {"stride": stride, "pad": pad}
    dout = rng.standard_normal(layers.conv_forward_fast(x, w, b, param)[0].shape).astype(dtype)

    def way(forward, backward):
        def run():
            out, cache = forward(x, w, b, param)
            return out, backward(dout, cache)

        return run

    ways = {
        "ours": way(layers.conv_forward_fast, layers.conv_backward_fast),
        "plain": way(layers.conv_forward_im2col, layers.conv_backward_im2col),
    }
    if torch:
        leaves = [torch.tensor(a, requires_grad=True) for a in (x, w, b)]
        upstream = torch.tensor(dout)
        ways["torch"] = _torch(
            leaves, upstream, lambda: torch.nn.functional.conv2d(*leaves, stride=stride, padding=pad)
        )
    return ways


def _poolings(shape, dtype, torch):
    """The ways to do max pooling, forward and backward: name -> function."""
    import numpy as np

    from solutions.cs231n import fast_layers as layers

    (N, C, H), (k, stride) = POOLED, shape
    rng = np.random.default_rng(231)
    x = rng.standard_normal((N, C, H, H)).astype(dtype)
    param = {"pool_height": k, "pool_width": k, "stride": stride}
    dout = rng.standard_normal(layers.max_pool_forward_fast(x, param)[0].shape).astype(dtype)

    def way(forward, backward):
        def run():
            out, cache = forward(x, param)
            return out, backward(dout, cache)

        return run

    ways = {
        "ours": way(layers.max_pool_forward_fast, layers.max_pool_backward_fast),
        "plain": way(layers.max_pool_forward_im2col, layers.max_pool_backward_im2col),
    }
    if torch:
        leaf = torch.tensor(x, requires_grad=True)
        upstream = torch.tensor(dout)
        ways["torch"] = _torch([leaf], upstream, lambda: torch.nn.functional.max_pool2d(leaf, k, stride))
    return ways


def _torch(leaves, upstream, forward):
    def run():
        for leaf in leaves:
            leaf.grad = None
        forward().backward(upstream)

    return run


def _in_turn(ways, repeats):
    """Median time of each way in seconds; the ways take turns."""
    times = {name: [] for name in ways}
    for _ in range(repeats + 1):
        for name, run in ways.items():
            start = time.perf_counter()
            run()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(values[1:]) for name, values in times.items()}  # the first touches memory


def _buffers(run) -> int:
    """The bytes that `run` has allocated at most, beyond what it returns."""
    tracemalloc.start()
    try:
        result = run()
        kept, peak = tracemalloc.get_traced_memory()
        del result
        return peak - kept
    finally:
        tracemalloc.stop()


def _mean(ratios) -> float:
    return math.exp(statistics.fmean(map(math.log, ratios)))


def _epoch() -> None:
    import numpy as np

    from solutions.cs231n.classifiers.cnn import ThreeLayerConvNet
    from solutions.cs231n.solver import Solver

    rng = np.random.default_rng(231)
    data = {
        "X_train": rng.standard_normal((EPOCH_IMAGES, 3, 32, 32)).astype(np.float32),
        "y_train": rng.integers(0, 10, EPOCH_IMAGES),
        "X_val": rng.standard_normal((1000, 3, 32, 32)).astype(np.float32),
        "y_val": rng.integers(0, 10, 1000),
    }
    model = ThreeLayerConvNet(weight_scale=1e-3, reg=1e-3, dtype=np.float32)
    solver = Solver(model, data, update_rule="adam", num_epochs=1, batch_size=100, verbose=False)
    start = time.perf_counter()
    solver.train()
    print(f"\nan epoch of {EPOCH_IMAGES:,} images, ThreeLayerConvNet, adam: {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
