"""The digit that all rooms look at: its image file, and where that came from."""

import random
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from mnist_cnn.arguments import check_index
from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.page.figures import picture_bytes
from mnist_cnn.page.texts import common as common_texts
from mnist_cnn.page.widgets import sketch
from mnist_cnn.reading.images import ImageError

FIRST_INDEX = 3675  # the lesson's own sample: the page opens with it, already read


@dataclass(frozen=True)
class InputImage:
    """An image file as it came: small, immutable, and decoded anew where it is read."""

    file: bytes
    origin: str  # where it came from, in words


def from_drawing(data_url: str) -> InputImage:
    """A drawing, or a picture pasted or dropped onto the drawing paper."""
    return InputImage(sketch.to_file(data_url), common_texts.DRAWING)


def from_photo(file: Path | bytes) -> InputImage:
    """An uploaded picture: its path, or its bytes where they came inside the request."""
    try:
        content = file if isinstance(file, bytes) else Path(file).read_bytes()
        return InputImage(content, common_texts.PHOTO)
    except OSError as error:
        raise ImageError("the picture did not arrive; send it again") from error


def from_test_set(index: float) -> InputImage:
    """A digit of the MNIST test set.

    Args:
        index: a whole number from 0 to 9999; anything else that a browser may send is refused.

    Raises:
        RequestError: no such test digit.
    """
    test = embedded_test_set()
    index = check_index(index, len(test))
    image = Image.fromarray(test.images[index].numpy())
    words = common_texts.TEST_DIGIT_ORIGIN.format(index, test.labels[index].item())
    return InputImage(picture_bytes(image), words)


def random_index() -> int:
    """An index into the MNIST test set."""
    return random.randrange(len(embedded_test_set()))
