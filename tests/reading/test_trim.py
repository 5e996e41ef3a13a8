"""A rim goes, whatever its colour and however many; a drawing keeps its paper and its strokes."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.reading.pipelines import images_by_id, leave_out, preprocess, to_digit
from mnist_cnn.reading.trim import trim
from tests.conftest import draw_seven

WIDTH, HEIGHT = 240, 300


def photo(width=WIDTH, height=HEIGHT, noise=3.0):
    """A 7 on a shaded and noisy page."""
    pen = np.asarray(draw_seven(size=300, width=24, mode="L").resize((width, height)), float)
    page = np.where(pen < 128, 60, 190) * np.linspace(0.75, 1, width)
    grain = np.random.default_rng(0).normal(0, noise, page.shape)
    return Image.fromarray(np.uint8((page + grain).clip(0, 255)))


def grey(image):
    return np.asarray(image.convert("L"), np.float32) / 255


def rim(colour, *border):
    border = border if len(border) > 1 else border[0]
    return lambda image: ImageOps.expand(image.convert("RGB"), border, colour)


def on_page(colour):
    def place(image):
        page = Image.new("RGB", (420, 420), colour)
        page.paste(image, (30, 100))
        return page

    return place


def jpeg(place, quality):
    def compressed(image):
        file = io.BytesIO()
        place(image).save(file, "JPEG", quality=quality)
        return Image.open(file).convert("RGB")

    return compressed


def figure(image):
    """As plotting libraries show a picture: spines, ticks, labels and a title on white."""
    page = Image.new("RGB", (400, 420), "white")
    draw = ImageDraw.Draw(page)
    page.paste(image, (80, 70))
    draw.rectangle((79, 69, 80 + WIDTH, 70 + HEIGHT), outline="black")
    for at in range(0, 240, 40):
        draw.line((74, 75 + at, 79, 75 + at), "black")
        draw.text((50, 70 + at), str(at), "black")
        draw.line((85 + at, 371, 85 + at, 376), "black")
        draw.text((80 + at, 380), str(at), "black")
    draw.text((180, 50), "label: 7", "black")
    return page


RIMS = {
    "1 px, white": rim("white", 1),
    "2 px, black": rim("black", 2),
    "5 px, red": rim("#c22", 5),
    "5 px, as grey as the paper": rim("#a8a8a8", 5),
    "letterbox": rim("black", 0, 60),
    "gallery bars": rim("#222", 70, 0),
    "wider below": rim("white", 10, 10, 10, 60),
    "on one side": rim("white", 20, 0, 0, 0),
    "a tenth, white": rim("white", 30),
    "a tenth, grey": rim("#808080", 30),
    "a white page": on_page("white"),
    "a grey page": on_page("#ddd"),
    "white in black": lambda image: rim("black", 4)(rim("white", 20)(image)),
    "black in white in grey": lambda image: rim("#777", 9)(
        rim("white", 20)(rim("black", 4)(image))
    ),
    "JPEG": jpeg(rim("white", 30), 50),
    "grey JPEG": jpeg(rim("#567", 30), 60),
    "a figure": figure,
}


@pytest.mark.parametrize("name", RIMS)
def test_only_the_photo_remains(name):
    left = trim(grey(RIMS[name](photo())))
    assert left.shape == pytest.approx((HEIGHT, WIDTH), abs=4)
    inner = grey(photo())[8:-8, 8:-8]
    top, bottom = (int(value) for value in np.flatnonzero((left < 0.3).any(1))[[0, -1]])
    rows = np.flatnonzero((inner < 0.3).any(1))
    assert bottom - top == pytest.approx(rows[-1] - rows[0], abs=2)  # all of the digit


@pytest.mark.parametrize("name", RIMS)
def test_the_digit_is_as_without_a_rim(name):
    found = preprocess(RIMS[name](photo()))[-1].image
    assert np.abs(found - preprocess(photo())[-1].image).mean() < 0.03


@pytest.mark.parametrize("scale, width", [(4, 1), (4, 2), (4, 3), (3, 4), (5, 8)])
@pytest.mark.parametrize("colour", ["white", "black"])
def test_a_rim_thinner_than_a_pixel_after_averaging(scale, width, colour):
    large = photo(scale * WIDTH, scale * HEIGHT)
    found = preprocess(rim(colour, width)(large))[-1].image
    assert np.abs(found - preprocess(large)[-1].image).mean() < 0.03


def test_a_photo_without_a_rim_stays():
    for picture in (grey(photo()), grey(photo(noise=0)), grey(photo(90, 110))):
        assert np.array_equal(trim(picture), picture)


def test_the_frame_shows_what_was_cut():
    frames = preprocess(rim("white", 30)(photo()))
    images = images_by_id(frames)
    assert images["grey"].shape == (HEIGHT + 60, WIDTH + 60)
    assert images["trimmed"].shape == images["ink"].shape == (HEIGHT - 2, WIDTH - 2)
    kept = images_by_id(leave_out(frames, "trimmed"))
    assert np.array_equal(kept["trimmed"], images["grey"])


def drawn(draw_on, size=(280, 280), paper="white"):
    image = Image.new("L", size, paper)
    draw_on(ImageDraw.Draw(image))
    return image


ANGULAR = [(90, 40), (190, 40), (190, 240), (90, 240), (90, 40)]
DRAWINGS = {
    "a 7": draw_seven(mode="L"),
    "a 7 in a thick pen": draw_seven(mode="L", width=70),
    "a straight 1": drawn(lambda draw: draw.rectangle((120, 40, 160, 240), 0)),
    "a thick straight 1": drawn(lambda draw: draw.rectangle((100, 40, 180, 240), 0)),
    "a round-ended 1": drawn(lambda draw: draw.rounded_rectangle((100, 40, 170, 240), 35, 0)),
    "an angular 0": drawn(lambda draw: draw.line(ANGULAR, 0, 20)),
    "a thin angular 0": drawn(lambda draw: draw.line(ANGULAR, 0, 2)),
    "an angular 8": drawn(lambda draw: draw.line([*ANGULAR, (90, 140), (190, 140)], 0, 20)),
    "a thin angular 8": drawn(
        lambda draw: (draw.line(ANGULAR, 0, 2), draw.line((90, 140, 190, 140), 0, 2)),
        (300, 300),
    ),
    "an angular 5": drawn(
        lambda draw: draw.line([(190, 40), (90, 40), (90, 140), (190, 140), (190, 240), (90, 240)],
                               0, 24)
    ),
    "a blot": drawn(lambda draw: draw.rectangle((60, 60, 220, 220), 0)),
    "nothing": Image.new("L", (280, 280), 255),
}  # fmt: skip


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.parametrize("is_light", [False, True])
def test_a_drawing_keeps_its_paper(name, is_light):
    for picture in (DRAWINGS[name], DRAWINGS[name].resize((28, 28), Image.Resampling.BOX)):
        paper = 1 - grey(picture) if is_light else grey(picture)
        assert np.array_equal(trim(paper), paper)


def test_a_framed_drawing_loses_its_frame():
    framed = rim("black", 3)(draw_seven())
    for picture in (framed, rim("white", 40)(framed)):
        assert trim(grey(picture)).shape == pytest.approx((280, 280), abs=2)
    small = rim("black", 1)(draw_seven(size=28, width=3))
    assert trim(grey(small)).shape == (28, 28)


def test_mnists_digits_have_no_rim():
    for digit in embedded_test_set().images[:500].numpy():
        values = digit / np.float32(255)
        assert trim(values) is values


def test_any_size():
    random = np.random.default_rng(0)
    for shape in ((1, 1), (2, 7), (3, 250), (384, 4), (200, 200), (97, 384)):
        for picture in (random.random(shape, np.float32), np.ones(shape, np.float32)):
            assert trim(picture).size > 0
            framed = np.pad(picture, 2)
            assert min(trim(framed).shape) >= 1
            to_digit(preprocess(np.uint8(255 * framed)))
