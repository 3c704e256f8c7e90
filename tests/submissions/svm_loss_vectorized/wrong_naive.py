"""Leaves the work to the version with loops."""

EXPECTED = ("partial", "loops")


def svm_loss_vectorized(W, X, y, reg):
    return svm_loss_naive(W, X, y, reg)  # noqa: F821  it stands in the same module
