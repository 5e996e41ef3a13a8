"""Ways in which a set of weights is damaged: each makes the files that change, {name: content}."""

import io
import json

import torch
from safetensors.torch import load, save

from mnist_cnn.networks.weights import HEADER_KEY
from tests.sharing.hub_stand_in import sha256


def rewritten(files, key, change=lambda tensors: None, **header):
    """A network's file changed, and metrics.json to match."""
    content = files[f"{key}.safetensors"]
    size = int.from_bytes(content[:8], "little")
    old = json.loads(json.loads(content[8 : 8 + size])["__metadata__"][HEADER_KEY])
    tensors = load(content)
    change(tensors)
    content = save(tensors, {HEADER_KEY: json.dumps(old | header)})
    metrics = json.loads(files["metrics.json"])
    if key in metrics["models"]:
        metrics["models"][key]["sha256"] = sha256(content)
    return {f"{key}.safetensors": content, "metrics.json": as_json(metrics)}


def flipped(content):
    """One bit of the last number changed."""
    return content[:-1] + bytes([content[-1] ^ 64])


def pickled():
    file = io.BytesIO()
    torch.save({"hidden.weight": torch.zeros(2)}, file)
    return file.getvalue()


def described(files, **changes):
    """Another config.json."""
    return {"config.json": as_json(json.loads(files["config.json"]) | changes)}


def listing(files, *networks):
    """A config.json that lists these networks alone."""
    return described(files, models={key: {} for key in networks})


def measured(files, key, change):
    """metrics.json with a network's row changed."""
    metrics = json.loads(files["metrics.json"])
    change(metrics["models"][key])
    return {"metrics.json": as_json(metrics)}


def beside(files, rows):
    """metrics.json with other rows beside the networks."""
    return {"metrics.json": as_json(json.loads(files["metrics.json"]) | {"beside": rows})}


def without(files, key, name):
    return measured(files, key, lambda row: row.pop(name))


def as_json(value):
    return json.dumps(value).encode()


def _tampered(tensors):
    tensors["classifier.5.bias"].add_(0.01)


def _biased(tensors):
    tensors["classifier.3.bias"].add_(0.01)


BAD_SETS = {  # name: (files -> what changes, what is said)
    "truncated": (
        lambda files: {"conv.safetensors": files["conv.safetensors"][:1000]},
        "conv.safetensors is damaged",
    ),
    "tampered": (
        lambda files: {"conv.safetensors": flipped(files["conv.safetensors"])},
        "conv.safetensors has sha256",
    ),
    "tampered with its sha256": (
        lambda files: rewritten(files, "conv", _tampered),
        "conv does not answer as golden.safetensors says",
    ),
    "another guard": (
        lambda files: rewritten(files, "guard", _biased),
        "guard does not answer as golden.safetensors says",
    ),
    "wrong keys": (
        lambda files: rewritten(files, "fc", lambda tensors: tensors.pop("output.bias")),
        "fc.safetensors does not fit the model fc: .*Missing key",
    ),
    "another architecture": (
        lambda files: rewritten(files, "aug", architecture="ResNet"),
        "aug.safetensors: architecture is 'ResNet', not 'ConvNet'",
    ),
    "a header of no names": (
        lambda _: {"fc.safetensors": save({"a": torch.zeros(1)}, {HEADER_KEY: "[1]"})},
        "fc.safetensors is damaged",
    ),
    "a pickle": (lambda _: {"conv.safetensors": pickled()}, "conv.safetensors is damaged"),
    "a pickle beside": (
        lambda _: {"conv.safetensors": None, "conv.bin": pickled()},
        "it has no conv.safetensors: check the name and the revision",
    ),
    "a network of another format": (
        lambda files: rewritten(files, "fc", format_version=2),
        "fc.safetensors is of format 2 and this code reads 1: update the code",
    ),
    "another format": (
        lambda files: described(files, format_version=2),
        "config.json is of format 2 and this code reads 1: update the code",
    ),
    "no description": (lambda _: {"config.json": b"[]"}, "config.json is damaged"),
    "a description without networks": (
        lambda _: {"config.json": b'{"format_version": 1}'},
        "config.json lists no fc",
    ),
    "without a network that the lesson requires": (
        lambda files: listing(files, "fc", "conv"),
        "config.json lists no aug",
    ),
    "no metrics": (lambda _: {"metrics.json": b'{"models": []}'}, "metrics.json is damaged"),
    "metrics without sha256": (
        lambda files: without(files, "conv", "sha256"),
        r"metrics.json is damaged \(models.conv.sha256: Field required",
    ),
    "metrics without a row": (
        lambda files: {"metrics.json": as_json({"models": {}})},
        "metrics.json says nothing of fc",
    ),
    "older metrics": (
        lambda files: without(files, "aug", "history"),
        r"metrics.json is damaged \(models.aug.history: Field required",
    ),
    "metrics of an odd kind": (
        lambda files: measured(files, "fc", lambda row: row["test"].update(predicted="high")),
        r"metrics.json is damaged \(models.fc.test.predicted: ",
    ),
    "metrics without an epoch": (
        lambda files: measured(files, "fc", lambda row: row.update(history=[])),
        r"metrics.json is damaged \(models.fc.history: ",
    ),
    "metrics with a digit too many": (
        lambda files: measured(
            files, "fc", lambda row: row["test"]["errors"].__setitem__(0, 10_000)
        ),
        r"metrics.json is damaged \(models.fc.test.errors.0: ",
    ),
    "metrics without a recipe": (
        lambda files: measured(files, "fc", lambda row: row["run"].update(recipe="<b>")),
        r"metrics.json is damaged \(models.fc.run.recipe: ",
    ),
    "an odd row beside the networks": (
        lambda files: beside(files, {"fc-augmented": {"epochs": "<b>"}}),
        r"metrics.json is damaged \(beside.fc-augmented.title: ",
    ),
    "no rows beside the networks": (
        lambda files: beside(files, []),
        r"metrics.json is damaged \(beside: ",
    ),
    "odd averages": (lambda _: {"robustness.json": b"[]"}, "robustness.json is damaged"),
    "far too large": (lambda _: {"aug.safetensors": bytes(51_000_000)}, r"its files have 5\d,"),
    "nothing": (dict.fromkeys, "it has no config.json"),
}
