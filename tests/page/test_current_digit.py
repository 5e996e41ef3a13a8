"""Where the current digit comes from."""

import io
import json

import gradio as gr
import numpy as np
import pytest
from PIL import Image

from mnist_cnn.arguments import RequestError
from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.judging.drawings import DRAWINGS, on_paper
from mnist_cnn.page.current_digit import (
    LARGEST,
    from_browser,
    from_drawing,
    from_our_drawings,
    from_photo,
    from_test_set,
    kept_in_browser,
    to_browser,
)
from mnist_cnn.page.widgets import sketch
from mnist_cnn.reading.images import ImageError
from mnist_cnn.reading.pipelines import preprocess


@pytest.mark.parametrize("index", [0, 3675, 9999, 8.0])
def test_a_test_digit_is_the_test_digit(index, tmp_path):
    image, test = from_test_set(index), embedded_test_set()
    (tmp_path / "digit.png").write_bytes(image.file)
    pixels = np.asarray(Image.open(tmp_path / "digit.png"))
    assert np.array_equal(pixels, test.images[int(index)])
    assert image.origin == f"test digit {int(index)}, a {test.labels[int(index)]}"
    assert image.index == index


@pytest.mark.parametrize("index", [-1, 10_000, 1.5, None, "many", float("nan"), float("inf")])
def test_there_is_no_other_test_digit(index):
    with pytest.raises(RequestError, match=r"no test digit .*; type .* from 0 to 9999"):
        from_test_set(index)


def test_a_drawing_of_ours_is_read_as_on_paper():
    image, drawing = from_our_drawings("1-long-flag"), DRAWINGS["1-long-flag"]
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(image.file))), on_paper(drawing))
    assert image.origin == "our drawing, a 1" and image.index is None
    assert not image.is_drawn and not image.bright_ink
    for wrong in ("", "1", "../1-long-flag"):
        with pytest.raises(RequestError, match="no such drawing; pick one of those shown"):
            from_our_drawings(wrong)


def file_of(image, kind="PNG", **settings):
    file = io.BytesIO()
    image.save(file, kind, **settings)
    return file.getvalue()


def test_a_drawing(files):
    image = from_drawing(sketch.to_data_url(files["seven"]))
    assert (image.file, image.origin) == (files["seven"], "your drawing")


def test_a_photo(files, tmp_path):
    (tmp_path / "photo.png").write_bytes(files["seven"])
    for sent in (tmp_path / "photo.png", files["seven"]):
        image = from_photo(sent)
        assert (image.file, image.origin) == (files["seven"], "your picture")
    with pytest.raises(ImageError, match="did not arrive"):
        from_photo(tmp_path / "gone.png")


NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 255, (900, 700, 3), np.uint8))
DEEP = Image.fromarray(np.random.default_rng(0).integers(0, 1000, (500, 400), np.int32))
TURNED = Image.Exif()
TURNED[0x0112] = 6  # a phone held upright


@pytest.mark.parametrize(
    "file",
    [
        file_of(NOISE),
        file_of(NOISE, "JPEG", quality=95, exif=TURNED),
        file_of(NOISE.convert("P"), "GIF"),
        file_of(NOISE.convert("LA")),
        file_of(DEEP, "TIFF"),
        file_of(DEEP.convert("F"), "TIFF"),
        file_of(NOISE.resize((300, 300))) + bytes(LARGEST),
    ],
)
def test_a_large_picture_travels_small_and_is_read_as_before(file):
    image = from_photo(file)
    assert image.file != file and len(image.file) <= LARGEST
    assert from_photo(image.file) == image
    for before, after in zip(preprocess(file), preprocess(image.file)):
        assert np.array_equal(before.image, after.image), before.name


def test_the_browser_keeps_the_digit(files):
    image = from_photo(files["seven"])
    kept = json.loads(json.dumps(to_browser(image)))
    assert from_browser(kept) == image
    digit = from_test_set(7)
    assert from_browser(json.loads(json.dumps(to_browser(digit)))) == digit
    with gr.Blocks(analytics_enabled=False):
        component = kept_in_browser()
    updated = type(component)(**component.constructor_args)  # as Gradio does it
    for one in (component, updated):
        assert one.preprocess(one.postprocess(image)) == image
    assert component.get_block_name() == "json"


@pytest.mark.parametrize(
    "sent",
    [
        *(None, 7, "2", [], {}, {"file": "data:image/png;base64,"}),
        {"file": 7, "origin": "x"},
        {"file": sketch.to_data_url(b"no picture"), "origin": "x"},
        {**to_browser(from_test_set(7)), "index": 10_000},
        {"file": sketch.to_data_url(file_of(Image.new("L", (28, 28)))), "origin": 80 * "x"},
        {"file": sketch.to_data_url(file_of(Image.new("L", (385, 28)))), "origin": "x"},
    ],
)
def test_what_no_browser_keeps_is_refused_in_one_sentence(sent):
    with pytest.raises(gr.Error, match="The digit on the table did not arrive; draw it again"):
        from_browser(sent)
