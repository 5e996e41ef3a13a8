"""Whatever is sent as a picture gets a right answer or one clear sentence, everywhere."""

import base64
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from mnist_cnn.page import api
from mnist_cnn.page.current_digit import from_drawing, from_photo, from_test_set
from mnist_cnn.reading.images import ACCEPTED, ImageError
from tests.conftest import ROOT
from tests.reading.corpus import corpus, encoded, png

FILES = corpus()
NOT_SAID = ("/", "Traceback", "Error", "PIL", "site-packages", "\n", "0x")
ENDPOINTS = {
    "classify": api.classify_image,
    "compare": api.compare,
    "preprocess": api.preprocess_image,
    "convolve": lambda weights, file: api.convolve(weights, "blur", 0, file),
    "activations": lambda weights, file: api.activations_of(weights, image=file),
    "shift_map": lambda weights, file: api.shift_map_of(weights, file, 0, 0),
}


def is_clear(sentence):
    """Whether a refusal is one sentence that says what to send, and nothing of the server."""
    return "send" in sentence and not any(part in sentence for part in NOT_SAID)


@pytest.fixture(scope="module")
def answers(weights):
    """{pipeline: {file: answer or {"error": sentence}}} of the endpoint that takes many."""

    def batches(pipeline):
        names = list(FILES)
        for start in range(0, len(names), api.MOST_IMAGES):
            part = names[start : start + api.MOST_IMAGES]
            given = [lambda name=name: FILES[name] for name in part]
            yield from zip(part, api.classify_batch(weights, given, preprocessing=pipeline))

    return {pipeline: dict(batches(pipeline)) for pipeline in ("mnist", "notebook-contrast")}


def test_there_are_many(answers):
    refused = [name for name, answer in answers["mnist"].items() if "error" in answer]
    assert len(FILES) > 500
    assert 200 < len(refused) < len(FILES) - 150


def test_each_gets_an_answer_or_one_clear_sentence(answers):
    for pipeline, given in answers.items():
        for name, answer in given.items():
            if "error" in answer:
                assert is_clear(answer["error"].removeprefix("image: ")), (name, answer)
            else:
                assert sum(answer["probabilities"].values()) == pytest.approx(1), (name, pipeline)


def test_what_is_whole_is_read(answers):
    """Also where its EXIF says nothing, or that it lies as it does."""
    for name, answer in answers["mnist"].items():
        _, _, rest = name.partition(" ")
        if name in ACCEPTED.replace(" or", ",").split(", ") or rest.startswith("with broken EXIF"):
            assert answer.get("label") == 7, (name, answer)


@pytest.mark.parametrize("name", ENDPOINTS)
def test_every_endpoint_refuses_the_same_files(weights, answers, name):
    for number, (file, answer) in enumerate(answers["mnist"].items()):
        if "error" in answer:
            with pytest.raises(ImageError) as caught:
                ENDPOINTS[name](weights, FILES[file])
            assert answer["error"] == f"image: {caught.value}.", file
        elif number % 8 == 0:
            assert ENDPOINTS[name](weights, FILES[file])


@pytest.mark.parametrize("send", ["photo", "drawing"])
def test_the_pages_listeners_say_the_same(shared, answers, send):
    old = from_test_set(0)
    for number, (name, answer) in enumerate(answers["mnist"].items()):
        if number % 8 or len(FILES[name]) > 5_000_000:
            continue
        url = "data:image/png;base64," + base64.b64encode(FILES[name]).decode()
        make, sent = (from_photo, FILES[name]) if send == "photo" else (from_drawing, url)
        shown = str(shared.replace(make, sent, old, "mnist")[shared.answer])
        assert ("notice" in shown) == ("error" in answer), name
        assert "Traceback" not in shown and "site-packages" not in shown


# Prints for each file that it is given by how many bytes the process grows at most.
PEAK = """
import re, sys
from pathlib import Path
from mnist_cnn.page.figures import png_data_uri
from mnist_cnn.page.widgets.film_strip import film_strip
from mnist_cnn.reading.images import ImageError
from mnist_cnn.reading.predict import read
from mnist_cnn.sharing.weight_set import load_shipped

def peak():
    return 1024 * int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

def show(path, way):
    try:
        frames = read(path, weights, way).frames
        film_strip(frames), png_data_uri(frames[0].image)
    except ImageError:
        pass

way, small, *files = sys.argv[1:]
weights = load_shipped()
show(small, way)
for file in files:
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before = peak()
    show(file, way)
    print(peak() - before)
"""


@pytest.mark.parametrize("way", ["mnist", "notebook"])
@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="needs Linux")
def test_no_picture_takes_more_than_150_megabytes(way, tmp_path):
    """Those that take most: as many pixels as may be, and a file as large as may be."""
    grey = png(7700, 7700, 8, 0, zlib.compress(bytes(7701 * 7700), 1))
    files = {
        "grey": grey,
        "long": png(6800, 6800, 8, 0, zlib.compress(bytes(6801 * 6800), 1)) + bytes(24_000_000),
        "colour": png(5200, 5200, 8, 2, zlib.compress(bytes(15601 * 5200), 1)),
        "one scan": FILES["JPEG that declares 7700×7700"],
        "many scans": FILES["progressive JPEG that declares 5000×5000"],
        "WebP": encoded(Image.new("RGB", (2800, 2800)), "WEBP", method=0),
        "AVIF": encoded(Image.new("RGB", (3200, 3200)), "AVIF", speed=10),
    }
    for name, content in {"small": FILES["PNG"], **files}.items():
        (tmp_path / name).write_bytes(content)
    paths = [tmp_path / name for name in ("small", *files)]
    run = subprocess.run(
        [sys.executable, "-c", PEAK, way, *paths], cwd=ROOT, capture_output=True, check=True
    )
    taken = dict(zip(files, map(int, run.stdout.split()), strict=True))
    print(way, {name: f"{size / 1e6:.0f} MB" for name, size in taken.items()})
    assert max(taken.values()) < 150e6, taken
