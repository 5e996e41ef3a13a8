"""Parts are put together, cut and ordered as digits are written."""

import numpy as np
import pytest

from mnist_cnn.reading.segmentation import (
    CUTS,
    Candidate,
    Segment,
    connected_parts,
    find_digits,
    rows_of,
    typical_height,
)


def paper(*boxes, shape=(100, 300)):
    """Ink in boxes: top, left, bottom, right."""
    ink = np.zeros(shape, np.float32)
    for top, left, bottom, right in boxes:
        ink[top:bottom, left:right] = 1
    return ink


def assess(score=lambda segment: 5.0, several=False):
    """Each segment has the score that a function gives it."""
    empty = np.zeros((28, 28), np.uint8)

    def assessed(segments, roughly=False):
        return [Candidate(it, empty, score(it), several) for it in segments]

    return assessed


def boxes_of(candidates):
    boxes = [(it.segment.top, it.segment.left, it.segment.bottom, it.segment.right)
             for it in candidates]  # fmt: skip
    return sorted(boxes, key=lambda box: box[1])


def around(top, left, bottom, right):
    """A segment has a pixel of soft edge on every side."""
    return top - 1, left - 1, bottom + 1, right + 1


DIGIT, NEXT = (20, 30, 60, 50), (20, 100, 60, 120)


def test_parts_and_their_typical_height():
    labels, boxes = connected_parts(paper(DIGIT, NEXT, (5, 5, 7, 7)))
    assert boxes.tolist() == [[5, 5, 7, 7], list(DIGIT), list(NEXT)]
    assert labels[30, 35] == 2 and labels[0, 0] == 0
    assert typical_height(boxes) == 40 and typical_height(boxes[:0]) == 0


def test_specks_lines_and_dashes_are_no_digits():
    ink = paper(DIGIT, NEXT, (5, 5, 8, 8), (90, 0, 92, 300), (40, 150, 44, 170))
    assert boxes_of(find_digits(ink, assess(), 10)) == [around(*DIGIT), around(*NEXT)]


def test_what_is_left_of_a_printed_line_is_no_digit():
    ink = paper(DIGIT, NEXT, (20, 150, 60, 152))
    assert boxes_of(find_digits(ink, assess(), 10)) == [around(*DIGIT), around(*NEXT)]


def test_a_bar_near_a_digit_belongs_to_it():
    bar = (20, 52, 24, 66)
    (first, second) = boxes_of(find_digits(paper(DIGIT, NEXT, bar), assess(), 10))
    assert first == around(20, 30, 60, 66) and second == around(*NEXT)


@pytest.mark.parametrize("high, count", [(18, 3), (34, 4)])
def test_low_pieces_above_each_other_are_one_digit_though_each_looks_like_one(high, count):
    """A 9 whose ring and stem do not meet; but two digits, where they are too high for pieces."""
    ring, stem = (20, 160, 20 + high, 184), (21 + high, 172, 21 + 2 * high, 184)
    ink = paper(DIGIT, NEXT, ring, stem)
    found = boxes_of(find_digits(ink, assess(), 10))
    assert len(found) == count
    whole = around(20, 160, 21 + 2 * high, 184)
    assert (found[2] == whole) == (count == 3)


def test_a_piece_below_a_high_digit_is_none_of_its():
    digits = (10, 30, 110, 80), (10, 100, 110, 150), (10, 200, 86, 240), (87, 200, 132, 240)
    assert len(find_digits(paper(*digits, shape=(200, 300)), assess(), 10)) == 4


def test_strokes_whose_whole_is_no_digit_stay_apart():
    strokes = (20, 30, 60, 38), (20, 41, 60, 49)

    def score(segment):
        whole = segment.ink.shape[1] > 14
        return 5.0 if segment.left > 80 else 0.0 if whole else -3.0

    assert len(find_digits(paper(*strokes, NEXT), assess(score), 10)) == 3


@pytest.mark.parametrize("is_one, count", [(True, 2), (False, 3)])
def test_two_strokes_are_one_digit_where_the_detector_says_so(is_one, count):
    strokes = (20, 30, 50, 40), (20, 44, 60, 56)

    def score(segment):
        return 5.0 if (segment.ink.shape[1] > 24) == is_one else -3.0

    assert len(find_digits(paper(*strokes, NEXT), assess(score), 10)) == count


@pytest.mark.parametrize("gap", [0, 10])
def test_digits_that_touch_are_cut_where_both_halves_look_most_like_digits(gap):
    """Be it through a thin stroke between them, be it along a thick one."""
    end = 180 + gap
    pair = (20, 160, 60, 180), (40, 180, 43, end), (20, end, 60, end + 20)

    def score(segment):
        return 6.0 - abs(segment.ink.shape[1] - 22 - gap / 2)

    found = boxes_of(find_digits(paper(DIGIT, NEXT, *pair), assess(score), 10))
    assert len(found) == 4 and 180 <= found[2][3] <= end + 1 and 179 <= found[3][1] <= end
    assert abs(found[2][3] - (180 + gap / 2)) <= 2


@pytest.mark.parametrize(
    "whole, half, several, count",
    [
        (0.5, 9, True, 3),
        (-5, 1.9, True, 3),
        (-5, 2.1, True, 4),
        (-1, 4.9, True, 3),
        (-5, 4.9, False, 3),
        (-5, 5.1, False, 4),
    ],
)
def test_only_what_is_no_digit_is_cut_and_for_good_reasons(whole, half, several, count):
    pair = (20, 160, 60, 170), (40, 170, 43, 180), (20, 180, 60, 190)

    def scored(segment):
        return whole if segment.ink.shape[1] > 30 else half

    found = find_digits(paper(DIGIT, NEXT, *pair), assess(scored, several), 10)
    assert len(found) == count and not any(it.touching for it in found)


@pytest.mark.parametrize("bars, count", [((20, 55), 4), ((20, 38, 55), 3)])
def test_no_cut_goes_through_three_strokes(bars, count):
    """As it would through a slashed zero."""
    strokes = [(top, 160, top + 5, 220) for top in bars] + [(20, 160, 60, 162)]

    def score(segment):
        return -6.0 if segment.ink.shape[1] > 40 else 5.0

    found = find_digits(paper(DIGIT, NEXT, *strokes), assess(score, several=True), 10)
    assert len(found) == count


def test_few_cuts_are_looked_at_closely():
    """The likeliest at a rough look."""
    pair = (20, 160, 60, 180), (40, 180, 43, 190), (20, 190, 60, 210)
    closely = []

    def assessed(segments, roughly=False):
        closely.extend(() if roughly else segments)
        return assess(lambda it: -6.0 if it.ink.shape[1] > 40 else 5.0)(segments)

    assert len(find_digits(paper(DIGIT, NEXT, *pair), assessed, 10)) == 4
    assert len(closely) == 3 + 2 * CUTS


def test_what_cannot_be_cut_is_said_to_touch():
    pair = (20, 160, 60, 180), (40, 180, 43, 190), (20, 190, 60, 210)
    found = find_digits(paper(DIGIT, NEXT, *pair), assess(lambda it: -4.0, several=True), 10)
    touching = [it for it in found if it.touching]
    assert len(found) == 3 and boxes_of(touching) == [around(20, 160, 60, 210)]
    found = find_digits(paper(DIGIT, NEXT, *pair), assess(), 10)
    assert len(found) == 3 and not any(it.touching for it in found)


def test_more_parts_than_asked_for_are_not_looked_at():
    def unasked(segments):
        raise AssertionError

    with pytest.raises(ValueError, match="2 parts"):
        find_digits(paper(DIGIT, NEXT), unasked, 1)
    assert find_digits(paper(), unasked, 1) == []


def test_rows_climb_and_are_read_from_left_to_right():
    places = [(row, column) for row in range(3) for column in range(8)]
    segments = [
        Segment(np.ones((40, 20)), 60 * row + 100 - 8 * column, 50 * column)
        for row, column in places
    ]
    shuffled = np.random.default_rng(0).permutation(len(places)).tolist()
    rows = rows_of([segments[place] for place in shuffled])
    expected = np.arange(len(places)).reshape(3, 8).tolist()
    assert [[shuffled[place] for place in row] for row in rows] == expected
