"""What pushing networks and sending the app have in common: the Hub's client, and one commit.

The token is the client's own affair (`hf auth login`, or the variable HF_TOKEN); it is never shown.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from huggingface_hub import (
    CommitOperationAdd,
    CommitOperationDelete,
    HfApi,
    get_token,
)
from huggingface_hub.constants import ENDPOINT
from huggingface_hub.errors import HFValidationError
from huggingface_hub.utils import disable_progress_bars, logging, validate_repo_id

from mnist_cnn.sharing.failures import HubError


def silence() -> None:
    """Switch off the client's warnings and progress bars, for the whole process.

    For programs that report each failure as one sentence; whoever calls `hub.pull` from a program
    of their own keeps the client's output.
    """
    logging.set_verbosity_error()
    disable_progress_bars()


def check_name(repo_id: str) -> None:
    """Raise HubError unless `repo_id` can be the name of a repository."""
    try:
        validate_repo_id(repo_id)
        if repo_id.count("/") != 1:
            raise HFValidationError
    except HFValidationError as error:
        raise HubError(
            f"{repo_id!r} names no repository: give USER/REPO, of letters, digits, - _ and ."
        ) from error


def check_tag(tag: str) -> None:
    """Raise HubError unless `tag` can be the name of a tag."""
    if tag == "main" or not re.fullmatch(r"[\w.-]{1,99}", tag):
        raise HubError(f"{tag!r} is no name for a tag: take one of letters, digits, - _ and .")


def check_token() -> None:
    """Raise HubError unless the client knows a token."""
    if get_token() is None:
        raise HubError(
            "there is no token: run `hf auth login`, or set HF_TOKEN to one that may write, "
            f"from {ENDPOINT}/settings/tokens"
        )


def writing_api(repo_id: str) -> HfApi:
    """The client, for writing.

    Raises:
        HubError: the name is none, or there is no token.
    """
    check_name(repo_id)
    check_token()
    return HfApi()


@dataclass(frozen=True)
class Difference:
    """What the Hub holds at a revision, and what is missing for it to hold other files."""

    base: str  # the commit that was looked at
    private: bool  # whether only the owner sees the repository
    operations: list[CommitOperationAdd | CommitOperationDelete]  # empty: nothing differs


def compare(
    api: HfApi,
    repo_id: str,
    repo_type: str,
    revision: str,
    files: dict[str, bytes],
    owned: tuple[str, ...],
) -> Difference:
    """The Difference between a revision and `files`.

    Args:
        repo_type: "model" or "space".
        files: {name: content}.
        owned: prefixes of names that are deleted from the Hub where `files` lacks them; other
            files of the repository stay.
    """
    info: Any = api.repo_info(repo_id, repo_type=repo_type, revision=revision, files_metadata=True)
    there = {
        file.rfilename: file.lfs.sha256 if file.lfs else file.blob_id for file in info.siblings
    }
    operations: list[CommitOperationAdd | CommitOperationDelete] = [
        CommitOperationAdd(name, content)
        for name, content in files.items()
        if there.get(name) not in (_sha256(content), _git_id(content))
    ]
    stale = [name for name in there if name.startswith(owned) and name not in files]
    operations += [CommitOperationDelete(name) for name in stale]
    return Difference(info.sha, bool(info.private), operations)


def commit(api: HfApi, repo_id: str, repo_type: str, difference: Difference, message: str) -> str:
    """Commit a Difference onto its base; returns the commit, 40 hex digits.

    Without operations that is the base. A commit that came in between fails (status 412).
    """
    if not difference.operations:
        return difference.base
    return api.create_commit(
        repo_id,
        difference.operations,
        commit_message=message,
        repo_type=repo_type,
        parent_commit=difference.base,
    ).oid


def _sha256(content):
    """The id by which the Hub stores large files."""
    return hashlib.sha256(content).hexdigest()


def _git_id(content):
    """The id by which it stores small ones: git's blob id."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
