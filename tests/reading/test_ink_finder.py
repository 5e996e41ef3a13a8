"""Ink is found on any paper, in any light; no line, shadow or rim is taken for it."""

import numpy as np
import pytest
import torch
from PIL import Image
from scipy import ndimage

from mnist_cnn.networks.unet import UNet
from mnist_cnn.networks.weights import WeightsError, load_tensors, save_tensors
from mnist_cnn.reading import ink_finder
from mnist_cnn.reading.ink import drawn_ink
from mnist_cnn.reading.ink_finder import find_ink, identity, load_ink_finder, see, standardise
from tests.conftest import draw_seven

SIDE = 300
PEN = np.asarray(draw_seven(size=SIDE, width=10).convert("L")) < 128
NEAR = ndimage.binary_dilation(PEN, iterations=4)
ROWS, COLUMNS = np.mgrid[:SIDE, :SIDE]


@pytest.fixture(scope="module")
def network():
    return load_ink_finder()


def photographed(paper=0.8, ink=0.25, light=1.0, noise=0.02, pen=PEN):
    """Brightness of a page, (SIDE, SIDE) float32."""
    grey = np.where(pen, ink, np.broadcast_to(paper, PEN.shape)) * light
    return np.float32((grey + np.random.default_rng(0).normal(0, noise, grey.shape)).clip(0, 1))


def ruled(every, level=0.5, across=True, along=True):
    """Paper with lines of two pixels."""
    lines = (along & (ROWS % every < 2)) | (across & (COLUMNS % every < 2))
    return np.where(lines, level, 0.8)


def dithered(grey):
    """Black and white by chance, as dark as the original on the whole."""
    return np.float32(np.random.default_rng(2).random(grey.shape) < grey)


PAGES = {
    "plain": photographed(),
    "light on dark": 1 - photographed(),
    "faint": photographed(ink=0.66, noise=0.01),
    "shaded": photographed(light=np.linspace(0.25, 1, SIDE)),
    "vignette": photographed(light=1 - 0.8 * np.hypot(ROWS / SIDE - 0.5, COLUMNS / SIDE - 0.5)),
    "a sharp shadow": photographed(light=np.where(COLUMNS + ROWS < 280, 0.7, 1)),
    "ruled": photographed(ruled(40, across=False)),
    "squared": photographed(ruled(33)),
    "squared, as dark as the pen": photographed(ruled(60, level=0.3)),
    "one line": photographed(np.where((ROWS > 240) & (ROWS < 243), 0.3, 0.8)),
    "a desk beside it": np.where(COLUMNS < 30, np.float32(0.3), photographed()),
}


@pytest.mark.parametrize("name", PAGES)
def test_ink_is_found_on_any_page(name, network):
    ink = find_ink(PAGES[name], network)
    assert (
        ink.shape == (SIDE, SIDE) and ink.dtype == np.float32 and 0 <= ink.min() <= ink.max() <= 1
    )
    assert (ink[ndimage.binary_erosion(PEN)] > 0.5).mean() > 0.88
    assert (ink[~NEAR] > 0.5).sum() < 0.02 * PEN.sum()


def test_ink_is_found_among_dots(network):
    page = photographed(paper=0.6, ink=0.1)[::2, ::2]
    ink = find_ink(dithered(page), network)
    assert (ink[ndimage.binary_erosion(PEN)[::2, ::2]] > 0.5).mean() > 0.8
    assert (ink[~NEAR[::2, ::2]] > 0.5).sum() < 0.1 * PEN[::2, ::2].sum()


@pytest.mark.parametrize("paper", [0.9, ruled(40), ruled(40, across=False), ruled(25, level=0.3)])
def test_paper_without_writing_has_no_ink(paper, network):
    assert (find_ink(photographed(paper, pen=False), network) > 0.5).mean() < 0.001


def test_drawings_are_left_to_arithmetic(network, monkeypatch):
    monkeypatch.setattr(ink_finder, "see", None)
    grey = np.where(PEN, np.float32(0.2), np.float32(1))
    assert np.array_equal(find_ink(grey, network), drawn_ink(grey))


def test_a_small_digit_is_looked_at_twice(network, monkeypatch):
    sizes = []
    monkeypatch.setattr(
        ink_finder, "see", lambda grey, network: sizes.append(grey.shape) or see(grey, network)
    )
    small = np.full((SIDE, SIDE), 0.8)
    small[210:285, 200:275] = np.where(PEN[::4, ::4], 0.2, 0.8)
    found = find_ink(photographed(small, pen=False), network)
    assert sizes[0] == (128, 128) and len(sizes) == 2
    assert (found[210:285, 200:275][PEN[::4, ::4]] > 0.5).mean() > 0.9
    sizes.clear()
    find_ink(PAGES["plain"], network)
    assert len(sizes) == 1  # it fills the picture


@pytest.mark.parametrize("shape", [(40, 60), (128, 17), (17, 128), (384, 200), (1, 90)])
def test_any_shape_keeps_its_own(shape, network):
    grey = np.float32(np.random.default_rng(0).random(shape))
    found = find_ink(grey, network)
    scale = max(1, 128 / max(shape))
    assert found.shape == tuple(max(1, round(scale * side)) for side in shape)
    assert see(grey, network).shape == shape


def test_a_small_picture_is_enlarged(network):
    small = Image.fromarray(PAGES["squared"]).resize((64, 64), Image.Resampling.BOX)
    ink = find_ink(np.asarray(small), network)
    pen = np.asarray(Image.fromarray(PEN).resize((128, 128)))
    assert ink.shape == (128, 128)
    assert (ink[ndimage.binary_erosion(pen)] > 0.5).mean() > 0.9 and (ink > 0.5).mean() < 0.15


def test_what_the_network_sees_knows_no_exposure():
    page = PAGES["plain"]
    assert np.allclose(standardise(page), standardise(0.3 + page / 4), atol=1e-4)
    assert abs(np.median(standardise(page))) < 1e-6 and np.ptp(standardise(page)) <= 6
    assert np.abs(standardise(np.full((9, 9), 0.5, np.float32))).max() == 0
    almost = np.full((100, 100), 0.5, np.float32)
    almost[:10] = 0.51  # 1 % of contrast is not taken for 100
    assert standardise(almost).max() == pytest.approx(0.5, abs=1e-3)


DAMAGE = {
    "another network": ({"model": "aug"}, {}, "another network"),
    "another format": ({"format_version": 9}, {}, "of format 9"),
    "a tensor less": ({}, {"output.bias": None}, "does not fit"),
    "another shape": ({}, {"output.bias": torch.zeros(2)}, "does not fit"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_anything_but_an_ink_finder_is_refused(name, tmp_path):
    header, tensors, said = DAMAGE[name]
    tensors = {k: t for k, t in (UNet().state_dict() | tensors).items() if t is not None}
    save_tensors(tmp_path / "ink.safetensors", tensors, identity() | header)
    with pytest.raises(WeightsError, match=f"{said}.*train.py ink"):
        load_ink_finder(tmp_path)


def test_a_set_without_one_is_read_by_the_shipped_one(tmp_path, network):
    found = load_ink_finder(tmp_path)
    assert not found.training
    shipped, _ = load_tensors(ink_finder.files.DIRECTORY / "ink.safetensors")
    for name, tensor in found.state_dict().items():
        assert torch.equal(tensor, shipped[name])
