"""No file."""

EXPECTED = ("missing", "")


def save(folder):
    pass
