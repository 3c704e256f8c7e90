"""A generator of its own, which no seed reaches, and a new W."""

import numpy as np

EXPECTED = ("correct", "")


def train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):
    generator = np.random.default_rng()
    loss_history = []
    for it in range(num_iters):
        indices = generator.integers(0, len(X), size=batch_size)
        loss, grad = self.loss(X[indices], y[indices], reg)
        loss_history.append(loss)
        self.W = self.W - learning_rate * grad
        if verbose and it % 100 == 0:
            print(f"iteration {it} / {num_iters}: loss {loss:f}")
    return loss_history
