"""Which isolation is chosen, and that nothing falls back to none by itself."""

import threading

import pytest

from autograder.sandbox import launch, modes
from autograder.sandbox.modes import Isolation, IsolationError, choose


@pytest.fixture
def machine(monkeypatch):
    """A machine on which the modes in `can` work."""

    def machine(*can, platform="linux"):
        monkeypatch.delenv("COLAB_RELEASE_TAG", raising=False)
        monkeypatch.setattr(modes.sys, "platform", platform)
        monkeypatch.setattr(modes, "attempt", lambda mode: Isolation(mode, True, 7) if mode in can else "not here")

    return machine


def test_auto_takes_the_first_that_works(machine):
    machine("bubblewrap", "landlock", "strict")
    assert choose().mode == "bubblewrap"
    machine("landlock", "strict")
    assert choose().mode == "landlock"
    machine("strict")
    assert choose("auto", required=True).mode == "strict"


def test_linux_never_falls_back_to_none(machine):
    machine()
    with pytest.raises(IsolationError, match="--isolation none"):
        choose()


@pytest.mark.parametrize("mode", ["bubblewrap", "landlock", "strict"])
def test_a_mode_that_was_named_is_that_one_or_none_at_all(machine, mode):
    machine(*{"bubblewrap", "landlock", "strict"} - {mode})
    with pytest.raises(IsolationError, match=f"{mode}: not here"):
        choose(mode)


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_it_is_none_and_says_so(machine, platform):
    machine(platform=platform)
    assert not choose().isolated
    assert choose().describe().startswith("NOT isolated")
    with pytest.raises(IsolationError, match="doctor"):
        choose(required=True)


def test_colab_is_elsewhere(machine, monkeypatch):
    machine()
    monkeypatch.setenv("COLAB_RELEASE_TAG", "release")
    assert choose().mode == "none"


def test_none_is_refused_where_isolation_is_required(machine):
    machine("bubblewrap")
    assert choose("none").mode == "none"
    with pytest.raises(IsolationError, match="leave one of them out"):
        choose("none", required=True)


def test_an_unknown_mode(machine):
    machine("bubblewrap")
    with pytest.raises(IsolationError, match="bubblewrap, landlock, strict, none"):
        choose("docker")


def test_a_description_names_only_what_is_there():
    text = Isolation("landlock", namespaces=False, landlock=2).describe()
    assert "ABI 2" in text
    assert "namespaces" not in text
    assert "Landlock" not in Isolation("strict").describe()


@pytest.fixture
def fresh_launchers(monkeypatch):
    """Launchers of the test's own, so that no server with broken locks is kept for others."""
    mine = threading.local()
    monkeypatch.setattr(launch, "_threads", mine)
    yield
    for launcher in getattr(mine, "launchers", {}).values():
        launcher.close()


@pytest.mark.usefixtures("fresh_launchers")
def test_a_lock_that_cannot_be_put_on_fails_closed(monkeypatch):
    """The filter is one that the kernel refuses: nothing of a submission may run then."""
    monkeypatch.setattr("autograder.sandbox.syscalls.compile_filter", lambda: b"\xff" * 64)
    found = modes.attempt.__wrapped__("landlock")
    assert isinstance(found, str)
    assert "could not be locked up" in found or "no Landlock" in found


@pytest.mark.usefixtures("fresh_launchers")
def test_without_libseccomp_nothing_isolates_and_it_says_so(monkeypatch):
    def missing():
        raise RuntimeError("Unable to find libseccomp")

    monkeypatch.setattr("autograder.sandbox.syscalls.compile_filter", missing)
    for mode in ("bubblewrap", "landlock", "strict"):
        found = modes.attempt.__wrapped__(mode)
        assert isinstance(found, str)
        assert "libseccomp" in found or "no Landlock" in found or "not installed" in found
    monkeypatch.setattr(modes, "attempt", modes.attempt.__wrapped__)
    assert any("apt install libseccomp2" in probe.advice for probe in modes.probes() if not probe.works)


@pytest.mark.usefixtures("fresh_launchers")
def test_a_filter_that_lets_processes_through_fails_closed(monkeypatch):
    allow_everything = bytes.fromhex("06000000 0000ff7f")
    monkeypatch.setattr("autograder.sandbox.syscalls.compile_filter", lambda: allow_everything)
    found = modes.attempt.__wrapped__("landlock")
    assert isinstance(found, str)
    assert "does not hold" in found or "no Landlock" in found


def test_probes_tell_what_to_do_where_something_is_missing():
    for probe in modes.probes():
        assert probe.found
        assert probe.works or probe.advice or probe.name.startswith("mode")
