"""Goes through the examples in a random order, again and again; an array of losses."""

import numpy as np

EXPECTED = ("correct", "")


def train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):
    loss_history = np.zeros(num_iters)
    order = np.empty(0, dtype=int)
    for it in range(num_iters):
        if len(order) < batch_size:
            order = np.append(order, np.random.permutation(len(X)))
        indices, order = order[:batch_size], order[batch_size:]
        loss, grad = self.loss(X[indices], y[indices], reg)
        loss_history[it] = loss
        self.W -= learning_rate * grad
        if verbose and it % 100 == 0:
            print(f"iteration {it} / {num_iters}: loss {loss:f}")
    return loss_history
