"""Hypothesis looks for what breaks: a right answer or the one error, never another."""

import numpy as np
import pytest

pytest.importorskip("hypothesis")
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mnist_cnn.arguments import RequestError, check_choice, check_index, check_pixels, check_unit
from mnist_cnn.explaining.convolution import check_kernel
from mnist_cnn.page.widgets.sketch import to_file
from mnist_cnn.reading.images import ImageError, open_image
from mnist_cnn.reading.pipelines import PIPELINES, preprocess
from tests.reading.corpus import corpus

settings.register_profile(
    "same-every-time",
    derandomize=True,
    deadline=None,
    max_examples=60,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("same-every-time")

PARTS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
JSON = st.recursive(
    PARTS,
    lambda it: st.lists(it, max_size=4) | st.dictionaries(st.text(max_size=3), it, max_size=3),
)
WHOLE = {name: file for name, file in corpus().items() if len(file) < 9000}
SHAPES = st.tuples(st.integers(0, 40), st.integers(0, 40)) | st.tuples(
    st.integers(0, 9), st.integers(0, 9), st.integers(0, 5)
)


def answered(function, error, *given):
    """What a function answers; None where it refuses with its one error, in one line."""
    try:
        return function(*given)
    except error as refusal:
        assert str(refusal) and "\n" not in str(refusal)
        return None


@given(JSON)
def test_data_urls(sent):
    file = answered(to_file, ImageError, sent)
    assert file is None or isinstance(file, bytes)


@given(JSON)
def test_arguments(sent):
    pixels = answered(check_pixels, RequestError, sent)
    assert pixels is None or (pixels.shape == (28, 28) and pixels.dtype == np.uint8)
    index = answered(check_index, RequestError, sent, 9)
    assert index is None or index in range(9)
    kernel = answered(check_kernel, RequestError, sent)
    assert kernel is None or np.isfinite(kernel).all()
    assert answered(check_choice, RequestError, "model", sent, ["fc"]) is None
    answered(check_unit, RequestError, (2, 3, 4), sent, sent, sent)


@given(arrays.arrays(np.float64, (28, 28)))
def test_pixels(sent):
    pixels = answered(check_pixels, RequestError, sent.tolist())
    assert (pixels is not None) == bool(((sent >= 0) & (sent <= 255)).all())


@given(st.binary(max_size=200))
def test_bytes_are_no_picture(sent):
    assert answered(open_image, ImageError, sent) is None


@given(st.sampled_from(sorted(WHOLE)), st.data())
@settings(max_examples=200)
def test_files_with_other_bytes_in_them(name, data):
    file = WHOLE[name]
    at = data.draw(st.integers(0, len(file)))
    end = data.draw(st.integers(at, min(len(file), at + 20)))
    changed = file[:at] + data.draw(st.binary(max_size=20)) + file[end:]
    way = data.draw(st.sampled_from(sorted(PIPELINES)))
    frames = answered(preprocess, ImageError, changed, way)
    assert frames is None or frames[-1].image.shape == (28, 28)


@given(
    arrays.arrays(st.sampled_from([np.uint8, np.float32, np.float64, np.int64, bool]), SHAPES),
    st.sampled_from(sorted(PIPELINES)),
)
def test_arrays(array, way):
    frames = answered(preprocess, ImageError, array, way)
    if frames is not None:
        digit = frames[-1].image
        assert digit.shape == (28, 28) and 0 <= digit.min() <= digit.max() <= 1
