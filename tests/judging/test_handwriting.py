"""The command that judges handwriting counts what was planted, and names what is broken."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.stats import bootstrap as scipy_bootstrap

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.judging.handwriting import (
    JUDGED,
    ManifestError,
    Sample,
    answer_all,
    count,
    figures,
    group_interval,
    load_handwriting,
    read_manifest,
    share_interval,
)
from mnist_cnn.judging.handwriting_report import contact_sheet, main, report_text
from mnist_cnn.judging.metrics import accuracy_interval, load_metrics
from mnist_cnn.networks.weights import DIRECTORY, WeightsError, file_sha256
from mnist_cnn.reading.detector import Weights, load_detector
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
    aug = figures(report["mnist"]["aug"])
    found = {name: (row["read"], row["count"]) for name, row in aug["sets"].items()}
    assert found == {"drawn": (0.5, 2), "mnist": (1.0, 3)} and aug["all"]["read"] == 0.8
    assert aug["group_mean"] == 0.75 and report["mnist"]["aug"]["confusion"][1][7] == 1
    low, high = aug["interval"]
    assert 0.5 <= low <= 0.75 <= high <= 1
    assert set(report["notebook"]) == {"fc", "conv", "aug"}
    with Image.open(folder / "errors.png") as sheet:
        assert sheet.size[0] > 200


def test_a_broken_file_keeps_its_place_among_the_answers(folder, models):
    samples = read_manifest(folder)
    samples = [samples[-1], samples[2]]  # the broken one, then a test digit
    answers, broken = answer_all(samples, Weights({"fc": models["fc"]}, load_detector()), "mnist")
    none, seven = answers["fc"]
    assert none is None and seven.label == 7
    assert [path.name for path, _ in broken] == ["broken.png"]


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
    counts = count(samples, [refused, right])
    assert counts["confusion"][7][10] == 1
    row = figures(counts)
    drawn = row["sets"]["drawn"]
    assert (drawn["read"], drawn["refused"], drawn["answered_accuracy"]) == (0.5, 0.5, 1.0)
    assert row["all"] == drawn


def row(group, label, answer, reason=None, set="drawn", confidence=0.75, likeliest=None):
    """A sample by a group, and what was answered: a digit, or a reason for none.

    The digit `likeliest`, which is the answer unless it is given, has this confidence.
    """
    likeliest = answer if likeliest is None else likeliest
    others = (1 - confidence) / 9
    spread = tuple(confidence if digit == likeliest else others for digit in range(10))
    if likeliest is None:  # as of a blank picture
        confidence, spread = 0.1, (0.1,) * 10
    return Sample(Path("x.png"), label, group, set), Prediction(
        answer, reason, confidence, spread, "aug", "mnist"
    )


def counted(rows):
    return count(*zip(*rows))


def test_counts_are_by_group_and_set_and_the_confusion_has_true_rows():
    rows = [row("b", 3, 3), row("a", 3, 5, set="photo"), row("a", 4, 4), row("a", 4, 4)]
    counts = counted([*rows, row("a", 9, None, "unsure")])
    names = "group", "set", "right", "count", "refused"
    assert [tuple(found[name] for name in names) for found in counts["groups"]] == [
        (0, "drawn", 2, 3, {"unsure": 1}),
        (0, "photo", 0, 1, {}),
        (1, "drawn", 1, 1, {}),
    ]
    confusion = np.array(counts["confusion"])
    assert confusion.shape == (10, 11) and confusion.sum() == 5
    assert confusion[3, 5] == confusion[3, 3] == confusion[9, 10] == 1 and confusion[4, 4] == 2
    samples = [sample for sample, _ in rows]
    assert count(samples, [None] * 4) is None
    assert len(count(samples, [None, None, None, rows[3][1]])["groups"]) == 1


def test_a_group_counts_once_however_many_pictures_it_has():
    many, few = [row("a", 1, 1)] * 98, [row("b", 1, 7), row("b", 1, 1)]
    found = figures(counted(many + few))
    assert found["group_mean"] == 0.75  # of 1 and 1/2; of pictures it would be 0.99
    drawn = found["sets"]["drawn"]
    assert (drawn["read"], drawn["count"], drawn["groups"]) == (0.99, 100, 2)
    # Two groups: the mean of two draws is 1/2, 3/4 or 1.
    assert found["interval"] == [0.5, 1.0]


def test_figures_of_answers_that_are_all_missing():
    found = figures(counted([row("a", 1, None, "blank")] * 3))
    drawn = found["sets"]["drawn"]
    assert drawn["refused"] == 1 and drawn["reasons"] == {"blank": 3}
    assert drawn["answered_accuracy"] is drawn["calibration_error"] is None
    assert found["group_mean"] == drawn["read"] == drawn["likeliest"] == 0


def test_the_likeliest_digit_counts_where_none_is_answered():
    rows = [
        row("a", 3, 3),
        row("a", 3, None, "no digit", likeliest=3),
        row("a", 3, None, "unsure", likeliest=5),
        row("a", 0, None, "blank"),  # ten equal probabilities say nothing, not 0
        row("a", 3, 5, set="photo"),
    ]
    found = figures(counted(rows))
    drawn, photo = found["sets"]["drawn"], found["sets"]["photo"]
    assert (drawn["read"], drawn["likeliest"], drawn["refused"]) == (0.25, 0.5, 0.75)
    assert drawn["reasons"] == {"blank": 1, "no digit": 1, "unsure": 1}
    assert (photo["likeliest"], photo["refused"], photo["reasons"]) == (0, 0, {})
    assert (found["all"]["read"], found["all"]["likeliest"]) == (0.2, 0.4)
    assert found["all"]["answered_accuracy"] == 0.5


def test_the_calibration_error_is_of_whatever_the_networks_saw():
    sure = [row("a", 1, 1, confidence=0.99) for _ in range(3)]  # 0.01 too low, thrice
    refused = row("b", 1, None, "no digit", confidence=0.9, likeliest=2)  # 0.9 too high
    seen = [*sure, refused, row("b", 1, None, "blank")]
    found = figures(counted([*seen, row("b", 1, 1, set="photo", confidence=0.5)]))
    assert found["sets"]["drawn"]["calibration_error"] == pytest.approx((0.03 + 0.9) / 4)
    assert found["sets"]["photo"]["calibration_error"] == pytest.approx(0.5)
    assert found["all"]["calibration_error"] == pytest.approx((0.03 + 0.9 + 0.5) / 5)


def test_the_interval_of_one_group_is_wilsons():
    found = figures(counted([row("a", 1, 1)] * 9 + [row("a", 1, None, "unsure", likeliest=1)]))
    assert found["all"]["read_interval"] == accuracy_interval(9, 10)
    assert found["all"]["likeliest_interval"] == accuracy_interval(10, 10)


def test_the_interval_of_several_groups_is_as_wide_as_hands_differ():
    apart = [row("a", 1, 1)] * 100 + [row("b", 1, 7)] * 100
    assert figures(counted(apart))["all"]["read_interval"] == [0, 1]  # either group twice
    alike = [row(group, 1, 1) for group in "abcdefgh"]
    assert figures(counted(alike))["all"]["read_interval"] == accuracy_interval(8, 8)
    rights, counts = np.array([90, 15, 22, 40, 3]), np.array([100, 20, 40, 40, 10])
    rows = [
        {"group": place, "right": right, "count": count}
        for place, (right, count) in enumerate(zip(rights.tolist(), counts.tolist()))
    ]
    expected = scipy_bootstrap(
        (rights, counts), lambda a, b, axis=-1: a.sum(axis) / b.sum(axis), paired=True,
        n_resamples=20_000, method="percentile", rng=np.random.default_rng(1),
    ).confidence_interval  # fmt: skip
    found = share_interval(rows, "right")
    assert found == pytest.approx([expected.low, expected.high], abs=0.015)


def test_the_interval_is_scipys_percentile_bootstrap():
    means = np.random.default_rng(5).beta(9, 1, 12)
    expected = scipy_bootstrap(
        (means,), np.mean, n_resamples=20_000, method="percentile", rng=np.random.default_rng(1)
    ).confidence_interval
    low, high = group_interval(means.tolist())
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=0.004)
    assert group_interval(means.tolist()) == [low, high]  # the same whenever it is computed
    assert group_interval([0.7]) == pytest.approx([0.7, 0.7])


def test_the_shipped_file_is_of_the_shipped_networks():
    found = load_handwriting()
    rows = load_metrics()["models"]
    files = {name: file_sha256(DIRECTORY / f"{name}.safetensors") for name in ("guard", "ink")}
    assert found["weights"] == {key: row["sha256"] for key, row in rows.items()} | files
    for pipeline in JUDGED:
        for row in found[pipeline].values():
            assert sum(group["count"] for group in row["groups"]) == found["pictures"]
            assert sum(map(sum, row["confusion"])) == found["pictures"] - found["broken"]
    aug = found["mnist"]["aug"]
    confusion = np.array(aug["confusion"])
    assert aug["all"]["read"] == np.trace(confusion) / confusion.sum()
    assert aug["all"]["refused"] == confusion[:, 10].sum() / confusion.sum()
    assert aug["all"]["read"] <= aug["all"]["likeliest"]
    low, high = aug["interval"]
    assert low < aug["group_mean"] < high


def test_older_absent_and_damaged_files(tmp_path):
    assert load_handwriting(tmp_path) == {}
    confusion = [[0] * 11] * 10
    older = {"accuracy": 0.5, "interval": [0, 1], "confusion": confusion}
    weights = {"ink": file_sha256(DIRECTORY / "ink.safetensors")}
    stored = {
        "weights": weights,
        "pictures": 1,
        "broken": 0,
        "mnist": {"aug": older},
        "notebook": {},
    }
    path = tmp_path / "handwriting.json"
    path.write_text(json.dumps(stored))
    assert load_handwriting(tmp_path) == {}  # it has no counts to compute from
    path.write_text(json.dumps(stored | {"mnist": {"aug": None}}))
    assert load_handwriting(tmp_path)["mnist"] == {"aug": None}

    def write(**group):
        row = {"groups": [{"group": 0, "set": "a", **group}], "confusion": confusion}
        path.write_text(json.dumps(stored | {"mnist": {"aug": row}}))

    write(right=1, count=2)
    assert load_handwriting(tmp_path) == {}  # of what was likeliest it says nothing
    newer = {"likeliest": 1, "refused": {"blank": 1}, "gaps": [0] * 15}
    write(right=1, count=2, **newer)
    assert load_handwriting(tmp_path)["mnist"]["aug"]["all"]["read"] == 0.5
    for damage in (
        {"right": 2, "count": 1},
        {"right": 1, "count": 2, "likeliest": 1},
        {"right": 2, "count": 2, **newer},
        {"right": 1, "count": 1, **newer},
        {"right": 0, "count": 2, **newer, "likeliest": 3},
        {"right": 1, "count": 2, **newer, "gaps": [0] * 14},
        {"right": 1, "count": 2, **newer, "refused": {"<b>": 1}},
        {"right": 1, "count": 2, **newer, "set": "a" * 101},
    ):
        write(**damage)
        with pytest.raises(WeightsError, match=r"damaged .*Run `python -m mnist_cnn handwriting"):
            load_handwriting(tmp_path)


def test_figures_of_other_networks_are_left_out(tmp_path):
    content = json.loads((DIRECTORY / "handwriting.json").read_text())
    for name in ("metrics.json", "guard.safetensors"):  # the ink finder is the shipped one
        shutil.copy(DIRECTORY / name, tmp_path)
    (tmp_path / "handwriting.json").write_text(json.dumps(content))
    assert load_handwriting(tmp_path) == load_handwriting() != {}
    for name in ("fc", "guard", "ink"):
        changed = content | {"weights": content["weights"] | {name: "0" * 64}}
        (tmp_path / "handwriting.json").write_text(json.dumps(changed))
        assert load_handwriting(tmp_path) == {}, name


def test_what_is_printed_is_what_was_counted():
    refused = row("a", 1, None, "no digit", confidence=0.95, likeliest=1)
    rows = [row("a", 1, 1), row("a", 1, None, "blank"), refused, row("b", 2, 2), row("b", 2, 3)]
    by_pipeline = {pipeline: {"aug": counted(rows), "fc": None} for pipeline in JUDGED}
    said = report_text({"pictures": 6, "broken": 1, **by_pipeline})
    assert said.startswith("6 pictures, 1 of them broken\n")
    words = [" ".join(line.split()) for line in said.splitlines()]
    # By Wilson. Three say 0.75 and two of them are right, one says 0.95 and is: (0.25 + 0.05) / 4.
    found = "5 40.0 (11.8 to 76.9) 60.0 (23.1 to 88.2) 40.0 66.7 0.0750"
    assert words.count(f"drawn {found}") == words.count(f"all {found}") == 2
    assert words.count("mean over 2 groups: 41.7 (33.3 to 50.0)") == 2
    nothing = words.index("fc, MNIST's own way") + 1
    assert words[nothing] == "no picture could be read"
    assert "  2     0    0    1    1    0" in said


def test_a_contact_sheet_shows_what_was_misread(folder):
    samples = read_manifest(folder)[:2]
    _, seven = row("a", 7, 7)
    sheet = contact_sheet(samples, [seven, seven], "mnist", side=48)  # the second is labelled 1
    assert sheet.size == (8 * (2 * 48 + 8), 48 + 20)
    pixels = np.asarray(sheet.convert("L"))
    seen = pixels[18:66, 48:96]  # the digit that the network saw
    assert seen.max() > 200 and (seen < 30).mean() > 0.5
    assert (pixels[:, 104:] == 0x77).all()
    _, one = row("a", 1, 1)
    three = [samples[0], samples[0], samples[1]]  # two of them read correctly
    assert contact_sheet(three, [seven, seven, seven], "mnist", 1, 48).size[1] == 48 + 20
    assert contact_sheet(three, [one, one, one], "mnist", 1, 48).size[1] == 2 * (48 + 20)


@pytest.mark.parametrize("label", ["-1", "10", ""])
def test_a_label_that_is_no_digit_is_named(tmp_path, label):
    (tmp_path / "manifest.csv").write_text(f"path,label,writer_group\na.png,{label},x")
    with pytest.raises(ManifestError, match=r"manifest.csv is missing or damaged"):
        read_manifest(tmp_path)


def test_a_manifest_row_without_a_set_is_of_all(tmp_path):
    (tmp_path / "manifest.csv").write_text("path,label,writer_group\na/b.png,7,x")
    assert read_manifest(tmp_path) == [Sample(tmp_path / "a" / "b.png", 7, "x", "all")]


# Per cent of each set of ../shared/handwriting that the shipped aug network reads, unanswered
# counted as wrong: regression floors, one point below what was measured when this table was
# written. They are no goals (photo_grid is read badly).
FLOORS = {
    "canvas": 97.4,
    "canvas28": 98.4,
    "class": 96.5,
    "photo": 96.2,
    "photo_grid": 93.0,
    "processed": 96.4,
    "segcrop": 98.3,
    "usps": 95.5,
}


@pytest.mark.slow
def test_peoples_own_handwriting_is_read(models):
    if not (SHARED / "handwriting").exists():
        pytest.skip("needs ../shared/handwriting")
    samples, aug = read_manifest(SHARED / "handwriting"), {"aug": models["aug"]}
    answers, _ = answer_all(samples, Weights(aug, load_detector()), "mnist")
    aug = figures(count(samples, answers["aug"]))
    assert aug["sets"].keys() == FLOORS.keys()
    found = {name: 100 * row["read"] for name, row in aug["sets"].items()}
    assert {name: share for name, share in found.items() if share < FLOORS[name]} == {}
    assert aug["all"]["answered_accuracy"] >= 0.985
