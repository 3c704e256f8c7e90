"""What runs inside the enclosure: unpacks the files, starts a kernel, has it run one cell after the other, and tells of
each. It shares the enclosure with the student's code, which can do to it whatever it likes: nothing that it says is
believed outside.

Standard input: a line of JSON, then a tar archive of files to unpack. Standard output: a line when a kernel is there,
and for each cell that was run `{"cell": number, "how": word, "cut": is output left out, "outputs": [...]}`. How:

done          the cell ended, with an exception or without
interrupted   it took too long, and ended when it was interrupted
stuck         it took too long, and could not be interrupted; nothing more was run
died          the kernel ended in it; nothing more was run
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import tarfile
import time
from collections.abc import Mapping, Sequence
from typing import IO, Any

from ..sandbox import kernel

#: How long a cell that was interrupted may go on.
GRACE_SECONDS = 10.0
_START_SECONDS = 100
_READY = {"ready": True}
#: How the paths of the kernel's sockets begin.
_SOCKETS = "/tmp/kernel"


def main() -> None:
    """Run the cells that standard input names, and end."""
    said = os.fdopen(os.dup(1), "wb")
    settings = json.loads(sys.stdin.buffer.readline())
    _become(settings["user"])
    _limit(settings)
    kernel.drop_capabilities()
    with tarfile.open(fileobj=sys.stdin.buffer, mode="r|") as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # which early releases of 3.11 lack
        archive.extractall(settings["home"])
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):  # the kernel inherits them
        os.dup2(null, standard)
    if settings["data"]:
        os.environ["CS231N_DATA"] = settings["data"]
    if any(source is not None for source in settings["cells"]):
        asyncio.run(_run(settings, said))
    else:
        _say(said, _READY)
    os._exit(0)  # everything in the enclosure ends with this process


def _become(user: int | None) -> None:
    """Be `user` from now on; None if this process is nobody special already."""
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)


def _limit(settings: Mapping[str, Any]) -> None:
    """Bound each process's memory and files, and the number of processes. What all use is looked at from outside."""
    amounts = {
        resource.RLIMIT_DATA: settings["memory_mb"] << 20,
        resource.RLIMIT_NPROC: settings["processes"],
        resource.RLIMIT_FSIZE: settings["files_mb"] << 20,
        resource.RLIMIT_NOFILE: 512,
        resource.RLIMIT_SIGPENDING: 1024,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for what, amount in amounts.items():
        hard = resource.getrlimit(what)[1]
        bound = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        resource.setrlimit(what, (bound, bound))


async def _run(settings: Mapping[str, Any], said: IO[bytes]) -> None:
    import nbformat
    from jupyter_client.manager import AsyncKernelManager

    cells = [_cell(source) for source in settings["cells"]]
    notebook: Any = nbformat.from_dict(  # type: ignore[no-untyped-call]
        {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    )
    manager = AsyncKernelManager(kernel_name="python3", transport="ipc", ip=_SOCKETS)
    client = _client(notebook, manager)
    await client.async_start_new_kernel(cwd=settings["folder"])
    await client.async_start_new_kernel_client()
    _say(said, _READY)
    end = time.monotonic() + settings["notebook_seconds"]
    for number, source in enumerate(settings["cells"]):
        if source is None:
            continue
        seconds = min(settings["cell_seconds"], end - time.monotonic())
        client.room = settings["output_mb"] << 20
        how = await _run_cell(client, number, seconds)
        outputs = _plain(notebook.cells[number].get("outputs", []), settings["kinds"])
        _say(said, {"cell": number, "how": how, "cut": client.room < 0, "outputs": outputs})
        if how in ("stuck", "died") or time.monotonic() > end:
            return


def _cell(source: str | None) -> dict[str, Any]:
    return {"cell_type": "code", "source": source or "", "metadata": {}, "outputs": [], "execution_count": None}


def _client(notebook: Any, manager: Any) -> Any:
    from nbclient import NotebookClient

    class Client(NotebookClient):
        """One that takes only so much output: the `room` that is left in a cell."""

        room = 0

        def output(self, outs: Any, msg: Any, display_id: Any, cell_index: int) -> Any:
            self.room -= _size(msg["content"])
            return super().output(outs, msg, display_id, cell_index) if self.room >= 0 else None

    return Client(
        notebook,
        km=manager,
        allow_errors=True,
        startup_timeout=_START_SECONDS,
        extra_arguments=["--IPKernelApp.log_level=ERROR", "--HistoryManager.enabled=False"],
    )


def _size(content: Any) -> int:
    """How many characters there are in the texts within `content`."""
    if isinstance(content, str):
        return len(content)
    parts = content.values() if isinstance(content, dict) else content if isinstance(content, list) else ()
    return sum(map(_size, parts))


async def _run_cell(client: Any, number: int, seconds: float) -> str:
    """Run a cell; return how that ended."""
    from nbclient.exceptions import DeadKernelError

    running = asyncio.ensure_future(client.async_execute_cell(client.nb.cells[number], number))
    done, _ = await asyncio.wait({running}, timeout=max(0.0, seconds))
    how = "done"
    if not done:
        how = "interrupted"
        await client.km.interrupt_kernel()
        done, _ = await asyncio.wait({running}, timeout=GRACE_SECONDS)
    if not done:
        return "stuck"
    return "died" if isinstance(running.exception(), DeadKernelError) else how


def _plain(outputs: Sequence[Mapping[str, Any]], kinds: Sequence[str]) -> list[dict[str, Any]]:
    """`outputs` with those `kinds` of data only, and what was written to one stream in a row as one output."""
    kept: list[dict[str, Any]] = []
    for output in outputs:
        if "data" in output:
            data = {kind: output["data"][kind] for kind in kinds if kind in output["data"]}
            kept.append({"output_type": output["output_type"], "data": data})
        elif output["output_type"] == "stream" and kept and kept[-1].get("name") == output["name"]:
            kept[-1]["text"] += output["text"]
        else:
            kept.append(dict(output))
    return kept


def _say(said: IO[bytes], record: Mapping[str, Any]) -> None:
    said.write(json.dumps(record).encode() + b"\n")
    said.flush()
