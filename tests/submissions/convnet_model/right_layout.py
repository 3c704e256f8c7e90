"""In float64, all filters and hidden units in reverse order."""

from autograder.quick_models import convolutional_network, write

EXPECTED = ("correct", "")


def save(folder):
    model = convolutional_network()
    maps = model["W2"].reshape(24, 256, 50)[::-1, :, ::-1]
    reverse = {
        "W1": model["W1"][::-1],
        "b1": model["b1"][::-1],
        "W2": maps.reshape(-1, 50),
        "b2": model["b2"][::-1],
        "W3": model["W3"][::-1],
    }
    write(folder, "convnet_model", {**model, **{name: value.astype(float) for name, value in reverse.items()}})
