"""The room Train it yourself laid out: its settings, what is to be seen, and who listens to whom.

The training itself is a process's (trainers.py); a handler hands on what that says.
"""

from asyncio import to_thread
from base64 import b64decode, b64encode
from typing import Any

import gradio as gr

from mnist_cnn.arguments import RequestError
from mnist_cnn.judging.metrics import accuracy_interval
from mnist_cnn.learning import shuffle_study
from mnist_cnn.learning.experiments import Experiment
from mnist_cnn.learning.watching import LONGEST
from mnist_cnn.networks.models import MAIN, MODELS
from mnist_cnn.networks.variants import Variant, from_file
from mnist_cnn.networks.weights import WeightsError
from mnist_cnn.page.current_digit import InputImage
from mnist_cnn.page.events import PAGE_EVENT, TRAIN_EVENT
from mnist_cnn.page.markup import opening, paragraph, section
from mnist_cnn.page.numbers import number
from mnist_cnn.page.rooms.train.settings import settings
from mnist_cnn.page.shared import Shared, Updates
from mnist_cnn.page.texts import train as texts
from mnist_cnn.page.trainers import Message, Trainers
from mnist_cnn.page.widgets.choice import radio
from mnist_cnn.page.widgets.own import sha256_of
from mnist_cnn.page.widgets.text import html
from mnist_cnn.page.widgets.training import training_view
from mnist_cnn.sharing import hub
from mnist_cnn.sharing.failures import HubError


def build(shared: Shared):
    """Lay out the room; returns the function that fills it, its inputs and its outputs."""
    trainers = Trainers()
    html(opening(texts.QUESTION, texts.INTRO, texts.TRY))
    with gr.Column(elem_id="train-table"):
        with gr.Column(elem_id="train-settings", elem_classes="settings"):
            controls, guess = settings()
        with gr.Row(elem_id="train-tools"):
            train = gr.Button(texts.TRAIN, variant="primary", min_width=90, elem_id="train-go")
            pause, step, stop, again = [
                gr.Button(words, min_width=90)
                for words in (texts.PAUSE, texts.STEP, texts.STOP, texts.AGAIN)
            ]
        view = training_view()
        with gr.Row(elem_id="train-hub", elem_classes="settings"):
            repository = gr.Textbox(label=texts.HUB, placeholder=texts.HUB_PLACE)
            titles = {key: row.title for key, row in MODELS.items()}
            which = radio(titles, MAIN, label=texts.HUB_KEY)
            load = gr.Button(texts.HUB_LOAD, min_width=150)
    html(section("part-shuffled", texts.DISCOVER, paragraph(discovered())))
    paused = gr.Checkbox(False, visible=False)
    going: Updates = {paused: False, pause: texts.PAUSE}

    async def run(request: gr.Request, image, pipeline, guess, *values):
        try:
            experiment = Experiment(**dict(zip(controls, values)))
        except RequestError as error:
            yield {view: {"declined": str(error)}}
            return
        fields = vars(experiment)
        begun = {"began": fields, "guess": guess, "command": experiment.command()}
        job = {"train": fields, "digit": await to_thread(digit_of, image, pipeline)}
        async for message in trainers.work(_session(request), job):
            if "accepted" in message:
                yield {view: begun, **going}
            else:
                yield finished(message) if "network" in message else {view: message}

    def finished(message: Message) -> Updates:
        try:
            own = from_file(b64decode(message["network"]))
        except WeightsError:  # they are not all numbers
            return {view: {"error": texts.DIVERGED}, **going}
        seen = message | {"sha256": own.sha256, "longest": LONGEST}
        return {view: seen, **going, **shared.take_own(own)}

    def digit_of(image: InputImage, pipeline: str) -> str:
        digit = shared.readings.digit(image, pipeline, shared.weights.current)
        return b64encode(digit.tobytes()).decode()

    async def turn(is_paused, request: gr.Request):
        return order(request, "go" if is_paused else "pause", not is_paused)

    async def one_step(request: gr.Request):
        return order(request, "step", True)

    def order(request: gr.Request, word: str, is_paused: bool) -> Updates:
        if not trainers.order(_session(request), {"order": word}):
            return going  # nothing is in training
        words = texts.GO if is_paused else texts.PAUSE
        return {paused: is_paused, pause: words, view: {"paused": is_paused}}

    async def end(request: gr.Request):
        trainers.order(_session(request), {"order": "stop"})

    async def show_digit(image, pipeline, request: gr.Request):
        trainers.wake()  # the room was opened: nobody is to wait for the processes
        digit = await to_thread(digit_of, image, pipeline)
        trainers.order(_session(request), {"digit": digit})

    def take_file(event: gr.EventData):
        try:
            return taken(from_file(b64decode(_text(event, "file"))), texts.FROM_FILE)
        except WeightsError as error:
            return {view: {"refused": f"{error}."}}
        except ValueError:  # it is no base64
            return {view: {"refused": texts.NOT_SENT}}

    def take_kept(event: gr.EventData):
        return {key: value for key, value in take_file(event).items() if key is not view}

    def ask_if_unknown(own_network):
        known = shared.own_networks.get(sha256_of(own_network))
        return gr.skip() if known else {"unknown": True}

    def take_from_hub(repository, key):
        try:
            model = hub.from_pretrained(repository.strip(), key)
        except HubError as error:
            return {view: {"refused": f"{error}."}}
        own = Variant(model, MODELS[key].architecture, {}, {"repository": repository.strip()})
        return taken(own, texts.FROM_HUB.format(MODELS[key].title, repository.strip()))

    def taken(own: Variant, name: str) -> Updates:
        seen = {"own": own.sha256, "said": texts.LOADED.format(name)}
        return {view: seen, **shared.take_own(own)}

    async def read_test(event: gr.EventData, request: gr.Request):
        job, run = {"test": _text(event, "file")}, _text(event, "run")
        # Beside a training of the same visitor, and as often as they have networks.
        async for message in trainers.work(f"{_session(request)} {run}", job):
            if seen := with_interval(message, run):
                yield {view: seen}

    table = [shared.picture, shared.pipeline]
    sent, outputs = [*table, guess, *controls.values()], [view, paused, pause, shared.own]
    train.click(run, sent, outputs, **TRAIN_EVENT)
    seed = controls["seed"]
    again.click(lambda seed: seed + 1, seed, seed, **PAGE_EVENT).then(
        run, sent, outputs, **TRAIN_EVENT
    )
    pause.click(turn, paused, [view, paused, pause], **PAGE_EVENT)
    step.click(one_step, None, [view, paused, pause], **PAGE_EVENT)
    gr.on([stop.click, view.clear], end, **PAGE_EVENT)
    view.upload(take_file, None, [view, shared.own], **TRAIN_EVENT)
    shared.own.edit(ask_if_unknown, shared.own, shared.own, **PAGE_EVENT)
    shared.own.upload(take_kept, None, shared.own, **TRAIN_EVENT)
    load.click(take_from_hub, [repository, which], [view, shared.own], **TRAIN_EVENT)
    view.edit(read_test, None, view, **TRAIN_EVENT)
    return show_digit, table, None


def discovered() -> str:
    """What shuffled pixels cost, as it was measured."""
    found = shuffle_study.load()
    points = {key: number(-value, ".1f", "+") for key, value in shuffle_study.lost(found).items()}
    return texts.DISCOVERED.format(**points, seeds=len(found["fc"]["plain"]))


def with_interval(message: Message, sha256: str) -> Message:
    """What a worker says of the test digits, with the accuracy and its interval.

    Args:
        message: of Trainers.work; one that neither counts nor refuses says nothing.
        sha256: of the network.
    """
    if said := message.get("error") or message.get("declined"):
        return {"tested": sha256, "declined": said}
    if "errors" not in message:
        return {}
    total = message["total"]
    correct = total - message["errors"]
    low, high = accuracy_interval(correct, total)
    return {"tested": sha256, "accuracy": correct / total, "low": low, "high": high}


def _session(request: gr.Request) -> str:
    return request.session_hash or ""


def _text(event: gr.EventData, name: str) -> str:
    """A text that came with an event; it comes from the browser."""
    sent: Any = event._data.get(name) if isinstance(event._data, dict) else None
    return sent if isinstance(sent, str) else ""
