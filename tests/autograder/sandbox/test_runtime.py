"""What a worker sees of the machine."""

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox import runtime

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.skipif(sys.platform != "linux", reason="the fork server needs Linux")
def test_the_fork_server_loads_these_modules_and_no_others():
    code = "import sys, autograder.sandbox.fork_server; print(*[m for m in sys.modules if m.startswith('autograder')])"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert sorted(done.stdout.split()) == sorted(".".join(["autograder", m]).rstrip(".") for m in runtime.MODULES)


def test_every_module_is_a_file():
    assert all(path.is_file() for path in runtime.files())
    assert not any("topics" in str(path) for path in runtime.files())


def test_the_course_is_not_readable():
    for path in map(Path, runtime.granted()):
        assert not ROOT.is_relative_to(path), f"{path} holds the course"
        assert not (ROOT / "solutions").is_relative_to(path)


def test_the_graders_environment_stays_with_it(monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "x")
    assert "SECRET_TOKEN" not in runtime.environment("/tmp")


def test_where_the_package_lies_among_others_it_alone_is_left_out(tmp_path, monkeypatch):
    packages = tmp_path / "lib" / "site-packages"
    for name in ("autograder/checks", "numpy", "zlib"):
        (packages / name).mkdir(parents=True)
    (tmp_path / "lib" / "other.py").touch()
    monkeypatch.setattr(runtime, "PACKAGE", packages / "autograder")
    monkeypatch.setattr(runtime, "readable", lambda: (str(tmp_path / "lib"), str(packages), "/usr/share/zoneinfo"))
    granted = [path for path in runtime.granted() if not path.startswith("/dev/")]
    expected = [*(f"{tmp_path}/lib/{name}" for name in ("other.py", "site-packages/numpy", "site-packages/zlib"))]
    assert granted == [*expected, "/usr/share/zoneinfo"]
