"""Replies that break the protocol: the code finds the socket and the request that it is answering, and writes there.

Each function stands in for affine_forward. It succeeds if the grader falls over what it reads, waits beyond the
deadline, fills its memory, or gives points. The control is a naive reader, with a worker of its own: it believes the
lengths that it is told, checks neither number nor nonce, and asks for a second item, of another student's, after the
first.
"""

from __future__ import annotations

import builtins
import json
import math
import os
import pickle
import resource
import signal
import socket
import struct
import sys
from contextlib import contextmanager

import numpy as np

from ..attack import PRELUDE, attack
from ..hostile import ITEM
from ..measure import measured
from ..prelude import channel, frame_of, write_all

#: Longer than a grader with the harness's limits takes for an item, whatever happens.
TOO_LONG = 8.0
#: Far more than what one reply may have.
TOO_MUCH = 200


def upset(outcome):
    """The grader fell over it, waited too long, grew too much, or gave points."""
    return bool(outcome.fault or outcome.points) or outcome.seconds > TOO_LONG or outcome.megabytes > TOO_MUCH


def unjudged(outcome):
    """The same, or the grader says that the fault was its own: its checks fell over it."""
    return upset(outcome) or '"verdict": "not graded"' in str(outcome.value)


def a_reply(what, reader=None, patience=None):
    """Register an attack whose control reads by `reader`, and waits so many seconds for each piece (None: for ever)."""

    def register(run):
        def control(targets):
            return _naive_grader(run, targets, reader or _read, patience)

        return attack("frames", what, upset, control=control, item=ITEM)(run)

    return register


# --- the naive grader ---


def _naive_grader(run, targets, reader, patience):
    ours, theirs = socket.socketpair()
    worker = os.fork()
    if worker == 0:
        ours.close()
        try:
            _serve(theirs, run, targets)
        finally:
            os._exit(0)
    theirs.close()
    ours.settimeout(patience)

    def grade():
        try:
            with at_most(TOO_LONG + 1):
                _ask(ours, 1, reader)
                second = _ask(ours, 2, reader)
        except TimeoutError:
            return {}
        except BaseException as error:
            return {"fault": f"{type(error).__name__}: {error}"}
        return {"points": 0.0 if second == "honest" else 10.0}

    outcome, seconds, megabytes = measured(grade)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    ours.close()
    return {**outcome, "seconds": seconds, "megabytes": megabytes}


def _serve(channel, run, targets):
    """The worker's side: the first request is answered by the attack, the second honestly."""
    while head := json.loads(channel.recv(1000) or "null"):
        text = "honest"
        if head["id"] == 1:
            try:
                run(targets, np.ones((4, 6)), np.ones((6, 5)), np.ones(5))
            except Exception:
                text = "nothing"
        channel.sendall(frame_of({**head, "tree": text}))


def _ask(channel, number, reader):
    """The value that comes as the answer to a request; None if none comes in time."""
    channel.sendall(json.dumps({"id": number, "nonce": f"nonce-{number}"}).encode())
    try:
        return reader(channel)
    except TimeoutError:
        return None


def _read(channel):
    _, header_length, payload_length = struct.unpack("<4sIQ", _exactly(channel, 16))
    header = json.loads(_exactly(channel, header_length))
    payload = _exactly(channel, payload_length)
    if header.get("error"):
        kind, text, _ = header["error"]
        print(text.encode(), file=open(os.devnull, "w"))  # noqa: SIM115
        raise getattr(builtins, kind)(text)
    offset, arrays = 0, []
    for dtype, shape, order in header["arrays"]:
        array = np.frombuffer(payload, dtype, math.prod(shape), offset)
        arrays.append(array.reshape(shape, order=order))
        offset += array.nbytes
    return _value(header["tree"], arrays)


def _exactly(channel, count):
    data = bytearray(count)
    view = memoryview(data)
    while view:
        got = channel.recv_into(view)
        if got == 0:
            return data[: count - len(view)]
        view = view[got:]
    return data


def _value(node, arrays):
    if not isinstance(node, dict):
        return node
    ((tag, body),) = node.items()
    if tag == "float":
        return float.fromhex(body)
    if tag == "int":
        return int(body)
    if tag in ("list", "tuple"):
        return [_value(part, arrays) for part in body]
    if tag == "dict":
        return {key: _value(part, arrays) for key, part in body}
    return arrays[body]


def _read_pickle(channel):
    return pickle.loads(channel.recv(1 << 20))


def _read_with_descriptors(channel):
    """Reads as one does who expects a file now and then."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))  # the usual
    kept = []
    while len(kept) < 3000:
        data, descriptors, _, _ = socket.recv_fds(channel, 1 << 16, 253)
        kept += descriptors
        if b"CSK2" in data or not data:
            break
    try:
        with open(os.devnull):  # the results
            return "honest"
    finally:
        for descriptor in kept:
            os.close(descriptor)


@contextmanager
def at_most(seconds):
    """Raise `TimeoutError` if the block takes longer."""

    def stop(*_):
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


# --- no frame at all ---


@a_reply("writes random bytes")
def random_bytes(targets, x, w, b):
    import os

    write_all(channel()[0], b"\xff" * 16 + os.urandom(1 << 16))


@a_reply("writes a pickle that runs code where it is read", _read_pickle)
def pickle_for_frame(targets, x, w, b):
    import pickle

    class Payload:
        def __reduce__(self):
            return exec, ("raise SystemError('code of the submission runs in the grader')",)

    write_all(channel()[0], pickle.dumps(Payload()))


@a_reply("writes half a frame and ends")
def half_a_frame(targets, x, w, b):
    import os

    descriptor, head = channel()
    frame = frame_of(head)
    write_all(descriptor, frame[: len(frame) // 2])
    os._exit(0)


@a_reply("closes every file that it has, the socket with them")
def closed_descriptors(targets, x, w, b):
    import os

    os.closerange(0, 1024)


@a_reply("says nothing for ten seconds")
def silence(targets, x, w, b):
    import time

    time.sleep(10)


@a_reply("writes a byte every fifth of a second, so that something always comes", patience=1.0)
def trickle(targets, x, w, b):
    import os
    import time

    descriptor, head = channel()
    for byte in frame_of({**head, "tree": "x" * 1000})[:48]:
        os.write(descriptor, bytes([byte]))
        time.sleep(0.2)
    os._exit(0)


@a_reply("writes 600 MB without an end")
def endless_frame(targets, x, w, b):
    descriptor, head = channel()
    write_all(descriptor, frame_of(head, payload_length=600 << 20))
    chunk = bytes(1 << 20)
    for _ in range(600):
        write_all(descriptor, chunk)


@a_reply("sends hundreds of open files along", _read_with_descriptors)
def flood_of_descriptors(targets, x, w, b):
    import contextlib
    import os
    import resource
    import socket

    descriptor, _ = channel()
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    null = os.open("/", os.O_PATH)
    with socket.socket(fileno=os.dup(descriptor)) as out, contextlib.suppress(BlockingIOError, TimeoutError):
        out.settimeout(2)
        for _ in range(12):
            socket.send_fds(out, [b"-"], [null] * 250)


# --- lengths ---


@a_reply("claims a header of 4 GB")
def header_of_4_gigabytes(targets, x, w, b):
    descriptor, head = channel()
    write_all(descriptor, frame_of(head, header_length=(1 << 32) - 1))


@a_reply("claims a payload of 2**63 bytes")
def payload_of_2_to_the_63(targets, x, w, b):
    descriptor, head = channel()
    write_all(descriptor, frame_of(head, payload_length=1 << 63))


@a_reply("claims a payload of a gigabyte, and waits")
def payload_of_a_gigabyte(targets, x, w, b):
    import time

    descriptor, head = channel()
    write_all(descriptor, frame_of(head, payload_length=1 << 30))
    time.sleep(3)


# --- headers ---


@a_reply("sends a header of a hundred thousand lists in each other")
def deep_header(targets, x, w, b):
    write_all(channel()[0], frame_of(b"[" * 100_000 + b"]" * 100_000))


@a_reply("sends a header that is no UTF-8")
def header_of_no_text(targets, x, w, b):
    write_all(channel()[0], frame_of(b'{"id": "\xff\xfe\xfa"}'))


@a_reply("sends a list where the header's fields belong")
def header_of_a_list(targets, x, w, b):
    write_all(channel()[0], frame_of(b"[1, 2, 3]"))


@a_reply("sends an integer of half a million digits")
def integer_of_many_digits(targets, x, w, b):
    write_all(channel()[0], frame_of(b'{"tree": null, "arrays": [], "id": ' + b"9" * 500_000 + b"}"))


@a_reply("sends numbers that are none: NaN, and a float too large for one")
def floats_out_of_range(targets, x, w, b):
    descriptor, head = channel()
    for text in ("0x1p99999", "nan", "1" * 1000, "0x"):
        write_all(descriptor, frame_of({**head, "tree": {"float": text}}))
    write_all(descriptor, frame_of({**head, "id": float("nan"), "tree": {"int": "1e999"}}))


@a_reply("sends text with half a character, which no file can hold")
def lone_surrogate(targets, x, w, b):
    descriptor, head = channel()
    write_all(descriptor, frame_of({**head, "error": ["ValueError", "\ud800 \x1b[2J", "layers.py, line 1"]}))


@a_reply("reports an exception that would stop the grader")
def forged_exception(targets, x, w, b):
    descriptor, head = channel()
    write_all(descriptor, frame_of({**head, "error": ["KeyboardInterrupt", "", ""]}))


@a_reply("reports an exception that is none")
def malformed_exception(targets, x, w, b):
    descriptor, head = channel()
    write_all(descriptor, frame_of({**head, "error": [["ValueError"], {"text": None}]}))


# --- arrays ---


@a_reply("sends an array that is longer than the frame")
def array_beyond_frame(targets, x, w, b):
    descriptor, head = channel()
    array = ["<f8", [1000, 1000], "C"]
    write_all(descriptor, frame_of({**head, "tree": {"array": 0}, "arrays": [array]}, bytes(64)))


@a_reply("sends an array of objects, which are addresses in the grader's memory")
def array_of_addresses(targets, x, w, b):
    descriptor, head = channel()
    array = ["|O", [8], "C"]
    write_all(descriptor, frame_of({**head, "tree": {"array": 0}, "arrays": [array]}, b"\x10" * 64))


@a_reply("sends arrays of shapes that cannot be")
def impossible_shapes(targets, x, w, b):
    descriptor, head = channel()
    for shape in ([-8], [1 << 40, 1 << 40], [2, -4], ["8"], [8.0], [True] * 65):
        array = ["<f8", shape, "C"]
        write_all(descriptor, frame_of({**head, "tree": {"array": 0}, "arrays": [array]}, bytes(64)))


@a_reply("names an array that is not there")
def array_out_of_nothing(targets, x, w, b):
    descriptor, head = channel()
    write_all(descriptor, frame_of({**head, "tree": {"array": 7}}))


# --- replies to other requests ---


@a_reply("answers the next request before it is asked, with the nonce of this one")
def early_reply(targets, x, w, b):
    descriptor, head = channel()
    zeros = {"tree": {"tuple": [{"array": 0}, None]}, "arrays": [["<f8", [len(x), len(b)], "C"]]}
    payload = bytes(-(-len(x) * len(b) // 2) * 16)
    write_all(descriptor, frame_of({**head, **zeros}, payload))
    write_all(descriptor, frame_of({**head, "id": head["id"] + 1, **zeros}, payload))


@a_reply("answers a hundred times")
def duplicate_replies(targets, x, w, b):
    descriptor, head = channel()
    zeros = {"tree": {"tuple": [{"array": 0}, None]}, "arrays": [["<f8", [len(x), len(b)], "C"]]}
    for _ in range(100):
        write_all(descriptor, frame_of({**head, **zeros}, bytes(-(-len(x) * len(b) // 2) * 16)))


@a_reply("answers with a nonce of its own")
def invented_nonce(targets, x, w, b):
    descriptor, head = channel()
    write_all(descriptor, frame_of({**head, "nonce": "0" * 32, "tree": "forged"}))
    write_all(descriptor, frame_of({**head, "nonce": None, "id": True, "tree": "forged"}))


@a_reply("answers when the grader has given it up", patience=0.5)
def late_reply(targets, x, w, b):
    import time

    descriptor, head = channel()
    time.sleep(2.5)
    write_all(descriptor, frame_of({**head, "tree": "forged"}))


# --- replies to requests that call nothing of the student's ---


def _planted(name, what, control, items, files):
    """Register a submission of these `files`, whose code runs when it is imported."""

    def write(folder, targets):
        for file, text in files.items():
            path = folder / "cs231n" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    write.__name__ = name
    attack("frames", what, unjudged, control=control, kind="submission", items=items)(write)


def _falls_over(read):
    """The outcome of a naive grader that does `read`."""
    try:
        read()
    except Exception as error:
        return {"fault": f"{type(error).__name__}: {error}"}
    return {"points": 0.0}


_USAGE = """
descriptor, head = channel()
usage = [["names", {"list": [None]}], ["loops", {"int": "7"}], ["stub", "no"]]
write_all(descriptor, frame_of({**head, "tree": {"dict": usage}}))
"""


def _believes_usage(targets):
    def run(targets, x, w, b):
        exec(PRELUDE + _USAGE, {})

    def read(channel):
        return [name for name, _ in _read(channel)["names"].items()]

    return _naive_grader(run, targets, read, None)


_planted(
    "forged_usage",
    "says nonsense when it is asked which names and loops its source has",
    _believes_usage,
    (ITEM,),
    {"layers.py": PRELUDE + _USAGE},
)

_SURVEY = """
import sys

for module in list(sys.modules.values()):
    if hasattr(module, "survey_notebook"):
        module.survey_notebook = lambda data: {"answers": ["svm_q1"], "run": -1}
"""


def survey_notebook(data):
    """What a naive worker says of a notebook."""
    return {"answers": {}, "run": 0}


def _believes_survey(targets):
    exec(_SURVEY, {})
    return _falls_over(lambda: sys.modules[__name__].survey_notebook(b"{}")["answers"].get("svm_q1"))


_planted(
    "forged_survey",
    "says nonsense when it is asked for the answers in a notebook",
    _believes_survey,
    (ITEM, "svm_q1"),
    {"layers.py": _SURVEY, "../svm.ipynb": '{"cells": []}'},
)

_LIST_IN_ITSELF = """
class LinearClassifier:
    W = None

    def predict(self, X):
        endless = []
        endless.append(endless)
        return endless


class LinearSVM(LinearClassifier):
    pass


class Softmax(LinearClassifier):
    pass
"""


def _believes_lists(targets):
    namespace = {}
    exec(_LIST_IN_ITSELF, namespace)

    def numbers(value):
        return [numbers(part) for part in value] if isinstance(value, list) else [value]

    return _falls_over(lambda: numbers(namespace["LinearSVM"]().predict(None)))


_planted(
    "list_in_itself",
    "returns a list whose only element is itself",
    _believes_lists,
    ("LinearClassifier_predict",),
    {"classifiers/linear_classifier.py": _LIST_IN_ITSELF},
)
