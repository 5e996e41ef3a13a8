"""What is seen of a training while it runs: points for a chart, filters, what is misread.

Watching changes nothing: it draws no random numbers and leaves the network as it was.
"""

import time
from base64 import b64encode
from collections.abc import Callable
from queue import Empty, Queue
from typing import Any

import numpy as np
import torch

from mnist_cnn.dataset.digits import Digits
from mnist_cnn.learning.experiments import Experiment, Stopped, steps_of
from mnist_cnn.learning.optimization import Learner
from mnist_cnn.learning.training import Step
from mnist_cnn.reading.predict import logits

SHARE = 0.2  # of the time, at most, goes into watching
INTERVAL = 0.1  # s between two points, at least
FEW, FEWEST = 500, 100  # validation digits of a point: the fewer, the slower the network
FILTERS, MISREAD = 16, 8  # that are shown, at most
LONGEST = 40  # s of work: what takes longer is ended


class Watcher:
    """An observer of one training that sends what it sees, and obeys orders.

    Args:
        validation: of which the first are read for each point.
        send: is handed each point, a JSON-ready dict.
        orders: "pause", "step", "go", "stop", or the learner's digit, (28, 28) uint8.
    """

    def __init__(
        self,
        experiment: Experiment,
        validation: Digits,
        send: Callable[[dict[str, Any]], None],
        orders: Queue,
    ):
        self._steps, self._done = steps_of(experiment), 0
        self._per_epoch = self._steps // experiment.recipe.epochs
        self._few, self._send, self._orders = validation[:FEW], send, orders
        self._since: list[Step] = []  # the steps since the last point
        self._digit: np.ndarray | None = None
        self._paused = self._single = False
        self._next, self._began = 0.0, time.process_time()  # which stands still in a pause
        self.was_cut_off = False

    def __call__(self, learner: Learner, step: Step) -> None:
        """Observe a step; raises Stopped where it was the last."""
        self._done += 1
        self._since.append(step)
        now = time.perf_counter()
        if now >= self._next or self._single or self._done == self._steps:
            self._send(self.point(learner.judged))
            took = time.perf_counter() - now
            if took > INTERVAL:
                self._few = self._few[:FEWEST]
            self._next = now + took + max(INTERVAL, took / SHARE)
        self._single = False
        self.obey(learner)
        worked = time.process_time() - self._began
        self.was_cut_off = worked > LONGEST and self._done < self._steps
        if self.was_cut_off:
            raise Stopped(learner.judged)

    def obey(self, learner: Learner) -> None:
        """Do as ordered; while paused, wait for the next order."""
        while True:
            try:
                order = self._orders.get(block=self._paused)
            except Empty:
                return
            if isinstance(order, np.ndarray):
                self._digit = order
                if self._paused:
                    self._send(self.point(learner.judged))
            elif order == "stop":
                raise Stopped(learner.judged)
            else:
                self._single = order == "step"
                self._paused = order in ("pause", "step")
                if self._single:
                    return

    def point(self, model: torch.nn.Module) -> dict[str, Any]:
        """What is to be seen of a network now."""
        was_training = model.training
        model.eval()
        answers = logits(model, self._few.images)
        digit = None if self._digit is None else logits(model, self._digit[None]).softmax(1)[0]
        model.train(was_training)
        seen = {
            "step": self._done,
            "steps": self._steps,
            "epoch": round(self._done / self._per_epoch, 3),
            "validation": (answers.argmax(1) == self._few.labels).double().mean().item(),
            "filters": filters_of(model),
            "misread": misread(self._few, answers),
            "probabilities": digit if digit is None else [round(p, 4) for p in digit.tolist()],
        }
        if self._since:  # none while it is paused
            digits = sum(step.digits for step in self._since)
            seen["loss"] = sum(step.loss.item() for step in self._since) / len(self._since)
            seen["training"] = sum(step.correct.item() for step in self._since) / digits
            self._since = []
        return seen


def filters_of(model: torch.nn.Module) -> dict[str, Any]:
    """The first layer's weights as pictures: {"side", "count", "values": base64 of int8}.

    Each filter's largest weight is 127. A fully connected layer's are as large as a digit, and in
    the order of its pixels.
    """
    first = next(parameter for parameter in model.parameters() if parameter.ndim > 1)
    weights = first.detach()[:FILTERS].flatten(1).float().cpu()
    scaled = 127 * weights / weights.abs().amax(1, keepdim=True).clamp_min(1e-12)
    side = round(weights.shape[1] ** 0.5)
    return {"side": side, "count": len(weights), "values": _base64(scaled.round().numpy(), "i1")}


def misread(digits: Digits, answers: torch.Tensor) -> list[dict[str, Any]]:
    """The digits that are misread with the greatest confidence.

    Returns:
        [{"pixels": base64 of 784 bytes, "label", "answer"}], at most MISREAD.
    """
    shares = answers.softmax(1)
    sure, answered = shares.max(1)
    wrong = (answered != digits.labels).nonzero().flatten()
    worst = wrong[sure[wrong].argsort(descending=True)][:MISREAD]
    return [
        {
            "pixels": _base64(digits.images[at].cpu().numpy(), "u1"),
            "label": int(digits.labels[at]),
            "answer": int(answered[at]),
        }
        for at in worst.tolist()
    ]


def _base64(values, kind):
    return b64encode(np.asarray(values).astype(kind).tobytes()).decode()
