"""Classes in rows."""

EXPECTED = ("correct", "")


def predict(self, X):
    return (self.W.T @ X.T).argmax(axis=0)
