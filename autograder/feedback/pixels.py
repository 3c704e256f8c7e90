"""Small pictures within a page: PNG files as data URLs.

A class has thousands of them, so they are written here: Pillow takes eight times as long, and a matplotlib figure a
thousand times.
"""

from __future__ import annotations

import base64
import struct
import zlib

from ..checks.values import Array

_RGB = 2


def data_url(pixels: Array) -> str:
    """The picture `pixels`, (height, width, 3) in uint8, as a URL."""
    height, width, _ = pixels.shape
    lines = b"".join(b"\0" + line.tobytes() for line in pixels)  # 0: the line is not filtered
    header = struct.pack(">IIBBBBB", width, height, 8, _RGB, 0, 0, 0)
    png = b"".join((_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(lines, 9)), _chunk(b"IEND", b"")))
    return "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + png).decode()


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
