"""The package as a whole: what importing it costs, and under which names it works."""

import ast
import inspect
import shutil
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location

import numpy as np
import pytest

import cs231n.classifiers

SIGNATURES = {
    "layers.affine_forward": "(x, w, b)",
    "layers.affine_backward": "(dout, cache)",
    "layers.relu_forward": "(x)",
    "layers.relu_backward": "(dout, cache)",
    "layers.svm_loss": "(x, y)",
    "layers.softmax_loss": "(x, y)",
    "layer_utils.affine_relu_forward": "(x, w, b)",
    "layer_utils.affine_relu_backward": "(dout, cache)",
    "optim.sgd": "(w, dw, config=None)",
    "layers.batchnorm_forward": "(x, gamma, beta, bn_param)",
    "layers.batchnorm_backward": "(dout, cache)",
    "layers.batchnorm_backward_alt": "(dout, cache)",
    "layers.layernorm_forward": "(x, gamma, beta, ln_param)",
    "layers.layernorm_backward": "(dout, cache)",
    "layers.dropout_forward": "(x, dropout_param)",
    "layers.dropout_backward": "(dout, cache)",
    "layers.conv_forward_naive": "(x, w, b, conv_param)",
    "layers.conv_backward_naive": "(dout, cache)",
    "layers.max_pool_forward_naive": "(x, pool_param)",
    "layers.max_pool_backward_naive": "(dout, cache)",
    "layers.spatial_batchnorm_forward": "(x, gamma, beta, bn_param)",
    "layers.spatial_batchnorm_backward": "(dout, cache)",
    "layers.spatial_groupnorm_forward": "(x, gamma, beta, G, gn_param)",
    "layers.spatial_groupnorm_backward": "(dout, cache)",
    "layer_utils.affine_bn_relu_forward": "(x, w, b, gamma, beta, bn_param)",
    "layer_utils.affine_bn_relu_backward": "(dout, cache)",
    "layer_utils.affine_ln_relu_forward": "(x, w, b, gamma, beta, ln_param)",
    "layer_utils.affine_ln_relu_backward": "(dout, cache)",
    "layer_utils.conv_relu_forward": "(x, w, b, conv_param)",
    "layer_utils.conv_relu_backward": "(dout, cache)",
    "layer_utils.conv_bn_relu_forward": "(x, w, b, gamma, beta, conv_param, bn_param)",
    "layer_utils.conv_bn_relu_backward": "(dout, cache)",
    "layer_utils.conv_relu_pool_forward": "(x, w, b, conv_param, pool_param)",
    "layer_utils.conv_relu_pool_backward": "(dout, cache)",
    "fast_layers.conv_forward_fast": "(x, w, b, conv_param)",
    "fast_layers.conv_backward_fast": "(dout, cache)",
    "fast_layers.max_pool_forward_fast": "(x, pool_param)",
    "fast_layers.max_pool_backward_fast": "(dout, cache)",
    "im2col.get_im2col_indices": "(x_shape, field_height, field_width, padding=1, stride=1)",
    "im2col.im2col_indices": "(x, field_height, field_width, padding=1, stride=1)",
    "im2col.col2im_indices": "(cols, x_shape, field_height=3, field_width=3, padding=1, stride=1)",
    "optim.sgd_momentum": "(w, dw, config=None)",
    "optim.sgd_nesterov": "(w, dw, config=None)",
    "optim.adagrad": "(w, dw, config=None)",
    "optim.rmsprop": "(w, dw, config=None)",
    "optim.adam": "(w, dw, config=None)",
    "classifiers.linear_svm.svm_loss_naive": "(W, X, y, reg)",
    "classifiers.linear_svm.svm_loss_vectorized": "(W, X, y, reg)",
    "classifiers.softmax.softmax_loss_naive": "(W, X, y, reg)",
    "classifiers.softmax.softmax_loss_vectorized": "(W, X, y, reg)",
    "classifiers.k_nearest_neighbor.KNearestNeighbor": "()",
    "classifiers.k_nearest_neighbor.KNearestNeighbor.train": "(self, X, y)",
    "classifiers.k_nearest_neighbor.KNearestNeighbor.predict": "(self, X, k=1, num_loops=0)",
    "classifiers.k_nearest_neighbor.KNearestNeighbor.compute_distances_two_loops": "(self, X)",
    "classifiers.k_nearest_neighbor.KNearestNeighbor.compute_distances_one_loop": "(self, X)",
    "classifiers.k_nearest_neighbor.KNearestNeighbor.compute_distances_no_loops": "(self, X)",
    "classifiers.k_nearest_neighbor.KNearestNeighbor.predict_labels": "(self, dists, k=1)",
    "classifiers.linear_classifier.LinearClassifier.train": (
        "(self, X, y, learning_rate=0.001, reg=1e-05, num_iters=100, batch_size=200, verbose=False)"
    ),
    "classifiers.linear_classifier.LinearClassifier.predict": "(self, X)",
    "classifiers.linear_classifier.LinearSVM.loss": "(self, X_batch, y_batch, reg)",
    "classifiers.linear_classifier.Softmax.loss": "(self, X_batch, y_batch, reg)",
    "classifiers.fc_net.TwoLayerNet": ("(input_dim=3072, hidden_dim=100, num_classes=10, weight_scale=0.001, reg=0.0)"),
    "classifiers.fc_net.TwoLayerNet.loss": "(self, X, y=None)",
    "classifiers.fc_net.FullyConnectedNet": (
        "(hidden_dims, input_dim=3072, num_classes=10, dropout_keep_ratio=1, normalization=None, reg=0.0, "
        "weight_scale=0.01, dtype=<class 'numpy.float32'>, seed=None)"
    ),
    "classifiers.fc_net.FullyConnectedNet.loss": "(self, X, y=None)",
    "classifiers.cnn.ThreeLayerConvNet": (
        "(input_dim=(3, 32, 32), num_filters=32, filter_size=7, hidden_dim=100, num_classes=10, weight_scale=0.001, "
        "reg=0.0, dtype=<class 'numpy.float32'>)"
    ),
    "classifiers.cnn.ThreeLayerConvNet.loss": "(self, X, y=None)",
    "solver.Solver": "(model, data, **kwargs)",
    "solver.Solver.check_accuracy": "(self, X, y, num_samples=None, batch_size=100)",
    "solver.Solver.train": "(self)",
    "gradient_check.eval_numerical_gradient": "(f, x, verbose=True, h=1e-05)",
    "gradient_check.eval_numerical_gradient_array": "(f, x, df, h=1e-05)",
    "gradient_check.eval_numerical_gradient_blobs": "(f, inputs, output, h=1e-05)",
    "gradient_check.eval_numerical_gradient_net": "(net, inputs, output, h=1e-05)",
    "gradient_check.grad_check_sparse": "(f, x, analytic_grad, num_checks=10, h=1e-05)",
    "features.extract_features": "(imgs, feature_fns, verbose=False)",
    "features.rgb2gray": "(rgb)",
    "features.hog_feature": "(im)",
    "features.color_histogram_hsv": "(im, nbin=10, xmin=0, xmax=255, normalized=True)",
    "data_utils.load_pickle": "(f)",
    "data_utils.load_CIFAR_batch": "(filename)",
    "data_utils.load_CIFAR10": "(ROOT)",
    "data_utils.get_CIFAR10_data": ("(num_training=49000, num_validation=1000, num_test=1000, subtract_mean=True)"),
    "vis_utils.visualize_grid": "(Xs, ubound=255.0, padding=1)",
    "vis_utils.vis_grid": "(Xs)",
    "vis_utils.vis_nn": "(rows)",
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_signatures_are_the_contract(solutions, name):
    """Existing student code and notebooks call these, by position and by name."""
    module, _, path = name.rpartition(".")
    names = [path]
    while not (solutions / "cs231n" / (module.replace(".", "/") + ".py")).exists():
        module, _, path = module.rpartition(".")
        names.insert(0, path)
    __import__(f"cs231n.{module}")
    found = sys.modules[f"cs231n.{module}"]
    for part in names:
        found = getattr(found, part)
    assert str(inspect.signature(found)) == SIGNATURES[name]
    assert inspect.getdoc(found)


def test_it_loads_under_another_name(solutions, monkeypatch):
    """As the grader loads it, beside a student's package called cs231n."""
    folder = solutions / "cs231n"
    name = "reference_under_test"
    spec = spec_from_file_location(name, folder / "__init__.py", submodule_search_locations=[str(folder)])
    package = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, package)
    spec.loader.exec_module(package)
    modules = [path.relative_to(folder).with_suffix("") for path in folder.rglob("*.py")]
    for path in modules:
        dotted = ".".join([name, *(part for part in path.parts if part != "__init__")])
        monkeypatch.setitem(sys.modules, dotted, sys.modules.get(dotted))
        if sys.modules[dotted] is None:
            del sys.modules[dotted]
        __import__(dotted)
        assert sys.modules[dotted].__file__ == str(folder / path.with_suffix(".py"))
    net = sys.modules[f"{name}.classifiers"].TwoLayerNet(4, 3, 2)
    assert type(net).__module__ == f"{name}.classifiers.fc_net"
    assert net.loss(np.ones((1, 4)), [1])[0] == pytest.approx(np.log(2), abs=1e-3)


def test_a_broken_module_leaves_the_others_usable(solutions, tmp_path):
    """A student's half-written softmax.py must not cost kNN, SVM or the network."""
    for path in (solutions / "cs231n").rglob("*.py"):
        target = tmp_path / path.relative_to(solutions)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(path.read_text())
    (tmp_path / "cs231n/classifiers/softmax.py").write_text("def softmax_loss_naive(W, X, y, reg:\n")
    code = (
        "import numpy as np\n"
        "from cs231n.classifiers import KNearestNeighbor, LinearSVM, Softmax, TwoLayerNet, svm_loss_naive\n"
        "LinearSVM().train(np.ones((4, 2)), [0, 1, 0, 1], num_iters=1)\n"
        "try:\n"
        "    from cs231n.classifiers import softmax_loss_naive\n"
        "except SyntaxError as error:\n"
        "    print(error.filename)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.stderr == ""
    assert run.stdout.strip().endswith("softmax.py")


def test_classifiers_lists_what_it_offers():
    assert {"KNearestNeighbor", "TwoLayerNet", "ThreeLayerConvNet"} <= set(dir(cs231n.classifiers))
    with pytest.raises(AttributeError, match="it offers KNearestNeighbor"):
        cs231n.classifiers.DecisionTree  # noqa: B018


def test_a_star_imports_what_is_there(solutions, tmp_path):
    """In a release without some modules, and with a part of fc_net.py."""
    shutil.copytree(solutions / "cs231n", tmp_path / "cs231n")
    (tmp_path / "cs231n/classifiers/softmax.py").unlink()
    (tmp_path / "cs231n/classifiers/fc_net.py").write_text("class FullyConnectedNet:\n    pass\n")
    code = "from cs231n.classifiers import *; print(*sorted(n for n in globals() if n[0] != '_'))"
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.stderr == ""
    names = set(run.stdout.split())
    assert {"KNearestNeighbor", "FullyConnectedNet", "ThreeLayerConvNet", "svm_loss_naive"} <= names
    assert not {"softmax_loss_naive", "TwoLayerNet"} & names


def test_only_numpy_is_imported_at_the_top(solutions):
    """So that the package works, and can be graded, with NumPy alone."""
    allowed = {"numpy", *sys.stdlib_module_names}
    for path in (solutions / "cs231n").rglob("*.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.Import):
                assert {alias.name.split(".")[0] for alias in node.names} <= allowed, path
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                assert node.module.split(".")[0] in allowed, path
