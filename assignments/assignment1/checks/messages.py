"""Every sentence that a student reads from a check, in one place.

`SENTENCES` say what was asked and what came; `HINTS` what to do about it. `say` and `hint` fill in the
braces. A mistake that the checks recognise is the key of its hint.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .text import shown

SENTENCES = {
    # results
    "correct": "Right.",
    "type": "{name} should be {expected}, but a value of type {got} came.",
    "shape": "{name} has shape {got}, but {expected} was expected.",
    "dtype": "{name} has dtype {got}, but {expected} was expected.",
    "nonfinite": "{name}{index} is {got}; every element must be a finite number ({count} of {size} are not).",
    "values": "{name}{index} is {got}, but {expected} was expected ({count} of {size} elements differ).",
    "values_scalar": "{name} is {got}, but {expected} was expected.",
    "gradient": "{name} does not match the numerical gradient of your own forward pass.",
    "changed": "A function changed an array that it was given ({what}); inputs must stay as they are.",
    "returns": "{name} should return {expected}, but {got} came.",
    # training a linear classifier
    "no_step": "A step on {batch} of {n} examples left the weights as they were.",
    "whole_set": "Each step uses all {n} examples, but batch_size = {batch} was asked for.",
    "same_batch": "{steps} steps on {batch} of {n} examples each have used only {got} different ones.",
    "neighbouring_rows": "The {batch} examples of a batch are neighbours in X, not drawn at random.",
    "batch_size": "A step was computed on {got:g} examples, but batch_size = {batch} was asked for.",
    "labels_drawn_apart": "A batch holds examples with the labels of other examples.",
    "first_weights": "W starts with numbers as large as {got:.3g}, but 0.001 * standard normal ones were asked for.",
    # failures
    "raised": "{kind} was raised at {line}: {text}",
    "raised_nowhere": "{kind} was raised: {text}",
    "missing": "{item} is not written yet.",
    "missing_file": "{file} is missing.",
    "blocked": "This cannot work before {needs} does: fix {needs} first.",
    "timeout": "The code ran for longer than {seconds:g} s and was stopped.",
    "budget": "The submission has used up its {seconds:g} s before this item was judged.",
    "memory": "The code asked for more memory than it may use ({megabytes} MB).",
    "died": "The process ended while it ran this code ({how}).",
    "forbidden": "Line {line} uses {used}, which this task asks you to do without.",
    "loops": "{count} loop(s) where at most {allowed} are allowed (line {line}).",
    "manual": "A person grades this answer.",
    "untouched": "The answer is still empty.",
    "unreadable": "The submission could not be unpacked; see the notes.",
    "ended": "{text}",
    "unjudged": "What this code returned could not be judged.",
    "too_large": "What this code returned is too large to be judged.",
    "unjudged_note": "{item}: {fault} in the check ({place}), over what the code returned; it was not judged any further.",
    "no_list": "A list was expected, but a value of type {got} came.",
    "no_usage": "The source of this function could not be read.",
    "not_graded": "Not graded: {why}",
    "defect": "Not graded: {fault} in the check ({place}): {text}",
    # trained models
    "saved_missing": "saved/{file} is missing: run the cell of {notebook} that saves it.",
    "saved_unreadable": "saved/{file} cannot be read as arrays of numbers: {why}.",
    "saved_key": "saved/{file} has no array {key!r}; it should hold {expected}.",
    "saved_dataset": "saved/{file} says that its data set is {got!r}; expected is one of {expected}.",
    "accuracy": "The model classifies {got} of the test images correctly; {expected:.0%} are asked for.",
    # layers, update rules and networks
    "sgd_config": "The second result should be the config dict, with learning_rate {rate:.4g} in it.",
    "params_keys": "self.params should have the keys W1, b1, W2, b2; it has: {got}.",
    "param_missing": "self.params[{name!r}] should be an array of shape {expected}, but it is no array.",
    "weights_nonfinite": "self.params[{name!r}] holds NaN or infinity.",
    "weights_constant": "All elements of self.params[{name!r}] are equal.",
    "weights_mean": "The elements of self.params[{name!r}] should be spread around 0, but their mean is {got:.3g}.",
    "weights_spread": "The standard deviation of self.params[{name!r}] is {got:.4g}, but weight_scale = {expected:.4g} was asked for.",
    "weights_law": "The elements of self.params[{name!r}] do not look like normal random numbers.",
    "weights_equal": "W1 and W2 hold the same random numbers.",
    "biases": "self.params[{name!r}] should be all zeros.",
    "grads_keys": "The dict of gradients should have the keys W1, b1, W2, b2; it has: {got}.",
    "grads_missing": "There is no gradient called {name!r}.",
    # saved files
    "saved_as_is": "{text}",
    "saved_elsewhere": "The model was trained on {got}, but the data set here is {here}.",
    "saved_other_course": "The model was trained on {got}; in this course {expected} is asked for.",
    "saved_numbers": "In saved/{file}, {name} should hold numbers, but its dtype is {got}.",
    "saved_shape": "In saved/{file}, {name} has shape {got}, but {expected} was expected.",
    "saved_nonfinite": "In saved/{file}, {name} holds NaN or infinity.",
    "saved_overflow": "With the numbers in saved/{file} some of the scores are NaN or infinite.",
    "saved_hidden": "The network in saved/{file} has {got} hidden units; networks of up to {most} are tested.",
    "net_scores": "TwoLayerNet.loss(X) should return scores of shape {expected}.",
    "features": "extract_features should return one row of features for each of {count} images.",
    "cv_choices": "In saved/{file}, k_choices should hold two or more different whole numbers, 1 or larger.",
    "cv_range": "The accuracies lie between {low:.4g} and {high:.4g}; an accuracy lies between 0 and 1.",
    "cv_folds_equal": "For each k all folds have the same accuracy.",
    "cv_choices_equal": "In each fold all choices of k have the same accuracy.",
    "cv_best": "The best mean accuracy is {got:.1%}, which nearest neighbours do not have on {dataset}.",
    "cv_best_k": "best_k is {got:.4g}, but {expected:.4g} has the best mean accuracy.",
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
    # nearest neighbours
    "root_missing": "These are the squared distances: take the square root of each sum.",
    "manhattan": "These are sums of |a - b|, the Manhattan distance; the Euclidean distance is the root of the sum of the squares.",
    "summed_before_squaring": "The differences are summed before they are squared, so that they cancel: square each one, then sum.",
    "summed_over_points": "Each row repeats one number: the sum runs over all training points too. Sum over the features only (axis=1).",
    "cross_term_sign": "The term 2 a.b is added; |a - b|^2 = |a|^2 - 2 a.b + |b|^2.",
    "cross_term_once": "The term a.b is subtracted once; |a - b|^2 = |a|^2 - 2 a.b + |b|^2.",
    "cross_term_missing": "It is the root of |a|^2 + |b|^2; the term - 2 a.b is missing.",
    "norm_term_missing": "One of the squared norms is missing; |a - b|^2 = |a|^2 - 2 a.b + |b|^2.",
    "negative_squares": "A square that is negative under the root gives NaN: compare each term with |a - b|^2 = |a|^2 - 2 a.b + |b|^2, and the axes along which they are broadcast.",
    "rounded_below_zero": "Where two points are equal, rounding leaves a tiny negative number, and its root is NaN: take np.maximum(squares, 0) first.",
    "farthest": "The farthest points vote: sort in ascending order and take the first k.",
    "places_not_labels": "These are places in the training set: look the labels up in self.y_train.",
    "only_nearest": "Only the nearest point is asked, whatever k is: let the k nearest ones vote.",
    "labels_averaged": "Labels are names and not amounts, so their mean means nothing: take the one that occurs most often.",
    "one_too_few": "Only k - 1 neighbours vote: look at the end of the slice.",
    "one_too_many": "k + 1 neighbours vote: look at the end of the slice.",
    "tie": "It fails where labels have equally many votes: the smallest of them wins.",
    "tie_nearest": "Where labels have equally many votes, the one that comes first among the neighbours wins; it should be the smallest label.",
    "tie_largest": "Where labels have equally many votes, the largest label wins; it should be the smallest.",
    "every_point": "It fails where k is the number of training points: np.argpartition(row, k) and row[k] want k to be smaller; use k - 1.",
    # training a linear classifier
    "data_sum_not_mean": "The data term is N times too large: divide it by the number of examples; the regularisation is right as it is.",
    "reg_not_squared": "The regularisation sums the weights, their magnitudes or takes a root; it is reg * sum(W * W).",
    "reg_without_last_row": "The last row of W is left out of the regularisation; here it covers every entry of W.",
    "loss_of_last_example": "Only the last example counts: add to the loss with `+=`.",
    "margin_after_comparison": "The margin 1 is added after the comparison with 0: compare s_j - s_y + 1 with 0.",
    "margin_reversed": "The scores have changed places: a margin is s_j - s_y + 1, with s_y the score of the correct class.",
    "label_gradient_sign": "The gradients of the wrong classes are right; that of the correct class has the wrong sign.",
    "data_gradient_sign": "The gradient of the regularisation is right; that of the data has the wrong sign.",
    "gradient_of_reg_only": "It is the gradient of the regularisation alone; the data's is missing.",
    "reg_gradient_sign": "The gradient of the regularisation is subtracted: add it.",
    "gradient_of_last_example": "Only the last example counts: add to dW with `+=`.",
    "log_sign": "The data term has the wrong sign: the loss is minus the log of a probability.",
    "log_of_all_classes": "The logs of all probabilities are summed: only the correct class of each example counts.",
    "log_of_best_class": "It is the log of each example's largest probability; take the correct class's, wherever it ranks.",
    "all_pairs_indexed": "probs[:, y] takes N columns in every row; probs[np.arange(N), y] takes one element in each.",
    "softmax_axis": "The probabilities are normalised along the wrong axis: those of one example's classes add up to 1 (axis=1, keepdims=True).",
    "one_not_subtracted": "In dW = X.T @ (p - onehot(y)) / N the probabilities p are right, but the 1 at the correct class is not subtracted.",
    "one_unscaled": "The probabilities are divided by N and the 1 at the correct class is not: subtract it first, then divide.",
    "one_everywhere": "The 1 is subtracted in every column: index rows and labels together, probs[np.arange(N), y] -= 1.",
    "not_updated": "The weights are as they were: subtract learning_rate * dW from self.W in every iteration.",
    "ascends": "The steps go up the gradient, and the loss grows: subtract the step.",
    "rate_missing": "The step is the gradient itself: multiply it by learning_rate.",
    "rate_divided": "The step is divided by the batch size; the loss is a mean already.",
    "one_step_only": "Only one step was taken: update self.W inside the loop.",
    "unregularised_training": "The steps fit a loss with reg = 0: hand reg on to self.loss.",
    "loss_history": "Append the loss of every iteration, as self.loss gives it before the step, and return the list.",
    "loss_after_step": "Each loss is computed after the step of its iteration; append the one that the step was computed with.",
    "whole_set": "Draw batch_size row numbers in every iteration, and compute the loss on these rows only.",
    "same_batch": "The batch is drawn once: draw a new one inside the loop.",
    "neighbouring_rows": "Draw every row number at random: np.random.choice(N, batch_size).",
    "batch_size": "Hand batch_size to np.random.choice, and index with all that it returns.",
    "labels_drawn_apart": "Draw the row numbers once for each batch and index X and y with the same ones.",
    "first_weights": "Where self.W is None it becomes 0.001 * np.random.randn(D, C), with C = max(y) + 1.",
    "argmax_axis": "It is one number for each class: look for the largest score of each example, along axis=1.",
    "scores_returned": "These are the scores: return the index of each row's largest one.",
    "score_not_class": "These are the largest scores: np.argmax gives their places.",
    "smallest_score": "These are the classes with the smallest scores.",
    # failures
    "still_raises": "Delete the line that raises NotImplementedError: nothing below it runs.",
    "raised": "Run the cell above the check to see the whole traceback.",
    "missing_module": "{module} is not part of this course's environment; remove the import or do without it.",
    "attribute": "Check the spelling, and whether your version of the library has it: NumPy has dropped np.float and np.int for float and int.",
    "unequal_shapes": "Two arrays on that line have shapes that do not fit each other: print both. A sum over the wrong axis is a common cause.",
    "syntax": "Python cannot read the file; fix the line that it names, and everything in the file is checked again.",
    "timeout": "Look for a loop that does not end, or for a Python loop over single elements where an array operation would do.",
    "memory": "Print the shapes that are broadcast: (500, 1, 3072) against (1, 5000, 3072), as in kNN, makes one huge array where a matrix product needs none.",
    "forbidden": "Write the formula with elementary NumPy operations.",
    "loops": "Replace the loop by an operation on whole arrays.",
    "single_example": "It fails for a batch of one example: look for squeeze(), or an axis that vanishes when N = 1.",
    "float32": "The result is right in float64 only: look for a hard-coded dtype.",
    "noncontiguous": "It fails for an array that is a transposed view: look for code that relies on the memory layout.",
    # trained models
    "accuracy": "Widen the search over learning rate and regularisation, or train for longer; the notebook's plots tell which.",
    "saved": "The notebook's last cells show how the file is written.",
    # layers, update rules and networks
    "bias_missing": "It is right but for the bias, which is not added.",
    "bias_subtracted": "It is right but for the sign of the bias: add it.",
    "not_flattened": "It fails where each example is an image: flatten each example into one row with x.reshape(x.shape[0], -1).",
    "batch_mean": "It is N times too small: sum over the batch here; the division by N belongs to the loss, which has done it.",
    "summed_wrong_axis": "The sum runs over the wrong axis: b is used once for every example, so sum over the examples (axis 0).",
    "leaky": "Where x < 0 a small slope is left, as in a leaky ReLU; a plain ReLU gives 0 there.",
    "relu_absolute": "It is |x|: negative elements should become 0.",
    "relu_below": "It keeps the negative elements and drops the positive ones: it is the wrong way round.",
    "relu_mask": "It is the mask of positive elements; the output is x itself where the mask is 1.",
    "dout_ignored": "It is the derivative of the ReLU alone: multiply it with the upstream gradient dout.",
    "mask_by_dout": "The mask is taken from the sign of dout; it is the sign of the input x that decides where the gradient passes.",
    "mask_missing": "dout came back as it was: let it pass only where x > 0.",
    "mask_inverted": "The mask is the wrong way round: the gradient passes where x > 0.",
    "dout_times_x": "dout is multiplied by the output of the ReLU; its derivative is 1 there, not x.",
    "margin_missing": "It is the loss with the margin 0: the 1 in max(0, s_j - s_y + 1) is missing.",
    "correct_class_gradient": "The correct class is counted among the violated margins of its row: set its margin to 0 before you count.",
    "mean_over_classes": "It is divided by N * C: add up the margins of all classes, then average over the N examples.",
    "label_gradient_missing": "The gradients of the wrong classes are right; the correct class's score takes part in every margin, with a minus sign.",
    "label_gradient_once": "The correct class's score is counted once in each row; it has to be counted once for every violated margin of the row.",
    "softmax_without_log": "It is the mean probability of the correct class; the loss is minus the mean of its logarithm.",
    "label_score_missing": "It is the mean of log(sum(exp(s))) alone; subtract the correct class's score in each row.",
    "minus_one_missing": "It is the probabilities divided by N; the gradient has 1 less at the correct class of each row.",
    "minus_one_unscaled": "The probabilities are divided by N, but the 1 at the correct class is not: subtract it first, then divide.",
    "minus_one_everywhere": "The 1 is subtracted in every column; it belongs to the correct class only: index with rows and labels, dx[np.arange(N), y].",
    "log_of_zero": "It fails where a probability rounds to 0, whose log is minus infinity: take log-probabilities as s - log(sum(exp(s))) of the shifted scores s.",
    "sgd_ascends": "The step goes up the gradient; to make the loss smaller, subtract it.",
    "sgd_step_only": "It is the step alone: return the weights after the step.",
    "sgd_rate_missing": "The step is dw itself: multiply it by config['learning_rate'].",
    "sgd_stays": "The weights came back as they were.",
    "sgd_config": "Return the dict that was given, as the second result: the rule keeps its settings and memory in it.",
    "sgd_default": "It fails where config is None: take the learning rate from config after the defaults were filled in.",
    "params_keys": "Name the parameters as the docstring does: a Solver finds each one's gradient by its name.",
    "param_missing": "Fill self.params[{name!r}] with a NumPy array.",
    "param_shape": "W1 leads from input_dim to hidden_dim, W2 from hidden_dim to num_classes; each bias has one entry for each column.",
    "param_dtype": "Parameters are floats: an update by a fraction would vanish in integers.",
    "weights_constant": "With equal weights all hidden units get the same gradient and stay equal for ever: draw random numbers.",
    "weights_uniform": "They look uniformly distributed, as from np.random.rand; the task asks for normal ones, from np.random.randn.",
    "weights_mean": "Draw from a normal distribution with mean 0: np.random.randn.",
    "weights_unscaled": "It is a standard normal draw: multiply it by weight_scale.",
    "weights_spread": "Multiply a standard normal draw by weight_scale, and by nothing else.",
    "weights_law": "Draw them with np.random.randn.",
    "weights_equal": "Draw W2 after W1, without seeding the generator in between.",
    "biases": "Biases start at 0: the random weights alone tell the hidden units apart.",
    "grads_keys": "grads needs one entry for each entry of self.params, under the same name.",
    "net_images": "It fails where the input is a batch of images (N, 3, H, W): affine_forward flattens them, so X can be handed on as it is.",
    "net_relu_missing": "It is what two affine layers give: the ReLU between them is missing.",
    "net_relu_on_scores": "A ReLU is applied to the scores; it belongs to the hidden layer only.",
    "net_scores_are_probabilities": "It is the softmax of the scores; return the scores themselves, the loss takes care of the softmax.",
    "net_loss_without_reg": "The data loss is right; the regularisation term is missing.",
    "net_reg_without_half": "The data loss is right; the regularisation term is twice as large as it should be: the factor 0.5 is missing.",
    "net_reg_one_matrix": "The regularisation of W2 is missing.",
    "net_reg_second_matrix": "The regularisation of W1 is missing.",
    "net_reg_biases": "The biases are regularised too; this task regularises the weight matrices only.",
    "net_gradient_without_reg": "The data gradient is right; the gradient of the regularisation, reg * W, is missing.",
    "net_reg_gradient_doubled": "The data gradient is right; the derivative of 0.5 * reg * W**2 is reg * W, and twice that was added.",
    "net_reg_gradient_halved": "The data gradient is right; the derivative of 0.5 * reg * W**2 is reg * W, and half of that was added.",
    # saved files
    "saved_dataset": "Save the name that datasets.name_of(folder) gives.",
    "saved_elsewhere": "Set CS231N_DATA to the folder of that data set, or run the notebook again on this one.",
    "saved_key": "The notebook's last cells show which arrays the file needs.",
    "saved_shape": "The notebook's last cells show the shapes of the arrays.",
    "saved_transposed": "Its axes are the wrong way round: save its transpose.",
    "saved_no_bias": "The last row, the bias, is missing: append the column of ones to the images before you train, and save all of W.",
    "saved_nonfinite": "The training has diverged: lower the learning rate, and watch the loss.",
    "saved_overflow": "The weights are huge, or an element of std is 0: lower the learning rate, and look at the arrays before you save them.",
    "saved_hidden": "A few hundred hidden units are plenty for these images.",
    "saved_chance": "That is guessing: was the file saved after the training, and the mean the one that was subtracted from the training images?",
    "saved_bias_first": "With the first row of W as the bias it works: append the column of ones behind the features, not before them.",
    "saved_mean_unused": "Without subtracting the mean it works: subtract it before you train, or save a mean of zeros.",
    "saved_channels_last": "With images of shape (N, 32, 32, 3) it works: train on those that get_CIFAR10_data returns, of shape (N, 3, 32, 32).",
    "saved_features_raw": "With features that are not normalised it works: subtract their mean and divide by their standard deviation before you train.",
    "cv_choices": "Save the list of k that you tried, one for each row of accuracies.",
    "cv_range": "Divide the number of correct predictions by the number of images in the fold.",
    "cv_folds_equal": "Hold out another fold in each pass of the inner loop.",
    "cv_choices_equal": "Hand k on to predict_labels or predict.",
    "cv_leak": "Each image seems to find itself: leave the fold that you predict out of the training data.",
    "cv_low": "Cut images and labels into folds in the same way, and compare predictions with the labels of the held-out fold.",
    "cv_best_k": "Average over the folds, then take the k of the largest mean.",
}

#: What is said instead about a case that students cannot see: see `hidden`. The text under "" stands for all others
#: that would be filled in with what the code under test has chosen.
HIDDEN_SENTENCES = {
    "": "It is right on the cases that you can see, but not on others.",
    "type": "{name} should be {expected}; on a case that you cannot see, something else came.",
    "returns": "{name} should return {expected}; on a case that you cannot see, something else came.",
    "shape": "{name} has the right shape on the cases that you can see, but not on others.",
    "dtype": "{name} has the right dtype on the cases that you can see, but not on others.",
    "nonfinite": "{name} holds NaN or infinity on a case that you cannot see; every element must be a finite number.",
    "values": "{name} is right on the cases that you can see, but differs on others.",
    "values_scalar": "{name} is right on the cases that you can see, but differs on others.",
    "gradient": "{name} does not match the numerical gradient of your own forward pass, on a case that you cannot see.",
    "changed": "A function changed an array that it was given, on a case that you cannot see; inputs must stay as they are.",
    "raised": "{kind} was raised at {line}, on a case that you cannot see.",
    "raised_nowhere": "{kind} was raised on a case that you cannot see.",
    "ended": "The process that ran this code was stopped, or ended, on a case that you cannot see.",
    "not_graded": "Not graded: {why}",
    "defect": "Not graded: {fault} in the check ({place}), on a case that students cannot see.",
}

_UNSEEN = "Try what the visible cases may not have: a batch of one example, other shapes and dtypes, large and negative numbers."
HIDDEN_HINTS = {
    "": "",
    "values": _UNSEEN,
    "values_scalar": _UNSEEN,
    "raised": _UNSEEN,
    "missing_module": "A module that it imports is not part of this course's environment; remove the import or do without it.",
    "constant_factor": "It is the expected result times one number in every element: one factor is wrong, the structure is right.",
    "constant_offset": "It is off by one number, the same in every element.",
}


def say(key: str, /, **parts: Any) -> str:
    """The sentence `key`, filled in."""
    return fill(SENTENCES[key], parts)


def hint(key: str, /, **parts: Any) -> str:
    """The hint `key`, filled in."""
    return fill(HINTS[key], parts)


def fill(text: str, parts: Mapping[str, Any]) -> str:
    """`text` with its braces filled in: values may be a student's, and are cut and cleaned."""
    return text.format(**{name: shown(value) for name, value in parts.items()})


def number(value: Any) -> str:
    """A number as students read it: six significant digits."""
    if isinstance(value, bool | str) or value is None:
        return repr(value)
    try:
        return f"{value:.6g}"
    except (TypeError, ValueError):
        return str(value)[:60]
