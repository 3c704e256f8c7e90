"""A warm process that forks a locked-up worker for each submission. It holds Python, NumPy and this package in memory,
and no student's code ever runs in it."""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import socket
import sys

from ..checks.legacy import provide_legacy_modules
from . import confine, kernel, namespaces, wire, worker
from .confine import Policy

READY = b"ready"
_MESSAGE = 1 << 12


def main() -> None:
    """Serve until the control socket closes. Settings come as JSON from standard input."""
    kernel.die_with_parent()
    settings = json.load(sys.stdin)
    control = socket.socket(fileno=settings["control"])
    policy, home = Policy.from_json(settings["policy"]), settings["home"]
    provide_legacy_modules()
    for module in settings["preload"]:
        importlib.import_module(module)
    kernel.set_dumpable(False)
    gc.collect()
    gc.freeze()  # what is in memory now is shared with every fork, and stays so
    control.send(READY)
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, _MESSAGE, 1)
        if not message:
            return  # the grader has closed the socket
        (channel,) = descriptors
        mapped = confine.mapped_bytes()
        child = os.fork()
        if child == 0:
            control.close()
            _become_worker(channel, policy.within(json.loads(message)), home, mapped)
        os.close(channel)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        with contextlib.suppress(BrokenPipeError):
            control.send(json.dumps(status).encode())


def _become_worker(descriptor: int, policy: Policy, home: str, mapped: int) -> None:
    """Lock this fork up and serve on the socket `descriptor`. Never returns."""
    channel = socket.socket(fileno=descriptor)
    try:
        kernel.die_with_parent()
        try:
            if policy.namespaces:
                namespaces.enter()
            confine.keep_only([descriptor])
            handle = os.pidfd_open(os.getpid())  # by which the grader ends this process, whatever its number is there
        except OSError as error:
            channel.send(b"F")
            wire.send(channel.sendmsg, wire.encode({"failed": str(error)}, None))
            return
        socket.send_fds(channel, [b"P"], [handle])
        os.close(handle)
        worker.serve(channel, policy, home, mapped)
    finally:
        os._exit(1)
