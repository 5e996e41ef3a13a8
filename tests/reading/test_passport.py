"""A picture with one planted defect gets exactly that defect named, and the step that mends it."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.reading.passport import (
    TRAITS,
    Measure,
    Trait,
    measure_digit,
    measure_mnist,
    measure_picture,
    passport,
    transforms_that_matter,
)
from mnist_cnn.reading.pipelines import PIPELINES, Frame, leave_out, preprocess, to_digit
from mnist_cnn.reading.predict import predict

SIDE = 280


def sound():
    """An enlarged test digit: light on dark, in the middle, as large and thick as MNIST's."""
    digit = Image.fromarray(embedded_test_set().images[3675].numpy())
    return digit.resize((SIDE, SIDE), Image.Resampling.BICUBIC).point(lambda v: 255 * (v > 127))


def transformed(matrix):
    return sound().transform((SIDE, SIDE), Image.Transform.AFFINE, matrix, fillcolor=0)


def zoomed(scale):
    middle = SIDE / 2 * (1 - 1 / scale)
    return transformed((1 / scale, 0, middle, 0, 1 / scale, middle))


def strayed():
    picture = sound()
    ImageDraw.Draw(picture).rectangle((6, 6, 20, 20), 255)
    return picture


def line(start, end, width):
    """One straight stroke."""
    picture = Image.new("L", (SIDE, SIDE), 0)
    ImageDraw.Draw(picture).line([start, end], 255, width)
    return picture


PLANTED = {
    "off centre": (transformed((1, 0, -30, 0, 1, 0)), "position"),
    "too small": (zoomed(0.5), "size"),
    "too large": (zoomed(1.25), "size"),
    "leaning left": (line((65, 50), (215, 230), 24), "slant"),
    "too thin": (line((140, 45), (140, 235), 9), "stroke-width"),
    "other ink about": (strayed(), "stray-ink"),
    "too faint": (sound().point(lambda value: value * 0.4), "contrast"),
    "dark ink on light paper": (sound().point(lambda value: 255 - value), "polarity"),
}


def defects(picture):
    return {
        measure.trait.id: measure.defect
        for measure in passport(preprocess(picture))
        if measure.defect
    }


def test_a_sound_digit_has_no_defect():
    assert defects(sound()) == {}


@pytest.mark.parametrize("name", PLANTED)
def test_exactly_the_planted_defect_is_named(name):
    picture, trait = PLANTED[name]
    assert defects(picture) == {trait: name}


@pytest.mark.parametrize("name", [name for name in PLANTED if name != "leaning left"])
def test_preprocessing_mends_it(name):
    picture, trait = PLANTED[name]
    measure = next(m for m in passport(preprocess(picture)) if m.trait.id == trait)
    assert measure.mended


def test_what_mends_a_trait():
    ids = {trait.id: trait.mended_by and trait.mended_by.id for trait in TRAITS}
    assert ids == {
        "position": "centred",
        "size": "scaled",
        "slant": None,
        "stroke-width": "thickened",
        "stray-ink": "alone",
        "contrast": "alone",
        "polarity": "ink",
    }


@pytest.mark.parametrize(
    "name, trait", [("off centre", "position"), ("too small", "size"), ("too faint", "contrast")]
)
def test_another_way_mends_nothing_but_what_it_says(name, trait):
    picture, _ = PLANTED[name]
    picture = ImageOps.invert(picture)
    frames = preprocess(picture)
    for way in ("notebook", "notebook-contrast"):
        measures = {it.trait.id: it for it in passport(frames, preprocess(picture, way))}
        one, polarity = measures[trait], measures["polarity"]
        assert polarity.mended and polarity.trait.mended_by.name == "Inverted"
        assert one.defect == name
        if (way, trait) == ("notebook-contrast", "contrast"):
            assert one.mended and one.trait.mended_by.name == "Contrast"
        else:
            assert one.trait.mended_by is None or not one.mended
            assert one.after == pytest.approx(one.before, rel=0.15)


def test_what_lies_beside_the_page_is_in_another_ways_digit():
    """MNIST's own way cuts a black margin off first; the notebook squeezes it in."""
    picture = Image.new("L", (SIDE, SIDE), 255)
    ImageDraw.Draw(picture).line([(140, 40), (140, 240)], 0, 24)
    page = ImageOps.expand(picture, (140, 0, 0, 0), fill=60)
    frames = preprocess(page)
    assert frames[2].image.shape[1] < page.width  # trimmed
    before = {it.trait.id: it.after for it in passport(frames, preprocess(page, "notebook"))}
    assert before == {} or before["position"] > 3


def test_no_ink_has_no_passport():
    assert passport(preprocess(Image.new("L", (100, 100), 255))) == ()


def test_ranges_are_those_of_mnist():
    measured = measure_mnist(embedded_test_set().images[:400].numpy())
    for trait in TRAITS:  # other digits, and fewer: within a sixth of the range
        near = (trait.high - trait.low) / 6
        low, high = measured[trait.id]
        assert trait.low - near <= low <= high <= trait.high + near, trait.name


def test_a_transform_that_matters_is_found(models):
    dark = sound().point(lambda value: 255 - value)
    small = Image.new("L", (800, 800), 255)
    small.paste(dark.resize((160, 160)), (40, 600))
    frames = preprocess(small)
    changes = transforms_that_matter(frames, models)
    expected = {}
    whole = predict(models, to_digit(frames))
    for row in PIPELINES["mnist"].transforms[2:]:
        other = predict(models, to_digit(leave_out(frames, row.id)))
        labels = {key: (whole[key].label, other[key].label) for key in models}
        if any(before != after for before, after in labels.values()):
            expected[row.id] = {key: pair for key, pair in labels.items() if pair[0] != pair[1]}
    assert {row.id: changed for row, changed in changes} == expected
    assert {"cropped", "scaled"} <= expected.keys() and "unruled" not in expected
    assert all(row in PIPELINES["mnist"].transforms for row, _ in changes)


@pytest.mark.parametrize(
    "before, after, defect, mended",
    [
        (20, 20, None, False),
        (10, 20, None, False),  # both limits are inside
        (9.9, 20, "short", True),
        (20.1, 10, "long", True),
        (9.9, 20.1, "short", False),
        (20.1, 30, "long", False),
        (15, 30, None, False),
    ],
)
def test_defects_and_whether_they_are_mended(before, after, defect, mended):
    trait = Trait("length", "length", "px", 10, 20, "short", "long", None)
    measure = Measure(trait, before, after)
    assert (measure.defect, measure.mended) == (defect, mended)


def test_a_tiny_photo_has_a_passport():
    page = 0.8 - 0.6 * np.asarray(sound().resize((60, 60)), np.float32) / 255
    page += np.random.default_rng(0).normal(0, 0.01, page.shape)
    measures = {it.trait.id: it for it in passport(preprocess(page.clip(0, 1)))}
    assert measures["contrast"].before == pytest.approx(60, abs=8)
    assert measures["polarity"].before == -1


def frames_of(grey, ink, alone):
    images = {"trimmed": grey, "ink": ink, "alone": alone}
    return tuple(Frame(key, key, "Why.", np.float32(image)) for key, image in images.items())


@pytest.mark.parametrize("turned", [False, True])
def test_measures_by_hand_of_a_picture_that_is_not_square(turned):
    """A bar, 9 wide and 60 tall, in a picture of 100×200: shown on 28×28, a pixel is 0.14 px."""
    alone = np.zeros((100, 200))
    alone[20:80, 50:59] = 1  # its middle is (49.5, 54), the picture's (49.5, 99.5)
    ink = alone.copy()
    ink[5, 60:180] = 0.8  # 120 px of stray ink beside 540, a thinner and longer stroke
    ink[90:95, 150:154] = 0.4  # too pale to count
    ink[19, 50:59] = 0.9  # the digit's own soft edge is no stray ink
    grey = 0.7 - 0.6 * alone
    pictures = [image.T if turned else image for image in (grey, ink, alone)]
    measured = measure_picture(frames_of(*pictures))
    assert measured == {
        "position": pytest.approx(45.5 * 28 / 200),
        "size": pytest.approx(60 * 28 / 200),
        "slant": pytest.approx(0, abs=0.1),
        "stroke-width": pytest.approx(20 * 9 / 60),
        "stray-ink": pytest.approx(100 * 120 / 540),
        "contrast": pytest.approx(60),
        "polarity": -1,
    }


@pytest.mark.parametrize("lean", [-0.5, -0.2, 0, 0.2, 0.5])
def test_slant_is_the_angle_to_the_right(lean):
    digit = np.zeros((200, 200), np.float32)
    for row in range(40, 160):
        left = round(100 - lean * (row - 100))  # its top goes to the right
        digit[row, left - 8 : left + 8] = 1
    slant = measure_picture(frames_of(digit, digit, digit))["slant"]
    assert slant == pytest.approx(np.degrees(np.arctan(lean)), abs=1)


def test_measures_of_a_digit_by_hand():
    digit = np.zeros((28, 28), np.float32)
    digit[4:24, 12:16] = 0.9
    digit[23, 20] = 0.4  # grey below one half is no ink that counts
    measured = measure_digit(digit)
    assert measured["size"] == 20 and measured["polarity"] == 1
    assert measured["contrast"] == pytest.approx(90)
    assert measured["stroke-width"] == pytest.approx(4, abs=0.5)
    assert measured["position"] == pytest.approx(0, abs=0.1)
    assert measured["stray-ink"] == 0
    assert measure_digit(np.full((28, 28), 0.5, np.float32)) == {}


def test_a_passport_is_in_order_and_tells_before_from_after():
    measures = passport(preprocess(zoomed(0.5)))
    assert [row.trait for row in measures] == list(TRAITS)
    size = next(row for row in measures if row.trait.id == "size")
    assert 9 < size.before < 11 and size.after == 20 and size.mended


def test_ranges_are_percentiles():
    digits = embedded_test_set().images[:11].numpy()
    slants = sorted(measure_digit(digit / np.float32(255))["slant"] for digit in digits)
    low, high = measure_mnist(digits)["slant"]  # a tenth of the way to the next value
    assert low == pytest.approx(0.9 * slants[0] + 0.1 * slants[1])
    assert high == pytest.approx(0.9 * slants[-1] + 0.1 * slants[-2])
