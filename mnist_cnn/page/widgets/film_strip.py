"""Preprocessing as a film strip: one frame per step, with its name, its shape and its reason."""

from collections.abc import Sequence

from markupsafe import Markup

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.page.markup import fill, join, paragraph, picture, tag
from mnist_cnn.page.numbers import shape
from mnist_cnn.page.texts import draw as draw_texts
from mnist_cnn.reading.pipelines import Frame


def film_strip(frames: Sequence[Frame]) -> Markup:
    """Every frame of a preprocessing pipeline, and what becomes of the last one."""
    tensor = fill(draw_texts.TENSOR, mean=DATASET.mean, std=DATASET.std)
    numbered = (_frame(number, frame) for number, frame in enumerate(frames, 1))
    return join(tag("div", numbered, css="strip"), paragraph(tensor))


def _frame(number: int, frame: Frame) -> Markup:
    caption = (
        tag("b", f"{number} {frame.name}"),
        " ",
        tag("code", shape(frame.shape)),
        tag("span", frame.why),
    )
    words = f"{frame.name}: {frame.why}"
    return tag("figure", picture(frame.image, words), tag("figcaption", caption))
