"""Lists of lists, without an array."""

EXPECTED = ("correct", "")


def compute_distances_two_loops(self, X):
    return [[sum((a - b) ** 2 for a, b in zip(x, t, strict=True)) ** 0.5 for t in self.X_train] for x in X]
