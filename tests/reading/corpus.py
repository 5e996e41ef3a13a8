"""Files that somebody may send as a picture: odd, damaged, hostile ones, made anew from a seed."""

import base64
import io
import struct
import zlib

import numpy as np
from PIL import Image, PngImagePlugin

from mnist_cnn.reading.images import KINDS
from tests.conftest import draw_seven

# Black on white and 96 pixels wide, as an encoder of HEIC wrote it: Pillow has none.
SEVEN_HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWl4AAAAAG1pZjFoZWl4bWlhZgAAAU5tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAA"
    "AAAAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAABcgABAAAAAAAAAKAAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAAB"
    "AABodmMxAAAAAA5waXRtAAAAAAABAAAAzmlwcnAAAACvaXBjbwAAAHJodmNDAQQIAAAAn/gAAAAAHvAA/Pz4+AAADw"
    "NgAAEAF0ABDAH//wQIAAADAJ/4AAADAAAeugJAYQABACZCAQEECAAAAwCf+AAAAwAAHsDCBhZbqSSmubAgAAADAyAA"
    "AAMAIWIAAQAHRAHBcrAiQAAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABgAAAAYAAAAA5waXhpAAAAAA"
    "EIAAAAF2lwbWEAAAAAAAAAAQABBIECAwQAAACobWRhdAAAAJwoAa4IMG1/I3f1bVHTUtmYMW/YkAUINfACEZwqXs49"
    "ZpNqXDtrGpkPci+FKXgdmbkTiSCmgfn4C9T2/nNiI/L96RK8Xzj3H2lYGesSpY7Xx75CWS38k8qe/okjw4RmQ7SHXJ"
    "e4lx0W8LITo+j3rAfvRO9ZQAmCnIc5VgTusDYM6t5tCtVXq2uiRoo0tmLWBDf//0Nkx4wmgeoApqA="
)
_FORMATS = {"WebP": "WEBP", "HEIC": None}  # Pillow's names, where they are others; None: no encoder


def encoded(image, kind, **settings):
    """A picture as a file of Pillow's format `kind`."""
    file = io.BytesIO()
    image.save(file, kind, **settings)
    return file.getvalue()


def corpus():
    """{what it is: bytes of a file}: several hundred, the same ones at every call."""
    whole = _whole()
    return {**whole, **_damaged(whole), **_modes(), **_exif(), **_bombs(), **_strangers()}


def _whole():
    seven = draw_seven(64, 5)
    files = {
        kind.name: encoded(seven, _FORMATS.get(kind.name, kind.name))
        for kind in KINDS
        if kind.name != "HEIC"
    }
    files["HEIC"] = SEVEN_HEIC
    files["progressive JPEG"] = encoded(seven, "JPEG", progressive=True)
    files["MPO"] = encoded(seven, "MPO", save_all=True, append_images=[seven])
    for kind in ("GIF", "WEBP", "PNG", "TIFF"):
        files[f"animated {kind}"] = encoded(
            seven, kind, save_all=True, append_images=[seven.rotate(9), seven.rotate(20)]
        )
    return files


def _damaged(whole):
    random, files = np.random.default_rng(0), {}
    for name, content in whole.items():
        for share in (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99):
            files[f"{name}, its first {share:.0%}"] = content[: int(share * len(content))]
        for seed in range(20):
            flipped = bytearray(content)
            for at in random.integers(0, len(content), 1 + seed // 4):
                flipped[at] ^= 1 << int(random.integers(8))
            files[f"{name}, bits flipped, {seed}"] = bytes(flipped)
        hole = len(content) // 3
        files[f"{name}, a third of it zeros"] = content[:hole] + bytes(hole) + content[2 * hole :]
    return files


def _modes():
    seven, files = draw_seven(64, 5), {}
    for mode in ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "F"):
        for kind in ("PNG", "TIFF", "JPEG", "GIF", "WEBP", "BMP"):
            try:
                image = Image.new("LAB", (64, 64)) if mode == "LAB" else seven.convert(mode)
                files[f"{mode} {kind}"] = encoded(image, kind)
            except (OSError, ValueError, KeyError):  # there is no such file
                continue
    grey = np.asarray(seven.convert("L"))
    files["16 bits PNG"] = encoded(Image.fromarray(grey.astype(np.uint16) * 257), "PNG")
    files["16 bits TIFF"] = encoded(Image.fromarray(grey.astype(np.uint16) * 257), "TIFF")
    for value in (np.nan, np.inf, -np.inf, 1e38):
        odd = np.where(grey > 128, 1, value).astype(np.float32)
        files[f"float TIFF with {value}"] = encoded(Image.fromarray(odd), "TIFF")
    for size in ((1, 1), (1, 2), (1, 100), (1, 101), (1, 20_000), (20_000, 1), (300, 3), (28, 28)):
        files[f"{size[0]}×{size[1]}"] = encoded(Image.new("L", size, 200), "PNG")
    return files


def _exif():
    seven, files, random = draw_seven(64, 5), {}, np.random.default_rng(1)
    for kind in ("PNG", "JPEG", "WEBP", "TIFF", "AVIF"):
        for orientation in (*range(10), 65535):
            exif = Image.Exif()
            exif[0x0112] = orientation
            files[f"{kind} that is turned, {orientation}"] = encoded(seven, kind, exif=exif)
    broken = [b"", b"?", b"MM\0*", b"II*\0\x08\0\0\0\xff\xff", b"II*\0\xff\xff\xff\xff", bytes(40)]
    broken += [b"II*\0\x08\0\0\0" + random.bytes(60) for _ in range(12)]
    for kind in ("PNG", "JPEG", "WEBP"):
        for number, content in enumerate(broken):
            name = f"{kind} with broken EXIF, {number}"
            files[name] = encoded(seven, kind, exif=b"Exif\0\0" + content)
    return files


def png(width, height, bits, colour, lines, *between):
    """A PNG of these compressed lines, with chunks (name, content) before them."""
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    chunks = ((b"IHDR", header), *between, (b"IDAT", lines), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
        for name, content in chunks
    )


def declared(content, marker, side):
    """A JPEG that says of itself to have side×side pixels."""
    at = content.index(marker) + 5
    return content[:at] + 2 * struct.pack(">H", side) + content[at + 4 :]


def _bombs():
    seven = draw_seven(64, 5)
    zeros = zlib.compress(bytes(20_000_000), 9)
    text = PngImagePlugin.PngInfo()
    text.add_text("a", "b" * 3_000_000, zip=True)
    sequential, progressive = encoded(seven, "JPEG"), encoded(seven, "JPEG", progressive=True)
    scan = progressive[progressive.rindex(b"\xff\xda") : -2]
    zipped = b"a\0\0" + zlib.compress(bytes(60_000_000), 9)
    return {
        "PNG of 12000×12000": png(12_000, 12_000, 1, 0, zeros),
        "PNG of 65000×65000": png(65_000, 65_000, 8, 2, zeros),
        "PNG of 7700×7700 in colour": png(7700, 7700, 8, 2, zeros),
        "PNG that ends early": png(4000, 4000, 8, 0, zlib.compress(bytes(9), 9)),
        "PNG with a text of 3 MB": encoded(seven, "PNG", pnginfo=text),
        "PNG with a zipped text of 60 MB": png(64, 64, 8, 0, zeros, (b"zTXt", zipped)),
        "PNG with a profile of 60 MB": png(64, 64, 8, 0, zeros, (b"iCCP", zipped)),
        "PNG with many texts": png(64, 64, 8, 0, zeros, *[(b"tEXt", b"a\0" + bytes(900))] * 2000),
        "JPEG that declares 7700×7700": declared(sequential, b"\xff\xc0", 7700),
        "progressive JPEG that declares 7700×7700": declared(progressive, b"\xff\xc2", 7700),
        "progressive JPEG that declares 5000×5000": declared(progressive, b"\xff\xc2", 5000),
        "JPEG of 5000 scans": progressive[:-2] + 5000 * scan + progressive[-2:],
        "GIF that declares 60000×60000": b"GIF89a" + 2 * struct.pack("<H", 60_000) + bytes(40),
        "BMP that declares 30000×30000": _bmp(30_000),
        "BMP of negative size": _bmp(-5),
        "zeros": bytes(1000),
        "ones": b"\xff" * 1000,
        "noise": np.random.default_rng(2).bytes(100_000),
        "nothing": b"",
        "25 MB and a byte": bytes(25_000_001),
        "24 MB": b"\x89PNG\r\n\x1a\n" + bytes(24_000_000),
    }


def _bmp(side):
    return b"BM" + struct.pack(
        "<IIIIiiHHIIiiII", 99, 0, 54, 40, side, side, 1, 24, 0, 0, 0, 0, 0, 0
    )


def _strangers():
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" ><image href="/etc/passwd"/></svg>'
    others = {
        kind: encoded(draw_seven(64, 5), kind)
        for kind in ("PPM", "ICO", "EPS", "PCX", "TGA", "PDF")
    }
    return {
        **others,
        "SVG": svg,
        "SVG with a header": b'<?xml version="1.0"?>' + svg,
        "HTML": b"<!doctype html><script>alert(1)</script>",
        "zip": b"PK\3\4" + bytes(60),
        "text": "Eine Sieben: 7. ÄÖÜ".encode(),
        "JSON": b'{"path": "/etc/hostname"}',
        "EMF": b"\1\0\0\0" + bytes(36) + b" EMF" + bytes(60),
        "QOI": b"qoif" + struct.pack(">IIBB", 8, 8, 3, 0) + bytes(70),
        "XBM": b"#define a_width 8\n#define a_height 8\nstatic char a_bits[] = {0};",
        "link of Git LFS": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
    }
