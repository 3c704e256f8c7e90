"""Fetching the real CIFAR-10: download, check, unpack, verify, and only then move into place."""

import os
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tqdm.auto import tqdm

from .cifar10 import BATCHES, MAX_FILE_BYTES, META, verify
from .folders import CIFAR10_FOLDER, fetched_folder, move_into_place

CHUNK = 2**16
SILENCE = 30  # seconds without a byte after which a connection counts as broken
MAX_MEMBERS = 100  # of the archive, which has nine


@dataclass(frozen=True)
class Archive:
    """A tarball on a server: where it is, and how to know it."""

    url: str
    md5: str
    size: int  # bytes

    @property
    def name(self) -> str:
        return self.url.rsplit("/", 1)[-1]


CIFAR10 = Archive(
    "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz", "c58f30108f718f92721af3b95e74349a", 170_498_071
)


class FetchError(Exception):
    """A set could not be fetched; the message says why and what to do, in a sentence for the user."""


def fetch_cifar10(archive: Archive = CIFAR10) -> Path:
    """Make sure that the real CIFAR-10 is in the cache, and return its folder.

    What is there already is accepted if its content verifies. A download that was interrupted goes on where it
    stopped; a tarball that was put into the cache by hand is used.

    Raises:
        FetchError: if it cannot be had.
        OSError: if the cache cannot be written.
    """
    target = fetched_folder()
    if target.is_dir():
        try:
            if verify(target) == "cifar10":
                return target
        except (OSError, ValueError) as error:
            print(f"fetching CIFAR-10 anew: {error}")
    tarball = _download(archive, target.parent)
    with tempfile.TemporaryDirectory(prefix=".unpacking-", dir=target.parent) as workplace:
        unpacked = _unpack(tarball, Path(workplace))
        try:
            verify(unpacked)
        except (OSError, ValueError) as error:
            raise FetchError(f"the archive from {archive.url} does not hold CIFAR-10: {error}") from None
        move_into_place(unpacked, target)
    tarball.unlink()
    return target


def _download(archive: Archive, folder: Path) -> Path:
    try:
        import pooch  # type: ignore[import-untyped]
        import requests
    except ImportError:
        raise FetchError("fetching needs the package pooch: pip install pooch") from None
    pooch.get_logger().setLevel("WARNING")
    host = urlsplit(archive.url).hostname
    by_hand = f"put {archive.name} into {folder} by other means and run this again"
    try:
        tarball = pooch.retrieve(
            archive.url,
            known_hash=f"md5:{archive.md5}",
            fname=archive.name,
            path=folder,
            downloader=ResumingDownloader(archive),
        )
    except requests.HTTPError as error:
        raise FetchError(f"{host} refused ({error}); try later, or {by_hand}") from None
    except requests.exceptions.SSLError as error:
        raise FetchError(f"the connection to {host} is not safe ({error}); {by_hand}") from None
    except requests.RequestException:
        raise FetchError(
            f"{host} cannot be reached, so CIFAR-10 was not fetched: the assignments work without it, on shapes10; "
            f"try again when you are online, or {by_hand}"
        ) from None
    except ValueError:  # pooch has compared the checksums, and deleted what it found
        raise FetchError(
            f"what came from {archive.url} is not the archive that was expected (md5 {archive.md5}) and was deleted; "
            f"try again, or {by_hand}"
        ) from None
    return Path(tarball)


class ResumingDownloader:
    """A downloader for pooch that keeps what it has got, and asks the server for the rest (RFC 9110, section 14).

    What has come so far is in `<archive>.part` beside the output file. A server that does not know ranges sends the
    whole again, and the part starts anew. A connection that breaks is taken up again as long as each brings
    something.
    """

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    def __call__(self, url: str, output_file: str, _pooch: object) -> None:
        import requests
        import urllib3

        part = Path(output_file).parent / f"{self.archive.name}.part"
        with tqdm(total=self.archive.size, desc=self.archive.name, unit="B", unit_scale=True, delay=1) as bar:
            had = -1
            while (have := _size(part)) > had and have < self.archive.size:
                had = have
                try:
                    self._get_more(url, part, have, bar)
                except (requests.ConnectionError, requests.Timeout):
                    if _size(part) <= have:
                        raise
                except urllib3.exceptions.HTTPError:
                    pass  # broken on the way: the next round goes on, if this one brought something
        if _size(part) < self.archive.size:
            raise FetchError(
                f"the connection broke at {_size(part):,} of {self.archive.size:,} bytes; "
                "run this again and it goes on from there"
            )
        os.replace(part, output_file)

    def _get_more(self, url: str, part: Path, have: int, bar: "tqdm[Any]") -> None:
        import requests

        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        with requests.get(url, headers=headers, stream=True, timeout=SILENCE) as response:
            if response.status_code == 416:  # nothing from there on
                part.unlink()
                raise FetchError(f"{url} is smaller than the {self.archive.size:,} bytes expected; try again later")
            response.raise_for_status()
            goes_on = response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
            append = have > 0 and response.status_code == 206 and goes_on
            bar.n = have if append else 0
            with part.open("ab" if append else "wb") as file:
                # Raw, because some servers call a .tar.gz gzip-encoded, and then it would be decoded on the way.
                for chunk in response.raw.stream(CHUNK, decode_content=False):
                    file.write(chunk)
                    bar.update(len(chunk))
                    if bar.n > self.archive.size:
                        break  # no such archive; the checksum will say so


def _unpack(tarball: Path, folder: Path) -> Path:
    """Unpack the seven files of the set, and nothing else that the tarball may hold."""
    wanted = {f"{CIFAR10_FOLDER}/{name}" for name in (META, *BATCHES)}
    members = []
    try:
        with tarfile.open(tarball) as tar:
            for count, member in enumerate(tar):
                if count == MAX_MEMBERS or member.size > MAX_FILE_BYTES:
                    raise FetchError(f"{tarball} is not CIFAR-10's archive: it holds too much")
                if member.name in wanted and member.isreg():
                    members.append(member)
            tar.extractall(folder, members, filter="data")
    except tarfile.TarError as error:
        raise FetchError(f"{tarball} could not be unpacked ({error}); delete it and run this again") from None
    return folder / CIFAR10_FOLDER


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
