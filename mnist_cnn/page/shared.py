"""What all rooms share: the current digit, how it is preprocessed, and the views that follow it."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from mnist_cnn.arguments import RequestError
from mnist_cnn.networks.models import MAIN
from mnist_cnn.networks.variants import Variant
from mnist_cnn.page import current_digit
from mnist_cnn.page.current_digit import InputImage
from mnist_cnn.page.events import DIGIT_EVENT, PASSPORT_EVENT
from mnist_cnn.page.figures import png_data_uri
from mnist_cnn.page.markup import join, notice
from mnist_cnn.page.own_networks import OwnNetworks, joined
from mnist_cnn.page.readings import Readings
from mnist_cnn.page.texts import draw as draw_texts
from mnist_cnn.page.widgets import sketch
from mnist_cnn.page.widgets.answer import answer
from mnist_cnn.page.widgets.choice import radio
from mnist_cnn.page.widgets.film_strip import film_strip
from mnist_cnn.page.widgets.head import SCRIPT as HEAD_SCRIPT
from mnist_cnn.page.widgets.head import footer, head
from mnist_cnn.page.widgets.own import own_network, sha256_of
from mnist_cnn.page.widgets.passport import passport_table
from mnist_cnn.page.widgets.pick import pickable, picked_numbers
from mnist_cnn.page.widgets.text import html
from mnist_cnn.reading.images import ImageError
from mnist_cnn.reading.page import FoundDigit
from mnist_cnn.reading.passport import passport, transforms_that_matter
from mnist_cnn.reading.pipelines import PIPELINES
from mnist_cnn.reading.predict import Reading
from mnist_cnn.reading.reasons import Reason
from mnist_cnn.sharing.live import LiveWeights
from mnist_cnn.sharing.weight_set import WeightSet

Updates = dict[Any, Any]  # {component: its new value}


@dataclass(frozen=True)
class Room:
    """One room of the page."""

    title: str  # on its tab
    question: str  # that it answers
    # Lays it out, given Shared. Returns the function that fills it when it is opened, its inputs
    # and its outputs; None where nothing is left to fill.
    build: Callable[["Shared"], tuple | None]


class Shared:
    """The current digit and the views that follow it; components that are yet to be rendered.

    Handlers return {component: value}.
    """

    def __init__(self, weights: LiveWeights, rooms: dict[str, Room]):
        self.weights, self.rooms, self.readings = weights, rooms, Readings()
        self.picture = current_digit.kept_in_browser()  # an InputImage
        self.pipeline = radio(  # id of a pipeline
            {row.id: row.title for row in PIPELINES.values()},
            label=draw_texts.PIPELINE,
            render=False,
            elem_id="way",
        )
        self.own, self.own_networks = own_network(), OwnNetworks()
        self.paper = sketch.paper()
        self.head = html(script=HEAD_SCRIPT, elem_id="head", render=False)
        self.answer = pickable(elem_id="answer", render=False)  # one of several digits
        self.footer, self.strip, self.passport = (
            html(elem_id=name, render=False) for name in ("weights", "strip", "passport")
        )
        self.views = [self.picture, self.head, self.footer, self.answer, self.strip, self.paper]
        first = current_digit.from_test_set(current_digit.FIRST_INDEX)
        way = self.pipeline.value
        values = self._show(first, way, weights.current, on_paper=True)
        for component, value in {**values, **self.show_passport(first, way)}.items():
            component.value = component.postprocess(value)

    def take_own(self, network: Variant) -> Updates:
        """A network as the learner's own, here and in the browser."""
        file = b64encode(network.file).decode()
        return {self.own: {"sha256": self.own_networks.add(network), "file": file}}

    def with_own(self, own_network: Any) -> WeightSet:
        """The weights that answer, with the learner's own network where there is one.

        Args:
            own_network: the value of `own`.
        """
        own = self.own_networks.get(sha256_of(own_network))
        return self.weights.current if own is None else joined(self.weights.current, own)

    def _show(
        self,
        image: InputImage,
        pipeline: str,
        weights: WeightSet,
        said: str = "",
        on_paper: bool = False,
    ) -> Updates:
        reading = self.readings.read(image, pipeline, weights)
        main = reading.predictions[MAIN]
        several = [digit.cutout for digit in self._several(image, reading, weights)]
        values = {
            self.picture: image,
            self.head: join(head(image, reading, main), said),
            self.footer: footer(weights),
            self.answer: join(said, answer(main, reading.predictions, image.is_drawn, several)),
            self.strip: film_strip(reading.frames),
        }
        if not on_paper:
            return values
        shown = png_data_uri(reading.frames[0].image)
        return {**values, self.paper: {"shown": shown, "kept": current_digit.to_browser(image)}}

    def _several(
        self, image: InputImage, reading: Reading, weights: WeightSet
    ) -> tuple[FoundDigit, ...]:
        """The digits of an image that was refused because it holds several."""
        if reading.rejection != Reason.SEVERAL:
            return ()
        try:
            return self.readings.page(image, weights).digits
        except ImageError:  # far more than digits
            return ()

    def take_one(self, old: InputImage, pipeline: str, event: gr.EventData) -> Updates:
        """The picked one of several digits as the current digit."""
        now = self.weights.current
        found = self._several(old, self.readings.read(old, "mnist", now), now)
        (place,) = picked_numbers(event, 1) or (len(found),)
        if place >= len(found):
            return self.show_again(old, pipeline)
        return self.replace(current_digit.from_page, (found[place], place), old, pipeline)

    def show_again(self, image: InputImage, pipeline: str) -> Updates:
        """The current digit, as the networks of now read it."""
        return self._show(image, pipeline, self.weights.current)

    def show_passport(self, image: InputImage, pipeline: str) -> Updates:
        """The passport, which takes its time: the answer does not wait for it."""
        now = self.weights.current
        frames, seen = (self.readings.read(image, key, now).frames for key in ("mnist", pipeline))
        if seen is not frames:
            return {self.passport: passport_table(passport(frames, seen), None)}
        changes = transforms_that_matter(frames, now.models)
        return {self.passport: passport_table(passport(frames), changes)}

    def replace(
        self,
        make: Callable[[Any], InputImage],
        source: Any,
        old: InputImage,
        pipeline: str,
        on_paper: bool = True,
    ) -> Updates:
        """Another current digit; or, in one sentence, why the old one stays, on the paper too.

        Args:
            make: of current_digit: one of those whose names begin with `from`.
            source: what came from the browser for it.
            old: the current digit.
            pipeline: id of a pipeline.
            on_paper: whether the drawing paper is to show it.
        """
        now = self.weights.current
        try:
            return self._show(make(source), pipeline, now, on_paper=on_paper)
        except (ImageError, RequestError) as error:
            return self._show(old, pipeline, now, notice(str(error)), on_paper=True)

    def use_index(self, index: float, old: InputImage, pipeline: str) -> Updates:
        """The test digit of this index as the current digit."""
        return self.replace(current_digit.from_test_set, index, old, pipeline)

    def listen(
        self, event: Callable, handler: Callable, inputs: Sequence = (), outputs: Sequence = ()
    ) -> Any:
        """After the event, the views show what the handler returns, and then the passport.

        Args:
            event: a listener of a component, such as `button.click`.
            handler: of the inputs, the current InputImage and the pipeline's id to Updates.
            inputs: components whose values come first.
            outputs: components besides the views that the handler may update.

        Returns:
            The event after which the views are up to date.
        """
        shown = event(
            handler, [*inputs, self.picture, self.pipeline], [*self.views, *outputs], **DIGIT_EVENT
        )
        shown.then(
            self.show_passport, [self.picture, self.pipeline], self.passport, **PASSPORT_EVENT
        )
        return shown

    def use_test_digit(self, event: Callable, index: gr.Number | gr.HTML) -> Any:
        """After the event, the test digit of this index is the current digit."""
        return self.listen(event, self.use_index, [index])

    def refresh(self, event: Callable) -> Any:
        """After the event, the views show the current digit as the networks of now read it.

        Nothing is sent to a page that came with their answers.
        """
        shown_by = self.weights.current

        def show_all(image: InputImage, pipeline: str) -> Updates:
            if self.weights.current is shown_by:
                return gr.skip()
            return {**self.show_again(image, pipeline), **self.show_passport(image, pipeline)}

        outputs = [*self.views, self.passport]
        return event(show_all, [self.picture, self.pipeline], outputs, **DIGIT_EVENT)
