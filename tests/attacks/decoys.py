"""What attacks are aimed at: files, processes, sockets and shared memory that look worth it and hold a fresh secret.

`Decoys.targets` says where each is; the secret itself is not in there, only how it begins (`mark`). What was done to
them `Decoys.harm` says in these words:

`killed`, `stopped` (by a signal or a tracer), `slowed` (priority, scheduling class or processors), `limited` (its
resource limits), `changed` (its memory, or the shared memory): a decoy process.
`tcp`, `udp`, `unix`, `abstract`: the server that listens there was reached.
`files`: any file or folder of theirs, or what is known of it (names, mode, times, attributes).

What an attack leaves behind in the world is for `leftovers` to find.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import secrets
import selectors
import shutil
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

_PRIVATE = 0o600
_IPC_CREAT, _IPC_RMID = 0o1000, 0
_SHM_BYTES = 4096
#: Waits with the secret in its memory, and lets anybody trace it whom the kernel's rule of ancestors would not.
_DECOY = """
import ctypes, signal, sys
ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)
secret, kept = sys.argv[1].encode(), open(sys.argv[2])
print(id(secret) + bytes.__basicsize__ - 1, flush=True)
while True:
    signal.pause()
"""


def fresh_secret() -> str:
    """A secret that nobody has seen."""
    return f"decoy{secrets.token_hex(4)}-{secrets.token_hex(16)}"


class Decoys:
    """Decoys in a new `folder`, all with the same `secret`. Those that are processes are this one's children."""

    def __init__(self, folder: Path, secret: str) -> None:
        self.folder, self.secret = folder, secret
        places = {
            name: folder / name for name in ("answers", "solutions", "other", "home", "grades", "outside", "sockets")
        }
        self.targets: dict[str, Any] = {
            "secret_file": str(places["answers"] / "answers.txt"),
            **{name: str(places[name]) for name in ("solutions", "other", "home", "outside")},
            "gradebook": str(places["grades"] / "gradebook.db"),
            "mark": secret.partition("-")[0],
            "token": f"token-{secrets.token_hex(4)}",
        }
        self._make_files(places)
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _DECOY, secret, self.targets["secret_file"]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            cwd=places["answers"],
            env={"PATH": os.defpath, "DECOY_SECRET": secret},
            process_group=0,
        )
        assert self._process.stdout is not None
        self.targets["pid"] = self._process.pid
        self.targets["memory_address"] = int(self._process.stdout.readline())
        self._server = _Server(secret, str(places["sockets"] / "decoy"))
        self.targets |= self._server.places
        self._segment = _Segment(secret)
        self.targets["shm_id"] = self._segment.id
        self._state = self._process_state()
        self._files = self._file_states()

    @property
    def pids(self) -> set[int]:
        """The processes that belong to the decoys."""
        return {self._process.pid, self._server.pid}

    def harm(self) -> set[str]:
        """What was done to them so far."""
        words = self._server.contacts()
        state = self._process_state()
        if state["run"] == "gone":
            words.add("killed")
        else:
            words.update(word for word in ("slowed", "limited", "changed") if state[word] != self._state[word])
            if state["run"] in "Tt":
                words.add("stopped")
        if self._segment.content() != self.secret.encode():
            words.add("changed")
        if self._file_states() != self._files:
            words.add("files")
        return words

    def close(self) -> None:
        """End and remove them."""
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()  # type: ignore[union-attr]
        self._server.close()
        self._segment.remove()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make_files(self, places: dict[str, Path]) -> None:
        for place in places.values():
            place.mkdir(parents=True)
        (places["home"] / ".ssh").mkdir()
        (places["outside"] / "site-packages").mkdir()
        (places["other"] / "cs231n").mkdir()
        texts = {
            Path(self.targets["secret_file"]): self.secret,
            places["solutions"] / "solved_layers.py": f"ANSWER = {self.secret!r}\n",
            places["other"] / "layers.py": f"ANSWER = {self.secret!r}\n",
            places["other"] / "cs231n" / "layers.py": f"ANSWER = {self.secret!r}\n",
            places["home"] / ".ssh" / "id_ed25519": self.secret,
            places["outside"] / "notes.txt": "Notes that nobody but their owner changes.\n",
            places["outside"] / "keep.txt": "Keep me.\n",
        }
        for path, text in texts.items():
            path.write_text(text)
            path.chmod(_PRIVATE)
        with contextlib.closing(sqlite3.connect(self.targets["gradebook"])) as gradebook, gradebook:
            gradebook.execute("create table grades (student text, points real, comment text)")
            gradebook.execute("insert into grades values ('mallory', 0, ?)", [self.secret])

    def _file_states(self) -> dict[Path, tuple[int, ...]]:
        """Everything in the folder; a change of any sort moves the last number."""
        found = {}
        for path in (self.folder, *self.folder.rglob("*")):
            state = path.lstat()
            found[path] = (state.st_mode, state.st_size, state.st_ctime_ns)
        return found

    def _process_state(self) -> dict[str, Any]:
        pid = self._process.pid
        if self._process.poll() is not None:
            return {"run": "gone"}
        run = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        limits = [resource.prlimit(pid, number) for number in range(16)]
        slowed = (os.getpriority(os.PRIO_PROCESS, pid), os.sched_getscheduler(pid), os.sched_getaffinity(pid))
        with open(f"/proc/{pid}/mem", "rb", 0) as memory:
            memory.seek(self.targets["memory_address"])
            return {"run": run, "limited": limits, "slowed": slowed, "changed": memory.read(len(self.secret))}


class _Server:
    """A process that listens in four ways, notes who comes, and answers with the secret."""

    def __init__(self, secret: str, path: str) -> None:
        name = f"decoy-{secrets.token_hex(4)}"
        listeners = {
            "tcp": _listener(socket.AF_INET, ("127.0.0.1", 0)),
            "udp": _listener(socket.AF_INET, ("127.0.0.1", 0), socket.SOCK_DGRAM),
            "unix": _listener(socket.AF_UNIX, path),
            "abstract": _listener(socket.AF_UNIX, f"\0{name}"),
        }
        self.places = {
            "tcp_port": listeners["tcp"].getsockname()[1],
            "udp_port": listeners["udp"].getsockname()[1],
            "unix_path": path,
            "abstract": name,
        }
        self._control, theirs = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                self._control.close()
                _serve(listeners, theirs, secret.encode())
            finally:
                os._exit(0)
        theirs.close()
        for listener in listeners.values():
            listener.close()

    def contacts(self) -> set[str]:
        """By which ways somebody came so far."""
        try:
            self._control.send(b"?")
            return set(json.loads(self._control.recv(1000) or '["killed"]'))
        except OSError:
            return {"killed"}

    def close(self) -> None:
        """End it."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
        self._control.close()


def _listener(family: int, address: Any, kind: int = socket.SOCK_STREAM) -> socket.socket:
    listener = socket.socket(family, kind)
    listener.bind(address)
    if kind == socket.SOCK_STREAM:
        listener.listen(100)
    listener.setblocking(False)
    return listener


def _serve(listeners: dict[str, socket.socket], control: socket.socket, secret: bytes) -> None:
    contacts: set[str] = set()
    open_connections: list[socket.socket] = []
    events = selectors.DefaultSelector()
    for word, listener in listeners.items():
        events.register(listener, selectors.EVENT_READ, word)
    events.register(control, selectors.EVENT_READ)
    while True:
        ready = [key for key, _ in events.select()]
        # Who came before the question counts in its answer.
        for key in sorted(ready, key=lambda key: key.fileobj is control):
            if key.fileobj is control:
                if not control.recv(1):
                    return
                control.send(json.dumps(sorted(contacts)).encode())
                continue
            contacts.add(key.data)
            with contextlib.suppress(OSError):
                if key.data == "udp":
                    _, sender = listeners["udp"].recvfrom(1 << 16)
                    listeners["udp"].sendto(secret, sender)
                else:
                    connection = listeners[key.data].accept()[0]
                    connection.sendall(secret)
                    open_connections = [*open_connections[-20:], connection]


class _Segment:
    """System V shared memory of this user's."""

    def __init__(self, secret: str) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        libc.shmat.restype = ctypes.c_void_p
        self._libc, self._length = libc, len(secret)
        self.id = libc.shmget(0, ctypes.c_size_t(_SHM_BYTES), _IPC_CREAT | _PRIVATE)
        self._address = libc.shmat(self.id, None, 0)
        if self.id < 0 or self._address in (None, ctypes.c_void_p(-1).value):
            raise OSError(ctypes.get_errno(), "shared memory could not be made")
        ctypes.memmove(self._address, secret.encode(), self._length)

    def content(self) -> bytes:
        """What stands at its beginning."""
        return ctypes.string_at(self._address, self._length)

    def remove(self) -> None:
        """Give it back."""
        self._libc.shmdt(ctypes.c_void_p(self._address))
        self._libc.shmctl(self.id, _IPC_RMID, None)
