"""Counts with a Counter; returns a tuple."""

from collections import Counter

EXPECTED = ("correct", "")


def predict_labels(self, dists, k=1):
    labels = []
    for row in dists:
        votes = Counter(self.y_train[sorted(range(len(row)), key=row.__getitem__)[:k]].tolist())
        most = max(votes.values())
        labels.append(min(label for label, count in votes.items() if count == most))
    return tuple(labels)
