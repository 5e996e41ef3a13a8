"""The drawing paper: what it offers, and what it may send."""

import base64
import re

import pytest

from mnist_cnn.page.texts.english import draw as draw_texts
from mnist_cnn.page.widgets import sketch
from mnist_cnn.page.widgets.sketch import PENS, paper, to_file
from mnist_cnn.reading.images import ImageError

PREFIX = "data:image/png;base64,"


def test_the_bytes_of_a_data_url():
    content = bytes(range(256))
    assert to_file(PREFIX + base64.b64encode(content).decode()) == content
    assert to_file("data:image/webp;base64,") == b""


@pytest.mark.parametrize(
    "sent", [None, 7, ["data:image/"], "", "x", "javascript:alert(1)", "data:text/html;base64,AA=="]
)
def test_what_is_no_image_is_refused(sent):
    with pytest.raises(ImageError, match="no image"):
        to_file(sent)


@pytest.mark.parametrize("sent", ["~~~", "AAA", "A A=", "AAAA\n", "ÄÄÄÄ"])
def test_what_is_damaged_is_refused(sent):
    with pytest.raises(ImageError, match="damaged"):
        to_file(PREFIX + sent)


def test_what_is_too_large_is_refused_undecoded(monkeypatch):
    monkeypatch.setattr(sketch, "_LONGEST", 40)
    assert to_file(PREFIX + "A" * 16) == bytes(12)
    with pytest.raises(ImageError, match="at most 25 MB"):
        to_file(PREFIX + "A" * 20)


def test_the_limit_lets_the_largest_image_through():
    largest = len(PREFIX) + 4 * -(-sketch.MAX_BYTES // 3)  # base64 makes four of three bytes
    assert largest <= sketch._LONGEST <= largest + 100


def test_every_pen_is_a_button_and_one_is_chosen():
    html = paper().html_template
    buttons = re.findall(r"<button [^>]*data-pen[^>]*>", html)
    assert len(buttons) == len(PENS)
    for button, (name, width) in zip(buttons, PENS.items()):
        assert f'data-tool="{name}"' in button and f'data-pen="{width}"' in button
        assert f'aria-label="{draw_texts.PENS[name]}"' in button
        assert ('aria-pressed="true"' in button) == (name == "medium")
    for tool in ("eraser", "undo", "redo", "clear"):
        assert f'data-tool="{tool}"' in html


def test_the_paper_is_named():
    html = paper().html_template
    assert f'aria-label="{draw_texts.PAPER}"' in html
    assert 'width="280" height="280"' in html
