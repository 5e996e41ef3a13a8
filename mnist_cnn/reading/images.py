"""Untrusted image files as arrays of brightness, or one sentence that says why not."""

import importlib.util
import io
import itertools
import math
import os
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError, features
from PIL.Image import Transpose

HAS_HEIC = importlib.util.find_spec("pi_heif") is not None
if HAS_HEIC:
    import pi_heif

    pi_heif.register_heif_opener(thumbnails=False, decode_threads=1)

    class _HeicFile(pi_heif.HeifImageFile):
        """A HEIC that is averaged strip by strip: Pillow's copy of all pixels is the most of it."""

        _each = 1  # pixels in both directions that become one

        def draft(self, mode, size):
            """As a JPEG's: at least so large."""
            self._each = max(1, min(self.width // size[0], self.height // size[1]))
            self._size = self._averaged(self.size)

        def _averaged(self, size):
            return tuple(-(-side // self._each) for side in size)

        def load(self):
            if self._each > 1 and self._heif_file:
                heif, self._heif_file = self._heif_file[self.tell()], None
                data, (width, height) = heif.data, heif.size  # decodes; then the size is certain
                small = Image.new(self.mode, self._averaged(heif.size))
                rows = self._each * max(1, STRIP // (width * self._each))
                for top in range(0, height, rows):
                    bottom = min(top + rows, height)
                    strip = data[top * heif.stride : bottom * heif.stride]
                    layout = "raw", (heif.mode, heif.stride)
                    part = Image.frombytes(self.mode, (width, bottom - top), strip, *layout)
                    small.paste(part.reduce(self._each), (0, top // self._each))
                self._size, self.im = small.size, small.im
            return super().load()

    Image.register_open("HEIF", _HeicFile, Image.OPEN["HEIF"][1])

MAX_BYTES = 25_000_000
MAX_PIXELS = 60_000_000  # the largest photos of phones have 50 million
MAX_ASPECT = 100  # longer side to shorter side
MAX_MEMORY = 140_000_000  # bytes that one picture may take while it is opened, its file included
MAX_SCANS = 100  # of a progressive JPEG, which usually has ten: each goes over all pixels
STRIP = 1_000_000  # pixels that are converted at once
WHOLE = "mnist_cnn: longest side"  # key of an image's info: of the file that it came from


@dataclass(frozen=True)
class Kind:
    """One kind of image file that is read."""

    name: str
    suffixes: tuple[str, ...]  # of such files' names
    decoders: tuple[str, ...]  # Pillow's names; the first opens it
    # Bytes per pixel that its decoder takes besides what Pillow stores.
    decoding: Callable[[Image.Image], float] = lambda image: 0


def _jpeg_decoding(image):
    """libjpeg holds the coefficients of all pixels, 2 bytes each, where they come in scans."""
    content = image.fp.getvalue()
    if _has_one_scan(content):
        return 0
    if content.count(b"\xff\xda") > MAX_SCANS:
        raise ImageError("the JPEG has too many scans; send it as a PNG")
    samples = [across * down for _, across, down, _ in image.layer]
    return 2 * sum(samples) / max(samples)


def _has_one_scan(content):
    """Whether a JPEG has a sequential frame whose first scan holds all components."""
    at, sequential, of_frame = 2, False, b""
    while content[at : at + 1] == b"\xff":
        marker, components = content[at + 1 : at + 2], content[at + 9 : at + 10]
        if marker == b"\xda":  # start of scan
            return sequential and content[at + 4 : at + 5] == of_frame
        if marker in (b"\xc0", b"\xc1", b"\xc2"):  # start of frame
            sequential, of_frame = marker != b"\xc2", components
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
    return False


def _tiff_decoding(image):
    """A strip may be as large as the picture; one that is stored turned is copied."""
    return max(4, sum(image.tag_v2.get(ExifTags.Base.BitsPerSample, ())) / 8)


# Nothing else is opened: EPS would start Ghostscript, and each decoder is one more to attack.
KINDS = (
    Kind("PNG", (".png",), ("PNG",)),
    Kind("JPEG", (".jpg", ".jpeg", ".jfif", ".mpo"), ("JPEG", "MPO"), _jpeg_decoding),
    Kind("WebP", (".webp",), ("WEBP",), lambda image: 12),
    Kind("GIF", (".gif",), ("GIF",)),
    Kind("BMP", (".bmp",), ("BMP",)),
    Kind("TIFF", (".tif", ".tiff"), ("TIFF",), _tiff_decoding),
    *((Kind("AVIF", (".avif",), ("AVIF",), lambda image: 8),) if features.check("avif") else ()),
    *((Kind("HEIC", (".heic", ".heif"), ("HEIF",), lambda image: 4.7),) if HAS_HEIC else ()),
)
_KIND_OF = {decoder: kind for kind in KINDS for decoder in kind.decoders}
_DECODERS = [kind.decoders[0] for kind in KINDS]
SUFFIXES = [suffix for kind in KINDS for suffix in kind.suffixes]
ACCEPTED = f"{', '.join(kind.name for kind in KINDS[:-1])} or {KINDS[-1].name}"
SEND = f"send a {ACCEPTED}"
ADDRESS = "an address came, and nothing is fetched; send the picture file itself"
_AT_MOST = f"send at most {MAX_PIXELS // 1_000_000} megapixels"


class ImageError(ValueError):
    """This cannot be read as a picture; the message says what came and what is accepted."""


@contextmanager
def _one_error():
    """Whatever fails inside, in Pillow or in any decoder, is an ImageError."""
    try:
        with warnings.catch_warnings():
            # Pillow's own limits are wider than ours, and odd metadata hurts nobody.
            warnings.simplefilter("ignore")
            yield
    except ImageError:
        raise
    except Image.DecompressionBombError as error:
        raise ImageError(f"the image is too large; {_AT_MOST}") from error
    except UnidentifiedImageError as error:
        raise ImageError(f"the file is no image that can be read; {SEND}") from error
    except Exception as error:
        raise ImageError("the image file is damaged; send it again, or as a PNG or JPEG") from error


def open_image(source, longest_side: int | None = None) -> Image.Image:
    """The picture as it is stored: first frame, not turned, in its own mode, fully decoded.

    Args:
        source: path, bytes of a file, file that is open for reading bytes, PIL image, what Gradio's
            image editor sends, or array (H, W), (H, W, 3) or (H, W, 4), uint8 in 0..255 or float
            in [0, 1].
        longest_side: a JPEG or HEIC may be decoded at a fraction of its size, as long as its longer
            side keeps at least this many pixels; None decodes every pixel, or half the width and
            height of a JPEG, a third of a HEIC, that takes more than MAX_MEMORY. What the file's
            longer side is stands in the image's info as WHOLE.

    Raises:
        ImageError: no picture, damaged, too large, too long, or empty.
    """
    if isinstance(source, dict) and source.get("composite") is not None:
        source = source["composite"]
    if isinstance(source, np.ndarray):
        image = _from_array(source)
    elif isinstance(source, Image.Image):
        image = source
    else:
        image = _from_file(_content(source), longest_side)
    _check_size(image)
    with _one_error():
        image.load()
        return image.convert("RGB") if image.mode == "LAB" else image


def pixel_count(source) -> int:
    """How many pixels a picture's header declares; 0 for what `open_image` refuses unseen.

    Args:
        source: path, or bytes of a file; nothing of it is decoded.
    """
    try:
        with _one_error(), Image.open(io.BytesIO(_content(source)), formats=_DECODERS) as image:
            return image.width * image.height
    except ImageError:
        return 0


def _check_size(image):
    """Raise ImageError for more pixels than MAX_PIXELS, or a shape that holds no digit."""
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise ImageError(f"the image has {width}×{height} pixels; {_AT_MOST}")
    if min(width, height) == 0 or max(width, height) > MAX_ASPECT * min(width, height):
        raise ImageError(f"the image is {width}×{height} pixels; send one that is roughly square")


def _from_file(content, longest_side):
    with _one_error():
        image = Image.open(io.BytesIO(content), formats=_DECODERS)  # reads the header
        _check_size(image)
        kind, size, pixels = _KIND_OF[image.format], image.size, image.width * image.height
        decoding = kind.decoding(image)
        whole = len(content) + pixels * (decoding + _stored(image)) <= MAX_MEMORY
        scale = 1.0 if longest_side is None else max(size) / longest_side
        scale = scale if whole else max(scale, 3)  # or 2, for a JPEG has halves alone
        image.draft(None, (int(size[0] / scale), int(size[1] / scale)))  # of a JPEG or HEIC
        each = decoding + _stored(image) * image.width * image.height / pixels
        if len(content) + pixels * each > MAX_MEMORY:
            most = int((MAX_MEMORY - len(content)) / each / 1e6)
            raise ImageError(
                f"the {kind.name} has {size[0]}×{size[1]} pixels; "
                f"send at most {most} megapixels of its kind, or a smaller JPEG"
            )
        image.load()
        image.info[WHOLE] = max(size)
        return image


def _stored(image):
    """Bytes per pixel of an image in memory, and of its greys."""
    if image.mode == "LAB":
        return 4 + 4  # it becomes RGB
    return {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2}.get(image.mode, 4) + 1


def _content(source):
    """The bytes of a path, of an open file, or of a file that came as bytes, if not too many."""
    if isinstance(source, str) and source.startswith(("http://", "https://")):
        raise ImageError(ADDRESS)
    if hasattr(source, "read"):
        source = source.read(MAX_BYTES + 1)
        if isinstance(source, str):
            raise ImageError("the file is open for reading text; open it with mode 'rb'")
    if not isinstance(source, str | bytes | bytearray | memoryview | os.PathLike):
        came = "none" if source is None else f"{type(source).__name__!r}"
        raise ImageError(f"{came} came; {SEND}")
    try:
        is_path = isinstance(source, str | os.PathLike)
        size = os.path.getsize(source) if is_path else len(source)
        if size > MAX_BYTES:
            came, most = math.ceil(size / 1e6), MAX_BYTES // 1_000_000
            raise ImageError(f"the image file has {came} MB; send at most {most} MB")
        # Read as a whole: Pillow keeps a file of several frames open.
        return Path(source).read_bytes() if is_path else bytes(source)
    except (OSError, ValueError) as error:  # of a path with a null character
        if isinstance(error, ImageError):
            raise
        raise ImageError(f"the image file is not there; {SEND}") from error


def _from_array(array):
    grey, colour = array.ndim == 2, array.ndim == 3 and array.shape[2] in (3, 4)
    if not (grey or colour) or not array.size:
        raise ImageError(f"the array has shape {array.shape}; send (H, W), (H, W, 3) or (H, W, 4)")
    if array.dtype != np.uint8:
        if not (np.issubdtype(array.dtype, np.number) and 0 <= array.min() <= array.max() <= 1):
            raise ImageError("the array is neither uint8 nor float in [0, 1]")
        array = np.rint(255 * array).astype(np.uint8)
    return Image.fromarray(array)


# What EXIF says of how a picture is stored, and what puts it right.
_TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}


def _orientation(image):
    """How EXIF says that the picture is stored, 1 to 8; broken EXIF says nothing."""
    try:
        with _one_error():
            return image.getexif().get(ExifTags.Base.Orientation)
    except ImageError:
        return None


@_one_error()
def upright(image: Image.Image, longest_side: int) -> Image.Image:
    """The picture the right way up (EXIF), averaged down to at most `longest_side` pixels.

    Modes with more than 8 bits per channel keep their mode; all others become RGBA.
    """
    turn = _TURNS.get(_orientation(image))
    image = shrunk(image, longest_side)
    image = image if turn is None else image.transpose(turn)
    return image if _is_deep(image) else image.convert("RGBA")


@_one_error()
def shrunk(image: Image.Image, longest_side: int) -> Image.Image:
    """The picture averaged down to at most `longest_side` pixels.

    L, RGB and modes with more than 8 bits per channel keep their mode; all others become RGBA:
    palettes cannot be averaged.
    """
    keeps = _is_deep(image) or image.mode in ("L", "RGB")
    mode = image.mode if keeps else "RGBA"
    scale = longest_side / max(image.size)
    if scale >= 1:
        return image.convert(mode)  # always a copy
    width, height = (max(1, round(scale * side)) for side in image.size)
    small, rows = Image.new(mode, (width, height)), image.height / height
    # Strip by strip: a whole large picture in another mode would take several times its memory.
    strips = -(-image.width * image.height // STRIP)
    edges = [round(strip * height / strips) for strip in range(strips + 1)]
    for top, bottom in itertools.pairwise(edges):
        if bottom == top:
            continue
        first, last = int(top * rows), min(math.ceil(bottom * rows), image.height)
        strip = image.crop((0, first, image.width, last)).convert(mode)
        box = (0, top * rows - first, image.width, min(bottom * rows, image.height) - first)
        strip = strip.resize((width, bottom - top), Image.Resampling.BOX, box)
        small.paste(strip, (0, top))
    return small


def _is_deep(image):
    return image.mode == "F" or image.mode.startswith("I")


@_one_error()
def brightness(image: Image.Image) -> np.ndarray:
    """(H, W) float32 in [0, 1], 1 is white, of an image that `upright` returned.

    Transparency is white paper. Where that leaves nothing (white or light strokes on
    transparency), the alpha channel itself is the drawing, dark.

    Raises:
        ImageError: values that are infinite or not numbers.
    """
    if _is_deep(image):
        values = np.asarray(image, np.float32)
        if not np.isfinite(values).all():
            raise ImageError("the image holds values that are no numbers; send a PNG or JPEG")
        top = next((top for top in (1, 255, 65535) if values.max() <= top), values.max())
        # Whole numbers up to 1 are the darkest greys of 16 bits, not white.
        top = 65535 if top == 1 and image.mode != "F" else top
        return np.clip(values / top, 0, 1)
    alpha = np.asarray(image.getchannel("A"), np.float32) / 255
    luma = np.asarray(image.convert("RGB").convert("L"), np.float32) / 255
    on_white = luma * alpha + (1 - alpha)
    if np.ptp(alpha) > 0.5 and np.ptp(on_white) < 0.1:
        return 1 - alpha
    return on_white
