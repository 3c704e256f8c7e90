"""Fetching, from a small server on this machine: resumption, servers without ranges, breaks, lies."""

import hashlib
import http.server
import io
import tarfile
import threading
from pathlib import Path

import pytest

from datasets import cifar10, fetch
from datasets.cifar10 import BATCHES, CIFAR10_NAMES, META, digest, load_batch, write_set
from datasets.fetch import Archive, FetchError, fetch_cifar10
from datasets.shapes10 import make_shapes10


class Server(http.server.ThreadingHTTPServer):
    """Serves `content` under any path; `requests` are the ranges asked for, None for the whole."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = b""
        self.ranges = True
        self.status = 200
        self.break_after: list[int] = []  # bytes after which each of the next connections breaks
        self.requests: list[str | None] = []


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self):
        server, asked = self.server, self.headers.get("Range")
        server.requests.append(asked)
        if server.status != 200:
            self.send_error(server.status)
            return
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and server.ranges else 0
        body = server.content[start:]
        if start and not body:
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(server.content) - 1}/{len(server.content)}")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Encoding", "x-gzip")  # as some servers call a .tar.gz
        self.end_headers()
        self.wfile.write(body[: server.break_after.pop(0)] if server.break_after else body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """A small set that passes for the real one: its folder and its digests."""
    folder = tmp_path_factory.mktemp("real") / "cifar-10-batches-py"
    write_set(folder, *make_shapes10(50, 10, progress=False), CIFAR10_NAMES)
    (folder / "digests.json").unlink()
    return folder, {name: digest(*load_batch(folder / name)) for name in BATCHES}


@pytest.fixture
def archive(server, real, monkeypatch) -> Archive:
    folder, digests = real
    monkeypatch.setattr(cifar10, "CIFAR10_SHA256", digests)
    return serve(server, pack(folder))


def pack(folder: Path, *more: tarfile.TarInfo) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        tar.add(folder, folder.name)
        for member in more:
            tar.addfile(member, io.BytesIO(bytes(member.size)))
    return buffer.getvalue()


def serve(server: Server, content: bytes) -> Archive:
    server.content = content
    url = f"http://127.0.0.1:{server.server_port}/set.tar.gz"
    return Archive(url, hashlib.md5(content).hexdigest(), len(content))


def assert_fetched(cache: Path) -> None:
    folder = cache / "cifar-10-batches-py"
    assert cifar10.verify(folder) == "cifar10"
    assert {file.name for file in folder.iterdir()} == {META, *BATCHES}
    assert list(cache.iterdir()) == [folder]  # no tarball, no parts


def test_fetch_and_accept_what_is_there(server, archive, cache):
    assert fetch_cifar10(archive) == cache / "cifar-10-batches-py"
    assert_fetched(cache)
    assert fetch_cifar10(archive) == cache / "cifar-10-batches-py"
    assert server.requests == [None]


def test_a_damaged_folder_is_fetched_anew(server, archive, cache, capsys):
    folder = fetch_cifar10(archive)
    (folder / "test_batch").write_bytes(b"")
    fetch_cifar10(archive)
    assert_fetched(cache)
    assert "fetching CIFAR-10 anew" in capsys.readouterr().out


def test_a_broken_connection_is_taken_up(server, archive, cache):
    server.break_after = [30_000, 20_000]
    fetch_cifar10(archive)
    assert_fetched(cache)
    assert server.requests == [None, "bytes=30000-", "bytes=50000-"]


def test_an_interrupted_download_goes_on(server, archive, cache):
    server.break_after = [30_000, 0]
    with pytest.raises(FetchError):
        fetch_cifar10(archive)
    assert (cache / "set.tar.gz.part").read_bytes() == server.content[:30_000]
    fetch_cifar10(archive)
    assert_fetched(cache)
    assert server.requests[-1] == "bytes=30000-"


def test_a_server_without_ranges_sends_the_whole_again(server, archive, cache):
    cache.mkdir(parents=True)
    (cache / "set.tar.gz.part").write_bytes(b"x" * 1000)  # not even what the server has: must not be kept
    server.ranges = False
    fetch_cifar10(archive)
    assert_fetched(cache)
    assert server.requests == ["bytes=1000-"]


def test_a_part_of_something_else(server, archive, cache):
    cache.mkdir(parents=True)
    (cache / "set.tar.gz.part").write_bytes(b"x" * 1000)
    with pytest.raises(FetchError, match="not the archive that was expected"):
        fetch_cifar10(archive)
    assert list(cache.iterdir()) == []
    fetch_cifar10(archive)
    assert_fetched(cache)


@pytest.mark.parametrize("extra", [0, 7])
def test_a_part_that_is_too_long_already(server, archive, cache, extra):
    cache.mkdir(parents=True)
    (cache / "set.tar.gz.part").write_bytes(server.content + b"x" * extra)
    if extra:
        with pytest.raises(FetchError, match="not the archive that was expected"):
            fetch_cifar10(archive)
    fetch_cifar10(archive)
    assert_fetched(cache)


@pytest.mark.parametrize("content", [b"a login page", b"much too long " * 100_000])
def test_other_content(server, archive, cache, content):
    server.content = content
    with pytest.raises(FetchError):
        fetch_cifar10(archive)
    assert not (cache / "cifar-10-batches-py").exists()


def test_a_refusal_is_said(server, archive):
    server.status = 404
    with pytest.raises(FetchError, match="404"):
        fetch_cifar10(archive)


def test_offline(server, archive, cache):
    server.server_close()  # nobody listens at its port now
    with pytest.raises(FetchError, match=r"cannot be reached.*work without it.*put set.tar.gz into"):
        fetch_cifar10(archive)


def test_a_tarball_put_there_by_hand(server, archive, cache):
    cache.mkdir(parents=True)
    (cache / "set.tar.gz").write_bytes(server.content)
    fetch_cifar10(archive)
    assert_fetched(cache)
    assert server.requests == []


def test_nothing_but_the_set_is_unpacked(server, archive, real, cache):
    climbing = tarfile.TarInfo("../../climbed")
    climbing.size = 5
    link = tarfile.TarInfo("cifar-10-batches-py/link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    fetch_cifar10(serve(server, pack(real[0], climbing, link)))
    assert_fetched(cache)
    assert not list(cache.parent.parent.rglob("climbed"))


def test_an_archive_with_other_content(server, archive, cache, monkeypatch):
    monkeypatch.setattr(cifar10, "CIFAR10_SHA256", {})
    with pytest.raises(FetchError, match="does not hold CIFAR-10"):
        fetch_cifar10(archive)
    assert not (cache / "cifar-10-batches-py").exists()


def test_archives_that_are_too_much(server, archive, real, cache, monkeypatch):
    monkeypatch.setattr(fetch, "MAX_MEMBERS", 5)
    with pytest.raises(FetchError, match="holds too much"):
        fetch_cifar10(archive)
    monkeypatch.setattr(fetch, "MAX_MEMBERS", 50)
    monkeypatch.setattr(fetch, "MAX_FILE_BYTES", 1000)
    with pytest.raises(FetchError, match="holds too much"):
        fetch_cifar10(archive)
    assert not list(cache.rglob("data_batch_1"))


def test_what_is_no_tarball(server, archive, cache):
    with pytest.raises(FetchError, match="could not be unpacked"):
        fetch_cifar10(serve(server, b"not a tarball at all"))
