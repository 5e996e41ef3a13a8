"""What runs in the client's process, see conftest.py."""

import io
import os
import resource
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from unittest import mock

from torch import nn

from mnist_cnn.sharing import hub
from mnist_cnn.sharing.hub import from_pretrained
from mnist_cnn.sharing.live import LiveWeights, pull_in_background
from mnist_cnn.sharing.weight_set import WeightSet

GOOD_TOKEN = "hf_good"


def in_client(function, *arguments, token=GOOD_TOKEN, full_disk=False, timeout=10, **settings):
    """A function's answer; the client does not wait between its retries.

    Args:
        token: that the client knows; None is none.
        full_disk: whether the disk has no room for a network.
        timeout: s, hub.TIMEOUT.
    """
    os.environ["HF_TOKEN"] = token or ""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with ExitStack() as stack:
        stack.enter_context(mock.patch("time.sleep"))
        stack.enter_context(mock.patch.object(hub, "TIMEOUT", timeout))
        if full_disk:
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
            stack.callback(resource.setrlimit, resource.RLIMIT_FSIZE, limits)
        answer = function(*arguments, **settings)
    return summary(answer) if isinstance(answer, WeightSet) else answer


def summary(weights):
    """What tests ask of a WeightSet, as values that go from one process to another."""
    assert not any(model.training for model in weights.models.values())
    assert not weights.detector.training
    return {
        "commit": weights.commit,
        "repo_id": weights.repo_id,
        "directory": weights.directory,
        "models": list(weights.models),
        "metrics": weights.metrics,
        "robustness": list(weights.robustness),
        "ledger": weights.ledger,
        "handwriting": weights.handwriting,
    }


def printed(verb, words):
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            verb(words)
            status = 0
        except SystemExit as ended:
            status = ended.code
    if isinstance(status, str):  # as Python itself does where a program ends
        err.write(status + "\n")
        status = 1
    return status, out.getvalue(), err.getvalue()


def parameters(*arguments):
    """How many parameters a network has that is pulled alone."""
    model = from_pretrained(*arguments)
    assert isinstance(model, nn.Module) and not model.training
    return sum(parameter.numel() for parameter in model.parameters())


def in_background(repo_id):
    """Which set answers after a pull that began with "old"."""
    live = LiveWeights("old")
    pull_in_background(live, repo_id).join()
    return live.current
