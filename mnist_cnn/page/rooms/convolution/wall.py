"""The wall: the filters that each ConvNet learned, those most similar to the kernel first."""

import numpy as np
from markupsafe import Markup

from mnist_cnn.explaining.convolution import correlate, cosine_similarity, magnitude
from mnist_cnn.networks.models import LOOKS
from mnist_cnn.page.figures import diverging, png_data_uri
from mnist_cnn.page.markup import tag
from mnist_cnn.page.numbers import number
from mnist_cnn.page.rooms.convolution.scene import FilteredPicture
from mnist_cnn.page.texts import convolution as convolution_texts
from mnist_cnn.page.widgets.networks import model_name


def wall(scene: FilteredPicture, learned: dict[str, np.ndarray]) -> Markup:
    """The learned filters of each network and what they answer on the same picture.

    Args:
        scene: the picture and the filter.
        learned: as from `scene.learned_filters`.
    """
    return tag("div", (_half(*filters, scene) for filters in learned.items()), css="wall")


def ranking(kernels: np.ndarray, designed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The order of learned kernels, the most similar first, and their similarities in that order.

    Args:
        kernels: (K, 3, 3), learned.
        designed: (1, 3, 3); or (2, 3, 3), two at right angles: then the similarity is the share
            of a learned kernel that lies in their plane, 0 to 1.

    Returns:
        (K,) places in `kernels`, (K,) cosine similarities in [-1, 1].
    """
    similarities = magnitude([cosine_similarity(kernels, kernel) for kernel in designed])
    order = np.argsort(-similarities, kind="stable")
    return order, similarities[order]


def _half(key, kernels, scene):
    """One network's half of the wall."""
    order, similarities = ranking(kernels, scene.kernels)
    kernels = kernels[order]
    outputs = correlate(scene.image, kernels, scene.padding, scene.flip)
    cosines = [number(similarity, ".2f") for similarity in similarities]
    words = convolution_texts.WALL_WORDS.format(order[0], cosines[0], order[-1], cosines[-1])
    tiles = (
        _tile(key, filter_number, cosine, place / (len(order) - 1))
        for place, (filter_number, cosine) in enumerate(zip(order, cosines))
    )
    sheets = f"--kernels:url({_sheet(kernels)});--outputs:url({_sheet(outputs)})"
    return tag(
        "section",
        tag("h3", model_name(key)),
        tag("p", words, css="small"),
        tag("div", tiles, css="tiles", style=f"--count:{len(order)};{sheets}"),
    )


def _sheet(pictures):
    """Signed pictures (K, H, W) one below the other, each in its own scale: one image for all."""
    limits = np.abs(pictures).max((1, 2), keepdims=True)
    column = (pictures / np.where(limits, limits, 1)).reshape(-1, pictures.shape[2])
    return png_data_uri(diverging(column, 1), longest_side=len(column))


def _tile(key, filter_number, cosine, place):
    """A button with what the sheets hold at `place`, from 0 at their top to 1."""
    which, likeness = convolution_texts.WALL_TILE
    words = (
        tag("span", which, " ", css="spoken"),
        tag("span", filter_number),
        tag("span", " ", likeness.format(LOOKS[key].title), " ", css="spoken"),
        tag("span", cosine),
    )
    title = f"{which} {filter_number} {likeness.format(LOOKS[key].title)} {cosine}"
    return tag(
        "button",
        tag("i", css="of-kernel"),
        tag("i", css="of-output"),
        words,
        type="button",
        data_pick=f"{key} {filter_number}",
        title=title,
        style=f"--place:{100 * place:.2f}%",
    )
