"""No archive at all."""

EXPECTED = ("wrong", "saved")


def save(folder):
    (folder / "knn_cross_validation.npz").write_bytes(b"PK\x03\x04 not an archive")
