"""The current digit: handlers are called as Gradio would, without a server."""

import base64
import json
import re
from dataclasses import replace

import gradio as gr
import pytest
from markupsafe import escape

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.page.current_digit import (
    InputImage,
    from_browser,
    from_drawing,
    from_photo,
    from_test_set,
    to_browser,
)
from mnist_cnn.page.rooms import compare, draw
from mnist_cnn.page.texts import common as common_texts
from mnist_cnn.page.texts import draw as draw_texts
from mnist_cnn.page.texts import whatif as whatif_texts
from mnist_cnn.page.theme import HEAD
from mnist_cnn.reading import pipelines
from mnist_cnn.reading.pipelines import PIPELINES
from tests.page.conftest import in_loop
from tests.page.words import text

FIRST = from_test_set(3675)


@pytest.fixture
def opened(monkeypatch):
    """How often an image file is opened, which every preprocessing does once: a list that grows."""
    files, open_image = [], pipelines.open_image

    def counted(source, *settings):
        files.append(source)
        return open_image(source, *settings)

    monkeypatch.setattr(pipelines, "open_image", counted)
    return files


def build_in_blocks(build, shared):
    with gr.Blocks(analytics_enabled=False):
        return build(shared)


def data_url(file):
    return "data:image/png;base64," + base64.b64encode(file).decode()


def test_opens_with_a_digit_already_read(shared):
    assert from_browser(shared.picture.value) == FIRST
    again = shared.show_again(FIRST, "mnist")
    assert again[shared.head] == shared.head.value and "test digit 3675" in shared.head.value
    assert shared.answer.postprocess(again[shared.answer]) == shared.answer.value
    assert again[shared.strip] == shared.strip.value
    assert again[shared.footer] == shared.footer.value
    assert shared.show_passport(FIRST, "mnist") == {shared.passport: shared.passport.value}
    assert shared.paper.value["shown"].startswith("data:image/png;base64,")
    assert from_browser(shared.paper.value["kept"]) == FIRST


def test_a_picture_becomes_the_current_digit(shared, files):
    for make, source, origin in (
        (from_drawing, data_url(files["seven"]), "your drawing"),
        (from_photo, files["seven"], "your picture"),
        (from_test_set, 0, "test digit 0, a 7"),
    ):
        shown = shared.replace(make, source, FIRST, "mnist")
        assert shown[shared.picture].origin == origin
        assert f"<p>{origin}<br>read as <b>7</b><br>" in shown[shared.head]
        assert f"The digit on the table, {origin}, as the networks see it" in shown[shared.head]
        assert '<div class="numeral">7</div>' in shown[shared.answer]
        assert re.search(r'class="bars"[^>]*var\(--aug\)', shown[shared.answer])
        assert shown[shared.strip].count("<figure") == 9
        assert shown[shared.paper]["shown"].startswith("data:image/png;base64,")
        assert from_browser(shown[shared.paper]["kept"]) == shown[shared.picture]
        assert 'class="notice"' not in shown[shared.head] + shown[shared.answer]


def test_what_is_drawn_stays_on_the_paper_as_it_is(shared, files):
    drawn = shared.replace(from_drawing, data_url(files["seven"]), FIRST, "mnist", on_paper=False)
    assert shared.paper not in drawn and shared.paper not in shared.show_again(FIRST, "mnist")


@pytest.mark.parametrize(
    "make, source, said",
    [
        (from_drawing, "javascript:alert(1)", "What came is no image"),
        (from_drawing, data_url(b"no picture"), "The file is no image"),
        (from_drawing, 7, "What came is no image"),
        (from_photo, b"no picture", "The file is no image"),
        (from_photo, "/no/such/file", "The picture did not arrive"),
        (from_test_set, 10_000, "There is no test digit 10000; type a whole number from 0 to 9999"),
        (from_test_set, "<b>", "There is no test digit &#39;&lt;b&gt;&#39;"),
    ],
)
def test_what_cannot_be_read_leaves_the_old_digit(shared, make, source, said):
    shown = shared.replace(make, source, FIRST, "mnist", on_paper=False)
    old = shared.show_again(FIRST, "mnist")
    assert shown[shared.picture] is FIRST
    notice = f'<p class="notice" role="status">{said}'
    assert notice in shown[shared.answer] and notice in shown[shared.head]
    assert shown[shared.answer].endswith(old[shared.answer])
    assert shown[shared.strip] == old[shared.strip]
    assert shown[shared.paper] == shared.paper.value


@pytest.mark.parametrize("pipeline, frames", [("mnist", 9), ("notebook", 3)])
def test_the_pipeline_is_the_chosen_one(shared, pipeline, frames):
    shown = shared.show_again(FIRST, pipeline)
    assert shown[shared.strip].count("<figure") == frames
    assert escape(PIPELINES[pipeline].title) in shown[shared.head]
    assert f'data-way="{pipeline}"' in shown[shared.head]
    assert shared.use_index(0, FIRST, pipeline)[shared.strip].count("<figure") == frames


def test_a_test_digit_comes_the_notebooks_way_as_the_notebook_had_it(shared, weights, files):
    """White on black; a drawing, black on white, is inverted."""
    readings, test = shared.readings, embedded_test_set()
    for way in ("notebook", "notebook-contrast"):
        digit = readings.digit(from_test_set(0), way, weights).astype(int)
        assert abs(digit - test.images[0].numpy()).max() <= 1  # rounding, where contrast is raised
        drawn = readings.digit(InputImage(files["seven"], "your drawing"), way, weights)
        assert drawn[0, 0] == 0 and drawn.max() > 200


def test_the_passport_tells_of_the_digit_that_the_networks_get(shared, files):
    image = from_drawing(data_url(files["seven"]))
    own, other = (
        text(shared.show_passport(image, way)[shared.passport]) for way in ("mnist", "notebook")
    )
    assert "mended by “Centred”" in own and draw_texts.PASSPORT_OTHER_WAY not in own
    assert "mended by “Inverted”" in other and draw_texts.PASSPORT_OTHER_WAY in other
    assert other.count("mended by") == 1 and "would change an answer" not in other


def test_every_room_that_shows_the_digit_says_how_it_came():
    css = HEAD
    for sentences in (common_texts.CAME, whatif_texts.INTRO):
        assert sentences.keys() == PIPELINES.keys()
    for way in PIPELINES:
        assert f'&:has(#head [data-way="{way}"]) .by-way[data-way="{way}"]' in css


def test_other_weights_answer_at_once(shared, weights):
    before = shared.show_again(FIRST, "mnist")
    models = {**weights.models, "aug": weights.models["fc"], "fc": weights.models["aug"]}
    shared.weights.current = replace(
        weights, models=models, repo_id="teacher/<other>", commit="c" * 40
    )
    after = shared.show_again(FIRST, "mnist")
    assert before[shared.answer] != after[shared.answer]
    assert "teacher/&lt;other&gt; <code>cccccccccccc</code>" in after[shared.footer]
    assert "shipped with the code" in before[shared.footer]


def test_a_stroke_is_preprocessed_once(shared, files, opened):
    """It was ten times, and four more where Compare and What if were opened."""
    compare.digits_to_try(shared.weights.current)  # drawings of ours, read once for everybody
    opened.clear()
    shown = shared.replace(from_drawing, data_url(files["seven"]), FIRST, "mnist", on_paper=False)
    image = shown[shared.picture]
    shared.show_passport(image, "mnist")
    shared.show_again(image, "mnist")
    assert len(opened) == 1
    fill, *_ = in_loop(build_in_blocks, compare.build, shared)
    for _ in range(2):
        fill(image, "mnist", "")
    assert len(opened) == 3  # the notebook's two pipelines besides


def test_a_blank_paper(shared, files):
    shown = shared.show_again(InputImage(files["blank"], "your drawing"), "mnist")
    assert "<p>your drawing<br>no ink found<br>" in shown[shared.head]
    assert "Draw a digit" in shown[shared.answer]
    sent = shared.replace(from_photo, files["blank"], FIRST, "mnist")[shared.answer]
    assert "Draw" not in sent and common_texts.BLANK[0] in sent
    assert shared.show_passport(InputImage(files["blank"], ""), "mnist")[shared.passport] == ""


def handlers(page):
    return {function.api_name: function for function in page.fns.values()}


def test_a_photo_that_is_taken_away_changes_nothing(page, files):
    functions = handlers(page)
    use_photo = functions["use_photo"]
    assert use_photo.fn(None, FIRST, "mnist") == gr.skip()
    shown = use_photo.fn(files["seven"], FIRST, "mnist")
    photo = next(it for it in use_photo.outputs if it.elem_id == "photo")
    assert shown[photo] is None and len(shown) == 7  # its field is free for the next one
    pasted = functions["use_pasted"].fn(data_url(files["seven"]), FIRST, "mnist")
    assert len(pasted) == 6  # the paper shows it
    assert next(it for it in pasted.values() if isinstance(it, InputImage)).origin == "your picture"
    erased = functions["erase"].fn(data_url(files["seven"]), FIRST, "mnist")
    left = next(it for it in erased.values() if isinstance(it, InputImage))
    assert left.origin == "the rest of test digit 3675, a 2" and left.bright_ink and not left.index
    again = functions["erase"].fn(data_url(files["seven"]), left, "mnist")
    assert left in again.values()  # erased twice is erased
    back = functions["put_back"].fn(to_browser(FIRST), left, "mnist")
    assert FIRST in back.values() and len(back) == 5  # the paper shows it already
    assert len(functions["draw"].fn(data_url(files["seven"]), FIRST, "mnist")) == 5


def test_no_listener_of_the_page_is_an_endpoint(page):
    public = {f.api_name for f in page.fns.values() if f.api_visibility == "public"}
    assert public == {
        *("classify", "classify_pixels", "classify_batch", "compare", "preprocess"),
        *("convolve", "activations", "errors", "shift_map", "models", "evaluate", "read_page"),
    }


def test_draw_renders_what_is_shared(shared):
    assert in_loop(build_in_blocks, draw.build, shared) is None
    for component in (shared.paper, shared.answer, shared.pipeline, shared.strip, shared.passport):
        assert component.parent is not None


@pytest.mark.parametrize("kind", ["several digits", "no digit"])
def test_a_refused_picture_is_not_an_empty_paper(shared, files, kind):
    image = InputImage(files[kind.removesuffix(" digits")], "your drawing")
    head = shared.show_again(image, "mnist")[shared.head]
    assert f"<p>your drawing<br>read as <b>{kind}</b><br>" in head


def test_a_page_is_sent_only_what_other_weights_answer(shared, weights):
    listeners = []
    shared.refresh(lambda show, _, outputs, **lane: listeners.append((show, outputs, lane)))
    ((show, outputs, lane),) = listeners
    assert show(FIRST, "mnist") == gr.skip() and lane["concurrency_id"] == "digit"
    shared.weights.current = replace(weights, repo_id="teacher/other", commit="c" * 40)
    values = show(FIRST, "mnist")
    assert "teacher/other" in values[shared.footer] and shared.passport in values
    assert values.keys() <= set(outputs)


def test_the_page_asks_until_it_is_answered():
    assert all(json.dumps(words)[1:-1] in HEAD for words in common_texts.CONNECTION.values())
    assert "window.fetch = " in HEAD and "isBox" in HEAD
