"""What the rooms say of a network's inside is what the network does."""

import pytest

from mnist_cnn.explain import layers
from mnist_cnn.models import MODELS, multiply_adds, parameter_count


@pytest.mark.parametrize("key", MODELS)
def test_layers_add_up_to_the_network(key):
    model = MODELS[key].build().eval()
    rows = layers(model)
    assert sum(row.parameters for row in rows) == parameter_count(model)
    assert sum(row.multiply_adds for row in rows) == multiply_adds(model)
    modules = [name for name, module in model.named_modules() if not list(module.children())]
    assert [row.name for row in rows] == ["input", *modules, "probabilities"]
    assert len({row.title for row in rows}) == len(rows)


def test_layers_of_the_convnet_shrink_and_see_more():
    rows = {row.title: row for row in layers(MODELS["conv"].build().eval())}
    assert {title: (row.shape, row.receptive_field) for title, row in rows.items()} == {
        "Input": ((1, 28, 28), 1),
        **dict.fromkeys(("Convolution 1", "Batch norm 1", "ReLU 1"), ((32, 26, 26), 3)),
        **dict.fromkeys(("Convolution 2", "Batch norm 2", "ReLU 2"), ((32, 24, 24), 5)),
        "Max pooling 1": ((32, 12, 12), 6),
        **dict.fromkeys(("Convolution 3", "Batch norm 3", "ReLU 3"), ((64, 10, 10), 10)),
        **dict.fromkeys(("Convolution 4", "Batch norm 4", "ReLU 4"), ((64, 8, 8), 14)),
        "Max pooling 2": ((64, 4, 4), 16),
        "Flatten": ((1024,), None),
        **dict.fromkeys(("Dense 1", "Batch norm 5", "ReLU 5", "Dropout"), ((512,), None)),
        **dict.fromkeys(("Dense 2", "Probabilities"), ((10,), None)),
    }
    assert (rows["Convolution 2"].parameters, rows["Batch norm 2"].parameters) == (9248, 64)
    assert rows["Convolution 2"].multiply_adds == 9 * 32 * 32 * 24 * 24


def test_layers_of_the_fully_connected_network():
    rows = layers(MODELS["fc"].build().eval())
    titles = ["Input", "Flatten", "Dense 1", "ReLU", "Dense 2", "Probabilities"]
    assert [row.title for row in rows] == titles
    assert [row.parameters for row in rows] == [0, 0, 401_920, 0, 5_130, 0]
