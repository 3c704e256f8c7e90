"""Every sentence that a student reads from a check, in one place.

`SENTENCES` say what was asked and what came; `HINTS` what to do about it. `say` and `hint` fill in the
braces. A mistake that the checks recognise is the key of its hint.
"""

from __future__ import annotations

from typing import Any

SENTENCES = {
    # results
    "correct": "Right.",
    "type": "{name} should be {expected}, but a value of type {got} came.",
    "shape": "{name} has shape {got}, but {expected} was expected.",
    "dtype": "{name} has dtype {got}, but {expected} was expected.",
    "nonfinite": "{name}{index} is {got}; every element must be a finite number ({count} of {size} are not).",
    "values": "{name}{index} is {got}, but {expected} was expected ({count} of {size} elements differ).",
    "values_scalar": "{name} is {got}, but {expected} was expected.",
    "values_hidden": "{name} is right on the cases that you can see, but differs on others ({count} of {size} elements).",
    "gradient": "{name} does not match the numerical gradient of your own forward pass.",
    "changed": "A function changed an array that it was given ({what}); inputs must stay as they are.",
    "returns": "{name} should return {expected}, but {got} came.",
    "false": "{name}: {what}.",
    # failures
    "raised": "{kind} was raised at {line}: {text}",
    "raised_nowhere": "{kind} was raised: {text}",
    "raised_hidden": "{kind} was raised at {line}, on a case that you cannot see.",
    "raised_hidden_nowhere": "{kind} was raised on a case that you cannot see.",
    "missing": "{item} is not written yet.",
    "missing_file": "{file} is missing.",
    "blocked": "This cannot work before {needs} does: fix {needs} first.",
    "timeout": "The code ran for longer than {seconds:g} s and was stopped.",
    "budget": "The submission has used up its {seconds:g} s; this item was not run.",
    "memory": "The code asked for more memory than it may use ({megabytes} MB).",
    "died": "The process ended while it ran this code ({how}).",
    "forbidden": "Line {line} uses {name}, which this task asks you to do without.",
    "loops": "{count} loop(s) where at most {allowed} are allowed (line {line}).",
    "manual": "A person grades this answer.",
    "untouched": "The answer is still empty.",
    "unreadable": "The submission could not be unpacked; see the notes.",
    "not_graded": "Not graded: {why}",
    # trained models
    "saved_missing": "saved/{file} is missing: run the cell of {notebook} that saves it.",
    "saved_unreadable": "saved/{file} cannot be read as arrays of numbers: {why}.",
    "saved_key": "saved/{file} has no array {key!r}; it should hold {expected}.",
    "saved_dataset": "saved/{file} says that its data set is {got!r}; expected is one of {expected}.",
    "accuracy": "The model classifies {got:.1%} of the test images correctly; {expected:.0%} are asked for.",
}

HINTS = {
    # shape of the answer
    "type": "Return what the docstring lists, in its order.",
    "shape": "Print the shape of every factor of the last product; the docstring lists the shapes.",
    "transposed": "It has the right numbers but is transposed: swap the two factors of the product, or their axes.",
    "dtype": "The result should have the dtype of the input: look for np.zeros and np.ones without dtype=, and for lists.",
    "integer_dtype": "Convert the result to integers: it holds labels.",
    # values
    "nonfinite": "Look for a division by zero, a log of zero or an exp of something large.",
    "overflow": "Subtract each row's maximum from the scores before exp; the softmax stays the same and nothing overflows.",
    "sign": "The magnitudes are right and the sign is not.",
    "twice": "It is exactly 2 times too large. Compare the factors of 2 and 1/2 with the formula in the docstring.",
    "half": "It is exactly half of what is expected. Compare the factors of 2 and 1/2 with the formula in the docstring.",
    "sum_not_mean": "It is exactly N times too large: average over the examples instead of summing.",
    "divided_twice": "It is exactly N times too small: the division by the number of examples happens twice.",
    "constant_factor": "It is the expected result times {factor:.4g} in every element: one factor is wrong, the structure is right.",
    "constant_offset": "It is off by {offset:.4g} in every element.",
    "zeros": "It is all zeros: is the result written where the function returns it from?",
    "permuted": "All the right numbers are there, in the wrong places: check the order of axes in reshape or transpose.",
    "reshaped": "It has the right numbers, but not the right shape: reshape it, or look at keepdims.",
    "transposed_values": "It is the transpose of what is expected.",
    "own_forward": "It does match the numerical gradient of your own forward pass, so look for the mistake in the forward pass.",
    "not_own_forward": "It disagrees with the numerical gradient of your own forward pass too, so the mistake is in this gradient.",
    "changed": "Work on a copy: `x = x.copy()`, or build a new array instead of using `+=`, `-=` or `x[mask] = 0` on an argument.",
    # linear classifiers
    "loss_without_reg": "The data loss is right; the regularisation term reg * sum(W * W) is missing.",
    "half_reg": "The data loss is right; the regularisation term is half of reg * sum(W * W). This task asks for no factor 1/2.",
    "reg_times_n": "The regularisation is added once for every example: add it once, after the average.",
    "reg_divided": "The regularisation is divided by N too: average the data term only, then add the regularisation.",
    "correct_class_margin": "The loss is too large by exactly 1: the correct class takes part in the sum with its margin of 1; leave it out.",
    "gradient_without_reg": "The data gradient is right; the gradient of the regularisation, 2 * reg * W, is missing.",
    "half_reg_gradient": "The data gradient is right; the derivative of reg * W**2 is 2 * reg * W, and half of it was added.",
    # failures
    "raised": "Run the cell above the check to see the whole traceback.",
    "missing_module": "{module} is not part of this course's environment; remove the import or do without it.",
    "attribute": "Check the spelling, and whether your version of the library has it ({text}).",
    "syntax": "Python cannot read the file; fix the line that it names, and everything in the file is checked again.",
    "timeout": "Look for a loop that does not end, or for a Python loop over single elements where an array operation would do.",
    "memory": "Broadcasting (500, 1, 3072) against (1, 5000, 3072) makes one huge array: find a formula with a matrix product.",
    "forbidden": "Write the formula with elementary NumPy operations.",
    "loops": "Replace the loop by an operation on whole arrays.",
    "single_example": "It fails for a batch of one example: look for squeeze(), or an axis that vanishes when N = 1.",
    "float32": "The result is right in float64 only: look for a hard-coded dtype.",
    "noncontiguous": "It fails for an array that is a transposed view: look for code that relies on the memory layout.",
    # trained models
    "accuracy": "Widen the search over learning rate and regularisation, or train for longer; the notebook's plots tell which.",
    "saved": "The notebook's last cells show how the file is written.",
}


def say(key: str, **parts: Any) -> str:
    """The sentence `key`, filled in."""
    return SENTENCES[key].format(**parts)


def hint(key: str, **parts: Any) -> str:
    """The hint `key`, filled in."""
    return HINTS[key].format(**parts)


def number(value: Any) -> str:
    """A number as students read it: six significant digits."""
    if isinstance(value, bool | str) or value is None:
        return repr(value)
    try:
        return f"{value:.6g}"
    except (TypeError, ValueError):
        return str(value)[:60]
