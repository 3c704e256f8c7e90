"""`python -m checks`: a scoreboard of the whole assignment; of single items if they are named (`python -m checks sgd`).
`python -m checks submit`: the zip to hand in."""

from __future__ import annotations

import argparse
import io
import os
import sys

from . import this_kit
from .kit import run_all, scoreboard
from .submit import pack


def main() -> int:
    """Run the command line; return the exit status: 0 when all is well, 1 when something is missing."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # a message that the terminal has no letters for must not end the run
        sys.stdout.reconfigure(errors="backslashreplace")
    parser = argparse.ArgumentParser(prog="python -m checks", description=__doc__)
    parser.add_argument("items", nargs="*", metavar="ITEM", help="check only these; or the word submit")
    parser.add_argument("--items", dest="listed", default="", help="the same, separated by commas")
    arguments = parser.parse_args()
    kit = this_kit()
    sys.path.insert(0, str(kit.folder))
    if arguments.items == ["submit"]:
        path, missing = pack(kit)
        for line in missing:
            print(f"missing: {line}")
        print(f"wrote {path}" + (": you can hand it in as it is, or complete it first" if missing else ""))
        return 1 if missing else 0
    words = " ".join([*arguments.items, arguments.listed]).replace(",", " ").split()
    ids = words if words not in ([], ["run"]) else list(kit.items)
    if unknown := [id for id in ids if id not in kit.items]:
        parser.error(f"no item is called {unknown[0]!r}; the items are: {', '.join(kit.items)}")
    results = run_all(kit, ids)
    print(scoreboard(results, kit.items))
    return 0 if all(result.verdict in ("correct", "manual") for result in results) else 1


if __name__ == "__main__":
    try:
        status = main()
    except KeyboardInterrupt:
        status = 130
    except BrokenPipeError:  # `python -m checks | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    except OSError as error:  # of the zip: what student code raises does not come this far
        print(f"python -m checks: {error}", file=sys.stderr)
        status = 1
    sys.exit(status)
