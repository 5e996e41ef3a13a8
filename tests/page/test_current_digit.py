"""Where the current digit comes from."""

import base64

import numpy as np
import pytest
from PIL import Image

from mnist_cnn.arguments import RequestError
from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.page import current_digit
from mnist_cnn.page.current_digit import from_drawing, from_photo, from_test_set
from mnist_cnn.reading.images import ImageError


@pytest.mark.parametrize("index", [0, 3675, 9999, 8.0])
def test_a_test_digit_is_the_test_digit(index, tmp_path):
    image, test = from_test_set(index), embedded_test_set()
    (tmp_path / "digit.png").write_bytes(image.file)
    pixels = np.asarray(Image.open(tmp_path / "digit.png"))
    assert np.array_equal(pixels, test.images[int(index)])
    assert image.origin == f"test digit {int(index)}, a {test.labels[int(index)]}"


@pytest.mark.parametrize("index", [-1, 10_000, 1.5, None, "many", float("nan"), float("inf")])
def test_there_is_no_other_test_digit(index):
    with pytest.raises(RequestError, match=r"index: .* from 0 to 9999"):
        from_test_set(index)


def test_a_drawing():
    image = from_drawing("data:image/png;base64," + base64.b64encode(b"ink").decode())
    assert (image.file, image.origin) == (b"ink", "your drawing")


def test_a_photo(tmp_path):
    (tmp_path / "photo.png").write_bytes(b"light")
    for sent in (tmp_path / "photo.png", b"light"):
        image = from_photo(sent)
        assert (image.file, image.origin) == (b"light", "your picture")
    with pytest.raises(ImageError, match="did not arrive"):
        from_photo(tmp_path / "gone.png")


def test_a_random_index_is_an_index():
    drawn = {current_digit.random_index() for _ in range(200)}
    assert len(drawn) > 100 and min(drawn) >= 0 and max(drawn) < 10_000
