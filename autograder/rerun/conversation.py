"""Talks with the process inside an enclosure, which may be the student's by now: reads so much, waits so long."""

from __future__ import annotations

import contextlib
import os
import selectors
import shutil
import threading
import time
from collections.abc import Callable
from typing import IO

from ..checks.errors import NotGraded
from ..checks.text import printable
from .enclosure import Enclosure
from .inside import GRACE_SECONDS
from .limits import Limits
from .watch import problem

_START_SECONDS = 120.0
_TICK_SECONDS = 0.25
_CHUNK = 1 << 16
_COMPLAINT = 4000
#: How long a line, and all of them, may be: so many times what a cell may show, since JSON takes more room.
_LINE, _ALL = 2, 8


class Conversation:
    """With the `enclosure` of one notebook; each line that comes out of it after the first is handed to `take`."""

    def __init__(self, enclosure: Enclosure, limits: Limits, take: Callable[[bytes], None]) -> None:
        self._enclosure, self._limits, self._take = enclosure, limits, take
        self._start, self._looked = time.monotonic(), 0.0
        self._ready = False
        self._line, self._size = bytearray(), 0
        self._complaint = b""

    def hold(self, request: IO[bytes], over: Callable[[], bool]) -> str:
        """Give the enclosure the file `request` and listen, until it ends or `over` says so; then it is gone.

        Returns why it had to be stopped, "" if it ended by itself. Raises `NotGraded` where no notebook was started.
        """
        feeding = threading.Thread(target=self._feed, args=(request,), daemon=True)
        feeding.start()
        try:
            return self._listen(over)
        finally:
            self._enclosure.close()
            feeding.join()

    def _feed(self, request: IO[bytes]) -> None:
        pipe = self._enclosure.process.stdin
        assert pipe is not None
        with contextlib.suppress(BrokenPipeError), pipe:
            request.seek(0)
            shutil.copyfileobj(request, pipe)

    def _listen(self, over: Callable[[], bool]) -> str:
        process = self._enclosure.process
        assert process.stdout is not None
        assert process.stderr is not None
        with selectors.DefaultSelector() as events:
            events.register(process.stdout, selectors.EVENT_READ)
            events.register(process.stderr, selectors.EVENT_READ)
            while True:
                for key, _ in events.select(_TICK_SECONDS):
                    data = os.read(key.fd, _CHUNK)
                    if key.fileobj is process.stdout:
                        if not data:
                            return self._ended()
                        self._hear(data)
                    elif data:
                        self._complaint = (self._complaint + data)[-_COMPLAINT:]
                    else:
                        events.unregister(process.stderr)
                if why := "it was interrupted" if over() else self._reason():
                    return why

    def _hear(self, data: bytes) -> None:
        self._size += len(data)
        *whole, rest = data.split(b"\n")
        for part in whole:
            self._line += part
            if self._ready:
                self._take(bytes(self._line))
            else:
                self._ready, self._start = True, time.monotonic()
            self._line.clear()
        self._line += rest

    def _reason(self) -> str:
        """Why it has to be stopped now, or ""."""
        now, limits = time.monotonic(), self._limits
        if not self._ready:
            if now - self._start > _START_SECONDS:
                raise NotGraded(f"the notebook was not started within {_START_SECONDS:g} s")
            return ""
        if now - self._start > limits.notebook_seconds + 2 * GRACE_SECONDS:  # it has ended itself by then, if it can
            return f"it took longer than {limits.notebook_seconds:g} s"
        if len(self._line) > _LINE * limits.output_mb << 20 or self._size > _ALL * limits.output_mb << 20:
            return "it showed more than can be kept"
        if now - self._looked < _TICK_SECONDS:
            return ""
        self._looked = now
        return problem(self._enclosure.process.pid, self._enclosure.writable, limits)

    def _ended(self) -> str:
        if not self._ready:
            said = printable(self._complaint.decode(errors="replace").strip().rpartition("\n")[2])
            raise NotGraded(f"the notebook could not be started: {said[:300] or 'its process ended'}")
        return ""
