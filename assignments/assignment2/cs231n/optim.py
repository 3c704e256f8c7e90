"""Update rules: how weights change, given the gradient of the loss.

Every rule has the same form, so that a solver can use any of them:

    next_w, config = rule(w, dw, config)

- w: floats of any shape, the current weights
- dw: floats of w's shape, the gradient of the loss with respect to w
- config: a dict with the rule's settings and whatever it remembers from step to step (None: the defaults).
  It may be changed in place; hand the returned one to the next step
- next_w: the weights after the step, of w's shape and dtype
"""

import numpy as np

from .validation import step_inputs, step_state


def sgd(w, dw, config=None):
    """Take one step of plain stochastic gradient descent:

        next_w = w - learning_rate * dw

    Inputs:
    - w: floats of any shape, the current weights; they may be changed in place
    - dw: floats of w's shape, the gradient
    - config: None or a dict with the key
      - learning_rate: the step size, 1e-2 if missing

    Returns a tuple of
    - next_w: floats, of w's shape and dtype; w itself or a new array
    - config: the dict, with learning_rate in it

    Raises ValueError if w and dw differ in shape.

    Source: Robbins and Monro, A Stochastic Approximation Method (1951); Bottou, Curtis and Nocedal,
    Optimization Methods for Large-Scale Machine Learning (2018).
    """
    w, dw = step_inputs(w, dw)
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    # YOUR CODE HERE
    raise NotImplementedError("sgd")


def sgd_momentum(w, dw, config=None):
    """Take one step of stochastic gradient descent with momentum. The velocity v starts at 0:

        v = momentum * v - learning_rate * dw
        next_w = w + v

    Inputs:
    - w: floats of any shape, the current weights; they may be changed in place
    - dw: floats of w's shape, the gradient
    - config: None or a dict with the keys
      - learning_rate: the step size, 1e-2 if missing
      - momentum: the share of the velocity that stays from step to step, 0.9 if missing
      - velocity: floats of w's shape, v after the last step; zeros if missing

    Returns a tuple of
    - next_w: floats, of w's shape and dtype; w itself or a new array
    - config: the dict, with the new velocity in it

    Raises ValueError if w, dw and the velocity differ in shape.

    Source: Polyak, Some methods of speeding up the convergence of iteration methods (1964); Sutskever, Martens, Dahl
    and Hinton, On the importance of initialization and momentum in deep learning (2013), equations 1 and 2.
    """
    w, dw = step_inputs(w, dw)
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    velocity = step_state(config, "velocity", w)
    # YOUR CODE HERE
    raise NotImplementedError("sgd_momentum")


def sgd_nesterov(w, dw, config=None):
    """Take one step of Nesterov's accelerated gradient descent. The velocity v starts at 0:

        v = momentum * v - learning_rate * dw
        next_w = w + momentum * v - learning_rate * dw

    Nesterov's method takes the gradient not where the weights are but where momentum is about to carry them. Here w
    stands for that place, so that dw is computed at w as with any other rule: the second line adds the step just
    made and, in advance, the share of the velocity that the next step will keep.

    Inputs:
    - w: floats of any shape, the current weights; they may be changed in place
    - dw: floats of w's shape, the gradient
    - config: None or a dict with the keys
      - learning_rate: the step size, 1e-2 if missing
      - momentum: the share of the velocity that stays from step to step, 0.9 if missing
      - velocity: floats of w's shape, v after the last step; zeros if missing

    Returns a tuple of
    - next_w: floats, of w's shape and dtype; w itself or a new array
    - config: the dict, with the new velocity in it

    Raises ValueError if w, dw and the velocity differ in shape.

    Source: Nesterov, A method of solving a convex programming problem with convergence rate O(1/k^2) (1983); in this
    form, Bengio, Boulanger-Lewandowski and Pascanu, Advances in Optimizing Recurrent Networks (2012), section 3.5.
    """
    w, dw = step_inputs(w, dw)
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    velocity = step_state(config, "velocity", w)
    # YOUR CODE HERE
    raise NotImplementedError("sgd_nesterov")


def adagrad(w, dw, config=None):
    """Take one step of Adagrad, which divides each step by the root of all squared gradients so far, element by
    element. Their sum starts at 0:

        cache = cache + dw^2
        next_w = w - learning_rate * dw / (sqrt(cache) + epsilon)

    Inputs:
    - w: floats of any shape, the current weights; they may be changed in place
    - dw: floats of w's shape, the gradient
    - config: None or a dict with the keys
      - learning_rate: the step size, 1e-2 if missing
      - epsilon: a small number that keeps the division away from 0, 1e-8 if missing
      - cache: floats of w's shape, the sum of squared gradients after the last step; zeros if missing

    Returns a tuple of
    - next_w: floats, of w's shape and dtype; w itself or a new array
    - config: the dict, with the new cache in it

    Raises ValueError if w, dw and the cache differ in shape.

    Source: Duchi, Hazan and Singer, Adaptive Subgradient Methods for Online Learning and Stochastic Optimization
    (2011), figure 1 with diagonal matrices.
    """
    w, dw = step_inputs(w, dw)
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("epsilon", 1e-8)
    cache = step_state(config, "cache", w)
    # YOUR CODE HERE
    raise NotImplementedError("adagrad")


def rmsprop(w, dw, config=None):
    """Take one step of RMSprop, which divides each step by the root of a running average of the squared gradients,
    element by element. The average starts at 0:

        cache = decay_rate * cache + (1 - decay_rate) * dw^2
        next_w = w - learning_rate * dw / (sqrt(cache) + epsilon)

    Inputs:
    - w: floats of any shape, the current weights; they may be changed in place
    - dw: floats of w's shape, the gradient
    - config: None or a dict with the keys
      - learning_rate: the step size, 1e-2 if missing
      - decay_rate: the share of the average that stays from step to step, 0.99 if missing
      - epsilon: a small number that keeps the division away from 0, 1e-8 if missing
      - cache: floats of w's shape, the average after the last step; zeros if missing

    Returns a tuple of
    - next_w: floats, of w's shape and dtype; w itself or a new array
    - config: the dict, with the new cache in it

    Raises ValueError if w, dw and the cache differ in shape.

    Source: Tieleman and Hinton, Lecture 6.5 - RMSProp, COURSERA: Neural Networks for Machine Learning (2012).
    """
    w, dw = step_inputs(w, dw)
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("decay_rate", 0.99)
    config.setdefault("epsilon", 1e-8)
    cache = step_state(config, "cache", w)
    # YOUR CODE HERE
    raise NotImplementedError("rmsprop")


def adam(w, dw, config=None):
    """Take one step of Adam: running averages of the gradient and of its square, both corrected for having started
    at 0. With t the number of this step, 1 for the first:

        t = t + 1
        m = beta1 * m + (1 - beta1) * dw
        v = beta2 * v + (1 - beta2) * dw^2
        next_w = w - learning_rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)

    Inputs:
    - w: floats of any shape, the current weights; they may be changed in place
    - dw: floats of w's shape, the gradient
    - config: None or a dict with the keys
      - learning_rate: the step size, 1e-3 if missing
      - beta1, beta2: the shares of the averages that stay from step to step, 0.9 and 0.999 if missing
      - epsilon: a small number that keeps the division away from 0, 1e-8 if missing
      - m, v: floats of w's shape, the averages after the last step, not corrected; zeros if missing
      - t: how many steps were made so far; 0 if missing

    Returns a tuple of
    - next_w: floats, of w's shape and dtype; w itself or a new array
    - config: the dict, with the new m, v and t in it

    Raises ValueError if w, dw, m and v differ in shape.

    Source: Kingma and Ba, Adam: A Method for Stochastic Optimization (2015), algorithm 1.
    """
    w, dw = step_inputs(w, dw)
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("t", 0)
    m, v = step_state(config, "m", w), step_state(config, "v", w)
    # YOUR CODE HERE
    raise NotImplementedError("adam")
