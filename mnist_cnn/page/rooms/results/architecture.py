"""What the networks are made of: each architecture as a picture and a table of its layers."""

from markupsafe import Markup
from torch import nn

from mnist_cnn.explaining.activations import Layer, layers
from mnist_cnn.networks.models import MODELS
from mnist_cnn.page.figures import architecture
from mnist_cnn.page.markup import join, paragraph, section, table, tag
from mnist_cnn.page.numbers import shape
from mnist_cnn.page.palette import MODEL_COLOURS
from mnist_cnn.page.texts import results as results_texts
from mnist_cnn.page.widgets.code_panel import code_panel
from mnist_cnn.page.widgets.networks import model_name


def architectures(models: dict[str, nn.Module]) -> Markup:
    """Every architecture once, and what tells the ConvNet from the fully connected network.

    Args:
        models: networks by the keys of MODELS.
    """
    by_architecture: dict[str, list[str]] = {}
    for key in models:
        by_architecture.setdefault(MODELS[key].architecture, []).append(key)
    rows = {keys[0]: layers(models[keys[0]]) for keys in by_architecture.values()}
    sections = (_section(keys, rows[keys[0]]) for keys in by_architecture.values())
    twist = twist_words(rows["fc"], rows["conv"])
    return section(
        "part-architecture",
        results_texts.ARCHITECTURE,
        paragraph(twist),
        sections,
        code_panel("architecture"),
    )


def twist_words(fc: tuple[Layer, ...], conv: tuple[Layer, ...]) -> str:
    """Where the parameters of both networks sit, and what they cost.

    Args:
        fc, conv: layers of the fully connected network and of the ConvNet.
    """
    totals = {name: sum(row.parameters for row in rows) for name, rows in _named(fc, conv)}
    products = {name: sum(row.multiply_adds for row in rows) for name, rows in _named(fc, conv)}
    dense = sum(row.parameters for row in conv if row.name.startswith("classifier"))
    seeing = sum(row.parameters for row in conv if row.kind == "Conv2d")
    words = results_texts.TWIST.format(
        **totals,
        share=dense / totals["conv"],
        seeing=seeing,
        times=products["conv"] / products["fc"],
    )
    return words.replace("%", " %")


def _named(fc, conv):
    return (("fc", fc), ("conv", conv))


def stages_of(rows: tuple[Layer, ...]) -> list[tuple[str, tuple[int, ...]]]:
    """(title, shape) of the first layer, and of each layer that changes the shape."""
    before = (None, *(row.shape for row in rows))
    return [(row.title, row.shape) for row, shape in zip(rows, before) if row.shape != shape]


def _section(keys, rows):
    """One architecture under the names of the networks that have it."""
    stages = stages_of(rows)
    words = ", ".join(f"{title} {shape(sizes)}" for title, sizes in stages)
    cells = [
        (row.title, tag("code", shape(row.shape)), f"{row.parameters:,}", f"{row.multiply_adds:,}")
        for row in rows
    ]
    drawing = Markup(architecture(stages, MODEL_COLOURS[keys[0]]))
    return join(
        tag("h3", join(map(model_name, keys), by=" / ")),
        tag("div", drawing, css="wide", role="region", aria_label=words, tabindex=0),
        table(results_texts.LAYER_COLUMNS, cells, "figures"),
    )
