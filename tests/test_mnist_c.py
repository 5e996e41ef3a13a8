"""The corruptions of MNIST-C: as strong as published, each digit by itself, seeded."""

import json
import sys

import numpy as np
import pytest
import torch

from benchmarks import mnist_c
from benchmarks.mnist_c import CORRUPTIONS, corrupted
from mnist_cnn.dataset.digits import embedded_test_set

DIGITS = embedded_test_set().images[:40].numpy()
ALONE = [  # those that draw nothing: a digit does not depend on the others
    *(mnist_c.scale, mnist_c.brightness, mnist_c.stripe, mnist_c.canny_edges),
]


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda row: row.__name__)
def test_a_corruption_is_seeded_and_changes_every_digit(corruption):
    given = DIGITS.copy()
    damaged = corrupted(corruption, DIGITS)
    assert damaged.dtype == torch.uint8 and damaged.shape == (40, 28, 28)
    assert np.array_equal(DIGITS, given)
    assert torch.equal(damaged, corrupted(corruption, DIGITS))
    assert (damaged.numpy() != DIGITS).any((1, 2)).all()


def test_there_are_fifteen():
    assert len({corruption.__name__ for corruption in CORRUPTIONS}) == 15


@pytest.mark.parametrize("corruption", ALONE, ids=lambda row: row.__name__)
def test_digits_do_not_leak_into_each_other(corruption):
    together = corrupted(corruption, DIGITS)
    for index in (0, 7, 39):
        assert torch.equal(together[index], corrupted(corruption, DIGITS[index : index + 1])[0])


def page(shade=0.0, count=200):
    return np.full((count, 28, 28), np.uint8(255 * shade))


def test_noise_is_as_strong_as_published():
    ink = corrupted(mnist_c.shot_noise, page(1.0)) / 255.0
    # A Poisson number of mean 3, of which 0, 1 and 2 stay below full ink.
    assert (ink == 0).double().mean().item() == pytest.approx(np.exp(-3), rel=0.05)
    assert corrupted(mnist_c.shot_noise, page()).max() == 0
    for shade, other in ((0.0, 255), (1.0, 0)):
        share = (corrupted(mnist_c.impulse_noise, page(shade)) == other).double().mean()
        assert share.item() == pytest.approx(0.17 / 2, rel=0.05)


def test_light_and_stripes():
    lighter = corrupted(mnist_c.brightness, page(0.2)).double() - 51
    assert (lighter - 127.5).abs().max() <= 0.5
    striped = corrupted(mnist_c.stripe, page())[0, 0].tolist()
    assert striped == [255] * 7 + [0] * 14 + [255] * 7
    foggy = corrupted(mnist_c.fog, DIGITS) / 255.0
    ink, paper = foggy[torch.from_numpy(DIGITS > 250)], foggy[torch.from_numpy(DIGITS == 0)]
    assert (ink.mean() - paper.mean()).item() == pytest.approx(1 / 4, abs=0.05)
    assert paper.std() > 0.1
    clouds = corrupted(mnist_c.fog, page(1.0, 40)) / 255.0
    assert clouds.flatten(1).std(1).mean() > 0.01 and clouds.min() >= 0.25 - 1 / 255


def test_motions_go_as_far_as_published_and_both_ways():
    dot = np.zeros((100, 28, 28), np.uint8)
    dot[:, 13:15, 20:22] = 255

    def places(corruption, dot=dot):
        ink = corrupted(corruption, dot).numpy() / 255.0
        rows, columns = np.mgrid[:28, :28]
        sums = ink.sum((1, 2))
        return np.stack([(ink * axis).sum((1, 2)) / sums for axis in (rows, columns)], 1)

    moved = np.unique((places(mnist_c.translate) - (13.5, 20.5)).round(2), axis=0)
    assert sorted(map(tuple, moved)) == [(-3, -3), (-3, 3), (3, -3), (3, 3)]
    turned = np.degrees(np.arctan2(*(places(mnist_c.rotate) - 13.5).T))
    assert np.abs(np.ptp(turned) - 2 * np.degrees(0.4)) < 3
    nearer = places(mnist_c.scale) - 13.5
    assert nearer[0] == pytest.approx((0, 7 * 0.7), abs=0.1)
    # A dot 7 px below the middle: 7 / cos(0.4) px below it, and 7 tan(0.4) px to a side.
    sheared = places(mnist_c.shear, dot.transpose(0, 2, 1)) - 13.5
    assert sheared[:, 0] == pytest.approx(7 / np.cos(0.4), abs=0.2)
    assert np.abs(sheared[:, 1]) == pytest.approx(7 * np.tan(0.4), abs=0.2)
    assert len(np.unique(sheared[:, 1].round())) == 2


def test_blurs_spread_ink_and_keep_it():
    dot = page()
    dot[:, 14, 10] = 255
    moved = corrupted(mnist_c.motion_blur, dot).double()
    assert moved.sum((1, 2)).mean() == pytest.approx(255, rel=0.05)
    assert (moved[:, :, 11:].sum((1, 2)) == 0).all()  # to one side only
    glass = corrupted(mnist_c.glass_blur, dot).double()
    assert (glass.amax((1, 2)) < 200).all() and glass[:, 6:23, 5:16].sum() > 0.95 * glass.sum()


def test_lines_add_ink_dots_leave_gaps_and_zigzags_turn():
    dotted = corrupted(mnist_c.dotted_line, page()).double()
    inked = dotted.amax(1) > 0
    assert not inked[:, [0, 1, 4, 5, 8, 9]].any() and inked[:, [2, 3, 6, 7]].any(1).all()
    zigzag = corrupted(mnist_c.zigzag, page())
    middle = zigzag.double().argmax(1)  # the row of the most ink in each column
    turns = (middle[:, 3:24].diff(dim=1).sign().diff(dim=1) != 0).sum(1)
    assert turns.double().mean() > 4
    spots = corrupted(mnist_c.spatter, page())
    assert 0 < (spots > 40).double().mean() < 0.5 and spots.max() <= 63
    covered = corrupted(mnist_c.spatter, page(1.0))
    assert covered.min() < 100


def test_edges_are_thin_and_around_the_ink():
    square = np.zeros((1, 28, 28), np.uint8)
    square[0, 8:20, 8:20] = 255
    edges = corrupted(mnist_c.canny_edges, square)[0] > 0
    for line in (edges[13], edges[:, 13]):  # a step between two pixels marks both
        assert line.nonzero().flatten().tolist() == [7, 8, 19, 20]
    assert not edges[11:17, 11:17].any() and not edges[:6].any()


def test_one_command_judges_networks_and_writes_what_it_found(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(mnist_c, "CORRUPTIONS", (mnist_c.scale, mnist_c.translate))
    output = tmp_path / "found.json"
    command = ["mnist_c.py", "--digits", "100", "--output", str(output)]
    monkeypatch.setattr(sys, "argv", command)
    mnist_c.main()
    found = json.loads(output.read_text())
    assert list(found["error_rates"]) == ["scale", "translate"]
    rates = found["error_rates"]["translate"]
    assert set(rates) == set(found["weights"]) >= {"fc", "conv", "aug"}
    assert rates["fc"] > 40 > 10 > rates["aug"] and rates["fc"] <= 100
    assert f"| translate | {rates['fc']:.1f} % |" in capsys.readouterr().out
