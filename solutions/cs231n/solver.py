"""Training of any model that can compute its loss."""

from pathlib import Path

import numpy as np

from . import optim
from .validation import as_count, as_number


class Solver:
    """Train a model by stochastic gradient descent, watching its accuracy.

    The model must have
    - model.params: a dict from names to arrays, the parameters
    - model.loss(X, y): returns the loss and a dict of gradients with the keys of params
    - model.loss(X): returns scores (N, C); the predicted class is the one with the largest score
    and, if its layers keep running averages (batch normalisation), model.bn_params, the list of their dicts.

    Each iteration draws a minibatch, with replacement, and updates every parameter by the update rule. After
    the first iteration and at the end of each epoch (as many iterations as cover the training set once) the
    accuracy on training and validation data is measured. `train` leaves the parameters with the best
    validation accuracy in model.params, and the running averages that belong to them in model.bn_params.

    Attributes to look at after training:
    - best_params, best_val_acc: the best parameters, and their accuracy on the validation data
    - loss_history: a list of floats, the loss of every iteration's minibatch
    - train_acc_history, val_acc_history: lists of floats, one for each time that accuracy was measured
    - epoch: how many epochs are done

        solver = Solver(model, data, update_rule="sgd", optim_config={"learning_rate": 1e-3}, num_epochs=5)
        solver.train()
    """

    def __init__(self, model, data, **kwargs):
        """Prepare the training of a model.

        Inputs:
        - model: as described for the class
        - data: a dict with X_train (N, d_1, ..., d_k), y_train (N,), X_val (M, d_1, ..., d_k), y_val (M,)

        Optional, by keyword:
        - update_rule: the name of a function in optim, "sgd" by default
        - optim_config: dict of settings of the update rule, such as learning_rate; every parameter starts with
          a copy of it
        - lr_decay: float, by which the learning rate is multiplied after each epoch; 1.0 by default
        - batch_size: the size of minibatches, 100 by default
        - num_epochs: for how many epochs to train, 10 by default
        - num_train_samples: on how many training examples, drawn at random, to measure accuracy; 1000 by
          default, None for all
        - num_val_samples: likewise for the validation data; None by default
        - print_every: print the loss every so many iterations; 10 by default
        - verbose: if False, print nothing; True by default
        - checkpoint_name: if given, save `<checkpoint_name>_epoch_<n>.npz` after each epoch
        - rng: where the minibatches come from: an integer seed or a np.random.RandomState. By default NumPy's
          global generator, so that np.random.seed makes a run repeatable
        - progress: if True, show a progress bar; False by default

        Raises ValueError for keywords or data keys that are wrong, and values out of range.
        """
        missing = [key for key in ("X_train", "y_train", "X_val", "y_val") if key not in data]
        if missing:
            raise ValueError(f"data has no {', '.join(missing)}; it must hold X_train, y_train, X_val and y_val.")
        self.model = model
        self.X_train, self.y_train = np.asarray(data["X_train"]), np.asarray(data["y_train"])
        self.X_val, self.y_val = np.asarray(data["X_val"]), np.asarray(data["y_val"])
        for name in ("train", "val"):
            examples, labels = len(getattr(self, f"X_{name}")), len(getattr(self, f"y_{name}"))
            if examples != labels or examples == 0:
                raise ValueError(f"X_{name} has {examples} examples and y_{name} {labels}: give one label for each.")

        self.update_rule = _update_rule(kwargs.pop("update_rule", "sgd"))
        self.optim_config = dict(kwargs.pop("optim_config", None) or {})
        self.lr_decay = as_number("lr_decay", kwargs.pop("lr_decay", 1.0), minimum=0)
        self.batch_size = as_count("batch_size", kwargs.pop("batch_size", 100))
        self.num_epochs = as_count("num_epochs", kwargs.pop("num_epochs", 10))
        self.num_train_samples = _optional_count("num_train_samples", kwargs.pop("num_train_samples", 1000))
        self.num_val_samples = _optional_count("num_val_samples", kwargs.pop("num_val_samples", None))
        self.print_every = as_count("print_every", kwargs.pop("print_every", 10))
        self.verbose = kwargs.pop("verbose", True)
        self.checkpoint_name = kwargs.pop("checkpoint_name", None)
        self.progress = kwargs.pop("progress", False)
        self._rng = _generator(kwargs.pop("rng", None))
        if kwargs:
            raise ValueError(f"Solver has no option {', '.join(map(repr, kwargs))}; see help(Solver.__init__).")
        self._reset()

    def _reset(self):
        """Set up what changes during training."""
        self.epoch = 0
        self._steps = 0  # of the epoch at hand
        self.best_val_acc = 0.0
        self.best_params = {}
        self._best_averages = {}
        self.loss_history = []
        self.train_acc_history = []
        self.val_acc_history = []
        self.optim_configs = {name: dict(self.optim_config) for name in self.model.params}

    def _step(self):
        """Draw a minibatch and update every parameter once."""
        batch = self._rng.choice(len(self.X_train), self.batch_size)
        loss, grads = self.model.loss(self.X_train[batch], self.y_train[batch])
        self.loss_history.append(float(loss))
        for name, w in list(self.model.params.items()):
            if name not in grads:
                raise ValueError(f"model.loss returned no gradient for {name!r}, only for {', '.join(grads)}.")
            self.model.params[name], self.optim_configs[name] = self.update_rule(
                w, grads[name], self.optim_configs[name]
            )

    def check_accuracy(self, X, y, num_samples=None, batch_size=100):
        """Measure the accuracy of the model.

        Inputs:
        - X: floats (N, d_1, ..., d_k), examples
        - y: integers (N,), their labels
        - num_samples: if given and less than N, use only so many examples, drawn at random with replacement
        - batch_size: how many examples to give to the model at a time, which bounds the memory it takes

        Returns a float in 0 .. 1, the fraction of examples that are classified correctly.

        Raises ValueError if X and y differ in length or are empty.
        """
        if len(X) != len(y) or len(X) == 0:
            raise ValueError(f"X and y must hold one label for each example, but have {len(X)} and {len(y)}.")
        if num_samples is not None and num_samples < len(X):
            chosen = self._rng.choice(len(X), num_samples)
            X, y = X[chosen], y[chosen]
        correct = 0
        for start in range(0, len(X), batch_size):
            scores = self.model.loss(X[start : start + batch_size])
            correct += int(np.sum(np.argmax(scores, axis=1) == y[start : start + batch_size]))
        return correct / len(X)

    def train(self):
        """Train for num_epochs epochs; after load_checkpoint or an interruption, for those that are still missing.

        Called again at the end, it trains for num_epochs more. Afterwards model.params (and the running averages
        in model.bn_params) are those with the best validation accuracy so far.
        """
        per_epoch = max(len(self.X_train) // self.batch_size, 1)
        last_epoch = self.epoch + self.num_epochs - self.epoch % self.num_epochs
        total = last_epoch * per_epoch
        iterations = range(self.epoch * per_epoch + self._steps, total)
        if self.progress:
            from tqdm.auto import tqdm

            iterations = tqdm(iterations, desc="training", unit="step")
        for iteration in iterations:
            self._step()
            self._steps += 1
            if self.verbose and iteration % self.print_every == 0:
                self._say(f"iteration {iteration + 1} of {total}: loss {self.loss_history[-1]:.4f}")
            epoch_ends = (iteration + 1) % per_epoch == 0
            if epoch_ends:
                self.epoch, self._steps = self.epoch + 1, 0
                self._decay()
            if epoch_ends or iteration == 0:
                self._measure(last_epoch)
            if epoch_ends and self.checkpoint_name is not None:
                self._save_checkpoint()
        self.model.params = {name: value.copy() for name, value in self.best_params.items()}
        _set_running_averages(self.model, self._best_averages)

    def load_checkpoint(self, path):
        """Continue from a file that was saved with checkpoint_name: `train` then finishes what was interrupted.

        Restores the parameters, the running averages of batch normalisation, the state of the update rule, the
        histories and the random generators (that of the minibatches, and NumPy's global one, from which dropout
        draws), so that the run goes on exactly as it would have. The model must be of the same architecture, and
        the options those of the interrupted run.

        Inputs:
        - path: the file; it is read without pickle, so it can do no harm

        Raises ValueError if the file is not a checkpoint of such a model.
        """
        with np.load(path, allow_pickle=False) as file:
            saved = {key: file[key] for key in file.files}
        if "rng_rest" not in saved:
            raise ValueError(f"{path} is not a checkpoint of a Solver: it holds {', '.join(saved) or 'nothing'}.")
        params = _with_prefix(saved, "params/")
        shapes = {name: value.shape for name, value in params.items()}
        expected = {name: np.shape(value) for name, value in self.model.params.items()}
        if shapes != expected:
            raise ValueError(f"{path} holds parameters {shapes}, but the model has {expected}.")
        self.model.params = params
        self.best_params = _with_prefix(saved, "best_params/")
        self.optim_configs = {
            name: {k: v if v.ndim else v.item() for k, v in _with_prefix(saved, f"optim/{name}/").items()}
            for name in params
        }
        for name in ("loss_history", "train_acc_history", "val_acc_history"):
            setattr(self, name, saved[name].tolist())
        self.epoch, self.best_val_acc = int(saved["epoch"]), float(saved["best_val_acc"])
        self._steps = 0
        self._best_averages = _with_prefix(saved, "best_averages/")
        _set_running_averages(self.model, _with_prefix(saved, "averages/"))
        for name, rng in (("global_rng", np.random), ("rng", self._rng)):
            if f"{name}_rest" in saved:  # earlier checkpoints have only the second
                position, has_gauss, gauss = saved[f"{name}_rest"]
                rng.set_state(("MT19937", saved[f"{name}_keys"], int(position), int(has_gauss), float(gauss)))

    def _save_checkpoint(self):
        """Write everything that load_checkpoint needs into `<checkpoint_name>_epoch_<n>.npz`."""
        saved = {"epoch": self.epoch, "best_val_acc": self.best_val_acc}
        for name, rng in (("global_rng", np.random), ("rng", self._rng)):
            _, saved[f"{name}_keys"], *saved[f"{name}_rest"] = rng.get_state()
        for name in ("loss_history", "train_acc_history", "val_acc_history"):
            saved[name] = np.asarray(getattr(self, name), dtype=float)
        saved |= {f"params/{name}": value for name, value in self.model.params.items()}
        saved |= {f"best_params/{name}": value for name, value in self.best_params.items()}
        saved |= {f"averages/{name}": value for name, value in _running_averages(self.model).items()}
        saved |= {f"best_averages/{name}": value for name, value in self._best_averages.items()}
        for name, config in self.optim_configs.items():
            saved |= {f"optim/{name}/{key}": value for key, value in config.items()}
        path = Path(f"{self.checkpoint_name}_epoch_{self.epoch}.npz")
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f"{path.name}.new.npz")
        np.savez(new, **saved)
        new.replace(path)  # whole or not there, also when it is interrupted
        if self.verbose:
            self._say(f"saved {path}")

    def _say(self, text):
        """Print a line, above the progress bar if there is one."""
        if self.progress:
            from tqdm.auto import tqdm

            tqdm.write(text)
        else:
            print(text)

    def _decay(self):
        """Lower the learning rate at the end of an epoch."""
        for config in self.optim_configs.values():
            if "learning_rate" in config:
                config["learning_rate"] *= self.lr_decay

    def _measure(self, last_epoch):
        """Measure the accuracies, and keep the parameters if they are the best so far."""
        train_acc = self.check_accuracy(self.X_train, self.y_train, self.num_train_samples)
        val_acc = self.check_accuracy(self.X_val, self.y_val, self.num_val_samples)
        self.train_acc_history.append(train_acc)
        self.val_acc_history.append(val_acc)
        if self.verbose:
            self._say(
                f"epoch {self.epoch} of {last_epoch}: "
                f"training accuracy {train_acc:.3f}, validation accuracy {val_acc:.3f}"
            )
        if val_acc > self.best_val_acc or not self.best_params:
            self.best_val_acc = val_acc
            self.best_params = {name: value.copy() for name, value in self.model.params.items()}
            self._best_averages = {name: np.copy(value) for name, value in _running_averages(self.model).items()}


def _update_rule(name):
    """Return the update rule of that name (a function is taken as it is); ValueError if there is none."""
    if callable(name):
        return name
    rule = None if str(name).startswith("_") else getattr(optim, str(name), None)
    if not callable(rule) or getattr(rule, "__module__", None) != optim.__name__:
        raise ValueError(f"update_rule must be the name of a function in optim.py, but got {name!r}.")
    return rule


def _optional_count(name, value):
    """Return None or a count of at least 1; ValueError otherwise."""
    return None if value is None else as_count(name, value)


def _generator(rng):
    """Return a source of random numbers for None (NumPy's global one), a seed or a RandomState."""
    if rng is None:
        return np.random
    if isinstance(rng, np.random.RandomState):
        return rng
    return np.random.RandomState(as_count("rng", rng, 0, 2**32 - 1))


def _running_averages(model):
    """Return what the model's layers have kept, by number and key, such as "0/running_mean"."""
    return {
        f"{number}/{key}": value
        for number, settings in enumerate(getattr(model, "bn_params", ()))
        if isinstance(settings, dict)
        for key, value in settings.items()
        if key.startswith("running_")
    }


def _set_running_averages(model, averages):
    """Put back, as copies, what _running_averages returned."""
    for name, value in averages.items():
        number, key = name.split("/")
        model.bn_params[int(number)][key] = np.copy(value)


def _with_prefix(saved, prefix):
    """Return the entries of a dict whose keys begin with `prefix`, without it."""
    return {key.removeprefix(prefix): value for key, value in saved.items() if key.startswith(prefix)}
