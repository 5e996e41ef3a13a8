"""The weight set that answers, and pictures that somebody may send."""

import asyncio
import io

import gradio as gr
import pytest

from mnist_cnn.page.page import ROOMS, build_page
from mnist_cnn.page.shared import Shared
from mnist_cnn.sharing.live import LiveWeights
from mnist_cnn.sharing.weight_set import load_shipped
from tests.conftest import draw_seven
from tests.reading import non_digits


@pytest.fixture(scope="session")
def weights():
    return load_shipped()


def in_loop(build, *arguments):
    """What `build` returns, called inside an event loop: Gradio leaves none behind then."""

    async def run():
        return build(*arguments)

    return asyncio.run(run())


@pytest.fixture(scope="session")
def page(weights):
    """The whole page, as gr.Blocks."""
    return in_loop(build_page, LiveWeights(weights))


def build_shared(weights):
    with gr.Blocks(analytics_enabled=False):
        return Shared(LiveWeights(weights), ROOMS)


@pytest.fixture
def shared(weights):
    """What rooms share, without rooms."""
    return in_loop(build_shared, weights)


def png(image):
    """A PIL image as the bytes of a PNG file."""
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="session")
def files():
    """{what it shows: bytes of a PNG file}."""
    return {
        "seven": png(draw_seven()),
        "several": png(non_digits.pictures("two digits")[0]),
        "no digit": png(non_digits.pictures("scribbles")[0]),
        "blank": png(non_digits.paper()),
    }
