"""Every check against right and wrong implementations of its item (tests/submissions)."""

import importlib.util
import itertools
import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest

from autograder import corpus
from autograder.checks.answers import RecordingSession
from autograder.checks.engine import VISIBLE, Case, run_check
from autograder.checks.executor import CodeError, Executor
from autograder.checks.kit import replaying
from autograder.checks.registry import CHECKS
from autograder.checks.saved import read_saved
from autograder.checks.student import Code, LocalSession
from autograder.course import Course
from autograder.reference import executor_of, live_reference

COURSE = Course(Path(__file__).resolve().parents[2])
FOLDER = COURSE.root / "tests" / "submissions"
IDS = sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir() and folder.name in CHECKS)
VARIANTS = [corpus._variant(id, path) for id in IDS for path in sorted((FOLDER / id).glob("*.py"))]
_numbers = itertools.count()


PACKAGES = sorted(folder.name for folder in (FOLDER / "packages").iterdir())
WRITTEN = [item.id for item in COURSE.assignment("assignment2").items if item.kind == "code"]


class FakeAssignment:
    """Just enough of an assignment: the corpus needs no notebooks."""

    course = COURSE


@pytest.fixture
def submission(tmp_path):
    """Returns a function that lays out the solution with a variant in it and gives its code, under a fresh name."""
    names = []

    def lay_out(variant):
        package = tmp_path / "cs231n"
        if CHECKS[variant.item].saved:
            corpus.save_with(variant, tmp_path / "saved")
        else:
            file, text = corpus.module_with(FakeAssignment(), variant)
            (package / file).parent.mkdir(parents=True)
            (package / file).write_text(text)
        name = f"submission_{next(_numbers)}"
        names.append(name)
        for part in ("", "classifiers"):  # the solution's folders stand behind, for every other module
            solved = COURSE.solutions / "cs231n" / part
            spec = importlib.util.spec_from_file_location(
                f"{name}.{part}".rstrip("."),
                solved / "__init__.py",
                submodule_search_locations=[str(package / part), str(solved)],
            )
            sys.modules[spec.name] = module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
        executor = Executor(name)

        def saved(file):
            if not (tmp_path / "saved" / file).is_file():
                raise CodeError("FileNotFoundError", f"saved/{file} is missing")
            return read_saved(tmp_path / "saved" / file)

        return lambda case: Code(LocalSession(executor), seed=case.seed, saved=saved)

    yield lay_out
    for loaded in [m for m in sys.modules if m.partition(".")[0] in names]:
        del sys.modules[loaded]


@pytest.fixture(scope="module")
def reference():
    return live_reference(COURSE)


@pytest.fixture(scope="module")
def recorded():
    """The reference of a release: it replays what the solution answered."""
    recordings = {}
    for id in IDS:
        session = RecordingSession(LocalSession(executor_of(COURSE)))
        solution = Code(LocalSession(executor_of(COURSE)), seed=VISIBLE.seed)
        if not CHECKS[id].saved:
            run_check(CHECKS[id], 10.0, lambda case, s=solution: s, lambda case, s=session: Code(s, seed=case.seed))
            recordings[id] = session.recording
    return replaying(recordings)


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_verdict_and_mistake(variant, submission, reference):
    cases = (VISIBLE, *(Case(seed, False) for seed in COURSE.hidden_seeds))
    student = submission(variant)
    result = run_check(CHECKS[variant.item], 10.0, student, lambda case: reference(variant.item, case), cases)
    assert (result.verdict, result.mistake) == (variant.verdict, variant.mistake), result


@pytest.mark.parametrize(
    "name", ["no_reg", "no_reg_gradient", "reg_without_half", "reg_gradient_doubled", "reg_biases"]
)
def test_a_mistake_in_a_networks_regularisation_costs_no_other_parts(name, submission, reference):
    id = "FullyConnectedNet_loss"
    student = submission(next(v for v in VARIANTS if v.name == f"{id}/wrong_{name}"))
    result = run_check(CHECKS[id], 10.0, student, lambda case: reference(id, case))
    assert 4 < result.points < 7, result


@pytest.mark.parametrize("name", PACKAGES)
def test_whole_packages_in_other_styles_are_right(name, tmp_path, reference):
    package = f"submission_{next(_numbers)}"
    shutil.copytree(COURSE.solutions / "cs231n", tmp_path / package)
    shutil.copytree(FOLDER / "packages" / name, tmp_path / package, dirs_exist_ok=True)
    sys.path.insert(0, str(tmp_path))
    try:
        executor = Executor(package)
        cases = (VISIBLE, *(Case(seed, False) for seed in COURSE.hidden_seeds))
        for id in WRITTEN:
            result = run_check(
                CHECKS[id],
                10.0,
                lambda case: Code(LocalSession(executor), seed=case.seed),
                lambda case, id=id: reference(id, case),
                cases,
            )
            assert (result.verdict, result.points) == ("correct", 10), result
    finally:
        sys.path.remove(str(tmp_path))
        for loaded in [module for module in sys.modules if module.partition(".")[0] == package]:
            del sys.modules[loaded]


@pytest.mark.parametrize("variant", [v for v in VARIANTS if not CHECKS[v.item].saved], ids=lambda v: v.name)
def test_recorded_answers_judge_as_the_reference_does(variant, submission, reference, recorded):
    student = submission(variant)
    live, replayed = (
        run_check(CHECKS[variant.item], 10.0, student, lambda case, answers=answers: answers(variant.item, case))
        for answers in (reference, recorded)
    )
    assert (replayed.verdict, replayed.message, replayed.hint) == (live.verdict, live.message, live.hint)


@pytest.mark.parametrize("id", sorted(CHECKS))
def test_every_check_fails_on_three_wrong_and_passes_on_two_right(id):
    kinds = Counter("right" if v.verdict == "correct" else "wrong" for v in VARIANTS if v.item == id)
    assert kinds["wrong"] >= 3
    assert kinds["right"] >= 2


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_file_name_says_what_is_expected(variant):
    assert variant.path.name.startswith("right_" if variant.verdict == "correct" else "wrong_")
