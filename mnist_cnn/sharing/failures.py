"""Whatever fails between here and the Hub, as one sentence that says what to do next."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from huggingface_hub import get_token
from huggingface_hub.constants import ENDPOINT
from huggingface_hub.errors import HTTPError, OfflineModeIsEnabled

_CHANGED = "{repo_id} was changed by somebody else just now: run this again"
BY_STATUS = {
    401: "the Hub does not accept your token: `hf auth login`, or set HF_TOKEN to another",
    403: "your token may not do this to {repo_id}: take one that may, from {endpoint}/settings/"
    "tokens",
    404: "{repo_id} is not there, or not for your token: check name and revision",
    409: _CHANGED,
    412: _CHANGED,
    429: "the Hub has had too many requests from here: try again in some minutes",
}
# The Hub does not tell a stranger whether a private repository exists.
WITHOUT_TOKEN = dict.fromkeys(
    (401, 404), "{repo_id} is not there or is private: check name and revision, or `hf auth login`"
)
NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class HubError(Exception):
    """A transfer to or from the Hub failed; the message is one sentence that names the remedy."""


@contextmanager
def one_sentence(repo_id: str, done: str = "") -> Iterator[None]:
    """A context in which every failure becomes a HubError; no message shows the token.

    Args:
        repo_id: "USER/REPO", for the sentence.
        done: what has succeeded already; the sentence starts with it.

    Raises:
        HubError: and no other Exception.
    """
    try:
        yield
    except HubError:
        raise
    except Exception as error:  # the client's failures, and a stranger's answers, have no one class
        said = done + sentence(error, repo_id)
        raise HubError(said.replace(get_token() or "\0", "…")) from error


def sentence(error: BaseException, repo_id: str) -> str:
    """What went wrong and what to do next, from the first known cause in the error's chain."""
    cause: BaseException | None = error
    while cause:
        last = cause
        status = getattr(getattr(cause, "response", None), "status_code", None)
        if status is not None:
            return _refusal(cause, status, repo_id)
        if isinstance(cause, OfflineModeIsEnabled):
            return "HF_HUB_OFFLINE is set: unset it, or pin a commit that was pulled before"
        if isinstance(cause, HTTPError | ConnectionError):
            why = one_line(cause) or type(cause).__name__
            return f"{ENDPOINT} cannot be reached ({why}): check the network and HF_ENDPOINT"
        if getattr(cause, "errno", None) in NO_SPACE:
            return "the disk is full: make room, or let HF_HOME name another one"
        cause = cause.__cause__ or cause.__context__
    return f"the Hub's client failed ({type(last).__name__}: {one_line(last)}): try again"


def _refusal(error, status, repo_id):
    """The sentence for an HTTP status of 400 and above."""
    table = BY_STATUS if get_token() else BY_STATUS | WITHOUT_TOKEN
    if status in table:
        return table[status].format(repo_id=repo_id, endpoint=ENDPOINT)
    if status >= 500:
        return f"the Hub itself fails (status {status}): try again later"
    said = getattr(error, "server_message", None) or "without a word"
    return f"the Hub refuses {repo_id} (status {status}): {one_line(said)}"


def one_line(text: object) -> str:
    """The first 200 characters, in one line."""
    return " ".join(str(text).split())[:200]
