"""Draws with random.choices of Python."""

import random

EXPECTED = ("correct", "")


def train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):
    loss_history = []
    for it in range(num_iters):
        indices = random.choices(range(X.shape[0]), k=batch_size)
        loss, grad = self.loss(X[indices], y[indices], reg)
        loss_history.append(loss)
        self.W -= learning_rate * grad
        if verbose and it % 100 == 0:
            print(f"iteration {it} / {num_iters}: loss {loss:f}")
    return loss_history
