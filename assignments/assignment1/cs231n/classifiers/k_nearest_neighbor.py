"""The k-nearest-neighbour classifier with Euclidean distance."""

import numpy as np

from ..validation import as_count, as_floats, as_labels


class KNearestNeighbor:
    """Label a point by a vote of the k training points that lie nearest to it.

    Training remembers the data; all the work is in prediction.

    Source: Cover and Hart, Nearest Neighbor Pattern Classification (1967).
    """

    def __init__(self):
        """Make a classifier that has seen no data yet."""
        self.X_train = None
        self.y_train = None

    def train(self, X, y):
        """Remember the training data in `X_train` and `y_train`.

        Inputs:
        - X: numbers (num_train, D), one training point per row; integers are stored as float64
        - y: integers (num_train,), the labels, at least 0

        Raises ValueError if the shapes do not fit together or there is no data.
        """
        X = as_floats("X", X, ndim=2)
        if len(X) == 0:
            raise ValueError("X must hold at least one training point.")
        self.X_train, self.y_train = X, as_labels("y", y, len(X))

    def predict(self, X, k=1, num_loops=0):
        """Predict the labels of test points.

        Inputs:
        - X: numbers (num_test, D), one test point per row
        - k: the number of neighbours that vote, 1 <= k <= num_train
        - num_loops: 0, 1 or 2, which of the three implementations computes the distances

        Returns integers (num_test,), the predicted labels.

        Raises ValueError for another num_loops, and whatever the methods called raise.
        """
        if num_loops == 0:
            dists = self.compute_distances_no_loops(X)
        elif num_loops == 1:
            dists = self.compute_distances_one_loop(X)
        elif num_loops == 2:
            dists = self.compute_distances_two_loops(X)
        else:
            raise ValueError(f"num_loops must be 0, 1 or 2, but got {num_loops!r}.")
        return self.predict_labels(dists, k=k)

    def compute_distances_two_loops(self, X):
        """Compute the distances between all test and training points, with a loop over each.

            dists[i, j] = sqrt( sum_d (X[i, d] - X_train[j, d])^2 )

        Loop over test and training points, but not over the D features; np.linalg.norm is not allowed.

        Inputs:
        - X: numbers (num_test, D), the test points; the training points are in self.X_train (num_train, D)

        Returns floats (num_test, num_train), of the inputs' dtype (integers count as float64).

        Raises ValueError before `train`, or if X has another number of columns than the training data.
        """
        X = self._test_points(X)
        # YOUR CODE HERE
        raise NotImplementedError("compute_distances_two_loops")

    def compute_distances_one_loop(self, X):
        """Compute the distances between all test and training points, with one loop over the test points.

            dists[i, j] = sqrt( sum_d (X[i, d] - X_train[j, d])^2 )

        Each pass of the loop fills one row of the result; np.linalg.norm is not allowed.

        Inputs:
        - X: numbers (num_test, D), the test points; the training points are in self.X_train (num_train, D)

        Returns floats (num_test, num_train), of the inputs' dtype (integers count as float64).

        Raises ValueError before `train`, or if X has another number of columns than the training data.
        """
        X = self._test_points(X)
        # YOUR CODE HERE
        raise NotImplementedError("compute_distances_one_loop")

    def compute_distances_no_loops(self, X):
        """Compute the distances between all test and training points, without any loop.

            dists[i, j] = sqrt( sum_d (X[i, d] - X_train[j, d])^2 )

        Use a matrix product and broadcasting. An array of shape (num_test, num_train, D) is not a solution:
        for 500 test and 5,000 training images it would hold 500 * 5,000 * 3,072 numbers of 8 bytes, 57 GiB.
        Neither np.linalg.norm nor a library's distance function is allowed. The result must be free of NaN,
        even where a test point is equal to a training point.

        Inputs:
        - X: numbers (num_test, D), the test points; the training points are in self.X_train (num_train, D)

        Returns floats (num_test, num_train), of the inputs' dtype (integers count as float64).

        Raises ValueError before `train`, or if X has another number of columns than the training data.
        """
        X = self._test_points(X)
        # YOUR CODE HERE
        raise NotImplementedError("compute_distances_no_loops")

    def predict_labels(self, dists, k=1):
        """Predict a label for each test point from its distances to the training points.

        The k nearest training points vote with their labels; the label with the most votes wins, and of
        labels with equally many votes the smallest one. (If the k-th and the next neighbour are equally far
        away, either may vote.)

        Inputs:
        - dists: floats (num_test, num_train), dists[i, j] from test point i to training point j
        - k: the number of neighbours that vote, 1 <= k <= num_train

        Returns integers (num_test,), the predicted labels.

        Raises ValueError before `train`, if dists has not one column for each training point, or if k is out
        of range.
        """
        if self.X_train is None:
            raise ValueError("There are no neighbours yet: call train(X, y) first.")
        dists = as_floats("dists", dists, ndim=2)
        num_train = len(self.y_train)
        if dists.shape[1] != num_train:
            raise ValueError(
                f"dists must have one column per training point: expected {num_train}, got {dists.shape[1]}."
            )
        k = as_count("k", k, 1, num_train)
        # YOUR CODE HERE
        raise NotImplementedError("predict_labels")

    def _test_points(self, X):
        """Return X as floats (num_test, D); ValueError if it does not fit the training data."""
        if self.X_train is None:
            raise ValueError("There are no neighbours yet: call train(X, y) first.")
        X = as_floats("X", X, ndim=2)
        columns = self.X_train.shape[1]
        if X.shape[1] != columns:
            raise ValueError(f"X must have as many columns as the training data: expected {columns}, got {X.shape[1]}.")
        return X
