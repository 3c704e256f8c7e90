"""python -m datasets: which data there are, and how to get the real ones."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from .cifar10 import BATCHES, load_batch, verify
from .fetch import CIFAR10, FetchError, fetch_cifar10
from .folders import fetched_folder, locate, write_shapes10


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 done, 1 could not be done, 2 bad usage, 130 interrupted."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], None] = options.command
    try:
        command(options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _complain("interrupted; run the same command again to go on", 130)
    except BrokenPipeError:  # as in `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (FetchError, OSError, ValueError) as error:
        return _complain(str(error), 1)
    except Exception as error:  # a fault of ours: no traceback for somebody who only wants data
        return _complain(f"unexpected {type(error).__name__}: {error}", 1)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m datasets",
        description="The data of the assignments: shapes10, which this package draws, or the real CIFAR-10.",
        epilog="CS231N_DATA names a folder to read from instead. XDG_CACHE_HOME says where to keep what is fetched.",
    )
    commands = parser.add_subparsers(title="commands", metavar="command")
    parser.set_defaults(command=_list)

    add = commands.add_parser("list", help="list the sets, and say which one is in use")
    add.set_defaults(command=_list)

    add = commands.add_parser("fetch", help="download a set")
    add.add_argument("name", choices=["cifar10"])
    add.set_defaults(command=_fetch)

    add = commands.add_parser("path", help="print the folder that the assignments read from")
    add.set_defaults(command=_path)

    add = commands.add_parser("verify", help="check the content of a set, picture by picture")
    add.add_argument("folder", type=Path, nargs="?", help="(the one in use)")
    add.set_defaults(command=_verify)

    add = commands.add_parser("draw", help="draw shapes10 of another size into a folder, for CS231N_DATA to name")
    add.add_argument("folder", type=Path, help="new or empty")
    add.add_argument("--train", type=int, default=50000, help="training pictures, a multiple of 5 (50000)")
    add.add_argument("--test", type=int, default=10000, help="test pictures (10000)")
    add.add_argument("--seed", type=int, default=231, help="0 to 2**32 - 1 (231)")
    add.set_defaults(command=_draw)
    return parser


def _list(_options: argparse.Namespace) -> None:
    folder, name = locate()
    fetched = "fetched" if fetched_folder().is_dir() else "not fetched: python -m datasets fetch cifar10"
    print("shapes10   10 classes, 32x32 RGB, drawn by this package, no download needed")
    print(f"cifar10    10 classes, 32x32 RGB, 50,000 + 10,000 photographs, {CIFAR10.size / 1e6:.0f} MB; {fetched}")
    print(f"In use: {name} in {folder}" + (" (CS231N_DATA)" if os.environ.get("CS231N_DATA") else ""))


def _fetch(_options: argparse.Namespace) -> None:
    chosen = os.environ.get("CS231N_DATA")
    if chosen:
        folder, name = locate()
        if name == "cifar10" and verify(folder) == "cifar10":
            print(f"CIFAR-10 is in {folder} already (CS231N_DATA), and is what it should be")
            return
    folder = fetch_cifar10()
    print(f"CIFAR-10 is in {folder}, and is what it should be; the assignments use it from now on")
    if chosen:
        print(f"but CS231N_DATA is set, so they read from {chosen}: unset it to use CIFAR-10")


def _path(_options: argparse.Namespace) -> None:
    print(locate()[0])


def _verify(options: argparse.Namespace) -> None:
    folder = options.folder or locate()[0]
    name = verify(folder)
    *train, test = (len(load_batch(folder / batch)[1]) for batch in BATCHES)
    print(f"{folder} is {name}, {sum(train):,} + {test:,} pictures, and is what it should be")


def _draw(options: argparse.Namespace) -> None:
    if options.folder.exists() and any(options.folder.iterdir()):
        raise ValueError(f"{options.folder} is not empty; name a new folder")
    write_shapes10(options.folder, options.train, options.test, options.seed)
    print(f"shapes10 is in {options.folder}; set CS231N_DATA={options.folder.resolve()} to use it")


def _complain(sentence: str, status: int) -> int:
    print(f"datasets: {sentence}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
