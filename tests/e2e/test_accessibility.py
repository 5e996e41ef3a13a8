"""The rooms by axe-core, by keyboard, and as they are heard, in both themes and widths."""

import pytest

from tests.e2e.lesson import SEVEN, draw, expect, expect_answer, open_room, opened

axe = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="needs `pip install -r .ci/requirements.txt`"
)
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "experimental")
ROOMS = {  # title: what it has when it is filled
    "Draw": "#passport table",
    "Compare": "#ways section",
    "What if": "#whatif-curves svg",
    "Convolution": "#wall button",
    "Inside": "#channels button",
    "Results": "#errors button",
    "My digits": "#tray .tray-tools button",
    "About": "#about a",
}


def violations(page):
    """What axe-core finds, once no old answer is dim, or on its way back from it."""
    dim = ".html-container, .html-container > *, .on-table"
    whole = f"{dim} {{ opacity: 1 !important; transition: none !important; }}"
    page.add_style_tag(content=whole)
    found = axe.Axe().run(page, options={"runOnly": list(RULES)}).response["violations"]
    return [
        (row["id"], node["html"], node["failureSummary"]) for row in found for node in row["nodes"]
    ]


@pytest.mark.parametrize("room", ROOMS)
def test_axe_finds_nothing(page, room):
    if room == "My digits":
        page.locator("#keep button").click()
        expect(page.locator("#keep [role=status]")).to_have_text("Kept.")
    open_room(page, room)
    expect(page.locator(ROOMS[room]).first).to_be_attached()
    page.evaluate("document.querySelectorAll('details').forEach(part => (part.open = true))")
    expect(page.locator(ROOMS[room]).first).to_be_visible()
    assert violations(page) == []


def test_tiles_are_one_stop_and_arrows_go_on(page):
    open_room(page, "Convolution")
    tiles = page.locator("#wall button")
    expect(tiles).to_have_count(64)
    expect(page.locator("#wall button[tabindex='0']")).to_have_count(1)
    tiles.first.focus()
    for key, place in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1)):
        page.keyboard.press(key)
        expect(tiles.nth(place)).to_be_focused()
    before = tiles.nth(1).bounding_box()
    page.keyboard.press("ArrowDown")
    below = page.locator("#wall button:focus").bounding_box()
    assert below["x"] == before["x"] and below["y"] > before["y"]
    page.keyboard.press("ArrowUp")
    expect(tiles.nth(1)).to_be_focused()
    picked = tiles.nth(1).get_attribute("data-pick")
    page.keyboard.press("Enter")
    expect(page.locator("#filter-words")).to_contain_text("training found these numbers")
    expect(page.locator("#wall button[tabindex='0']")).to_have_attribute("data-pick", picked)
    expect(page.locator(f"#wall button[data-pick='{picked}']")).to_be_focused()
    order = "[...document.querySelectorAll('#wall button')].map((it) => it.dataset.pick).join()"
    before = page.evaluate(order)
    page.locator("[data-pick='sobel-vertical']").evaluate("it => it.click()")  # others are likest
    page.wait_for_function(f"before => {order} !== before", arg=before)
    expect(page.locator(f"#wall button[data-pick='{picked}']")).to_be_focused()


def test_a_term_opens_its_entry_by_key_and_by_finger(page):
    term, entry = page.locator("#draw .term").first, page.locator("#term-fully-connected")
    expect(entry).not_to_be_visible()
    term.press("Enter")
    expect(entry).to_contain_text("connected with every number of the layer before")
    expect(entry).to_be_in_viewport()
    expect(entry).to_be_focused()  # and so read aloud
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(entry).not_to_be_visible()
    expect(term).to_be_focused()
    if page.viewport_size["width"] < 500:
        term.tap()
    else:
        term.click()
    expect(entry).to_be_visible()
    entry.get_by_text("All terms").click()
    expect(page.locator("#about .glossary dt")).not_to_have_count(0)
    expect(page.locator("#about .glossary dt").first).to_be_visible()
    expect(entry).not_to_be_visible()


def test_the_first_stop_leads_past_the_tabs(page):
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    assert page.locator(".skip").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    expect(page.locator("#draw[role=tabpanel]")).to_be_focused()


def test_the_answer_is_said_and_is_in_the_papers_name(page):
    page.evaluate("window.place = document.getElementById('said')")
    draw(page, SEVEN)
    expect_answer(page, "7")
    expect(page.locator("#said")).to_contain_text("7 ")
    assert page.evaluate("window.place.isConnected")
    name = page.locator("#sketch canvas").get_attribute("aria-label")
    assert name.endswith(page.locator("#said").inner_text()) and len(name) > 20


def test_the_answer_is_said_word_by_word_from_another_room_too(page):
    open_room(page, "Convolution")
    page.locator("#convolution .index input").fill("8")
    said = "5 ConvNet, augmented data"
    expect(page.locator("#said")).to_contain_text(said)
    assert page.locator("#sketch canvas").get_attribute("aria-label").count(said) == 1


def test_whoever_types_sees_where(page):
    for room, place in (("Inside", "#place input"), ("Results", ".filters input")):
        open_room(page, room)
        if room == "Results":
            page.locator("#part-gallery summary").click()
        field = page.locator(place).first
        expect(field).to_be_visible()
        field.focus()
        assert field.evaluate("it => getComputedStyle(it).outlineStyle") == "solid"


def test_the_chosen_tab_is_told_from_its_ground_in_light_on_a_phone(browser, app):
    settings = {"viewport": {"width": 320, "height": 568}, "color_scheme": "light"}
    with opened(browser, app, **settings) as page:
        assert violations(page) == []
