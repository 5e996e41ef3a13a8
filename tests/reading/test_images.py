"""Hostile and broken files get one sentence; odd but honest ones are read."""

import io
import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from PIL import Image

from mnist_cnn.reading import images
from mnist_cnn.reading.images import ImageError, brightness, open_image, pixel_count, upright
from tests.conftest import ROOT, draw_seven
from tests.reading.corpus import SEVEN_HEIC, encoded


def bomb(side):
    """A PNG of side×side black pixels in a few kilobytes."""

    def chunk(name, content):
        check = zlib.crc32(name + content)
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    lines = zlib.compress(bytes((side // 8 + 1) * side), 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")
    )


PICTURE = Image.radial_gradient("L")
REFUSED = {
    "text": (b"not a picture", "no image"),
    "empty": (b"", "no image"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "no image"),
    "truncated png": (encoded(PICTURE, "PNG")[:3000], "damaged"),
    "truncated jpeg": (encoded(PICTURE, "JPEG")[:2000], "damaged"),
    "bomb": (bomb(12_000), "60 megapixels"),
    "huge bomb": (bomb(30_000), "60 megapixels"),
    "too many bytes": (bytes(25_000_001), "at most 25 MB"),
    "a line": (encoded(Image.new("L", (2000, 2)), "PNG"), "roughly square"),
    "missing file": ("/nowhere/digit.png", "not there"),
    "no file": (None, "none came; send a PNG, JPEG"),
    "an address": ("https://example.org/7.png", "an address came, and nothing is fetched"),
    "text file": (io.StringIO("7"), "open it with mode 'rb'"),
    "a number": (7, "'int' came; send a PNG"),
    "an editor's nothing": ({"background": None, "layers": [], "composite": None}, "'dict' came"),
    "a path with a null": ("a\0.png", "not there"),
    "eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "no image"),
    "odd array": (np.zeros((3, 3, 7), np.uint8), "shape"),
    "flat array": (np.zeros(9, np.uint8), "shape"),
    "empty array": (np.zeros((0, 4), np.uint8), "shape"),
    "array out of range": (np.full((4, 4), 7.0), "float in"),
    "array of nothing": (np.full((4, 4), np.nan), "float in"),
    "array of words": (np.full((4, 4), "a"), "float in"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_one_sentence(name):
    source, said = REFUSED[name]
    with pytest.raises(ImageError, match=said) as caught:
        open_image(source)
    assert "\n" not in str(caught.value) and "/nowhere" not in str(caught.value)


def test_the_size_is_checked_before_anything_is_decoded(monkeypatch):
    def decode(image):
        raise AssertionError("decoded")

    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load", decode)
    with pytest.raises(ImageError, match="8000×8000 pixels; send at most 60 megapixels"):
        open_image(bomb(8_000))


@pytest.mark.parametrize(
    "size, opens",
    [
        ((6000, 10_000), True), ((6000, 10_001), False), ((7, 700), True), ((700, 7), True),
        ((7, 701), False), ((701, 7), False), ((0, 4), False), ((0, 0), False),
    ],
)  # fmt: skip
def test_limits_of_size_and_shape(size, opens):
    picture = Image.new("1", size)
    if opens:
        assert open_image(picture).size == size
    else:
        with pytest.raises(ImageError, match=f"{size[0]}×{size[1]} pixels"):
            open_image(picture)


def test_limit_of_bytes(monkeypatch):
    file = encoded(PICTURE, "PNG")
    monkeypatch.setattr(images, "MAX_BYTES", len(file))
    assert open_image(file).size == (256, 256)
    monkeypatch.setattr(images, "MAX_BYTES", len(file) - 1)
    with pytest.raises(ImageError, match="MB; send at most"):
        open_image(file)


def test_fractions_of_a_grey_are_rounded():
    assert np.asarray(open_image(np.full((4, 4), 0.999))).max() == 255
    assert np.asarray(open_image(np.full((4, 4), 0.5 / 255 - 1e-9))).max() == 0


def test_colours_and_alpha_of_arrays():
    array = np.zeros((4, 4, 4), np.uint8)
    array[..., 1] = array[..., 3] = 255
    assert open_image(array).mode == "RGBA" and open_image(array[..., :3]).mode == "RGB"
    assert brightness(upright(open_image(array), 9)) == pytest.approx(150 / 255)  # 0.587 · 255


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_common_kinds_are_read(kind):
    grey = brightness(upright(open_image(encoded(PICTURE, kind)), 512))
    assert grey.shape == (256, 256) and grey.dtype == np.float32
    assert np.abs(grey - np.asarray(PICTURE) / 255).mean() < 0.02


def test_pixels_are_counted_by_the_header_alone():
    assert pixel_count(bomb(8000)) == pixel_count(bomb(8000)[:100]) == 64_000_000
    assert pixel_count(b"no picture") == pixel_count(None) == 0


def test_heic_is_read():
    pytest.importorskip("pi_heif")
    grey = brightness(upright(open_image(SEVEN_HEIC), 512))
    assert np.abs(grey - np.asarray(draw_seven(96, 8).convert("L")) / 255).mean() < 0.03


@pytest.mark.parametrize("each", [2, 3, 5])
def test_a_heic_is_averaged_as_it_is_decoded(each, monkeypatch):
    pytest.importorskip("pi_heif")
    whole = open_image(SEVEN_HEIC)
    monkeypatch.setattr(images, "STRIP", 96 * 7 * each)  # seven rows of what comes out
    small = open_image(SEVEN_HEIC, 96 // each)
    assert small.size == (-(-96 // each),) * 2 and small.mode == whole.mode
    assert np.array_equal(np.asarray(small), np.asarray(whole.reduce(each)))


def test_a_heic_that_takes_too_much_memory_is_decoded_at_a_third_of_its_size(monkeypatch):
    """On an iPhone it has 12, 24 or 48 megapixels."""
    pytest.importorskip("pi_heif")
    monkeypatch.setattr(images, "MAX_MEMORY", len(SEVEN_HEIC) + 6 * 96 * 96)
    assert open_image(SEVEN_HEIC).size == (32, 32)
    monkeypatch.setattr(images, "MAX_MEMORY", len(SEVEN_HEIC) + 4 * 96 * 96)
    with pytest.raises(ImageError, match="HEIC has 96×96 pixels; send at most"):
        open_image(SEVEN_HEIC)


@pytest.mark.parametrize("kind", ["PPM", "ICO", "PCX", "TGA", "EPS", "JPEG2000"])
def test_other_kinds_are_not_even_tried(kind):
    """EPS would start Ghostscript."""
    with pytest.raises(ImageError, match="no image that can be read; send a PNG, JPEG"):
        open_image(encoded(PICTURE.resize((64, 64)), kind))


def test_lab_has_greys():
    lab = Image.new("LAB", (9, 8), (255, 128, 128))
    image = open_image(encoded(lab, "TIFF"))
    assert np.asarray(image.convert("L")).min() > 250


def test_sources_besides_paths(tmp_path):
    content = encoded(PICTURE, "PNG")
    (tmp_path / "a.png").write_bytes(content)
    with open(tmp_path / "a.png", "rb") as opened:
        sources = [opened, io.BytesIO(content), bytearray(content), memoryview(content)]
        editor = {"background": None, "layers": [], "composite": np.asarray(PICTURE)}
        for source in (*sources, str(tmp_path / "a.png"), editor):
            assert np.array_equal(np.asarray(open_image(source)), np.asarray(PICTURE))


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_that_takes_too_much_memory_is_decoded_at_half_size(progressive):
    photo = encoded(Image.new("RGB", (6000, 5000)), "JPEG", progressive=progressive)
    assert open_image(photo).size == (3000, 2500)
    usual = encoded(Image.new("RGB", (4000, 3000)), "JPEG", progressive=progressive)
    assert open_image(usual).size == (4000, 3000)


@pytest.mark.parametrize(
    "picture, settings, most",
    [
        (Image.new("RGB", (6000, 5000)), {"format": "PNG"}, "PNG has 6000×5000 pixels; .* most 27"),
        (Image.new("RGB", (3100, 3000)), {"format": "WEBP"}, "at most 8 mega.*, or a smaller JPEG"),
        (Image.new("RGB", (7000, 6000)), {"format": "JPEG", "progressive": True}, "most 32 mega"),
        (
            Image.new("RGB", (5000, 5000)),
            {"format": "JPEG", "progressive": True, "subsampling": 0},
            "most 19 mega",
        ),
        (
            Image.new("RGB", (4000, 4000)),
            {"format": "TIFF", "compression": "tiff_deflate"},
            "most 15 mega",
        ),
    ],
)  # fmt: skip
def test_what_takes_too_much_memory_is_refused_undecoded(picture, settings, most, monkeypatch):
    content = encoded(picture, settings.pop("format"), **settings)
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda image: pytest.fail("decoded"))
    with pytest.raises(ImageError, match=most):
        open_image(content)


def test_scans_of_a_jpeg_are_counted():
    """Each goes over all pixels, and takes a few bytes."""
    photo = encoded(PICTURE, "JPEG", progressive=True)
    last = photo.rindex(b"\xff\xda")
    assert open_image(photo).size == (256, 256)
    with pytest.raises(ImageError, match="too many scans"):
        open_image(photo[:last] + 100 * photo[last:-2] + photo[-2:])


def test_a_jpeg_of_several_scans_is_known_whatever_it_says():
    assert images._has_one_scan(encoded(PICTURE.convert("RGB"), "JPEG"))
    colour = encoded(PICTURE.convert("RGB"), "JPEG")
    scan = colour.index(b"\xff\xda")
    assert not images._has_one_scan(colour[: scan + 4] + b"\1" + colour[scan + 5 :])
    assert not images._has_one_scan(encoded(PICTURE, "JPEG", progressive=True))
    for broken in (b"", b"\xff\xd8", b"\xff\xd8\xff", colour[:300], b"\xff\xd8\0" + colour[2:]):
        assert not images._has_one_scan(broken)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("exif", [b"?", b"MM\0*", b"II*\0\x08\0\0\0\xff\xff", bytes(range(40))])
def test_broken_exif_turns_nothing(kind, exif):
    image = open_image(encoded(PICTURE.convert("RGB"), kind, exif=b"Exif\0\0" + exif))
    assert np.abs(brightness(upright(image, 512)) - np.asarray(PICTURE) / 255).mean() < 0.02


def test_an_error_while_reading_exif_turns_nothing(monkeypatch):
    def fail(image):
        raise TypeError("odd tag")

    monkeypatch.setattr("PIL.Image.Image.getexif", fail)
    assert np.array_equal(np.asarray(upright(PICTURE, 512).convert("L")), np.asarray(PICTURE))


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "1", "CMYK", "I;16", "F"])
@pytest.mark.parametrize("size", [(301, 220), (97, 255)])
def test_strips_are_averaged_as_the_whole(mode, size, monkeypatch):
    grain = Image.effect_noise(size, 90)
    wide = mode in ("I;16", "F")
    image = Image.fromarray(np.asarray(grain, np.uint16 if wide else None)) if wide else grain
    image = image if wide and mode == "I;16" else image.convert(mode)
    whole = np.asarray(upright(image, 60), np.float32)
    monkeypatch.setattr(images, "STRIP", 2000)
    assert np.abs(np.asarray(upright(image, 60), np.float32) - whole).max() <= 1


def test_first_frame_of_an_animation():
    frames = [Image.new("L", (20, 20), level) for level in (0, 255)]
    animation = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert brightness(upright(open_image(animation), 512)).max() == 0


def test_a_large_jpeg_is_decoded_small():
    photo = encoded(PICTURE.resize((4000, 3000)), "JPEG")
    assert 512 <= max(open_image(photo, longest_side=512).size) < 1100
    assert max(upright(open_image(photo, longest_side=512), 512).size) == 512
    assert open_image(photo).size == (4000, 3000)


@pytest.mark.parametrize("mode, top", [("I;16", 65535), ("I", 65535), ("F", 1), ("F", 255)])
def test_deep_images_keep_their_greys(mode, top):
    ramp = np.linspace(0, top, 256)[None].repeat(8, 0)
    kind = {"I;16": np.uint16, "I": np.int32, "F": np.float32}[mode]
    grey = brightness(upright(Image.fromarray(ramp.astype(kind)), 512))
    assert np.allclose(grey[0], np.linspace(0, 1, 256), atol=0.01)


def test_transparency_is_paper_or_the_drawing_itself():
    black = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    black.putpixel((3, 3), (0, 0, 0, 255))
    white = Image.new("RGBA", (8, 8), (255, 255, 255, 0))
    white.putpixel((3, 3), (255, 255, 255, 255))
    for drawing in (black, white):
        grey = brightness(upright(drawing, 512))
        assert grey[3, 3] == 0 and grey[0, 0] == 1


def test_half_transparent_ink_is_half_as_dark():
    image = Image.new("RGBA", (2, 1), (0, 0, 0, 128))
    image.putpixel((1, 0), (255, 255, 255, 128))
    assert brightness(image)[0] == pytest.approx([1 - 128 / 255, 1])


def test_faint_strokes_on_transparency_are_ink():
    image = Image.new("RGBA", (4, 1), (255, 255, 255, 0))
    image.putpixel((1, 0), (240, 240, 240, 255))  # hardly darker than paper: its alpha draws
    assert brightness(image)[0].tolist() == [1, 0, 1, 1]
    image.putpixel((1, 0), (200, 200, 200, 255))  # dark enough to be seen on paper
    assert brightness(image)[0] == pytest.approx([1, 200 / 255, 1, 1])


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_turns_the_picture(orientation):
    """Each of the eight ways in which a camera may store the same picture."""
    stored = {
        1: lambda a: a, 2: np.fliplr, 3: lambda a: np.rot90(a, 2), 4: np.flipud,
        5: lambda a: a.T, 6: np.rot90, 7: lambda a: np.rot90(a, 2).T, 8: lambda a: np.rot90(a, -1),
    }  # fmt: skip
    seen = np.uint8([[0, 50, 100], [150, 200, 250]])
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = Image.fromarray(np.ascontiguousarray(stored[orientation](seen)))
    found = brightness(upright(open_image(encoded(image, "PNG", exif=exif)), 512))
    assert np.array_equal(found, seen / np.float32(255))


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "I;16", "F"])
def test_large_pictures_are_averaged(mode):
    checks = Image.fromarray(np.uint8(np.indices((40, 60)).sum(0) % 2 * 255))
    deep = {"I;16": np.uint16(np.asarray(checks, np.uint16) * 257), "F": np.float32(checks)}
    image = Image.fromarray(deep[mode]) if mode in deep else checks.convert(mode)
    small = upright(image, 30)
    assert small.size == (30, 20) and image.size == (60, 40)
    assert brightness(small) == pytest.approx(0.5, abs=0.01)


def test_dark_deep_pictures_are_dark():
    darkest = Image.fromarray(np.uint16([[0, 1], [1, 0]]))
    assert brightness(darkest).max() == pytest.approx(1 / 65535)
    assert brightness(Image.fromarray(np.float32([[0, 1], [0.5, 0]]))).max() == 1
    beyond = Image.fromarray(np.int32([[0, 100_000], [50_000, -7]]))
    assert brightness(beyond).tolist() == [[0, 1], [0.5, 0]]


def test_values_that_are_no_numbers_are_refused():
    with pytest.raises(ImageError, match="no numbers"):
        brightness(Image.fromarray(np.float32([[0, np.nan]])))


def test_importing_changes_nothing_in_pillow():
    code = "from PIL import Image; old = Image.MAX_IMAGE_PIXELS; import mnist_cnn.reading.images;"
    code += "assert old == Image.MAX_IMAGE_PIXELS"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
