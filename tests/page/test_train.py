"""The room Train it yourself: the line, the networks that are kept, what is refused."""

import asyncio
import inspect
from base64 import b64decode, b64encode
from types import SimpleNamespace

import gradio as gr
import pytest
import torch

from mnist_cnn.learning.experiments import Experiment
from mnist_cnn.networks.models import OWN, build_variant
from mnist_cnn.networks.variants import Variant
from mnist_cnn.page import trainers as trainers_module
from mnist_cnn.page.current_digit import from_test_set
from mnist_cnn.page.own_networks import OwnNetworks, joined
from mnist_cnn.page.rooms import compare, inside, train
from mnist_cnn.page.rooms.train.layout import discovered, with_interval
from mnist_cnn.page.rooms.train.settings import settings
from mnist_cnn.page.texts import train as texts
from mnist_cnn.page.trainers import Trainers
from mnist_cnn.page.widgets.own import sha256_of
from mnist_cnn.sharing import hub
from mnist_cnn.sharing.failures import HubError
from tests.page.conftest import in_loop

FEW = vars(Experiment(digits=100))


def variant(seed=0, architecture="SmallConvNet"):
    torch.manual_seed(seed)
    model = build_variant(architecture, batch_norm=True).eval()
    return Variant(model, architecture, {"batch_norm": True})


@pytest.fixture
def room(shared):
    """{name of a handler: it}, of the room in blocks."""

    def build():
        with gr.Blocks(analytics_enabled=False) as blocks:
            shared.own.render()
            train.build(shared)
        return {fn.fn.__name__: fn for fn in blocks.fns.values()}

    return in_loop(build)


def sent(**data):
    return gr.EventData(None, data)


def shown(updates, kind):
    """The message to the view."""
    return next(it for it in updates.values() if isinstance(it, dict) and kind in it)


def test_every_field_of_an_experiment_has_a_control_that_says_what_it_does():
    def build():
        with gr.Blocks(analytics_enabled=False):
            return settings()

    controls, guess = in_loop(build)
    assert list(controls) == list(vars(Experiment()))
    assert {name: it.value for name, it in controls.items()} == vars(Experiment())
    for name, control in controls.items():
        assert control.info == f"{texts.INFO[name]} {texts.EXPECTED[name]}"
        assert texts.EXPECTED[name].endswith("?")
    assert guess.value in texts.GUESSES


def test_own_networks_are_kept_by_their_size():
    first, second = variant(0), variant(1)
    kept = OwnNetworks(len(first.file) + 10)
    sha256 = kept.add(first)
    assert kept.get(sha256) is first and kept.get("") is None
    kept.add(second)
    assert kept.get(sha256) is None and kept.get(second.sha256) is second


def test_a_network_of_ones_own_answers_beside_the_others(shared):
    own = variant()
    updates = shared.take_own(own)
    assert updates[shared.own]["sha256"] == own.sha256
    assert b64decode(updates[shared.own]["file"]) == own.file
    weights = shared.with_own(updates[shared.own])
    assert list(weights.models) == ["fc", "conv", "aug", OWN]
    assert shared.with_own({"sha256": own.sha256}) is weights  # what is kept of it holds
    assert shared.with_own({}) is shared.with_own({"sha256": "0" * 64}) is shared.weights.current
    assert joined(shared.weights.current, own).metrics is shared.weights.current.metrics


@pytest.mark.parametrize("name", ["compare", "whatif", "convolution", "inside"])
def test_rooms_show_it(shared, name):
    own = variant()
    kept = shared.take_own(own)[shared.own]

    def build():
        with gr.Blocks(analytics_enabled=False):
            return shared.rooms[name].build(shared)

    fill, inputs, _ = in_loop(build)
    values = {shared.picture: from_test_set(18), shared.pipeline: "mnist", shared.own: kept}
    sent = [values.get(it, getattr(it, "value", None)) for it in inputs]
    if name == "inside":
        sent[3] = OWN
    updates = fill(*sent)
    said = "".join(map(str, (updates if name != "whatif" else next(updates)).values()))
    assert ">Yours</span>" in said


def test_inside_shows_another_network_where_ones_own_is_forgotten(shared):
    def build():
        with gr.Blocks(analytics_enabled=False):
            return inside.build(shared)

    fill, inputs, _ = in_loop(build)
    said = str(fill(from_test_set(18), "mnist", {}, OWN, *(it.value for it in inputs[4:])))
    assert ">ConvNet</span>" in said and "Yours" not in said


def test_compare_says_what_ones_own_costs(shared):
    rows = compare.rows_of(shared.with_own(shared.take_own(variant())[shared.own]))
    assert rows[OWN] == {"parameters": 5306, "multiply_adds": 192_064}


def test_a_file_becomes_ones_own(shared, room):
    own = variant()
    updates = room["take_file"].fn(sent(file=b64encode(own.file).decode()))
    assert updates[shared.own]["sha256"] == own.sha256
    assert shown(updates, "own")["said"] == texts.LOADED.format(texts.FROM_FILE)
    kept = room["take_kept"].fn(sent(file=b64encode(own.file).decode()))
    assert kept.keys() == {shared.own}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"file": "AAAA"}, "The file is damaged, or no weights file of this project."),
        ({"file": "é"}, "The file did not arrive whole; send it again."),
        ({"file": "AAA"}, "The file did not arrive whole; send it again."),
        ({"file": 3}, "The file is damaged"),
        ({}, "The file is damaged"),
        ({"file": "A" * 12_000_000}, "at most 8,000,000"),
    ],
)
def test_what_is_no_network_is_refused_in_one_sentence(room, data, words):
    (update,) = room["take_file"].fn(sent(**data)).values()
    assert words in update["refused"] and "\n" not in update["refused"]
    assert room["take_kept"].fn(sent(**data)) == {}


def test_a_network_from_the_hub(shared, room, monkeypatch):
    def from_pretrained(repo_id, key):
        if repo_id != "ada/digits":
            raise HubError(f"{repo_id} is not there")
        return shared.weights.current.models[key]

    monkeypatch.setattr(hub, "from_pretrained", from_pretrained)
    updates = room["take_from_hub"].fn(" ada/digits ", "conv")
    assert "“ConvNet” of ada/digits is yours now" in shown(updates, "own")["said"]
    assert OWN in shared.with_own(updates[shared.own]).models
    (update,) = room["take_from_hub"].fn("ben/none", "conv").values()
    assert update == {"refused": "ben/none is not there."}


def test_test_digits_are_counted_with_their_interval():
    message = with_interval({"errors": 200, "total": 10_000}, "abc")
    assert message["tested"] == "abc" and message["accuracy"] == 0.98
    assert 0.977 < message["low"] < 0.98 < message["high"] < 0.983
    assert with_interval({"waiting": 1}, "abc") == {}
    assert with_interval({"declined": "full"}, "abc") == {"tested": "abc", "declined": "full"}
    assert with_interval({"error": "bad"}, "abc") == {"tested": "abc", "declined": "bad"}


def test_test_digits_are_read_beside_a_training(room, monkeypatch):
    async def work(_, session, job):
        assert session not in ("a", "") and job == {"test": "AAAA"}
        for message in ({"accepted": True}, {"waiting": 1}, {"errors": 200, "total": 10_000}):
            yield message

    monkeypatch.setattr(Trainers, "work", work)
    read = room["read_test"].fn(sent(run="abc", file="AAAA"), SimpleNamespace(session_hash="a"))
    (seen,) = asyncio.run(messages(read))
    assert shown(seen, "tested")["accuracy"] == 0.98


def test_a_training_that_diverges_says_what_to_do(room):
    broken = variant()
    broken.model.classifier[1].bias.data[0] = float("nan")

    async def work(*_):
        yield {"network": b64encode(broken.file).decode(), "was_cut_off": False}

    *_, last = updates(room, work)
    assert shown(last, "error") == {"error": texts.DIVERGED}
    assert texts.PAUSE in last.values()


def updates(room, work):
    """What a click on Train shows, where `work` stands for Trainers.work."""

    async def run():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Trainers, "work", work)
            values = vars(Experiment()).values()
            request = SimpleNamespace(session_hash="a")
            started = room["run"].fn(request, from_test_set(18), "mnist", "90", *values)
            return [update async for update in started]

    return asyncio.run(run())


def test_a_second_training_leaves_the_first_as_it_is(room):
    async def work(*_):
        yield {"declined": texts.TWICE}

    (only,) = updates(room, work)
    assert list(only.values()) == [{"declined": texts.TWICE}]


@pytest.mark.parametrize("busy", [False, True])
@pytest.mark.parametrize("name", ["turn", "one_step"])
def test_a_pause_is_shown_only_where_something_is_paused(room, name, busy, monkeypatch):
    monkeypatch.setattr(Trainers, "order", lambda *_: busy)
    request = SimpleNamespace(session_hash="a")
    sent = (False, request) if name == "turn" else (request,)
    updates = asyncio.run(room[name].fn(*sent))
    assert (texts.GO if busy else texts.PAUSE) in updates.values()
    assert busy in updates.values() and ({"paused": True} in updates.values()) == busy


async def messages(jobs):
    return [message async for message in jobs]


def test_a_line_is_served_in_order_and_says_where_one_stands():
    async def run():
        trainers = Trainers(1)
        try:
            first, second = await asyncio.gather(
                messages(trainers.work("a", {"train": FEW})),
                messages(trainers.work("b", {"train": FEW})),
            )
            again = await messages(trainers.work("a", {"train": {"network": "none"}}))
        finally:
            await end(trainers)
        return first, second, again

    first, second, again = asyncio.run(run())
    assert first[-1]["network"] == second[-1]["network"]
    assert first[0] == second[0] == {"accepted": True}
    assert {"waiting": 0} in first and {"waiting": 1} not in first  # its process starts
    assert {"waiting": 1} in second and {"waiting": 2} not in second
    places = [it["waiting"] for it in second if "waiting" in it]
    assert places == sorted(places, reverse=True)
    assert next(it["step"] for it in first if "step" in it) == 1
    assert "network: none came" in again[-1]["error"]


def test_whoever_leaves_frees_the_place_and_one_trains_once_at_a_time(monkeypatch):
    told, tell = [], trainers_module._tell
    monkeypatch.setattr(trainers_module, "_tell", lambda *it: told.append(it[1]) or tell(*it))

    async def run():
        trainers = Trainers(1)
        try:
            work = trainers.work("a", {"train": vars(Experiment(digits=10_000))})
            async for message in work:
                if "step" in message:
                    break
            twice = await messages(trainers.work("a", {"train": FEW}))
            assert trainers.order("a", {"order": "go"})
            assert not trainers.order("nobody", {"order": "go"})
            await work.aclose()  # as Gradio does it when the page is gone
            after = await messages(trainers.work("a", {"train": FEW}))
        finally:
            await end(trainers)
        return twice, after

    twice, after = asyncio.run(run())
    assert twice == [{"declined": texts.TWICE}]
    assert "network" in after[-1]
    assert {"order": "stop"} in told


def test_a_process_that_dies_is_replaced():
    async def run():
        trainers = Trainers(1)
        try:
            said = []
            async for message in trainers.work("a", {"train": FEW}):
                said.append(message)
                if "step" in message:
                    trainers._busy["a"].kill()
            return said[-1], await messages(trainers.work("a", {"train": FEW}))
        finally:
            await end(trainers)

    lost, after = asyncio.run(run())
    assert lost == {"error": texts.LOST} and "network" in after[-1]


def test_a_full_line_is_said():
    async def run():
        trainers = Trainers(1)
        trainers._line = [str(place) for place in range(60)]
        return await messages(trainers.work("a", {"train": FEW}))

    assert asyncio.run(run()) == [{"declined": texts.BUSY}]


def test_who_waits_can_stop_waiting():
    async def run():
        trainers = Trainers(1)
        trainers.wake = lambda: None  # no process ever comes
        said = []
        async for message in trainers.work("a", {"train": FEW}):
            said.append(message)
            if "waiting" in message:
                assert not trainers.order("a", {"order": "pause"})
                assert not trainers.order("a", {"order": "stop"})
        return said, trainers._line

    assert asyncio.run(run()) == (
        [{"accepted": True}, {"waiting": 1}, {"error": texts.LEFT}],
        [],
    )


async def end(trainers):
    """End the processes, which were started by this test."""
    await asyncio.gather(*trainers._tasks)
    for process in [*trainers._idle, *trainers._busy.values()]:
        process.stdin.close()
        await process.wait()


def test_the_room_refuses_settings_that_no_control_offers(room):
    async def first():
        run = room["run"].fn
        values = dict(vars(Experiment())) | {"digits": 7}
        request = SimpleNamespace(session_hash="a")
        work = run(request, None, "mnist", "90", *values.values())
        return await anext(work)

    assert inspect.isasyncgenfunction(room["run"].fn)
    (update,) = asyncio.run(first()).values()
    assert update["declined"].startswith("digits: 7 came")


def test_the_browser_says_which_network_is_its_own(shared, room):
    own = variant()
    shared.take_own(own)
    assert sha256_of({"sha256": own.sha256}) == own.sha256
    for said in (None, {}, {"sha256": 3}, {"sha256": "../etc"}, "x", [own.sha256]):
        assert sha256_of(said) == ""
    ask = room["ask_if_unknown"].fn
    assert ask({"sha256": "0" * 64}) == {"unknown": True} != ask({"sha256": own.sha256})


def test_what_is_to_be_discovered_was_measured():
    words = discovered()
    assert "by −6.2 percentage points" in words and "by +0.2 (means of 3 seeds" in words
