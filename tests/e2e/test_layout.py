"""Where a room opens, what is in sight, how large its buttons are, and that nothing jumps."""

import itertools

import pytest

from tests.e2e.lesson import BUSY, expect, open_room, opened
from tests.e2e.test_accessibility import ROOMS

FINGER = 44  # px: what is touched is no smaller
CONFUSION = 34  # px: ten columns of a phone's width


def sized(width, height, **settings):
    return {"viewport": {"width": width, "height": height}, **settings}


def box(place):
    """{x, y, width, height, right, bottom} in pixels of the window."""
    return place.first.evaluate("it => it.getBoundingClientRect().toJSON()")


def fill_room(page, room):
    open_room(page, room)
    expect(page.locator(ROOMS[room]).first).to_be_attached()
    expect(page.locator(BUSY)).to_have_count(0)


def test_every_room_opens_at_its_top(phone):
    for room in ROOMS:
        phone.evaluate("scrollTo(0, 600)")
        open_room(phone, room)
        expect(phone.locator("[role=tabpanel]:visible h2").first).to_be_in_viewport()
        assert phone.evaluate("scrollY") == 0


SHIFTS = """() => {
    window.shifts = [];
    const seen = (list) => shifts.push(...list.getEntries().map((entry) => entry.value));
    new PerformanceObserver(seen).observe({ type: "layout-shift" });
}"""


@pytest.mark.parametrize("room", [room for room in ROOMS if room != "Draw"])
def test_a_room_does_not_jump_when_it_is_filled(page, room):
    page.evaluate(SHIFTS)
    fill_room(page, room)
    assert sum(page.evaluate("shifts")) <= 0.1


TOO_SMALL = """([finger, confusion]) => {
    const inputs = "input:not([type=radio], [type=file]), fieldset label";
    const touched = document.querySelectorAll(`button:not(.term), summary, canvas, ${inputs}`);
    return [...touched].filter((it) => {
        const { width, height } = it.getBoundingClientRect();
        const least = it.closest(".confusion") ? confusion : finger;
        return it.checkVisibility() && width > 0 && (width < least || height < finger - 0.5);
    }).map((it) => it.outerHTML.slice(0, 200));
}"""

CUT_OFF = """() => [...document.querySelectorAll("input[type=number]")].filter((it) => {
    const inner = it.getBoundingClientRect(), outer = it.parentElement.getBoundingClientRect();
    return it.checkVisibility() && (inner.top < outer.top - 1 || inner.bottom > outer.bottom + 1);
}).map((it) => it.outerHTML.slice(0, 200))"""


def test_what_is_touched_is_as_large_as_a_finger(phone):
    for room in ROOMS:
        fill_room(phone, room)
        if room == "Results":
            for part in phone.locator("#results details").all():
                part.evaluate("it => (it.open = true)")
        assert phone.evaluate(TOO_SMALL, [FINGER, CONFUSION]) == [], room
        assert phone.evaluate(CUT_OFF) == [], room


def test_what_three_networks_say_is_in_sight(phone):
    expect(phone.locator("#answer .certainty")).to_contain_text("ConvNet, augmented data")
    tabs = box(phone.locator("#rooms .tab-wrapper"))["y"]
    assert box(phone.locator("#answer .voices"))["bottom"] < tabs
    fill_room(phone, "Compare")
    for card in phone.locator("#columns section").all():
        assert box(card.locator(".bars"))["bottom"] < tabs


@pytest.mark.parametrize("size", [(320, 568), (390, 844), (640, 400), (667, 375), (844, 390)])
def test_the_paper_and_its_tools_fit_the_window(browser, app, size):
    with opened(browser, app, **sized(*size)) as page:
        if size[0] < size[1]:
            assert page.evaluate("scrollY") == 0
        else:
            page.locator(".paper").evaluate("it => it.scrollIntoView({ block: 'start' })")
        bar = page.locator("#rooms .tab-wrapper")
        is_under_the_thumb = bar.evaluate("it => getComputedStyle(it).position") == "fixed"
        bottom = box(bar)["y"] if is_under_the_thumb else size[1]
        assert box(page.locator(".paper"))["width"] >= 200
        for place in (".paper", "[data-tool=clear]"):
            assert box(page.locator(place))["y"] > -1
            assert box(page.locator(place))["bottom"] <= bottom


@pytest.mark.parametrize("width", [768, 794, 820])
def test_all_three_networks_are_whole_on_a_tablet_and_on_paper(browser, app, width):
    with opened(browser, app, **sized(width, 1100)) as page:
        fill_room(page, "What if")
        edge = box(page.locator("#whatif"))["right"]
        for parts in ("#whatif-live section", "#whatif-maps .shift-map"):
            boxes = [box(part) for part in page.locator(parts).all()]
            assert len(boxes) == 3 and max(it["right"] for it in boxes) <= edge
            assert len({round(it["y"]) for it in boxes}) == 1  # side by side
            assert max(it["width"] for it in boxes) - min(it["width"] for it in boxes) < 1
        numerals = [box(it)["y"] for it in page.locator("#whatif-live .numeral").all()]
        assert max(numerals) - min(numerals) < 1


def test_one_digit_in_several_ways_stands_side_by_side(browser, app):
    with opened(browser, app, **sized(1280, 800)) as page:
        fill_room(page, "Compare")
        assert len({box(it)["y"] for it in page.locator("#ways .pixels").all()}) == 1


def test_the_chosen_kernel_is_in_sight_and_covers_no_other(phone):
    fill_room(phone, "Convolution")
    expect(phone.locator("#presets [aria-pressed=true]")).to_be_in_viewport(ratio=1)
    edges = [(box(it)["x"], box(it)["right"]) for it in phone.locator("#presets button").all()]
    assert all(right < left for (_, right), (left, _) in itertools.pairwise(edges))
    tabs = box(phone.locator("#rooms .tab-wrapper"))["y"]
    assert box(phone.locator("#scanned .scan"))["bottom"] < tabs  # on the first screen


ABOVE = {  # room: (what changes, what is changed)
    "Convolution": [
        ("#convolution .index", "#scanned"),
        ("#slides", "#filtered"),
        ("#presets", "#kernel"),
    ],
    "Inside": [("#inside .index", "#channels"), ("#inside-view", "#channels")],
}


@pytest.mark.parametrize("room", ABOVE)
def test_what_changes_a_picture_stands_above_it(page, room):
    fill_room(page, room)
    for control, changed in ABOVE[room]:
        assert box(page.locator(control))["bottom"] <= box(page.locator(changed))["y"] + 1


def test_what_a_unit_sees_is_framed_in_forced_colours_too(browser, app):
    with opened(browser, app, **sized(1280, 800, forced_colors="active")) as page:
        fill_room(page, "Inside")
        frame = page.locator(".framed i").first
        assert frame.evaluate("it => getComputedStyle(it).boxShadow") != "none"
