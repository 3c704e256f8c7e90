"""A batch size of its own."""

import numpy as np

EXPECTED = ("partial", "batch_size")


def train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):
    loss_history = []
    for it in range(num_iters):
        indices = np.random.choice(X.shape[0], 50)
        loss, grad = self.loss(X[indices], y[indices], reg)
        loss_history.append(loss)
        self.W -= learning_rate * grad
        if verbose and it % 100 == 0:
            print(f"iteration {it} / {num_iters}: loss {loss:f}")
    return loss_history
