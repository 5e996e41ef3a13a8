"""Untrusted image files as arrays of brightness, or one sentence that says why not."""

import io
import os
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES = 25_000_000
MAX_PIXELS = 60_000_000  # the largest photos of phones have 50 million
MAX_ASPECT = 100  # longer side to shorter side
_SEND = "send a PNG, JPEG, WebP or GIF"
_AT_MOST = f"send at most {MAX_PIXELS // 1_000_000} megapixels"


class ImageError(ValueError):
    """This cannot be read as a picture; the message says what came and what is accepted."""


def open_image(source, longest_side: int | None = None) -> Image.Image:
    """The picture as it is stored: first frame, not turned, in its own mode, fully decoded.

    Args:
        source: path, bytes of a file, PIL image, or array (H, W), (H, W, 3) or (H, W, 4), uint8
            in 0..255 or float in [0, 1].
        longest_side: a JPEG may be decoded at a fraction of its size, as long as its longer side
            keeps at least this many pixels; None decodes every pixel.

    Raises:
        ImageError: no picture, damaged, too large, too long, or empty.
    """
    if isinstance(source, np.ndarray):
        image = _from_array(source)
    elif isinstance(source, Image.Image):
        image = source
    else:
        image = _from_file(source, longest_side)
    _check_size(image)
    return image


def _check_size(image):
    """Raise ImageError for more pixels than MAX_PIXELS, or a shape that holds no digit."""
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise ImageError(f"the image has {width}×{height} pixels; {_AT_MOST}")
    if min(width, height) == 0 or max(width, height) > MAX_ASPECT * min(width, height):
        raise ImageError(f"the image is {width}×{height} pixels; send one that is roughly square")


def _from_file(source, longest_side):
    content = _content(source)
    try:
        with warnings.catch_warnings():
            # Pillow's own limits are wider than ours: the size is checked below.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content))  # reads the header
            _check_size(image)
            if longest_side is not None:
                scale = longest_side / max(image.size)
                image.draft(None, (round(image.width * scale), round(image.height * scale)))
            image.load()
            return image
    except ImageError:
        raise
    except Image.DecompressionBombError as error:
        raise ImageError(f"the image is too large; {_AT_MOST}") from error
    except UnidentifiedImageError as error:
        raise ImageError(f"the file is no image that can be read; {_SEND}") from error
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError) as error:  # Pillow's decoders
        raise ImageError("the image file is damaged; send it again, or as a PNG or JPEG") from error


def _content(source):
    """The bytes of a path, or of a file that came as bytes, if they are not too many."""
    try:
        size = len(source) if isinstance(source, bytes) else os.path.getsize(source)
        if size > MAX_BYTES:
            raise ImageError(
                f"the image file has {size / 1e6:.0f} MB; send at most {MAX_BYTES / 1e6:.0f} MB"
            )
        # Read as a whole: Pillow keeps a file of several frames open.
        return source if isinstance(source, bytes) else Path(source).read_bytes()
    except (OSError, TypeError) as error:
        raise ImageError(f"the image file is not there; {_SEND}") from error


def _from_array(array):
    grey, colour = array.ndim == 2, array.ndim == 3 and array.shape[2] in (3, 4)
    if not (grey or colour) or not array.size:
        raise ImageError(f"the array has shape {array.shape}; send (H, W), (H, W, 3) or (H, W, 4)")
    if array.dtype != np.uint8:
        if not (np.issubdtype(array.dtype, np.number) and 0 <= array.min() <= array.max() <= 1):
            raise ImageError("the array is neither uint8 nor float in [0, 1]")
        array = np.rint(255 * array).astype(np.uint8)
    return Image.fromarray(array)


def upright(image: Image.Image, longest_side: int) -> Image.Image:
    """The picture the right way up (EXIF), averaged down to at most `longest_side` pixels.

    Modes with more than 8 bits per channel keep their mode; all others become RGBA.
    """
    image = ImageOps.exif_transpose(image)  # always a copy
    if not _is_deep(image) and image.mode not in ("L", "RGB"):  # palettes cannot be averaged
        image = image.convert("RGBA")
    if max(image.size) > longest_side:
        image.thumbnail((longest_side, longest_side), Image.Resampling.BOX, reducing_gap=None)
    return image if _is_deep(image) else image.convert("RGBA")


def _is_deep(image):
    return image.mode == "F" or image.mode.startswith("I")


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
