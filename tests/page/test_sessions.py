"""Sessions: what one visitor's page remembers; calls of programs leave nothing behind."""

import json
import urllib.request
from types import SimpleNamespace

import gradio as gr
import pytest

from mnist_cnn.page.current_digit import from_test_set, to_browser
from mnist_cnn.page.sessions import Sessions


@pytest.fixture(scope="module")
def blocks():
    with gr.Blocks(analytics_enabled=False) as blocks:
        state, box = gr.State("first"), gr.Textbox("here")
    return SimpleNamespace(blocks=blocks, state=state._id, box=box._id)


@pytest.fixture
def sessions(blocks):
    def make(count=10):
        holder = Sessions(count)
        holder.set_blocks(blocks.blocks)
        return holder

    return make


def test_what_is_only_read_is_not_kept(blocks, sessions):
    holder = sessions()
    assert holder["a"][blocks.state] == "first"
    assert holder["a"][blocks.box].value == "here" and blocks.box in holder["a"]
    holder["a"]._update_config(blocks.box)
    holder["a"]._update_value_in_config(blocks.box, "0" * 1000)
    assert not holder.session_data and "a" not in holder


def test_what_is_written_is_kept_for_that_session_alone(blocks, sessions):
    holder = sessions()
    holder["a"][blocks.state] = "mine"
    holder["b"][blocks.box] = changed = gr.Textbox("there", render=False)
    assert (holder["a"][blocks.state], holder["b"][blocks.state]) == ("mine", "first")
    assert holder["b"][blocks.box] is changed
    assert holder["a"][blocks.box] is blocks.blocks.default_config.blocks[blocks.box] is not changed
    assert "a" in holder and list(holder["a"].components) == []


def test_of_too_many_the_one_unused_for_longest_is_forgotten(blocks, sessions):
    holder = sessions(count=2)
    for name in "ab":
        holder[name][blocks.state] = name
    assert holder["a"][blocks.state] == "a"  # used last
    holder["c"][blocks.state] = "c"
    holder.delete_all_expired_state()
    assert list(holder.session_data) == ["a", "c"]


def ask(app, path, body=None):
    data = body and json.dumps(body).encode()
    request = urllib.request.Request(f"{app}{path}", data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        return response.read().decode()


def test_fifty_sessions_never_see_each_others_digit(app):
    """Each asks for a test digit of its own, all at once; then each is asked what it looks at."""
    rows = json.loads(ask(app, "config"))["dependencies"]
    by_name = {row["api_name"]: row["id"] for row in rows}
    names = [f"session{number}" for number in range(50)]
    kept = [to_browser(from_test_set(7 * number)) for number in range(50)]

    def join(name, listener, data):
        body = {"fn_index": by_name[listener], "session_hash": name, "data": data}
        ask(app, "gradio_api/queue/join", body)

    def heard(name):
        return ask(app, f"gradio_api/queue/data?session_hash={name}")

    for number, name in enumerate(names):
        join(name, "use_index", [7 * number, kept[number], "mnist"])
    assert [f"test digit {7 * number}," in heard(name) for number, name in enumerate(names)] == (
        [True] * 50
    )
    for name, image in zip(names, kept):
        join(name, "show_again", [image, "mnist"])
    for number, name in enumerate(names):
        said = heard(name)
        for other in range(50):
            assert (f"test digit {7 * other}," in said) == (other == number)
