"""A learner's network to a file and back: known architectures, strictly, or one sentence."""

import json
import struct

import pytest
import torch
from safetensors.torch import save

from mnist_cnn.networks.models import ARCHITECTURES, MODELS, build_variant
from mnist_cnn.networks.variants import MAX_BYTES, Variant, from_file
from mnist_cnn.networks.weights import DIRECTORY, WeightsError, weights_path


def variant(architecture="SmallConvNet", **settings):
    return Variant(build_variant(architecture, **settings).eval(), architecture, settings)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("batch_norm", [True, False])
@pytest.mark.parametrize("shuffled", [True, False])
def test_a_network_comes_back(architecture, batch_norm, shuffled):
    own = variant(architecture, batch_norm=batch_norm, shuffled=shuffled)
    again = from_file(own.file)
    x = torch.rand(2, 1, 28, 28)
    assert torch.equal(own.model(x), again.model(x))
    assert again.sha256 == own.sha256 and not again.model.training
    has_norm = any("Norm" in type(it).__name__ for it in again.model.modules())
    assert has_norm == batch_norm


@pytest.mark.parametrize("key", MODELS)
def test_a_file_of_the_lesson_is_read_too(key):
    assert from_file(weights_path(DIRECTORY, key).read_bytes()).architecture in ARCHITECTURES


def changed(own, **entries):
    """The file with another header."""
    length = struct.unpack("<Q", own.file[:8])[0]
    header = json.loads(json.loads(own.file[8 : 8 + length])["__metadata__"]["mnist_cnn"])
    return save(own.model.state_dict(), {"mnist_cnn": json.dumps(header | entries)})


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"architecture": "os.system"}, "holds a os.system; known are FCNet"),
        ({"architecture": None}, "holds a None"),
        ({"settings": {"batch_norm": "yes"}}, "settings are none of"),
        ({"settings": {"hidden": True}}, "settings are none of"),
        ({"settings": 3}, "settings are none of"),
        ({"settings": {"batch_norm": False}}, "do not fit a SmallConvNet"),
        ({"mean": 0.5}, "another mean or std"),
        ({"format_version": 9}, "of format 9"),
    ],
)
def test_another_header_is_refused(entries, words):
    with pytest.raises(WeightsError, match=words) as caught:
        from_file(changed(variant(), **entries))
    assert "/tmp" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a zip", bytes(100), b"\x80\x04pickle"])
def test_what_is_no_network_is_refused(content):
    with pytest.raises(WeightsError, match=r"^The file is damaged, or no weights file"):
        from_file(content)


def test_half_a_file_and_a_huge_one_are_refused():
    whole = variant().file
    with pytest.raises(WeightsError, match="damaged"):
        from_file(whole[: len(whole) // 2])
    with pytest.raises(WeightsError, match="at most 8,000,000"):
        from_file(bytes(MAX_BYTES + 1))


def test_weights_that_are_no_numbers_are_refused():
    own = variant()
    own.model.classifier[1].bias.data[0] = float("nan")
    with pytest.raises(WeightsError, match="not all numbers"):
        from_file(own.file)
