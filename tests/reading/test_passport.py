"""A picture with one planted defect gets exactly that defect named, and the step that mends it."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.reading.passport import TRAITS, measure_mnist, passport, transforms_that_matter
from mnist_cnn.reading.pipelines import PIPELINES, leave_out, preprocess

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


def test_steps_named_exist_and_no_ink_has_no_passport():
    rows = PIPELINES["mnist"].transforms
    assert all(trait.mended_by in (*rows, None) for trait in TRAITS)
    assert passport(preprocess(Image.new("L", (100, 100), 255))) == ()


def test_ranges_are_those_of_mnist():
    measured = measure_mnist(embedded_test_set().images[:1000].numpy())
    for trait in TRAITS:  # other digits, and fewer: within a sixth of the range
        near = (trait.high - trait.low) / 6
        low, high = measured[trait.id]
        assert trait.low - near <= low <= high <= trait.high + near, trait.name


def test_a_step_that_matters_is_found(models):
    dark = sound().point(lambda value: 255 - value)
    small = Image.new("L", (800, 800), 255)
    small.paste(dark.resize((160, 160)), (40, 600))
    changes = dict(transforms_that_matter(preprocess(small), models))
    assert changes, "nothing matters for a small digit in a corner"
    for changed in changes.values():
        assert all(before != after for before, after in changed.values())
    assert np.array_equal(
        leave_out(preprocess(small), "unruled")[-1].image, preprocess(small)[-1].image
    )
