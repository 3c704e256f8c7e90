"""A container like Gradescope's, in which `run_autograder` is run as root: needs root, and namespaces.

    python -m tests.autograder.gradescope.container ORDER.json

It has a file system, processes and network of its own, Docker's default capabilities and a filter of system calls like
Docker's, and in /autograder what Gradescope puts there: the unpacked zip, a copy of the submission (links are copied as
links), metadata, an empty folder for results. In place of what setup.sh installs stand this Python and its packages.

It prints a JSON object: what became of it. Exit status 97 says that this machine gives no such container.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
import zipfile
from pathlib import Path

import pyseccomp

from tests.attacks import arena, like_docker

REFUSED = 97
HOME = Path("/autograder")
_PR_CAPBSET_DROP, _LAST_CAPABILITY = 24, 63
#: CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP, NET_BIND_SERVICE, NET_RAW, SYS_CHROOT, MKNOD,
#: AUDIT_WRITE, SETFCAP.
_DOCKERS_CAPABILITIES = {0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31}
_LANDLOCK = ("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self")


def main() -> None:
    """Become the process outside that waits."""
    order = json.loads(Path(sys.argv[1]).read_text())
    root = Path(sys.argv[1]).parent / "root"
    arena._die_with_parent()
    try:
        arena._unshare(arena._NAMESPACES)
    except OSError as error:
        print(error, file=sys.stderr)
        sys.exit(REFUSED)
    first = os.fork()
    if first:
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(first, 0)[1]))
    arena._die_with_parent()
    try:
        _make_file_system(root)
        _make_environment(root / "autograder" / "venv")
    except OSError as error:
        print(error, file=sys.stderr)
        sys.exit(REFUSED)
    _lay_out(root / "autograder", order)
    os.chroot(root)
    os.chdir(HOME)
    arena._mount_proc()
    print(json.dumps(_run(order)))


def _make_file_system(root: Path) -> None:
    root.mkdir()
    arena._mount(None, "/", None, arena._RECURSIVE | arena._PRIVATE)
    arena._mount("tmpfs", str(root), "tmpfs", 0, "size=128m,mode=755")
    for name in ("proc", "dev", "tmp", "autograder"):
        (root / name).mkdir()
    for name in arena._DEVICES:
        (root / "dev" / name).touch()
        arena._mount(f"/dev/{name}", f"{root}/dev/{name}", None, arena._BIND)
    for name in arena._SYSTEM:
        if os.path.islink(f"/{name}"):
            (root / name).symlink_to(os.readlink(f"/{name}"))
        elif os.path.isdir(f"/{name}"):
            arena._show(f"/{name}", f"{root}/{name}")
    if not any(Path(sys.base_prefix).is_relative_to(f"/{name}") for name in arena._SYSTEM):
        arena._show(sys.base_prefix, f"{root}{sys.base_prefix}")


def _lay_out(home: Path, order: dict[str, object]) -> None:
    """What Gradescope puts there."""
    with zipfile.ZipFile(str(order["zip"])) as archive:
        archive.extractall(home / "source")
    subprocess.run(["cp", "-a", str(order["submission"]), home / "submission"], check=True)
    (home / "results").mkdir()
    (home / "submission_metadata.json").write_text(str(order["metadata"]))
    shutil.copy(home / "source" / "run_autograder", home)
    (home / "run_autograder").chmod(0o755)
    for name in order["without"]:  # type: ignore[attr-defined]
        (home / name).unlink()


def _make_environment(venv: Path) -> None:
    """What setup.sh makes: a virtual environment with the packages of this one, and the zip's in place of ours."""
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(os.path.realpath(sys.executable))
    (venv / "pyvenv.cfg").write_text(f"home = {Path(sys.base_prefix) / 'bin'}\ninclude-system-site-packages = false\n")
    packages = Path(sysconfig.get_path("purelib"))
    inside = venv / packages.relative_to(sys.prefix)
    inside.mkdir(parents=True)
    (inside / "kit.pth").write_text(f"{HOME}/source\n")
    for entry in packages.iterdir():
        if not entry.name.startswith(("__editable__", "cs231n_kit", "autograder", "datasets")):
            place = inside / entry.name
            place.mkdir() if entry.is_dir() else place.touch()
            arena._mount(str(entry), str(place), None, arena._BIND)
            arena._make_read_only(str(place), 0)


def _run(order: dict[str, object]) -> dict[str, object]:
    before = _state()
    start = time.monotonic()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(writer, 1)
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        _become_the_autograder(bool(order["landlock"]))
    os.close(writer)
    with os.fdopen(reader, errors="replace") as lines:
        stdout = lines.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    seconds = time.monotonic() - start
    time.sleep(float(order["wait"]))  # type: ignore[arg-type]
    after = _state()
    left = [pid for pid in os.listdir("/proc") if pid.isdigit() and pid != "1" and not _is_zombie(pid)]
    results = HOME / "results" / "results.json"
    return {
        "status": status,
        "seconds": seconds,
        "stdout": stdout,
        "results": results.read_text(),
        "in results": sorted(os.listdir(results.parent)),
        "changed": sorted(name for name in before | after if before.get(name) != after.get(name)),
        "left": left,
    }


def _become_the_autograder(landlock: bool) -> None:
    """As Docker runs things; without Landlock, as under its older filters, which do not know it."""
    libc = ctypes.CDLL(None)
    for capability in range(_LAST_CAPABILITY + 1):
        if capability not in _DOCKERS_CAPABILITIES:
            libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    arena._limit()
    if not landlock:
        rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
        for name in _LANDLOCK:
            rules.add_rule(pyseccomp.ERRNO(1), name)
        rules.load()
    os.environ.clear()
    os.environ.update(PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", HOME="/root")
    sys.argv = ["", "/autograder/run_autograder"]
    like_docker.main()


def _state() -> dict[str, str]:
    """What the zip and the student have brought, by name."""
    found = {}
    for path in sorted(HOME.rglob("*")):
        parts = path.relative_to(HOME).parts
        if parts[0] not in ("venv", "results") and "__pycache__" not in parts and path.is_file():
            found["/".join(parts)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def _is_zombie(pid: str) -> bool:
    try:
        return Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def run(folder: Path, **order: object) -> dict[str, object]:
    """Run `run_autograder` in a new container and return what became of it; raises `arena.ArenaError` where there can
    be none. `folder` is an empty one."""
    if os.geteuid() != 0:
        raise arena.ArenaError("only root can make a container")
    defaults: dict[str, object] = {"metadata": "{}", "landlock": True, "wait": 0, "without": []}
    (folder / "order.json").write_text(json.dumps(defaults | {name: _plain(value) for name, value in order.items()}))
    done = subprocess.run(
        [sys.executable, "-m", __name__, str(folder / "order.json")],
        cwd=arena.REPOSITORY,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    if done.returncode == REFUSED:
        raise arena.ArenaError(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    became: dict[str, object] = json.loads(done.stdout)
    return became


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Path) else value


if __name__ == "__main__":
    main()
