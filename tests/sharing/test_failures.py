"""Each failure of the client becomes one sentence that names the remedy."""

import errno
from types import SimpleNamespace

import pytest
from huggingface_hub.errors import HTTPError, OfflineModeIsEnabled

from mnist_cnn.sharing import failures
from mnist_cnn.sharing.failures import HubError, one_line, one_sentence, sentence


@pytest.fixture(params=["hf_secret", None], ids=["with token", "without token"])
def token(request, monkeypatch):
    monkeypatch.setattr(failures, "get_token", lambda: request.param)
    return request.param


def refused(status, said=None):
    error = Exception("what the client says")
    error.response = SimpleNamespace(status_code=status)
    error.server_message = said
    return error


STATUSES = {  # status: (what is said with a token, without one)
    400: ("the Hub refuses a/b (status 400): odd",) * 2,
    401: ("the Hub does not accept your token", "a/b is not there or is private"),
    403: ("your token may not do this to a/b: take one that may, from https://",) * 2,
    404: ("a/b is not there, or not for your token", "a/b is not there or is private"),
    409: ("a/b was changed by somebody else just now: run this again",) * 2,
    412: ("a/b was changed by somebody else just now: run this again",) * 2,
    429: ("the Hub has had too many requests from here",) * 2,
    499: ("the Hub refuses a/b (status 499): odd",) * 2,
    500: ("the Hub itself fails (status 500): try again later",) * 2,
    503: ("the Hub itself fails (status 503): try again later",) * 2,
}


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_says_what_to_do(token, status):
    expected = STATUSES[status][token is None]
    assert sentence(refused(status, "odd"), "a/b").startswith(expected)


def test_a_refusal_without_a_word(token):
    said = "the Hub refuses a/b (status 418): without a word"
    assert sentence(refused(418), "a/b") == said


@pytest.mark.parametrize(
    "error, said",
    [
        (OSError(errno.ENOSPC, "no"), "the disk is full: make room"),
        (OSError(errno.EDQUOT, "no"), "the disk is full: make room"),
        (OSError(errno.EFBIG, "no"), "the disk is full: make room"),
        (OSError(errno.EACCES, "no"), "the Hub's client failed (PermissionError: [Errno 13] no)"),
        (OfflineModeIsEnabled("no"), "HF_HUB_OFFLINE is set: unset it"),
        (HTTPError("no\nroute"), "cannot be reached (no route): check the network"),
        (ConnectionError(), "cannot be reached (ConnectionError): check the network"),
        (ValueError("a\nb"), "the Hub's client failed (ValueError: a b): try again"),
    ],
)
def test_other_failures_say_what_to_do(error, said):
    assert said in sentence(error, "a/b")


def test_the_cause_is_named_not_what_was_made_of_it():
    outer = RuntimeError("cannot be read")
    outer.__cause__ = OSError(errno.ENOSPC, "no")
    assert sentence(outer, "a/b").startswith("the disk is full")
    outer.__cause__ = KeyError("sha")
    assert sentence(outer, "a/b").startswith("the Hub's client failed (KeyError: 'sha')")


def test_nothing_else_comes_out_and_no_token(token):
    said = "half done: the Hub's client failed"
    with pytest.raises(HubError, match=said) as raised, one_sentence("a/b", "half done: "):
        raise ValueError("you sent hf_secret")
    assert ("hf_secret" in str(raised.value)) == (token is None)
    whole = HubError("said already")
    with pytest.raises(HubError) as raised, one_sentence("a/b"):
        raise whole
    assert raised.value is whole
    with pytest.raises(KeyboardInterrupt), one_sentence("a/b"):
        raise KeyboardInterrupt


def test_one_line_is_short():
    assert one_line(" a \n\t b\n") == "a b"
    assert one_line("x" * 999) == "x" * 200
