"""Three layers with batch normalisation."""

from autograder.quick_models import deep_network_on_pixels, write

EXPECTED = ("correct", "")


def save(folder):
    model = deep_network_on_pixels()
    write(folder, "fc_model", model)
