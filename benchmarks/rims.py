"""How many of 120 photos are still read right with a rim, frame or margin around them.

Run `python benchmarks/rims.py FOLDER`; the folder holds photos and a manifest.csv, as for
`python -m mnist_cnn handwriting`. The photos are drawn from the set "photo", among those that are
read right as they come.
"""

import argparse
import io
import sys
from collections.abc import Callable
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from PIL import Image, ImageDraw, ImageOps

sys.path.insert(0, str(Path(__file__).parent.parent))

from mnist_cnn.judging.handwriting import read_manifest
from mnist_cnn.networks.models import MAIN
from mnist_cnn.reading.predict import classify

PHOTOS = 120
matplotlib.use("Agg")


def rim(pixels, colour):
    return lambda photo: ImageOps.expand(photo, pixels, colour)


def margin(share, colour):
    return lambda photo: ImageOps.expand(photo, round(share * min(photo.size)), colour)


def letterbox(photo):
    """On a black screen of 16:9."""
    height = max(photo.height, round(photo.width * 9 / 16))
    return on_screen(photo, round(height * 16 / 9), height, 0.5)


def on_screen(photo, width, height, down, colour="black"):
    screen = Image.new("RGB", (width, height), colour)
    screen.paste(photo, ((width - photo.width) // 2, round(down * (height - photo.height))))
    return screen


def page(colour):
    return lambda photo: on_screen(
        photo, round(1.8 * photo.width), round(1.8 * photo.height), 0.3, colour
    )


def screenshot(photo):
    """A phone's: black, with the clock and buttons above the photo."""
    screen = on_screen(photo, photo.width, round(1.5 * photo.height), 0.6)
    size = max(10, photo.width // 20)
    ImageDraw.Draw(screen).text((size, size // 2), "12:30  edit  share", "white", font_size=size)
    return screen


def jpeg(change, quality):
    def compressed(photo):
        file = io.BytesIO()
        change(photo).save(file, "JPEG", quality=quality)
        return Image.open(file).convert("RGB")

    return compressed


def figure(colours, is_inverted=False):
    """Matplotlib's, with axes and a title."""

    def plot(photo):
        grey = np.asarray(photo.convert("L"))
        sheet, file = Figure(), io.BytesIO()
        axes = sheet.add_subplot()
        axes.imshow(255 - grey if is_inverted else grey, colours)
        axes.set_title("label: ?")
        sheet.savefig(file, format="png")
        return Image.open(file).convert("RGB")

    return plot


RIMS: dict[str, Callable] = {
    "white, 1 px": rim(1, "white"),
    "white, 2 px": rim(2, "white"),
    "black, 1 px": rim(1, "black"),
    "black, 3 px": rim(3, "black"),
    "grey, 5 px": rim(5, "#888"),
    "red, 4 px": rim(4, "#c22"),
    "letterbox": letterbox,
    "white margin of a tenth": margin(0.1, "white"),
    "grey margin of a tenth": margin(0.1, "#808080"),
    "white margin, JPEG": jpeg(margin(0.1, "white"), 50),
    "grey margin, JPEG": jpeg(margin(0.15, "#667"), 60),
    "white page": page("white"),
    "grey page": page("#ddd"),
    "dark page": page("#333"),
    "white margin, black rim": lambda photo: rim(3, "black")(margin(0.08, "white")(photo)),
    "black rim, white margin": lambda photo: margin(0.08, "white")(rim(3, "black")(photo)),
    "screenshot": screenshot,
    "figure, grey": figure("gray"),
    "figure, viridis": figure("viridis", True),
}


def read_right(folder):
    """The first PHOTOS samples, in random order, that are read right as they come."""
    samples = [sample for sample in read_manifest(folder) if sample.set == "photo"]
    right = []
    for index in np.random.default_rng(0).permutation(len(samples)):
        sample = samples[index]
        if classify(sample.path).label == sample.label:
            right.append(sample)
        if len(right) == PHOTOS:
            break
    return right


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    samples = read_right(parser.parse_args().folder)
    photos = [ImageOps.exif_transpose(Image.open(it.path)).convert("RGB") for it in samples]
    print(f"{len(samples)} photos, read right by {MAIN} as they come")
    for name, change in RIMS.items():
        wrong = [
            sample.path.name
            for sample, photo in zip(samples, photos)
            if classify(change(photo)).label != sample.label
        ]
        print(f"{name:24} {len(samples) - len(wrong):4}  {' '.join(wrong)}", flush=True)


if __name__ == "__main__":
    main()
