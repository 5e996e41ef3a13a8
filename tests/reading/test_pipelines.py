"""MNIST's own way gives MNIST's geometry whatever came; the notebook's way is the notebook's."""

import io
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image, ImageOps
from scipy import ndimage

from mnist_cnn.dataset.digits import embedded_test_set, to_batch
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.reading import passport
from mnist_cnn.reading.detector import load_detector
from mnist_cnn.reading.pipelines import PIPELINES, Frame, leave_out, preprocess, to_digit
from mnist_cnn.reading.predict import logits
from tests.conftest import draw_seven
from tests.reading import non_digits


def png(image):
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("way", PIPELINES)
def test_every_way_ends_in_a_digit_and_explains_itself(seven, way):
    steps = preprocess(seven, way)
    assert [step.id for step in steps] == [row.id for row in PIPELINES[way].transforms]
    assert len({step.id for step in steps}) == len(steps)
    for step in steps:
        assert step.image.dtype == np.float32 and 0 <= step.image.min() <= step.image.max() <= 1
        assert step.why.endswith(".")
    assert steps[0].image.shape == (280, 280, 3)
    assert steps[-1].image.shape == (28, 28)
    assert np.array_equal(to_digit(steps) / np.float32(255), steps[-1].image)


def test_mnists_own_way_has_mnists_geometry(seven):
    digit = preprocess(seven)[-1].image
    rows, columns = np.flatnonzero(digit.max(1)), np.flatnonzero(digit.max(0))
    assert np.ptp(rows) + 1 == 20
    drawn = np.asarray(seven)[:, :, 0] < 128
    ratio = np.ptp(np.flatnonzero(drawn.any(0))) / np.ptp(np.flatnonzero(drawn.any(1)))
    assert (np.ptp(columns) + 1) / 20 == pytest.approx(ratio, abs=0.06)
    assert ndimage.center_of_mass(digit) == pytest.approx((14, 14), abs=0.5)


VARIANTS = {
    "white on black": draw_seven(paper="black", ink="white"),
    "grey on grey": draw_seven(paper="#999", ink="#555"),
    "transparent paper": draw_seven(mode="RGBA", paper=(0, 0, 0, 0), ink=(0, 0, 0, 255)),
    "white ink on transparent": draw_seven(
        mode="RGBA", paper=(255, 255, 255, 0), ink=(255, 255, 255, 255)
    ),
    "16 bit": Image.fromarray(np.asarray(draw_seven(mode="L"), np.uint16) * 257),
    "CMYK": draw_seven().convert("CMYK"),
    "palette": draw_seven().convert("P"),
    "one bit": draw_seven().convert("1"),
    "in a corner": ImageOps.expand(draw_seven(), (0, 0, 600, 600), "white"),
    "off centre, wide": ImageOps.expand(draw_seven(), (500, 0, 20, 0), "white"),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_same_drawing_same_digit_however_it_comes(seven, variant):
    digit = preprocess(VARIANTS[variant])[-1].image
    assert np.abs(digit - preprocess(seven)[-1].image).mean() < 0.04


def test_uneven_light_is_evened_out(seven):
    clean = preprocess(seven)[-1].image
    shade = np.linspace(0.35, 1.0, 280)[None, :, None]
    photo = np.asarray(seven, np.float64) * 0.8 + 25
    grain = np.random.default_rng(0).normal(0, 2, photo.shape)
    shaded = np.uint8(np.clip(photo * shade + grain, 0, 255))
    assert np.abs(preprocess(shaded)[-1].image - clean).mean() < 0.05


def test_exif_turns_the_picture(seven, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # stored on its side, to be turned clockwise
    seven.rotate(90, expand=True).save(tmp_path / "photo.jpg", exif=exif, quality=95)
    digit = preprocess(tmp_path / "photo.jpg")[-1].image
    assert np.abs(digit - preprocess(seven)[-1].image).mean() < 0.03


def test_specks_are_left_out(seven):
    specked = seven.copy()
    for spot in ((5, 5), (270, 12), (20, 268)):
        specked.paste("black", (*spot, spot[0] + 4, spot[1] + 4))
    assert np.array_equal(preprocess(specked)[-1].image, preprocess(seven)[-1].image)


def test_thin_strokes_become_as_wide_as_mnists():
    thin = preprocess(draw_seven(size=800, width=3))[-1].image
    usual = preprocess(draw_seven(size=800, width=60))[-1].image
    assert thin.sum() > 0.6 * usual.sum() and thin.max() > 0.9


@pytest.mark.parametrize("colour", ["white", "black", "#777"])
def test_no_ink_gives_an_empty_digit(colour):
    blank = Image.new("RGB", (300, 200), colour)
    assert preprocess(blank)[-1].image.max() == 0
    noisy = np.asarray(blank, np.int16) + np.random.default_rng(0).integers(-3, 4, (200, 300, 1))
    assert preprocess(np.uint8(np.clip(noisy, 0, 255)))[-1].image.max() == 0


@pytest.mark.parametrize("way", PIPELINES)
@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (2, 2), (5, 3), (28, 28), (300, 4), (120, 113)])
def test_any_picture_ends_in_a_digit(shape, way):
    random = np.random.default_rng(0)
    for picture in (
        random.integers(0, 256, shape),
        np.zeros(shape),
        np.indices(shape).sum(0) % 256,
    ):
        digit = preprocess(np.uint8(picture), way)[-1].image
        assert digit.shape == (28, 28) and np.isfinite(digit).all()


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "P", "CMYK"])
def test_the_notebooks_way_bit_for_bit(mode, tmp_path):
    picture = draw_seven(size=301, width=21).convert(mode)
    path = tmp_path / ("digit.tif" if mode == "CMYK" else "digit.png")
    picture.save(path)
    grey = Image.open(path).convert("L")
    expected = ImageOps.invert(grey.resize((28, 28), Image.BICUBIC))
    assert np.array_equal(to_digit(preprocess(path, "notebook")), np.asarray(expected))


def test_the_older_notebooks_contrast():
    page = photographed()
    inverted = to_digit(preprocess(page, "notebook")).astype(float)
    fifth = np.sort(inverted.ravel())[round(0.2 * 783) :][:1]  # a fifth of the pixels are paler
    scaled = np.clip(inverted - fifth, 0, 255)
    expected = np.rint(255 * scaled / scaled.max())
    assert np.array_equal(to_digit(preprocess(page, "notebook-contrast")), expected)


def test_to_batch_normalises_once_and_takes_both_kinds():
    digits = embedded_test_set().images[:4]
    x = to_batch(digits)
    assert x.shape == (4, 1, 28, 28) and x.dtype == torch.float32
    assert torch.allclose(x, to_batch(digits.float() / 255))
    assert torch.allclose(x[:, 0] * DATASET.std + DATASET.mean, digits / 255, atol=1e-6)
    assert torch.equal(x, to_batch(digits.numpy()))


def test_ruled_lines_go_and_the_digit_stays(seven):
    ruled = np.full((400, 400), 225.0)
    ruled[30::55] = ruled[31::55] = 170
    pen = np.asarray(draw_seven(size=400, width=24).convert("L"))
    ruled = np.where(pen < 128, 60, ruled) + np.random.default_rng(0).normal(0, 2, pen.shape)
    steps = preprocess(np.uint8(ruled.clip(0, 255)))
    assert np.abs(steps[-1].image - preprocess(seven)[-1].image).mean() < 0.05
    frames = {step.id: step.image for step in steps}
    grey, left = frames["grey"][:, :60], frames["ink"][:, :60] > 0.1
    assert (grey < 0.75).sum() > 500 > 10 * left.sum()


@pytest.mark.slow
def test_mnists_test_digits_keep_their_accuracy(models):
    digits = embedded_test_set()[
        ::4
    ]  # every fourth is enough to miss a pixel's shift or a wrong size
    again = np.stack([to_digit(preprocess(png(Image.fromarray(d)))) for d in digits.images.numpy()])
    for key, model in models.items():
        plain, sent = (
            (logits(model, images).argmax(1) == digits.labels).double().mean().item()
            for images in (digits.images, again)
        )
        print(f"{key}: plain {plain:.4f}, as PNG through MNIST's own way {sent:.4f}")
        assert abs(plain - sent) <= 0.002, key


def test_ids_are_the_words_of_the_api():
    assert list(PIPELINES) == ["mnist", "notebook", "notebook-contrast"]
    assert {key: row.guarded for key, row in PIPELINES.items()} == {
        "mnist": True, "notebook": False, "notebook-contrast": False,
    }  # fmt: skip


CAN_BE_LEFT_OUT = ["trimmed", "ink", "alone", "cropped", "thickened", "scaled", "centred"]


@pytest.mark.parametrize("transform", CAN_BE_LEFT_OUT)
def test_leaving_out_is_preprocessing_without(transform, monkeypatch):
    """From the frames as from the file, bit for bit, also for a photo that is not square."""
    picture = framed()
    frames = preprocess(picture)
    left_out = leave_out(frames, transform)
    rows = tuple(
        replace(row, apply=row.without, finds_ink=False) if row.id == transform else row
        for row in PIPELINES["mnist"].transforms
    )
    monkeypatch.setitem(PIPELINES, "mnist", replace(PIPELINES["mnist"], transforms=rows))
    again = preprocess(picture)
    assert [frame.id for frame in left_out] == [frame.id for frame in frames]
    for one, other in zip(left_out, again, strict=True):
        assert np.array_equal(one.image, other.image), one.id


def photographed():
    """A small 7 in the corner of a shaded, ruled and noisy page, light on one side."""
    page = np.full((300, 420), 200.0)
    page[20::40] = page[21::40] = 150
    pen = np.asarray(draw_seven(size=180, width=6).convert("L"))
    page[100:280, 20:200][pen < 128] = 40
    page *= np.linspace(0.6, 1, 420)
    return np.uint8((page + np.random.default_rng(0).normal(0, 2, page.shape)).clip(0, 255))


def framed():
    """The same in a white margin."""
    return np.pad(photographed(), 30, constant_values=255)


def test_each_transform_does_something_to_the_photo():
    frames = preprocess(framed())
    for transform in CAN_BE_LEFT_OUT:
        assert not np.array_equal(to_digit(leave_out(frames, transform)), to_digit(frames))


def test_what_without_does():
    frames = preprocess(photographed())
    grey = frames[1].image
    assert np.array_equal(leave_out(frames, "ink")[3].image, 1 - grey)
    for at, transform in ((2, "trimmed"), (4, "alone"), (5, "cropped"), (6, "thickened")):
        assert np.array_equal(leave_out(frames, transform)[at].image, frames[at - 1].image)


def test_ink_is_found_by_the_network_that_is_given(seven):
    class Nothing(torch.nn.Module):
        def forward(self, x):
            return torch.full_like(x, -9.0)

    assert preprocess(photographed())[-1].image.any()
    assert not preprocess(photographed(), ink_finder=Nothing())[-1].image.any()
    assert preprocess(seven, ink_finder=Nothing())[-1].image.any()  # a drawing needs none


@pytest.mark.parametrize("transform", ["original", "grey"])
def test_the_first_two_transforms_stay(transform, seven):
    with pytest.raises(ValueError, match="cannot be left out"):
        leave_out(preprocess(seven), transform)


def test_mnists_pipeline_works_on_384_pixels():
    jpeg = io.BytesIO()
    draw_seven(size=1600).save(jpeg, "JPEG")  # may be decoded at a fraction of its size
    for large in (draw_seven(size=900), jpeg.getvalue()):
        assert preprocess(large)[0].image.shape == (384, 384, 3)
    original, grey, *_ = preprocess(draw_seven(size=900), "notebook")
    assert (original.shape, grey.shape) == ((900, 900, 3), (900, 900))  # shown smaller:
    assert (original.image.shape, grey.image.shape) == ((384, 384, 3), (384, 384))


def test_what_is_transparent_is_shown_white():
    clear = Image.new("RGBA", (30, 20), (0, 0, 0, 0))
    clear.putpixel((5, 5), (0, 0, 0, 255))
    shown = preprocess(clear)[0].image
    assert shown.shape == (20, 30, 3) and shown[0, 0].tolist() == [1, 1, 1]
    assert shown[5, 5].tolist() == [0, 0, 0]


def test_a_digit_is_rounded_not_cut_off():
    frame = Frame("id", "Name", "Why.", np.full((28, 28), 0.999, np.float32))
    assert to_digit((frame,)).tolist() == [[255] * 28] * 28


def test_a_frame_checks_itself():
    for image in (np.zeros((3, 3)), np.zeros(3, np.float32)):
        with pytest.raises(ValueError, match=r"^grey: float"):
            Frame("grey", "Greyscale", "Why.", image)


def test_names_are_for_showing_only(models, monkeypatch):
    """Renamed and translated, transforms, pipelines and traits do what they did."""
    pictures = [draw_seven(), photographed(), *non_digits.pictures("two digits")[:1]]
    pictures += [*non_digits.pictures("letters")[:1], *non_digits.pictures("scribbles")[:1]]
    detector = load_detector()
    before = [outcome(picture, models, detector) for picture in pictures]
    assert len({rejection for rejection, *_ in before}) == 3
    for key, pipeline in PIPELINES.items():
        rows = tuple(replace(row, name="x", why="y") for row in pipeline.transforms)
        renamed = replace(pipeline, title="z", transforms=rows)
        monkeypatch.setitem(PIPELINES, key, renamed)
    words = {"name": "a", "unit": "b"}
    monkeypatch.setattr(passport, "TRAITS", [replace(row, **words) for row in passport.TRAITS])
    assert [outcome(picture, models, detector) for picture in pictures] == before


def outcome(picture, models, detector):
    """What is refused, measured, and matters, by ids."""
    frames = preprocess(picture)
    assert detector.rejection(preprocess(picture, "notebook"), "notebook") is None
    matter = passport.transforms_that_matter(frames, {"aug": models["aug"]})
    return (
        detector.rejection(frames, "mnist"),
        [(row.trait.id, row.before, row.after, row.mended) for row in passport.passport(frames)],
        [(row.id, changed) for row, changed in matter],
    )
