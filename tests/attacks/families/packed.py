"""Hostile submissions: zips, folders, notebooks and saved files that harm whoever opens them.

Each function writes a submission into a folder. It succeeds if the grader falls over it, hangs, grows, writes or reads
where it must not, or gives points. The control handles it as graders do that expect no harm (`handled_by`), in a
gigabyte of memory.
"""

from __future__ import annotations

import ast
import bz2
import io
import json
import os
import resource
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path

import numpy as np

from ..attack import attack, loot
from ..hostile import ITEM
from ..measure import measured
from .frames import TOO_LONG, at_most

#: In megabytes: more than the largest file that a submission may have.
TOO_MUCH = 100
_MEMORY = 1 << 30


def spoiled(outcome):
    """The grader fell over it, hung, grew, read or wrote where it must not, or gave points."""
    heavy = outcome.seconds > TOO_LONG or outcome.megabytes > TOO_MUCH
    return bool(outcome.fault or outcome.points or outcome.harm) or heavy or loot(outcome)


def a_package(what, handled_by, items=(ITEM,)):
    """Register a submission; `handled_by(folder)` is what the control does with it: it returns points or a text."""

    def register(run):
        def control(targets):
            folder = Path(tempfile.mkdtemp(dir=os.getcwd()))
            run(folder, targets)
            resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))

            def handle():
                try:
                    with at_most(TOO_LONG + 1):
                        return handled_by(folder)
                except TimeoutError:
                    return ""
                except Exception as error:
                    return error

            result, seconds, megabytes = measured(handle)
            shutil.rmtree(folder)  # the disk may be full
            outcome = {"seconds": seconds, "megabytes": megabytes}
            if isinstance(result, Exception):
                outcome["fault"] = f"{type(result).__name__}: {result}"
            elif isinstance(result, str):
                outcome["value"] = result
            else:
                outcome["points"] = result
            return outcome

        return attack("packed", what, spoiled, control=control, kind="submission", items=items)(run)

    return register


# --- how graders handle submissions who expect no harm ---


def _unpack(folder, archive=None, deep=False):
    """Writes each member where its name says, as the kind of file that it says it is."""
    archive = archive or folder / "homework.zip"
    target = archive.with_suffix("")
    with zipfile.ZipFile(archive) as source:
        for member in source.infolist():
            path = os.path.join(target, member.filename.replace("\\", "/"))
            os.makedirs(os.path.dirname(path), exist_ok=True)
            if member.external_attr >> 28 == 0o12:
                os.symlink(source.read(member), path)
                continue
            with open(path, "wb") as out:
                out.write(source.read(member))
            if deep and path.endswith(".zip"):
                _unpack(folder, Path(path), deep)
    return target


def _unpack_all(folder):
    _unpack(folder, deep=True)
    return 0.0


def _read_members(folder):
    with zipfile.ZipFile(folder / "homework.zip") as source:
        contents = [source.read(member) for member in source.infolist()]
    return 0.0 * len(contents)


def _unpack_and_remove(folder):
    shutil.rmtree(_unpack(folder))
    return 0.0


def _unpack_and_show(folder):
    return _show(_unpack(folder))


def _show(folder):
    """What stands in a submission's files, as a page of feedback shows it."""
    return "\n".join(path.read_text() for path in Path(folder).rglob("*") if not path.is_dir())


def _copy_and_run(folder):
    """What the work raises: a page of feedback shows it."""
    copy = shutil.copytree(folder, f"{folder}-copy")
    command = [sys.executable, "-c", "from cs231n import layers; layers.affine_forward(0, 0, 0)"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=10, check=False)
    return done.stderr


def _list_names(folder):
    """Points from a table with a row for each file, as if a script had made it."""
    table = "".join(f"{path.name},0\n" for path in folder.rglob("*.py"))
    return sum(float(row.rpartition(",")[2]) for row in table.splitlines() if row[-1:].isdecimal())


def _read_notebook(folder):
    """Points from a notebook: of each cell as many as it says, where there is an output."""
    points = {}
    for path in folder.glob("*.ipynb"):
        for cell in json.loads(path.read_text())["cells"]:
            marks = cell["metadata"].get("nbgrader", {})
            if marks.get("grade") and ("outputs" not in cell or cell["outputs"]):
                points[marks["grade_id"].strip()] = float(marks["points"]) + 0 * len("".join(cell["source"]).strip())
    return sum(points.values())


def _unpack_and_read_notebook(folder):
    return _read_notebook(_unpack(folder))


def _run_its_checks(folder):
    """Points from the submission's own copy of the checks."""
    command = [sys.executable, "-c", "from checks import check; print(check('affine_forward'))"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=10, check=False)
    return float(done.stdout)


def _load(folder):
    """Points for a model whose loss is not large."""
    (path,) = (folder / "saved").iterdir()
    with np.load(path, allow_pickle=True) as saved:
        arrays = {name: saved[name] for name in saved.files}
    print(f"trained on {arrays['dataset']}".encode(), file=sys.stderr)
    scores = np.ones((10, 3072)) @ arrays["W"].astype(float).reshape(-1)[: 3072 * 10].reshape(3072, 10)
    loss = np.mean(np.log(np.sum(np.exp(scores - scores.max(axis=1, keepdims=True)), axis=1)))
    return 0.0 if loss > 0.1 else 10.0


def _load_table(folder):
    with np.load(next((folder / "saved").iterdir())) as saved:
        return 0.0 * len(np.unique(saved["k_choices"].astype(float)))


def _parse_header(folder):
    """Reads arrays without NumPy's reader, as small scripts do."""
    (path,) = (folder / "saved").iterdir()
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            length = struct.unpack("<H", data[8:10])[0]
            header = eval(data[10 : 10 + length])
            np.frombuffer(data[10 + length :], header["descr"])
    return 0.0


def _parse_sources(folder):
    for path in folder.rglob("*.py"):
        ast.parse(path.read_text())
    return 0.0


def _is_it_a_zip(folder):
    return 0.0 * sum(zipfile.is_zipfile(path) for path in folder.iterdir())


# --- writing submissions ---


def _zip(folder, members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(folder / "homework.zip", "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)


def _link(name, target):
    member = zipfile.ZipInfo(name)
    member.external_attr = 0o120777 << 16
    return member, str(target)


def _zip_of_packed(path, name, packed, method, size, checksum=0):
    """A zip of one file that is packed already, which says that it has `size` bytes."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, packed)
    content = bytearray(path.read_bytes())
    for signature, place in ((b"PK\3\4", 8), (b"PK\1\2", 10)):
        start = content.index(signature) + place
        content[start : start + 2] = struct.pack("<H", method)
        content[start + 6 : start + 18] = struct.pack("<3I", checksum, len(packed), size)
    path.write_bytes(content)


def _zeros(first, megabytes):
    """What `_zip_of_packed` wants to know of `first` with so many zeros behind it."""
    packer, zeros, checksum = zlib.compressobj(wbits=-15), bytes(1 << 20), zlib.crc32(first)
    packed = packer.compress(first) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)  # the same for every megabyte
    for _ in range(megabytes):
        checksum = zlib.crc32(zeros, checksum)
    size = len(first) + (megabytes << 20)
    return packed + block * megabytes + packer.flush(), zipfile.ZIP_DEFLATED, size, checksum


def _write(folder, **files):
    for name, text in files.items():
        path = folder / "cs231n" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


#: Work that raises what stands in the modules beside it.
_TELLS_ON_NEIGHBOURS = """
import cs231n
from importlib.util import find_spec


def affine_forward(x, w, b):
    found = []
    for name in ("stolen", "environment", "more.answers", "more.stolen"):
        try:
            spec = find_spec("cs231n." + name)
            found.append(spec.loader.get_source(spec.name))
        except Exception as error:
            found.append(type(error).__name__)
    raise ValueError("; ".join(map(str, found))[:250])
"""

_NPY = b"\x93NUMPY\x01\x00"


def _npy(descr="<f8", shape="(1,)", data=bytes(8)):
    header = f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return _NPY + struct.pack("<H", len(header)) + header + data


def _save(folder, item, method=zipfile.ZIP_DEFLATED, **members):
    (folder / "saved").mkdir()
    with zipfile.ZipFile(folder / "saved" / f"{item}.npz", "w", method) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)


# --- zips ---


@a_package("is a zip of 600 KB that unpacks to 600 MB", _unpack_all)
def zip_bomb(folder, targets):
    _zip_of_packed(folder / "homework.zip", "saved/svm_model.npz", *_zeros(b"", 600))


@a_package("is a zip with the same file 600 times, a megabyte each", _read_members)
def duplicate_names(folder, targets):
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile says that a name is there already
        _zip(folder, [("cs231n/a.py", bytes(1 << 20))] * 600)


@a_package(
    "is a zip of a kilobyte whose method unpacks at once what it has read, and says that it is small", _unpack_all
)
def zip_bomb_of_bzip2(folder, targets):
    packed = bz2.compress(bytes(130 << 20))
    _zip_of_packed(folder / "homework.zip", "cs231n/layers.py", packed, zipfile.ZIP_BZIP2, 1 << 20)


@a_package("is a zip of zips of zips, each with eight in it", _unpack_all)
def nested_zips(folder, targets):
    content, suffix = bytes(1 << 20), "py"
    for _ in range(3):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(8):
                archive.writestr(f"{number}.{suffix}", content)
        content, suffix = packed.getvalue(), "zip"
    (folder / "homework.zip").write_bytes(content)


@a_package("is a zip whose names climb to a file outside", _unpack_all)
def climbing_names(folder, targets):
    way = "../" * 30 + targets["outside"].lstrip("/")
    _zip(folder, [(f"{way}/notes.txt", "x"), (f"{way}/planted.py", "x"), (f"cs231n/{way}/layers.py", "x")])


@a_package("is a zip with absolute names", _unpack_all)
def absolute_names(folder, targets):
    _zip(folder, [(f"{targets['outside']}/planted.py", "x"), (f"/{targets['outside']}/layers.py", "x")])


@a_package("is a zip whose names climb by backslashes and drive letters", _unpack_all)
def backslash_names(folder, targets):
    path = targets["outside"].replace("/", "\\")
    _zip(folder, [("..\\" * 30 + f"{path[1:]}\\planted.py", "x"), ("C:\\planted.py", "x"), ("C:planted.py", "x")])


@a_package("is a zip with a link to a file that the grader can read", _unpack_and_show)
def link_in_zip(folder, targets):
    links = [_link(f"cs231n/{name}", targets["secret_file"]) for name in ("stolen.py", "optim.py")]
    _zip(folder, [*links, ("cs231n/layers.py", _TELLS_ON_NEIGHBOURS)])


@a_package("is a zip with a link to a folder, and files that go through it", _unpack_all)
def folder_link_in_zip(folder, targets):
    _zip(folder, [_link("cs231n/more", targets["outside"]), ("cs231n/more/notes.txt", "x"), ("cs231n/more/a.py", "x")])


@a_package("is a zip with a folder 1,500 levels deep", _unpack_and_remove)
def deep_zip(folder, targets):
    _zip(folder, [("cs231n/layers.py", ""), ("d/" * 1500 + "layers.py", "")])


@a_package("is a zip of a hundred thousand files", _unpack_all)
def hundred_thousand_members(folder, targets):
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 33, 0, 0, 0, 9, 0)
    listed = []
    with (folder / "homework.zip").open("wb") as out:
        for number in range(100_000):
            name = b"%06d.py" % number
            place = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 33, 0, 0, 0, 9, 0, 0, 0, 0, 0, out.tell())
            listed.append(place + name)
            out.write(local + name)
        start, size = out.tell(), sum(map(len, listed))
        out.writelines([*listed, struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 65535, 65535, size, start, 0)])


@a_package(
    "has names with line ends, terminal commands and bytes that are no text; one looks like a row of a table",
    _list_names,
)
def names_of_control_characters(folder, targets):
    names = "layers.py\nmallory,100\n.py", "\x1b[2J\x1b]0;x\x07.py", "a\rb.py", "\u202ecod.py", "=1+1.py", "x\udc80.py"
    _write(folder, layers="")
    for name in names:
        (folder / "cs231n" / name).write_text("")
        (folder / name).write_text("")


@a_package("is a zip that claims to be on two disks, over which Python's own test for zips falls", _is_it_a_zip)
def zip_of_two_disks(folder, targets):
    _zip(folder, [("cs231n/layers.py", "")])
    path = folder / "homework.zip"
    whole = path.read_bytes()
    end = whole.rindex(b"PK\5\6")
    locator = struct.pack("<4sIQI", b"PK\6\7", 1, 0, 2)
    path.write_bytes(whole[:end] + locator + whole[end:])


# --- folders ---


@a_package("has links to a file that the grader can read, and to its environment", _copy_and_run)
def links_in_folder(folder, targets):
    _write(folder, layers=_TELLS_ON_NEIGHBOURS)
    (folder / "cs231n" / "stolen.py").symlink_to(targets["secret_file"])
    (folder / "cs231n" / "environment.py").symlink_to("/proc/self/environ")
    (folder / "svm.ipynb").symlink_to(targets["secret_file"])


@a_package("has a hard link to a file that the grader can read", _copy_and_run)
def hard_link_in_folder(folder, targets):
    _write(folder, layers=_TELLS_ON_NEIGHBOURS)
    answers = folder.with_name("answers.txt")  # another than the decoy, which must stay as it is
    shutil.copyfile(targets["secret_file"], answers)
    os.link(answers, folder / "cs231n" / "stolen.py")


@a_package("has a link to a folder of answers", _copy_and_run)
def folder_link_in_folder(folder, targets):
    _write(folder, layers=_TELLS_ON_NEIGHBOURS.replace('"stolen"', '"more.solved_layers"'))
    (folder / "cs231n" / "more").symlink_to(targets["solutions"])
    (folder / "saved").symlink_to(targets["solutions"])


@a_package("has pipes for files, at which a reader waits for ever", _show)
def pipes_for_files(folder, targets):
    _write(folder)
    for name in ("cs231n", "saved"):
        (folder / name).mkdir()
    for name in ("cs231n/layers.py", "two_layer_net.ipynb", "saved/svm_model.npz", "homework.zip"):
        os.mkfifo(folder / name)


@a_package("has links to devices that never end", _show)
def devices_for_files(folder, targets):
    (folder / "cs231n").mkdir()
    (folder / "cs231n" / "layers.py").symlink_to("/dev/zero")
    (folder / "homework.zip").symlink_to("/dev/zero")


@a_package("has a socket for a file, which cannot be opened", _show)
def socket_for_file(folder, targets):
    import socket

    (folder / "cs231n").mkdir()
    here = os.open(folder / "cs231n", os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"/proc/self/fd/{here}/layers.py")  # a short name: a socket's may have 108 bytes
    os.close(here)


@a_package("has 120 MB of Python", _unpack_and_show)
def very_much_source(folder, targets):
    _zip(folder, [("cs231n/layers.py", ""), *((f"cs231n/module{number}.py", "#" * (2 << 20)) for number in range(60))])


@a_package("has a module over which Python's parser falls", _parse_sources)
def source_that_breaks_the_parser(folder, targets):
    _write(folder, layers=f"x = {'-' * 200_000}1\n")


# --- notebooks ---


@a_package("has a notebook of 40 MB with 400,000 cells", _unpack_and_read_notebook, items=("svm_q1",))
def huge_notebook(folder, targets):
    cell = '{"metadata": {}, "cell_type": "code"}'
    cells = ", ".join([cell] * 400_000)
    _zip(folder, [("svm.ipynb", f'{{"cells": [{cells}], "text": "{"x" * (24 << 20)}"}}')])


@a_package("has a notebook of a hundred thousand lists in each other", _read_notebook, items=("svm_q1",))
def deep_notebook(folder, targets):
    (folder / "svm.ipynb").write_text('{"cells": ' + "[" * 100_000 + "]" * 100_000 + "}")


@a_package(
    "has notebooks with everything of a wrong type",
    _read_notebook,
    items=("knn_q1", "svm_q1", "softmax_q1", "two_layer_q1", "features_q1"),
)
def notebooks_of_wrong_types(folder, targets):
    marks = {"grade": True, "solution": True, "points": "many"}
    cells = {
        "knn": 7,
        "svm": [7, None, "cell"],
        "softmax": [{"cell_type": [], "metadata": {"nbgrader": marks | {"grade_id": {"a": 1}}}, "source": [[1]]}],
        "two_layer_net": [{"cell_type": "markdown", "metadata": [], "source": {"text": "x"}}],
        "features": [{"cell_type": "code", "metadata": {"nbgrader": {**marks, "grade_id": ["x"] * 1000}}, "source": 3}],
    }
    for name, value in cells.items():
        (folder / f"{name}.ipynb").write_text(json.dumps({"cells": value, "metadata": None}))


def _graded_cell(grade_id, points):
    marks = {"grade": True, "solution": True, "grade_id": grade_id, "points": points}
    return {"cell_type": "markdown", "metadata": {"nbgrader": marks}, "source": ["An answer."]}


@a_package("has points of its own in the notebook, and items that there are not", _read_notebook, items=())
def edited_points(folder, targets):
    cells = [_graded_cell("svm_q1", "1e999"), _graded_cell("svm_q1", -5), _graded_cell("bonus", 100)]
    (folder / "svm.ipynb").write_text(json.dumps({"cells": cells}))


@a_package("has checks and a list of items of its own, by which everything is right", _run_its_checks)
def edited_checks(folder, targets):
    _write(folder, layers="def affine_forward(x, w, b):\n    return 0, 0\n")
    (folder / "checks").mkdir()
    (folder / "checks" / "__init__.py").write_text("def check(item):\n    return 100.0\n")
    (folder / "checks" / "items.json").write_text('[{"id": "affine_forward", "points": 100.0}]')
    (folder / "autograder").symlink_to("checks")


# --- saved files ---


@a_package("saved an object that runs code when it is loaded", _load, items=("svm_model",))
def pickled_arrays(folder, targets):
    class Payload:
        def __reduce__(self):
            return exec, (f"open({targets['outside'] + '/notes.txt'!r}, 'w').write('changed')",)

    (folder / "saved").mkdir()
    np.savez(folder / "saved" / "svm_model.npz", W=np.array([Payload()], dtype=object), dataset="shapes10")


@a_package("saved a model of NaN, of whose loss nothing can be said", _load, items=("svm_model",))
def model_of_nan(folder, targets):
    (folder / "saved").mkdir()
    arrays = {"W": np.full((3073, 10), np.nan), "mean": np.full(3072, np.nan)}
    np.savez(folder / "saved" / "svm_model.npz", **arrays, dataset="shapes10")


@a_package("saved arrays of other shapes than were asked for", _load, items=("svm_model",))
def model_of_wrong_shapes(folder, targets):
    (folder / "saved").mkdir()
    arrays = {"W": np.zeros((0, 7)), "mean": np.zeros((1,) * 30)}
    np.savez(folder / "saved" / "svm_model.npz", **arrays, dataset="shapes10")


@a_package("saved an array whose header claims 10 GB", _load, items=("svm_model",))
def header_of_10_gigabytes(folder, targets):
    _save(folder, "svm_model", W=_npy(shape="(1250000000,)"), mean=_npy(shape="(125000, 10000)"))


@a_package("saved 200 MB of zeros in 200 KB", _load, items=("svm_model",))
def bomb_in_saved_file(folder, targets):
    (folder / "saved").mkdir()
    array = _zeros(_npy(shape=f"({25 << 20},)", data=b""), 200)
    _zip_of_packed(folder / "saved" / "svm_model.npz", "W.npy", *array)


@a_package(
    "saved a bomb by a method that unpacks at once what it has read, and says that it is small", _load, ("svm_model",)
)
def bzip2_in_saved_file(folder, targets):
    (folder / "saved").mkdir()
    array = bz2.compress(_npy(shape=f"({16 << 20},)", data=bytes(130 << 20)))
    _zip_of_packed(folder / "saved" / "svm_model.npz", "W.npy", array, zipfile.ZIP_BZIP2, 60 << 20)


@a_package("saved an array whose header is a Python expression", _parse_header, items=("svm_model",))
def code_in_header(folder, targets):
    code = f"__import__('pathlib').Path({targets['outside']!r}, 'notes.txt').write_text('changed') and None\n".encode()
    _save(folder, "svm_model", W=_NPY + struct.pack("<H", len(code)) + code)


@a_package("saved an array of structures", _load, items=("svm_model",))
def structured_array(folder, targets):
    (folder / "saved").mkdir()
    arrays = {"W": np.zeros((3073, 10), [("a", "f8"), ("b", "i4")]), "mean": np.zeros(3, [("a", "O")])}
    np.savez(folder / "saved" / "svm_model.npz", **arrays, dataset="shapes10")


@a_package("saved arrays of negative shapes", _load, items=("svm_model",))
def negative_shapes(folder, targets):
    _save(folder, "svm_model", W=_npy(shape="(-1, -8)", data=bytes(64)), mean=_npy(shape="(-3072,)"))


@a_package("saved text of characters that do not exist", _load, items=("svm_model",))
def text_of_no_characters(folder, targets):
    _save(folder, "svm_model", W=_npy(), mean=_npy(), dataset=_npy("<U2", "()", struct.pack("<II", 0x110000, 0xD800)))


@a_package(
    "saved 20 million small numbers in 20 KB, which take 160 MB as floats", _load_table, items=("knn_cross_validation",)
)
def many_small_numbers(folder, targets):
    count = 20_000_000
    data = _npy("|i1", f"({count},)", bytes(count))
    _save(folder, "knn_cross_validation", k_choices=data, dataset=_npy("<U8", "()", "shapes10".encode("utf-32-le")))
