"""The scores themselves."""

EXPECTED = ("wrong", "scores_returned")


def predict(self, X):
    scores = X.dot(self.W)
    return scores
