"""The digit on the table: the picture that all rooms look at, and where it came from."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import gradio as gr
from PIL import Image

from mnist_cnn.arguments import check_index
from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.page.figures import picture_bytes
from mnist_cnn.page.widgets import sketch
from mnist_cnn.reading import predict
from mnist_cnn.reading.images import ImageError
from mnist_cnn.reading.pipelines import preprocess, to_digit
from mnist_cnn.sharing.live import LiveWeights

FIRST_INDEX = 3675  # the lesson's own sample: the page opens with it, already read

# How the page listens to itself: no endpoint, no spinner, and of many events in a row the last one.
QUIETLY = {"api_visibility": "private", "show_progress": "hidden", "trigger_mode": "always_last"}


@dataclass(frozen=True)
class Picture:
    """A picture as its file, which is small, immutable and exactly what came."""

    file: bytes
    origin: str  # where it came from, in words

    @cached_property
    def digits(self):
        """{id of a pipeline: (28, 28) uint8}, for those that `digit` was asked for."""
        return {}


@dataclass(frozen=True, eq=False)
class Reading(predict.Reading):
    """What one pipeline and the networks make of a picture, and where the picture came from."""

    origin: str  # in words


@dataclass(frozen=True, eq=False)
class Shared:
    """What all rooms share."""

    weights: LiveWeights
    on_table: gr.State  # of an OnTable
    way: gr.Radio  # a key of PIPELINES
    take_index: Callable  # (event, gr.Number) -> event: the test digit of this index onto the table


def steps(on_table, way):
    """Every step from the picture to the digit that the networks see.

    Args:
        way: a key of PIPELINES; None, which a stranger may send, is MNIST's own.

    Raises:
        ImageError: it is no picture.
    """
    return preprocess(on_table.file, way or "mnist")


def digit(on_table, way):
    """(28, 28) uint8: what the networks see of what lies on the table."""
    if way not in on_table.digits:
        on_table.digits[way] = to_digit(steps(on_table, way))
    return on_table.digits[way]


def read(on_table, way, weights):
    """The Reading of what lies on the table, by a live.WeightSet.

    Raises:
        ImageError: it is no picture.
    """
    reading = predict.read(on_table.file, weights, way or "mnist")
    return Reading(**vars(reading), origin=on_table.origin)


def from_drawing(data_url):
    """A drawing, or a picture pasted or dropped onto the paper."""
    return Picture(sketch.to_file(data_url), "your drawing")


def from_photo(file):
    """An uploaded picture: its path, or its bytes where they came inside the request."""
    try:
        content = file if isinstance(file, bytes) else Path(file).read_bytes()
        return Picture(content, "your picture")
    except OSError as error:
        raise ImageError("the picture did not arrive; send it again") from error


def from_test_set(index):
    """A digit of the MNIST test set by its index, 0 to 9999."""
    test = embedded_test_set()
    index = check_index(index, len(test))
    picture = Image.fromarray(test.images[index].numpy())
    return Picture(picture_bytes(picture), f"test digit {index}, a {test.labels[index].item()}")


def random_index():
    """An index into the MNIST test set."""
    return random.randrange(len(embedded_test_set()))
