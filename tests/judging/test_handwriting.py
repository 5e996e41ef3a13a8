"""The command that judges handwriting counts what was planted, and names what is broken."""

import json
import subprocess
import sys

import pytest
from PIL import Image

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.judging.handwriting import (
    ManifestError,
    evaluate,
    main,
    read_manifest,
    summarise,
)
from mnist_cnn.reading.detector import load_detector
from mnist_cnn.reading.predict import Prediction
from tests.conftest import ROOT, SHARED, draw_seven


@pytest.fixture
def folder(tmp_path):
    """Two hands: a drawn 7, three test digits, one 7 labelled 1, one broken file."""
    test = embedded_test_set()
    rows = ["path,set,label,writer_group"]
    draw_seven().save(tmp_path / "seven.png")
    rows += ["seven.png,drawn,7,a", "seven.png,drawn,1,a"]
    for index in (0, 1, 2):
        Image.fromarray(test.images[index].numpy()).save(tmp_path / f"{index}.png")
        rows.append(f"{index}.png,mnist,{test.labels[index]},b")
    (tmp_path / "broken.png").write_bytes(b"no picture")
    rows.append("broken.png,mnist,3,b")
    (tmp_path / "manifest.csv").write_text("\n".join(rows))
    return tmp_path


def test_as_json_with_contact_sheet(folder, capsys):
    main([str(folder), "--json", "--errors", str(folder / "errors.png")])
    printed = capsys.readouterr()
    report = json.loads(printed.out)
    assert (report["pictures"], report["broken"]) == (6, 1)
    assert "broken.png: the file is no image" in printed.err
    aug = report["mnist"]["aug"]
    assert aug["sets"] == {
        "drawn": {"accuracy": 0.5, "count": 2},
        "mnist": {"accuracy": 1.0, "count": 3},
    }
    assert aug["group_mean"] == 0.75 and aug["confusion"][1][7] == 1
    low, high = aug["interval"]
    assert 0.5 <= low <= 0.75 <= high <= 1
    assert set(report["notebook"]) == {"fc", "conv", "aug"}
    with Image.open(folder / "errors.png") as sheet:
        assert sheet.size[0] > 200


def test_as_people_read_it(folder):
    run = subprocess.run(
        [sys.executable, "-m", "mnist_cnn", "handwriting", folder],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert "6 pictures, 1 of them broken" in run.stdout and "The notebook's way" in run.stdout


@pytest.mark.parametrize(
    "manifest", [None, "path,label\na.png,1", "path,label,writer_group\na.png,seven,x"]
)
def test_a_manifest_that_cannot_be_read_is_named(tmp_path, manifest):
    if manifest:
        (tmp_path / "manifest.csv").write_text(manifest)
    with pytest.raises(ManifestError, match=r"it needs path, label, writer_group"):
        read_manifest(tmp_path)


def test_unanswered_counts_as_wrong_but_is_told_apart(folder):
    samples = read_manifest(folder)[:2]
    even = (0.1,) * 10
    refused = Prediction(None, "several", 0.1, even, "aug", "mnist")
    right = Prediction(1, None, 0.1, even, "aug", "mnist")
    row = summarise(samples, [refused, right])
    assert row["sets"]["drawn"]["accuracy"] == 0.5
    assert (row["unanswered"], row["answered_accuracy"]) == (0.5, 1.0)
    assert row["confusion"][7][10] == 1


# Per cent of each set of ../shared/handwriting that the shipped aug network reads, unanswered
# counted as wrong: regression floors, one point below what was measured when this table was
# written. They are no goals (photo_grid is read badly).
FLOORS = {
    "canvas": 97.4,
    "canvas28": 93.0,
    "class": 87.1,
    "photo": 93.6,
    "photo_grid": 39.0,
    "processed": 95.2,
    "segcrop": 94.3,
    "usps": 89.1,
}


@pytest.mark.slow
def test_peoples_own_handwriting_is_read(models):
    if not (SHARED / "handwriting").exists():
        pytest.skip("needs ../shared/handwriting")
    samples, detector = read_manifest(SHARED / "handwriting"), load_detector(models["aug"])
    answers = evaluate(samples, {"aug": models["aug"]}, detector, "mnist")["answers"]["aug"]
    aug = summarise(samples, answers)
    assert aug["sets"].keys() == FLOORS.keys()
    found = {name: 100 * figures["accuracy"] for name, figures in aug["sets"].items()}
    assert {name: share for name, share in found.items() if share < FLOORS[name]} == {}
    assert aug["answered_accuracy"] >= 0.965
