"""solver.py: training a small network, and going on from a checkpoint."""

import os

import numpy as np
import pytest

from cs231n.classifiers import FullyConnectedNet, TwoLayerNet
from cs231n.solver import Solver


@pytest.fixture
def data(rng):
    """A ring around a disc: no linear classifier tells them apart, a small network does."""

    def points(n):
        y = np.arange(n) % 2
        angle, radius = 2 * np.pi * rng.rand(n), 1 + 2 * y + 0.2 * rng.randn(n)
        return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]), y

    (X_train, y_train), (X_val, y_val) = points(200), points(60)
    return {"X_train": X_train, "y_train": y_train, "X_val": X_val, "y_val": y_val}


def solver(data, seed=0, **options):
    """A solver for a small network, quiet unless told otherwise."""
    np.random.seed(seed)
    net = TwoLayerNet(2, 16, 2, weight_scale=0.5, reg=1e-4)
    defaults = {"optim_config": {"learning_rate": 0.5}, "batch_size": 20, "num_epochs": 5, "verbose": False}
    return Solver(net, data, **{**defaults, **options})


def test_training_learns_and_keeps_the_best_parameters(data):
    s = solver(data, num_epochs=20)
    s.train()
    assert s.best_val_acc > 0.95
    assert s.best_val_acc == max(s.val_acc_history)
    assert s.check_accuracy(s.X_val, s.y_val) == s.best_val_acc
    assert all(np.array_equal(s.best_params[name], value) for name, value in s.model.params.items())
    assert (s.epoch, len(s.loss_history)) == (20, 20 * 10)
    assert len(s.train_acc_history) == len(s.val_acc_history) == 21  # after the first step, and after each epoch
    assert np.mean(s.loss_history[-10:]) < 0.3 * np.mean(s.loss_history[:10])


def test_training_leaves_the_data_alone(data):
    before = {name: value.copy() for name, value in data.items()}
    solver(data).train()
    assert all(np.array_equal(before[name], value) for name, value in data.items())


@pytest.mark.parametrize("seed", [None, 7, "state"])
def test_a_seed_repeats_a_run(data, seed):
    runs = []
    for _ in range(2):
        s = solver(data, rng=np.random.RandomState(7) if seed == "state" else seed, num_train_samples=50)
        s.train()
        runs.append((s.loss_history, s.train_acc_history))
    assert runs[0] == runs[1]


def test_an_explicit_generator_leaves_the_global_one_alone(data):
    s = solver(data, rng=1)
    before = np.random.get_state()[1].copy()
    s.train()
    assert np.array_equal(np.random.get_state()[1], before)


def test_each_parameter_has_its_own_settings_and_the_rate_decays(data):
    config = {"learning_rate": 0.8}
    s = solver(data, optim_config=config, lr_decay=0.5, num_epochs=3)
    s.train()
    assert {c["learning_rate"] for c in s.optim_configs.values()} == {0.1}
    assert config == {"learning_rate": 0.8}


def test_an_interrupted_run_goes_on_as_if_nothing_had_happened(data, tmp_path):
    def momentum(w, dw, config=None):
        config.setdefault("v", np.zeros_like(w))
        config["v"] = 0.9 * config["v"] - config["learning_rate"] * dw
        return w + config["v"], config

    options = {"update_rule": momentum, "optim_config": {"learning_rate": 0.05}, "lr_decay": 0.9}
    whole = solver(data, rng=3, checkpoint_name=os.fspath(tmp_path / "run"), **options)
    whole.train()
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"run_epoch_{i}.npz" for i in range(1, 6)]

    resumed = solver(data, seed=99, rng=4, **options)
    resumed.load_checkpoint(tmp_path / "run_epoch_2.npz")
    assert (resumed.epoch, len(resumed.loss_history)) == (2, 20)
    resumed.train()
    assert resumed.epoch == 5
    assert resumed.loss_history == whole.loss_history
    assert resumed.val_acc_history == whole.val_acc_history
    assert all(np.array_equal(resumed.model.params[name], whole.model.params[name]) for name in whole.model.params)


@pytest.mark.parametrize("moment", [1, 4, 10, 23, 49])
def test_after_ctrl_c_train_goes_on_where_it_was(data, moment):
    whole, stopped = (solver(data, rng=3, lr_decay=0.9) for _ in range(2))
    whole.train()
    loss, calls = stopped.model.loss, []

    def interrupted(X, y=None):
        calls.extend([y] * (y is not None))
        if len(calls) == moment:
            calls.append(None)
            raise KeyboardInterrupt
        return loss(X, y)

    stopped.model.loss = interrupted
    with pytest.raises(KeyboardInterrupt):
        stopped.train()
    assert len(stopped.loss_history) == moment - 1
    stopped.train()
    assert (stopped.epoch, len(stopped.loss_history)) == (5, 50)
    assert len(stopped.val_acc_history) == len(whole.val_acc_history)
    assert {c["learning_rate"] for c in stopped.optim_configs.values()} == {
        c["learning_rate"] for c in whole.optim_configs.values()
    }


def test_checkpoints_go_into_a_folder_that_is_made_and_are_whole_or_not_there(data, tmp_path, monkeypatch):
    name = os.fspath(tmp_path / "new" / "run")
    solver(data, num_epochs=1, checkpoint_name=name).train()
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["run_epoch_1.npz"]

    def cut_short(path, **arrays):
        path.write_bytes(b"PK")
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez", cut_short)
    with pytest.raises(KeyboardInterrupt):
        solver(data, num_epochs=1, checkpoint_name=name + "2").train()
    assert not (tmp_path / "new" / "run2_epoch_1.npz").exists()


@pytest.mark.parametrize("rule", ["sgd", "sgd_momentum", "sgd_nesterov", "adagrad", "rmsprop", "adam"])
@pytest.mark.parametrize("seed", [None, 3])
def test_everything_that_a_run_remembers_is_in_a_checkpoint(data, tmp_path, rule, seed):
    """The state of each update rule, the running averages, and where dropout's masks come from."""

    def deep(start, **options):
        np.random.seed(start)
        net = FullyConnectedNet([8, 8], 2, 2, 0.7, "batchnorm", weight_scale=0.5)
        options |= {"update_rule": rule, "batch_size": 20, "num_epochs": 4, "lr_decay": 0.9, "verbose": False}
        return Solver(net, data, rng=seed, **options)

    whole = deep(0, checkpoint_name=os.fspath(tmp_path / "run"))
    whole.train()
    resumed = deep(9)
    resumed.load_checkpoint(tmp_path / "run_epoch_2.npz")
    resumed.train()
    assert resumed.loss_history == whole.loss_history
    assert resumed.val_acc_history == whole.val_acc_history
    for name, config in whole.optim_configs.items():
        for key, value in config.items():
            assert np.array_equal(resumed.optim_configs[name][key], value), (name, key)
    assert np.array_equal(resumed.model.loss(data["X_val"]), whole.model.loss(data["X_val"]))


def test_the_best_parameters_come_with_their_running_averages(data):
    """Otherwise they would not classify as they did when they were found."""
    np.random.seed(0)
    net = FullyConnectedNet([8], 2, 2, normalization="batchnorm", weight_scale=0.5)
    settings = {"learning_rate": 3.0}  # so much that the last epoch is not the best
    s = Solver(net, data, optim_config=settings, batch_size=10, num_epochs=8, verbose=False, rng=0)
    seen = []
    measure = s._measure

    def watch(last_epoch):
        measure(last_epoch)
        seen.append([net.bn_params[0][key].copy() for key in ("running_mean", "running_var")])

    s._measure = watch
    s.train()
    best = s.val_acc_history.index(s.best_val_acc)
    assert best < len(s.val_acc_history) - 1
    for key, expected, last in zip(("running_mean", "running_var"), seen[best], seen[-1], strict=True):
        assert np.array_equal(net.bn_params[0][key], expected)
        assert not np.array_equal(expected, last)
    assert s.check_accuracy(s.X_val, s.y_val) == s.best_val_acc


def test_a_checkpoint_of_an_earlier_release_still_loads(data, tmp_path):
    """They knew neither running averages nor the global generator."""
    s = solver(data, rng=3, checkpoint_name=os.fspath(tmp_path / "run"))
    s.train()
    with np.load(tmp_path / "run_epoch_2.npz") as file:
        kept = {key: file[key] for key in file.files if not key.startswith(("global_rng", "averages", "best_averages"))}
    np.savez(tmp_path / "old.npz", **kept)
    resumed = solver(data, rng=4)
    resumed.load_checkpoint(tmp_path / "old.npz")
    resumed.train()
    assert resumed.loss_history == s.loss_history


def test_a_checkpoint_needs_no_pickle_and_must_fit(data, tmp_path):
    s = solver(data, checkpoint_name=os.fspath(tmp_path / "run"), num_epochs=1)
    s.train()
    other = Solver(TwoLayerNet(2, 17, 2), data)
    with pytest.raises(ValueError, match="but the model has"):
        other.load_checkpoint(tmp_path / "run_epoch_1.npz")
    np.savez(tmp_path / "other.npz", weights=np.ones(3))
    with pytest.raises(ValueError, match="not a checkpoint of a Solver: it holds weights"):
        s.load_checkpoint(tmp_path / "other.npz")
    np.savez(tmp_path / "evil.npz", rng_rest=np.array([print], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle=False"):
        s.load_checkpoint(tmp_path / "evil.npz")


def test_training_again_goes_on_and_spoils_no_result(data):
    s = solver(data, num_epochs=2)
    s.train()
    best, params = s.best_val_acc, s.best_params
    s.train()
    assert (s.epoch, len(s.loss_history)) == (4, 40)
    assert s.best_val_acc >= best
    assert params["W1"] is not s.model.params["W1"]


def test_a_rule_that_works_in_place_does_not_spoil_the_best_parameters(data):
    """As the rules of many existing solutions do."""

    def spoil(w, dw, config=None):
        w += 100.0
        return w, config

    s = solver(data, update_rule=spoil, num_epochs=1)
    start = {name: value.copy() for name, value in s.model.params.items()}
    s.train()
    best = s.val_acc_history.index(max(s.val_acc_history))
    steps = [1, 10][best]
    for params in (s.best_params, s.model.params):
        assert all(params[name] == pytest.approx(start[name] + 100 * steps) for name in start)
    assert s.best_val_acc == s.check_accuracy(s.X_val, s.y_val)


def test_a_hopeless_model_keeps_parameters(data):
    """Even where no validation example is ever classified correctly."""
    s = solver({**data, "y_val": np.full(60, 5)}, num_epochs=1)
    s.train()
    assert (s.best_val_acc, sorted(s.model.params)) == (0, ["W1", "W2", "b1", "b2"])


def test_accuracy_is_measured_in_batches(data):
    class Counting:
        params = {}
        sizes = []

        def loss(self, X):
            self.sizes.append(len(X))
            return np.column_stack([X[:, 0], -X[:, 0]])

    s = Solver(Counting(), data, rng=0)
    X, y = np.linspace(-1, 1, 25).reshape(25, 1), np.r_[np.ones(12, int), np.zeros(12, int), 1]
    assert s.check_accuracy(X, y, batch_size=10) == 24 / 25
    assert s.check_accuracy(X, y, num_samples=5) in {i / 5 for i in range(6)}
    assert Counting.sizes == [10, 10, 5, 5]


def test_printing(data, capsys):
    solver(data, num_epochs=2).train()
    assert not capsys.readouterr().out
    solver(data, num_epochs=2, verbose=True, print_every=4).train()
    out = capsys.readouterr().out
    assert out.count("iteration") == 5
    assert "epoch 2 of 2: training accuracy" in out


def test_progress_bar(data, capsys):
    solver(data, num_epochs=1, progress=True).train()
    assert "training" in capsys.readouterr().err


def test_lines_are_printed_above_the_progress_bar(data, capsys, monkeypatch):
    written = []
    monkeypatch.setattr("tqdm.auto.tqdm.write", written.append)
    solver(data, num_epochs=1, progress=True, verbose=True, print_every=5).train()
    assert [line.partition(" ")[0] for line in written] == ["iteration", "epoch", "iteration", "epoch"]
    assert not capsys.readouterr().out


def test_a_batch_may_be_larger_than_the_data(data):
    s = solver(data, batch_size=500, num_epochs=2)
    s.train()
    assert len(s.loss_history) == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"learning_rate": 1}, "no option 'learning_rate'"),
        ({"update_rule": "sdg"}, "update_rule"),
        ({"update_rule": "step_inputs"}, "update_rule"),
        ({"batch_size": 0}, "batch_size"),
        ({"num_epochs": 0}, "num_epochs"),
        ({"num_train_samples": 0}, "num_train_samples"),
        ({"print_every": 0}, "print_every"),
        ({"lr_decay": "slow"}, "lr_decay"),
        ({"rng": "x"}, "rng"),
    ],
)
def test_bad_options_are_clear_errors(data, options, message):
    with pytest.raises(ValueError, match=message):
        solver(data, **options)


def test_bad_data_is_a_clear_error(data):
    with pytest.raises(ValueError, match="X_val has 60 examples and y_val 59"):
        solver({**data, "y_val": data["y_val"][1:]})
    del data["y_val"]
    with pytest.raises(ValueError, match="data has no y_val"):
        solver(data)


def test_a_missing_gradient_is_a_clear_error(data):
    s = solver(data)
    s.model.params["W3"] = np.zeros(3)
    s._reset()
    with pytest.raises(ValueError, match="no gradient for 'W3', only for W1, b1, W2, b2"):
        s.train()
