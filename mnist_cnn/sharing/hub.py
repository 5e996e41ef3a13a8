"""Networks to and from a repository on the Hugging Face Hub: push, pull, from_pretrained.

What is pulled is verified and used as one whole set, or not at all.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from huggingface_hub import HfApi, hf_hub_download, try_to_load_from_cache
from torch import nn

from mnist_cnn.judging.handwriting import load_handwriting
from mnist_cnn.judging.metrics import load_metrics
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import DIRECTORY, WeightsError, load_model, recorded_sha256s
from mnist_cnn.sharing.client import check_name, check_tag, commit, compare, writing_api
from mnist_cnn.sharing.failures import HubError, one_sentence
from mnist_cnn.sharing.model_card import model_card
from mnist_cnn.sharing.weight_set import (
    CONFIG,
    METRICS,
    OPTIONAL,
    WeightSet,
    files_of,
    load_pulled,
    required_files,
    tensor_files,
)

MAX_BYTES = 50_000_000  # of a set, which has 7 million: no stranger's repository fills the disk
TIMEOUT = 10  # s until the Hub must have said which commit a revision is


def pull(repo_id: str, revision: str = "main") -> WeightSet:
    """The networks of a repository, verified.

    A commit that was pulled before comes from the client's cache, without the network.

    Args:
        repo_id: "USER/REPO".
        revision: branch, tag or full commit; only a commit never changes.

    Raises:
        HubError: and nothing else; nothing of a set that is refused stays in the cache.
    """
    with one_sentence(repo_id):
        directory, pinned = _download(repo_id, revision, [CONFIG])
        with _refusing(repo_id, pinned, directory):
            _download(repo_id, pinned, required_files(directory), OPTIONAL)
            return load_pulled(directory, repo_id, pinned)


def from_pretrained(repo_id: str, key: str, revision: str = "main") -> nn.Module:
    """One network of a repository, in eval mode.

    Args:
        repo_id, revision: as for `pull`.
        key: of MODELS.

    Raises:
        HubError: it cannot be had, or its file is not what its header and metrics.json say.
    """
    with one_sentence(repo_id):
        if key not in MODELS:
            raise HubError(f"{key!r} is none of {', '.join(MODELS)}")
        name = f"{key}.safetensors"
        directory, pinned = _download(repo_id, revision, [METRICS, name])
        with _refusing(repo_id, pinned, directory):
            sha256 = recorded_sha256s(directory).get(key) or "none"
            return load_model(directory / name, key, sha256)[0]


def push(
    repo_id: str, directory: str | Path = DIRECTORY, private: bool = False, tag: str | None = None
) -> str:
    """Send a folder of trained networks to the Hub, in one commit; returns the commit.

    The repository is made if there is none. What the Hub has already is not sent again: without
    changes there is no commit.

    Args:
        repo_id: "USER/REPO".
        directory: what train.py wrote.
        private: whether only its owner is to see it.
        tag: name for this commit; one that exists is left as it is.

    Raises:
        HubError: nothing was committed, unless it says that only the tag is lacking.
    """
    with one_sentence(repo_id):
        api = writing_api(repo_id)
        if tag is not None:
            check_tag(tag)
        try:
            files = repository_files(repo_id, Path(directory))
        except WeightsError as error:
            raise HubError(f"nothing was sent: {error}") from error
        owned = (*tensor_files(MODELS), *OPTIONAL)
        api.create_repo(repo_id, private=private or None, exist_ok=True)
        difference = compare(api, repo_id, "model", "main", files, owned)
        if private and not difference.private:
            raise HubError(f"{repo_id} exists and is public: make it private in its settings first")
        if tag and any(tag == there.name for there in api.list_repo_refs(repo_id).tags):
            difference = compare(api, repo_id, "model", tag, files, owned)
            if difference.operations:
                raise HubError(f"{repo_id} has a {tag} with other files: choose another --tag")
            return difference.base
        pushed = commit(api, repo_id, "model", difference, "The networks and their guard")
        if tag:
            with one_sentence(repo_id, f"commit {pushed} is there, its tag is not: "):
                api.create_tag(repo_id, tag=tag, revision=pushed)
        return pushed


def repository_files(repo_id: str, directory: Path) -> dict[str, bytes]:
    """{name: content} of the repository that a folder of trained networks becomes.

    Raises:
        WeightsError: the folder holds no whole set that answers as its golden pairs say.
    """
    files = files_of(directory)
    card = model_card(repo_id, load_metrics(directory), load_handwriting(directory))
    return files | {"README.md": card.encode()}


def _download(repo_id, revision, names, optional=()):
    """The folder in the client's cache that holds files of a revision, and the commit."""
    check_name(repo_id)
    if re.fullmatch("[0-9a-f]{40}", revision):
        cached = [try_to_load_from_cache(repo_id, name, revision=revision) for name in names]
        if all(isinstance(path, str) for path in cached):
            return Path(cached[0]).parent, revision
    info = HfApi().model_info(repo_id, revision=revision, files_metadata=True, timeout=TIMEOUT)
    sizes = {file.rfilename: file.size for file in info.siblings}
    if missing := [name for name in names if name not in sizes]:
        raise _NoSet(
            f"{repo_id} holds no weights that this version of the lesson reads, for it has no "
            f"{missing[0]}: check the name and the revision"
        )
    # What is optional comes first: a whole set in the cache then holds it, too.
    names = [*(name for name in optional if name in sizes), *names]
    if (total := sum(sizes[name] for name in names)) > MAX_BYTES:
        raise _NoSet(f"{repo_id} is refused: its files have {total:,} bytes; check the name")
    # One after the other, in the caller's thread: a pool's threads would keep the app from ending.
    paths = [hf_hub_download(repo_id, name, revision=info.sha) for name in names]
    return Path(paths[-1]).parent, info.sha


class _NoSet(HubError):
    """By its list of files alone, a repository holds no set that this code reads."""


@contextmanager
def _refusing(repo_id: str, pinned: str, directory: Path) -> Iterator[None]:
    """A context in which what does not hold leaves the cache, so that a retry fetches it anew."""
    try:
        yield
    except (WeightsError, _NoSet) as error:
        for path in directory.iterdir():
            with suppress(OSError):  # a cache that cannot be written
                path.resolve().unlink()
                path.unlink(missing_ok=True)
        if isinstance(error, _NoSet):
            raise
        problem = error.problem.replace(f"{directory}/", "")
        raise HubError(
            f"{repo_id} at {pinned[:12]} is refused: {problem}; try again, or name another revision"
        ) from error
