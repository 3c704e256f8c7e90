"""One of the running averages is missing."""

from autograder.quick_models import deep_network_on_pixels, write

EXPECTED = ("wrong", "saved_key")


def save(folder):
    model = deep_network_on_pixels()
    rest = {name: value for name, value in model.items() if name != "running_var2"}
    write(folder, "fc_model", rest)
