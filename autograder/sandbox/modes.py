"""The modes of isolation, and which of them this machine can do: found out by trying, not by asking."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from dataclasses import dataclass, replace
from functools import cache

from .. import scratch
from ..checks.errors import NotGraded
from ..errors import CourseError
from . import bubblewrap, landlock
from .limits import Limits

MODES = ("bubblewrap", "landlock", "strict", "none")
_TRIAL = Limits(start_seconds=10.0)


class IsolationError(CourseError):
    """The isolation that was asked for is not to be had here."""


@dataclass(frozen=True)
class Isolation:
    """How workers are kept apart from everything else.

    `mode` is one of `MODES`; `namespaces` whether each worker gets process, mount and memory namespaces of its own;
    `landlock` the kernel's Landlock ABI (0: none).
    """

    mode: str
    namespaces: bool = False
    landlock: int = 0

    @property
    def isolated(self) -> bool:
        """Whether students' code is kept from the machine."""
        return self.mode != "none"

    def describe(self) -> str:
        """A sentence for the console and for reports."""
        if not self.isolated:
            return "NOT isolated: submissions' code runs with the grader's own rights, bounded only in time and memory"
        layers = [
            {"bubblewrap": "bubblewrap", "landlock": "", "strict": "a bubblewrap for each submission"}[self.mode],
            "namespaces" if self.namespaces else "",
            f"Landlock (ABI {self.landlock})" if self.landlock else "",
            "a system-call filter",
            "resource limits",
        ]
        by = ", ".join(layer for layer in layers if layer)
        return f"isolated ({self.mode}): submissions' code reaches no files, network or other processes; by {by}"


@dataclass(frozen=True)
class Probe:
    """One layer on this machine: whether it works, what was found, and what to do where it does not."""

    name: str
    works: bool
    found: str
    advice: str = ""


def choose(wanted: str = "auto", *, required: bool = False) -> Isolation:
    """The isolation called `wanted`; "auto" is the first of bubblewrap, landlock and strict that works here.

    On other systems than Linux, and on Colab, "auto" is "none", unless isolation is `required`. Raises
    `IsolationError` where the machine cannot do it: on Linux nothing falls back to no isolation by itself.
    """
    if wanted == "none":
        if required:
            raise IsolationError("isolation is required, but `--isolation none` was asked for; leave one of them out")
        return Isolation("none")
    if wanted not in ("auto", *MODES):
        raise IsolationError(f"there is no isolation {wanted!r}; choose auto, {', '.join(MODES)}")
    reasons: dict[str, list[str]] = {}
    for mode in MODES[:-1] if wanted == "auto" else (wanted,):
        found = attempt(mode)
        if isinstance(found, Isolation):
            return found
        reasons.setdefault(found, []).append(mode)
    if wanted == "auto" and not required and (sys.platform != "linux" or "COLAB_RELEASE_TAG" in os.environ):
        return Isolation("none")
    remedy = "" if required else ", `--isolation none` grades without any"
    why = "; ".join(f"{', '.join(modes)}: {reason}" for reason, modes in reasons.items())
    raise IsolationError(f"code cannot be isolated here ({why}); `autograder doctor` says what to install{remedy}")


@cache
def attempt(mode: str) -> Isolation | str:
    """The isolation that `mode` gives here, with everything that works; or why it does not work at all."""
    if sys.platform != "linux":
        return f"it needs Linux, this is {platform.system()}"
    full = Isolation(mode, namespaces=True, landlock=landlock.abi())
    if mode != "strict" and not full.landlock:
        return "the kernel has no Landlock"
    if mode != "landlock" and bubblewrap.program() is None:
        return "bubblewrap is not installed"
    reason = try_out(full)
    if reason and mode != "strict":
        full = replace(full, namespaces=False)
        reason = try_out(full)
    return reason or full


def try_out(isolation: Isolation) -> str:
    """Start a worker, with all its locks tried, and end it; returns why that fails, or ""."""
    from .launch import launcher
    from .session import WorkerSession

    try:
        with scratch.folder() as empty, WorkerSession(empty, empty, _TRIAL, isolation) as session:
            session.start()
    except (NotGraded, OSError, RuntimeError) as error:  # RuntimeError: no thread or process can be started here
        return str(error)
    finally:
        launcher(isolation).close()  # whoever asks is not always who grades
    return ""


def probes() -> list[Probe]:
    """What this machine can do, layer by layer."""
    found = [_platform(), _limits(), _libseccomp(), _landlock(), _namespaces(), _bubblewrap()]
    if sys.platform == "linux":
        for mode in MODES[:-1]:
            result = attempt(mode)
            if isinstance(result, Isolation):
                nested = result.namespaces and mode != "strict"
                text = "with namespaces for each worker" if nested else "a fresh one for each submission"
                if mode != "strict" and not nested:
                    text = "without namespaces for each worker"
                found.append(Probe(f"mode {mode}", True, text))
            else:
                found.append(Probe(f"mode {mode}", False, result))
    return found


def _platform() -> Probe:
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return Probe(
        "system", sys.platform == "linux", system, "isolation needs Linux: a virtual machine, WSL 2 or a container does"
    )


def _limits() -> Probe:
    bounded = sys.platform != "win32"
    found = "memory, CPU time, files; the process tree is ended as a whole" if bounded else "time and memory only"
    return Probe("resource limits", bounded, found, "Windows has none for single processes; WSL 2 has")


def _libseccomp() -> Probe:
    advice = "install libseccomp (Debian, Ubuntu: apt install libseccomp2; Fedora: dnf install libseccomp)"
    try:
        from .syscalls import compile_filter

        return Probe("system-call filter", True, f"{len(compile_filter()) // 8} instructions, by libseccomp")
    except (ImportError, OSError, RuntimeError) as error:
        return Probe("system-call filter", False, str(error), advice)


def _landlock() -> Probe:
    version = landlock.abi()
    advice = "use a kernel of version 5.13 or later with Landlock among its security modules (lsm=landlock,...)"
    return Probe("Landlock", version > 0, f"ABI {version}" if version else "the kernel has none, or it is off", advice)


def _namespaces() -> Probe:
    """Whether a process of this user may make its own user, process, mount and memory namespaces."""
    if sys.platform != "linux":
        return Probe("namespaces", False, "not on this system", "Linux has them")
    code = f"from {__package__}.namespaces import enter; enter()"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=20, check=False)
    why = done.stderr.strip().rpartition("\n")[2] or f"exit status {done.returncode}"
    return Probe(
        "namespaces",
        done.returncode == 0,
        "user, process, mount and memory namespaces" if done.returncode == 0 else why,
        "not needed, but another layer: containers forbid them by default, some systems by "
        "kernel.apparmor_restrict_unprivileged_userns or user.max_user_namespaces",
    )


def _bubblewrap() -> Probe:
    advice = "apt install bubblewrap, dnf install bubblewrap or the like; not the package of that name for Python"
    bwrap = bubblewrap.program()
    if bwrap is None:
        return Probe("bubblewrap", False, "not installed", advice)
    result = attempt("strict")
    if isinstance(result, Isolation):
        return Probe("bubblewrap", True, f"{bubblewrap.version(bwrap)}, {bwrap}")
    return Probe(
        "bubblewrap",
        False,
        result,
        "if it may not make namespaces here: on Ubuntu 23.10 and later it wants an AppArmor profile for bwrap "
        "(package apparmor-profiles), Docker's default filter forbids it (the mode landlock works there)",
    )
