"""What the filter at work does, what happens at the border, and why networks slide filters."""

import numpy as np
from markupsafe import Markup
from torch import nn

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.explaining.convolution import KERNEL_SIDE, KERNELS, PADDINGS, border_error
from mnist_cnn.networks.models import parameter_count
from mnist_cnn.page.markup import fill, join, paragraph, tag
from mnist_cnn.page.numbers import number
from mnist_cnn.page.rooms.convolution.scene import DECIMALS, MAGNITUDE, FilteredPicture
from mnist_cnn.page.texts import convolution as convolution_texts
from mnist_cnn.page.widgets.networks import model_name

ROUNDING = 1e-9  # a sum of nine weights below it is 0
MADE_UP = 0.0005  # of the strongest answer: a smaller error would be shown as 0.0 %


def filter_words(scene: FilteredPicture, learned: dict[str, np.ndarray]) -> Markup:
    """What the filter does, and what happens at the border: two paragraphs.

    Args:
        scene: the picture and the filter.
        learned: as from `scene.learned_filters`.
    """
    title, why = filter_title(scene, learned)
    name = tag("b", title, ".")
    what = join(name, " ", why, " ", even_ground(scene.kernels))
    return join(paragraph(what), paragraph(border_words(scene)))


def filter_title(scene: FilteredPicture, learned: dict[str, np.ndarray]) -> tuple[Markup, str]:
    """What to call the filter, and what to say of it: as for `filter_words`."""
    preset = scene.preset
    if preset == MAGNITUDE:
        return Markup(convolution_texts.MAGNITUDE), convolution_texts.MAGNITUDE_WHY
    if preset:
        return Markup(KERNELS[preset].title), KERNELS[preset].why
    for key, kernels in learned.items():
        for place in np.flatnonzero((kernels.round(DECIMALS) == scene.kernels[0]).all((1, 2))):
            title = fill(convolution_texts.LEARNED_KERNEL, place, model_name(key))
            return title, convolution_texts.LEARNED_WHY
    return Markup(convolution_texts.OWN_KERNEL), ""


def even_ground(kernels: np.ndarray) -> str:
    """What the filter answers where the picture is even.

    Args:
        kernels: (1 or 2, 3, 3).
    """
    total = kernels.sum()
    if abs(total) < ROUNDING:
        return convolution_texts.KERNEL_ZERO
    return convolution_texts.KERNEL_SUM.format(number(total))


def border_words(scene: FilteredPicture) -> str:
    """Whether the answers along the border can be trusted."""
    if PADDINGS[scene.padding].mode is None:
        return convolution_texts.BORDER_NONE
    error = border_error(scene.image, scene.kernels, scene.padding, scene.flip)
    if error < MADE_UP:
        return convolution_texts.BORDER_TRUE
    strongest = np.abs(scene.output).max()
    return convolution_texts.BORDER_FALSE.format(number(error * strongest), number(strongest))


def why_convolution(models: dict[str, nn.Module]) -> list[Markup]:
    """Why networks slide filters, in sentences with the numbers of these networks.

    Args:
        models: networks by the keys of MODELS.
    """
    dense = next(it for it in models["fc"].modules() if isinstance(it, nn.Linear))
    convolution = next(it for it in models["conv"].modules() if isinstance(it, nn.Conv2d))
    numbers = {
        "pixels": dense.in_features,
        "units": dense.out_features,
        "dense": parameter_count(dense),
        "weights": convolution.weight[0].numel(),
        "filters": convolution.out_channels,
        "convolution": parameter_count(convolution),
        "places": (DATASET.side - KERNEL_SIDE + 1) ** 2,
    }
    return [fill(sentence, **numbers) for sentence in convolution_texts.WHY]
