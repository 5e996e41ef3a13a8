"""The digit that all rooms look at: its image file, and where that came from.

The browser keeps it and sends it with every request: no server has to remember anybody, and after a
restart, or at another replica, the head and every room still look at the same digit.
"""

import functools
import hashlib
import io
from abc import ABCMeta
from dataclasses import asdict, dataclass
from pathlib import Path

import gradio as gr
from PIL import Image

from mnist_cnn.arguments import RequestError, check_index
from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.judging.drawings import DRAWINGS, on_paper
from mnist_cnn.page.figures import picture_bytes
from mnist_cnn.page.texts import common as common_texts
from mnist_cnn.page.widgets import sketch
from mnist_cnn.page.widgets.upload import refusal
from mnist_cnn.reading.images import ImageError, open_image, upright
from mnist_cnn.reading.page import FoundDigit
from mnist_cnn.reading.pipelines import WORKING_SIDE

FIRST_INDEX = 3675  # the lesson's own sample: the page opens with it, already read
LARGEST = 4 * WORKING_SIDE**2 + 10_000  # bytes of a file that travels: its pixels uncompressed


@dataclass(frozen=True)
class InputImage:
    """An image file as it came: small, immutable, and decoded anew where it is read."""

    file: bytes
    origin: str  # where it came from, in words
    index: int | None = None  # of the test digit that it is
    bright_ink: bool = False  # whether it is white on black, as MNIST has it

    @functools.cached_property
    def _hash(self) -> str:
        return hashlib.sha256(self.file).hexdigest()

    def seen(self, pipeline: str) -> str:
        """A name for what the networks see: another picture, or another way, has another one."""
        return f"{self._hash} {pipeline}"

    @property
    def is_drawn(self) -> bool:
        """Whether the learner drew it on the page."""
        return self.origin == common_texts.DRAWING


def from_drawing(data_url: str) -> InputImage:
    """What lies on the drawing paper."""
    return InputImage(small(sketch.to_file(data_url)), common_texts.DRAWING)


def from_pasted(data_url: str) -> InputImage:
    """A picture that was pasted, or dropped onto the page."""
    return from_photo(sketch.to_file(data_url))


def from_erased(old: InputImage, data_url: str) -> InputImage:
    """What is left of the current digit, of which the learner has erased something."""
    rest = common_texts.REST.format(old.origin.removeprefix(common_texts.REST.format("")))
    return InputImage(small(sketch.to_file(data_url)), rest, bright_ink=old.bright_ink)


def from_photo(file: Path | bytes) -> InputImage:
    """An uploaded picture: its path, or its bytes where they came inside the request."""
    try:
        content = file if isinstance(file, bytes) else Path(file).read_bytes()
    except OSError as error:
        raise ImageError("the picture did not arrive; send it again") from error
    return InputImage(small(content), common_texts.PHOTO)


def from_test_set(index: float) -> InputImage:
    """A digit of the MNIST test set.

    Args:
        index: a whole number from 0 to 9999; anything else that a browser may send is refused.

    Raises:
        RequestError: no such test digit.
    """
    test = embedded_test_set()
    try:
        index = check_index(index, len(test))
    except RequestError as error:
        words = common_texts.NO_TEST_DIGIT.format(repr(index)[:40], len(test) - 1)
        raise RequestError(words) from error
    image = Image.fromarray(test.images[index].numpy())
    words = common_texts.TEST_DIGIT_ORIGIN.format(index, test.labels[index].item())
    return InputImage(picture_bytes(image), words, index, bright_ink=True)


def from_our_drawings(key: str) -> InputImage:
    """A digit that we drew.

    Args:
        key: of DRAWINGS; anything else that a browser may send is refused.

    Raises:
        RequestError: no such drawing.
    """
    if key not in DRAWINGS:
        raise RequestError(common_texts.NO_DRAWING)
    drawing = DRAWINGS[key]
    file = picture_bytes(Image.fromarray(on_paper(drawing)))
    return InputImage(file, common_texts.OUR_DRAWING.format(drawing.label))


def from_page(taken: tuple[FoundDigit, int]) -> InputImage:
    """One of several digits that were found in a picture, and its place among them."""
    digit, place = taken
    words = common_texts.ONE_OF_SEVERAL.format(place + 1)
    return InputImage(small(picture_bytes(Image.fromarray(digit.cutout))), words)


def from_tray(kept: dict) -> InputImage:
    """A digit that the learner keeps, as tray.js sends it: {"taken": data URL, "number"}."""
    words = common_texts.TRAY_ORIGIN.format(int(kept["number"]))
    return InputImage(small(sketch.to_file(kept["taken"])), words)


def small(file: bytes) -> bytes:
    """An image file that may travel with every request, and is read as the given one would be.

    MNIST's own way sees the same pixels; the notebook's sees a large picture already averaged down.

    Raises:
        ImageError: the file is no picture.
    """
    if len(file) <= LARGEST and _fits(file):
        return file
    image = upright(open_image(file, WORKING_SIDE), WORKING_SIDE)
    image.info.clear()  # profiles and texts may be longer than the picture
    content = io.BytesIO()
    image.save(content, "PNG" if image.mode == "RGBA" else "TIFF")  # which keeps deep greys
    return content.getvalue()


@functools.lru_cache(maxsize=64)  # the digit on the table comes with every request
def _fits(file: bytes) -> bool:
    return max(open_image(file, WORKING_SIDE).size) <= WORKING_SIDE


def kept_in_browser() -> gr.JSON:
    """The current digit as a component: an InputImage here, JSON in the browser."""
    return _KeptInBrowser(visible=False)


def to_browser(image: InputImage) -> dict[str, str | int | bool | None]:
    """What the browser keeps of an image."""
    return {**asdict(image), "file": sketch.to_data_url(image.file)}


def from_browser(sent) -> InputImage:
    """The image that `to_browser` made this of; whatever else comes is refused in one sentence."""
    try:
        file, origin = sketch.to_file(sent["file"]), str(sent["origin"])
        index = sent.get("index")
        index = None if index is None else check_index(index, DATASET.test)
        if len(file) <= LARGEST and _fits(file) and len(origin) < 80:
            return InputImage(file, origin, index, sent.get("bright_ink") is True)
    except (ImageError, LookupError, RequestError, TypeError):
        pass
    raise refusal("The digit on the table did not arrive; draw it again.")


# A class, since Gradio makes an updated component anew from its class; to the browser it is its
# parent (is_template). Gradio's own metaclass would write a .pyi beside this file.
_KeptInBrowser = ABCMeta.__new__(
    type(gr.JSON),
    "kept_in_browser",
    (gr.JSON,),
    {
        "is_template": True,
        "postprocess": lambda self, image: image and to_browser(image),
        "preprocess": lambda self, sent: from_browser(sent),
    },
)
