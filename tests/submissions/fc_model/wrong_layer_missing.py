"""The last layer is missing."""

from autograder.quick_models import deep_network_on_pixels, write

EXPECTED = ("wrong", "saved_shape")


def save(folder):
    model = deep_network_on_pixels()
    rest = {name: value for name, value in model.items() if name not in ("W3", "b3")}
    write(folder, "fc_model", rest)
