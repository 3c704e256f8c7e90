"""Update rules: how weights change, given the gradient of the loss.

Every rule has the same form, so that a solver can use any of them:

    next_w, config = rule(w, dw, config)

- w: floats of any shape, the current weights
- dw: floats of w's shape, the gradient of the loss with respect to w
- config: a dict with the rule's settings and whatever it remembers from step to step (None: the defaults).
  It may be changed in place; hand the returned one to the next step
- next_w: the weights after the step, of w's shape and dtype
"""

from .validation import step_inputs


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
