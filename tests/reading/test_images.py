"""Hostile and broken files get one sentence; odd but honest ones are read."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from mnist_cnn.reading import images
from mnist_cnn.reading.images import ImageError, brightness, open_image, upright


def encoded(image, kind, **settings):
    file = io.BytesIO()
    image.save(file, kind, **settings)
    return file.getvalue()


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
    "too many bytes": (bytes(images.MAX_BYTES + 1), "at most 25 MB"),
    "a line": (encoded(Image.new("L", (2000, 2)), "PNG"), "roughly square"),
    "missing file": ("/nowhere/digit.png", "not there"),
    "no file": (None, "not there"),
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


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_common_kinds_are_read(kind):
    grey = brightness(upright(open_image(encoded(PICTURE, kind)), 512))
    assert grey.shape == (256, 256) and grey.dtype == np.float32
    assert np.abs(grey - np.asarray(PICTURE) / 255).mean() < 0.02


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
