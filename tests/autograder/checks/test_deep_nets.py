"""Deep networks where some of the layers are not written yet."""

import importlib.util
import itertools
import re
import shutil
import sys

import pytest

from autograder.checks.engine import VISIBLE, run_check
from autograder.checks.executor import Executor
from autograder.checks.registry import CHECKS
from autograder.checks.student import Code, LocalSession
from autograder.course import Course
from autograder.reference import live_reference

COURSE = Course.find()
_numbers = itertools.count()
NORMALISATION = ["batchnorm_forward", "batchnorm_backward", "layernorm_forward", "layernorm_backward"]
DROPOUT = ["dropout_forward", "dropout_backward"]


@pytest.fixture
def judge(tmp_path):
    """Returns a function that judges an item of the solution in which the functions `stubs` are not written."""
    names = []

    def run(id, stubs, earlier=None, change=None):
        name = f"stubbed_{next(_numbers)}"
        folder = tmp_path / name
        shutil.copytree(COURSE.solutions / "cs231n", folder)
        layers = folder / "layers.py"
        text = layers.read_text()
        for stub in stubs:
            fence = rf"( *)### BEGIN SOLUTION {stub}\n.*?### END SOLUTION"
            text, count = re.subn(fence, rf'\1raise NotImplementedError("{stub}")', text, flags=re.DOTALL)
            assert count == 1
        layers.write_text(text.replace(*change) if change else text)
        spec = importlib.util.spec_from_file_location(
            name, folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
        names.append(name)
        student, reference = Code(LocalSession(Executor(name)), seed=0), live_reference(COURSE)(id, VISIBLE)
        return run_check(CHECKS[id], 10.0, lambda case: student, lambda case: reference, earlier=earlier)

    yield run
    for loaded in [module for module in sys.modules if module.partition(".")[0] in names]:
        del sys.modules[loaded]


def test_the_plain_network_counts_before_the_layers_of_later_notebooks_are_written(judge):
    result = judge("FullyConnectedNet_loss", NORMALISATION + DROPOUT)
    assert (result.verdict, result.mistake) == ("partial", "deep_later")
    assert result.message == "The network with batchnorm cannot work before batchnorm_forward does."
    assert "BatchNormalization" in result.hint
    assert 3 < result.points < 7


def test_dropout_comes_last(judge):
    result = judge("FullyConnectedNet_loss", DROPOUT)
    assert (result.verdict, result.mistake) == ("partial", "deep_later")
    assert result.message == "The network with dropout cannot work before dropout_forward does."
    assert "Dropout" in result.hint


@pytest.mark.parametrize("id", ["FullyConnectedNet_loss", "ThreeLayerConvNet_loss"])
@pytest.mark.parametrize("stub", ["affine_forward", "relu_backward", "softmax_loss"])
def test_a_stub_of_an_earlier_assignment_blocks(judge, id, stub):
    result = judge(id, [stub])
    assert (result.verdict, result.points) == ("blocked", 0)
    assert stub in result.message
    assert "cs231n.carry" in result.hint


@pytest.mark.parametrize("id", ["FullyConnectedNet_loss", "ThreeLayerConvNet_loss"])
@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("affine_backward", ("db = dout.sum(axis=0)\n    return", "db = dout.mean(axis=0)\n    return")),
        ("relu_backward", ("np.where(x > 0, dout, 0)", "np.where(dout > 0, dout, 0)")),
        (
            "softmax_loss",
            (
                "dx /= len(x)\n    return loss, dx\n    ### END SOLUTION\n\n\ndef batchnorm",
                "return loss, dx\n\n\ndef batchnorm",
            ),
        ),
    ],
)
def test_a_wrong_function_of_an_earlier_assignment_is_named(judge, id, name, change):
    result = judge(id, [], change=change)
    assert (result.verdict, result.mistake) == ("partial", "deep_carried")
    assert result.hint.startswith(f"Look at {name} in layers.py first")


@pytest.mark.parametrize(
    ("id", "stub"),
    [
        ("conv_backward_naive", "conv_forward_naive"),
        ("max_pool_backward_naive", "max_pool_forward_naive"),
        ("spatial_batchnorm_forward", "batchnorm_forward"),
        ("spatial_batchnorm_backward", "batchnorm_backward_alt"),
        ("spatial_groupnorm_backward", "spatial_groupnorm_forward"),
    ],
)
def test_a_layer_that_is_built_upon_blocks(judge, id, stub):
    result = judge(id, [stub])
    assert (result.verdict, result.points) == ("blocked", 0)
    assert stub in result.message
