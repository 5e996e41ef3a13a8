"""Networks that answer otherwise than their golden pairs say are refused."""

import shutil

import pytest
import torch

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.networks.weights import DIRECTORY, WeightsError, load_tensors, save_tensors
from mnist_cnn.reading.detector import load_detector
from mnist_cnn.sharing.golden import (
    TOLERANCE,
    _agree,
    answers,
    load_verified,
    main,
    save_golden,
)


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(DIRECTORY, tmp_path / "weights")


def rewrite(folder, name, change, **header):
    path = folder / f"{name}.safetensors"
    tensors, old = load_tensors(path)
    change(tensors)
    save_tensors(path, tensors, old | header)


def test_shipped_networks_answer_as_their_golden_pairs_say(models):
    weights = load_verified(DIRECTORY)
    golden, header = load_tensors(DIRECTORY / "golden.safetensors")
    assert header["format_version"] == 1 and header["sha256"].keys() == {"guard", "ink"}
    digits = golden["digits"]
    assert [golden[key].argmax(1).tolist() for key in models] == [list(range(10))] * 3
    test = embedded_test_set().images
    assert all((test == digit).all((1, 2)).any() for digit in digits)
    for key, found in answers(weights, digits).items():
        assert golden[key].dtype == torch.float32
        torch.testing.assert_close(found, golden[key], rtol=0, atol=TOLERANCE)


def shift(tensors):
    tensors["conv"] += 2 * TOLERANCE


DAMAGES = {
    "missing": (lambda folder: (folder / "golden.safetensors").unlink(), "missing"),
    "another answer": (lambda f: rewrite(f, "golden", shift), "conv does not answer as"),
    "another guard": (
        lambda f: rewrite(f, "guard", lambda tensors: tensors["classifier.3.bias"].add_(1)),
        "guard does not answer as",
    ),
    "another ink finder": (
        lambda f: rewrite(f, "ink", lambda tensors: tensors["output.bias"].add_(1)),
        "ink does not answer as",
    ),
    "another file of the ink finder": (
        lambda f: rewrite(f, "ink", lambda _: None, overlap=1),
        "ink.safetensors has another sha256",
    ),
    "no pairs of the ink finder": (
        lambda f: rewrite(f, "golden", lambda tensors: tensors.pop("ink")),
        "no golden pairs",
    ),
    "a network less": (lambda f: rewrite(f, "golden", lambda t: t.pop("fc")), "no golden pairs"),
    "no digits": (lambda f: rewrite(f, "golden", lambda t: t.pop("digits")), "no golden pairs"),
    "not a number": (
        lambda f: rewrite(f, "golden", lambda tensors: tensors["fc"].fill_(float("nan"))),
        "fc does not answer as",
    ),
    "future format": (
        lambda f: rewrite(f, "golden", lambda _: None, format_version=2),
        "is of format 2 and this code reads 1: update the code",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_answers_otherwise_is_refused_with_the_repair(folder, damage):
    make, said = DAMAGES[damage]
    make(folder)
    with pytest.raises(WeightsError, match=f"{said}.*python -m mnist_cnn golden"):
        load_verified(folder)


def test_a_set_older_than_the_ink_finder_is_read(folder):
    (folder / "ink.safetensors").unlink()
    rewrite(folder, "golden", lambda tensors: tensors.pop("ink"))
    assert load_verified(folder).ink_finder is not None


def test_a_set_with_a_guard_of_the_first_kind_is_answered_with_the_shipped_one(folder):
    linear = {"weight": torch.zeros(1, 1536), "bias": torch.zeros(1)}
    save_tensors(folder / "guard.safetensors", linear, {"aug": "0" * 64})

    def as_then(tensors):
        tensors["guard"] = torch.zeros(10, 1)

    rewrite(folder, "golden", as_then, sha256={})
    digits = load_tensors(folder / "golden.safetensors")[0]["digits"]
    assert torch.equal(
        load_verified(folder).detector.answer(digits), load_detector().answer(digits)
    )


def test_outputs_agree_within_the_tolerance_and_in_the_digit():
    """A near tie that a tolerance lets pass may still be read as another digit."""
    expected = torch.tensor([[1.0, 2.0, 0.0], [0.5, -1.0, 0.4999]])
    assert _agree(expected.clone(), expected)
    assert _agree(expected + 0.0009, expected)
    assert not _agree(expected + 0.0011, expected)
    assert not _agree(expected - 0.0011, expected)
    assert not _agree(expected * torch.nan, expected)
    assert not _agree(expected[:, :2], expected) and not _agree(expected[:1], expected)
    tied = expected + torch.tensor([0.0, 0.0, 0.0005])
    assert (tied - expected).abs().max() < 0.001 and tied[1].argmax() == 2
    assert not _agree(tied, expected)


def test_the_pairs_are_the_first_digit_of_each_class(folder):
    save_golden(folder)
    digits = load_tensors(folder / "golden.safetensors")[0]["digits"]
    test = embedded_test_set()
    labels = test.labels.tolist()
    for digit in range(10):
        assert torch.equal(digits[digit], test.images[labels.index(digit)])


def test_the_command_writes_the_same_pairs_again(folder, capsys):
    before = load_tensors(folder / "golden.safetensors")[0]
    (folder / "golden.safetensors").unlink()
    main([str(folder)])
    assert "golden.safetensors" in capsys.readouterr().out
    for name, tensor in load_tensors(folder / "golden.safetensors")[0].items():
        torch.testing.assert_close(tensor, before[name], rtol=0, atol=1e-4)
    (folder / "fc.safetensors").unlink()
    with pytest.raises(SystemExit, match=r"fc.safetensors is missing. Run `python train.py fc`"):
        main([str(folder)])
