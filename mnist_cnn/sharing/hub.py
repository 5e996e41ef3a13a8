"""The Hugging Face Hub: push trained networks, pull them verified, send the app to a Space.

python -m mnist_cnn push USER/REPO [--private] [--tag TAG]
python -m mnist_cnn pull USER/REPO [FOLDER] [--revision REVISION]
python -m mnist_cnn space USER/SPACE [--dry-run]

What is pulled is used as one whole set or not at all. The token is the client's own affair
(`hf auth login`, or the variable HF_TOKEN) and is never shown.
"""

import argparse
import errno
import hashlib
import json
import re
import shutil
import sys
import tempfile
from contextlib import contextmanager, suppress
from math import isfinite
from pathlib import Path
from threading import Thread

import numpy as np
from huggingface_hub import (
    CommitOperationAdd,
    CommitOperationDelete,
    HfApi,
    get_token,
    hf_hub_download,
    try_to_load_from_cache,
)
from huggingface_hub.constants import ENDPOINT
from huggingface_hub.errors import HFValidationError, HTTPError, OfflineModeIsEnabled
from huggingface_hub.utils import (
    disable_progress_bars,
    logging,
    validate_repo_id,
)

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.judging.ledger import load_ledger
from mnist_cnn.judging.robustness import load_robustness
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import (
    DIRECTORY,
    FORMAT_VERSION,
    WeightsError,
    check_format,
    load_metrics,
    load_model,
)
from mnist_cnn.sharing.golden import load_verified
from mnist_cnn.sharing.live import WeightSet
from mnist_cnn.sharing.model_card import model_card

WEIGHTS = tuple(f"{key}.safetensors" for key in (*MODELS, "guard", "golden"))
SET = ("config.json", "metrics.json", *WEIGHTS)
# What metrics.json says only so that a run can be repeated: older sets lack some of it.
UNUSED = {"run", "available_images", "trained_together", "threads", "errors_over_views"}
RUN = {"seed": 0, "recipe": {"learning_rate": 0.1, "batch_size": 1}}  # built like this at least
OPTIONAL = ("handwriting.json", "robustness.json", "ledger.json")  # travel where they exist
CONFUSION = (DATASET.classes, DATASET.classes)
MOST_BYTES = 50_000_000  # of a set, which has 7 million: no stranger's repository fills the disk
TIMEOUT = 10  # seconds until the Hub must have said which commit a revision is
SPACE = ("app.py", "requirements.txt", "README.md", "LICENSE", ".readme/*", "mnist_cnn/**/*")
ROOT = DIRECTORY.parent

# One failure is one sentence: the client's own warnings and bars would say it again.
logging.set_verbosity_error()
disable_progress_bars("huggingface_hub")


class HubError(Exception):
    """The Hub, or what it sent, did not do; one sentence that says what to do next."""


def pull(repo_id, revision="main"):
    """The networks of a repository, verified: a WeightSet.

    A commit that was pulled before comes from the client's cache, without the network.

    Args:
        repo_id: "USER/REPO".
        revision: branch, tag or full commit; only a commit never changes.

    Raises:
        HubError: and nothing else; nothing of a set that is refused stays in the cache.
    """
    with _in_one_sentence(repo_id):
        directory, commit = _download(repo_id, revision, SET, OPTIONAL)
        with _refusing(repo_id, commit, directory):
            _check_description(directory)
            models, detector = load_verified(directory)
            metrics, robustness = load_metrics(directory), load_robustness(directory)
        ledger = {}  # it only adds to the page: a damaged one is left out
        with suppress(WeightsError):
            ledger = load_ledger(directory)
        return WeightSet(models, detector, directory, metrics, robustness, ledger, repo_id, commit)


def follow(live, repo_id, revision="main"):
    """Let the networks of a repository answer as soon as they are there and verified.

    They are pulled in the background. Until then, and where it fails, what answers goes on
    answering; a line in the log says what became of it.

    Args:
        live: live.LiveWeights.
        repo_id, revision: as for `pull`.

    Returns:
        The thread that does it.
    """

    def run():
        try:
            live.current = pull(repo_id, revision)
            print(f"weights: {repo_id} at {live.current.commit} answers now", flush=True)
        except HubError as error:
            print(f"weights: those from before go on answering, for {error}", flush=True)

    thread = Thread(target=run, name="hub", daemon=True)
    thread.start()
    return thread


def from_pretrained(repo_id, key, revision="main"):
    """One network of a repository, in eval mode: "fc", "conv" or "aug".

    Raises:
        HubError: it cannot be had, or its file is not what its header and metrics.json say.
    """
    with _in_one_sentence(repo_id):
        if key not in MODELS:
            raise HubError(f"{key!r} is none of {', '.join(MODELS)}")
        name = f"{key}.safetensors"
        directory, commit = _download(repo_id, revision, ("metrics.json", name))
        with _refusing(repo_id, commit, directory):
            row = load_metrics(directory)["models"].get(key, {})
            return load_model(directory / name, key, row.get("sha256", "none"))[0]


def push(repo_id, directory=DIRECTORY, private=False, tag=None):
    """Send a folder of trained networks to the Hub, in one commit; returns the commit.

    The repository is made if there is none. What the Hub has already is not sent again: without
    changes there is no commit.

    Args:
        repo_id: "USER/REPO".
        directory: holds what train.py writes.
        private: whether only its owner is to see it.
        tag: name for this commit; one that exists is left as it is.

    Raises:
        HubError: nothing was committed, unless it says that only the tag is lacking.
    """
    with _in_one_sentence(repo_id):
        api = _api(repo_id)
        if tag is not None:
            check_tag(tag)
        files = set_files(repo_id, directory)
        api.create_repo(repo_id, private=private or None, exist_ok=True)
        info, changes = _changes(api, repo_id, "model", "main", files, OPTIONAL)
        if private and not info.private:
            raise HubError(f"{repo_id} exists and is public: make it private in its settings first")
        if tag and any(tag == there.name for there in api.list_repo_refs(repo_id).tags):
            info, changes = _changes(api, repo_id, "model", tag, files, OPTIONAL)
            if changes:
                raise HubError(f"{repo_id} has a {tag} with other files: choose another --tag")
            return info.sha
        commit = _commit(api, repo_id, "model", info, changes, "The networks and their guard")
        if tag:
            with _in_one_sentence(repo_id, f"commit {commit} is there, its tag is not: "):
                api.create_tag(repo_id, tag=tag, revision=commit)
        return commit


def send_space(repo_id, root=ROOT):
    """Make or update a Space with the files that it needs, in one commit; returns the commit.

    Raises:
        HubError: nothing was committed.
    """
    with _in_one_sentence(repo_id):
        api = _api(repo_id)
        _load_local(root / "weights")
        files = space_files(root)
        api.create_repo(repo_id, repo_type="space", space_sdk="gradio", exist_ok=True)
        ours = ("mnist_cnn/", "weights/")
        info, changes = _changes(api, repo_id, "space", "main", files, ours)
        return _commit(api, repo_id, "space", info, changes, "The lesson")


def set_files(repo_id, directory):
    """{name: content} of what `push` sends.

    Raises:
        HubError: the folder holds no whole set that loads and answers as its golden pairs say.
    """
    directory = Path(directory)
    metrics = _load_local(directory)
    names = [*WEIGHTS, "metrics.json", *(n for n in OPTIONAL if (directory / n).exists())]
    files = {name: (directory / name).read_bytes() for name in names}
    config = {
        "format_version": FORMAT_VERSION,
        "models": {
            key: {"file": f"{key}.safetensors", "architecture": row.architecture}
            for key, row in MODELS.items()
        },
        "mean": DATASET.mean,
        "std": DATASET.std,
    }
    handwriting = json.loads(files.get("handwriting.json", b"null"))
    files["config.json"] = (json.dumps(config, indent=1) + "\n").encode()
    files["README.md"] = model_card(repo_id, metrics, handwriting).encode()
    return files


def _load_local(directory):
    """metrics.json of a folder whose networks are whole and answer as they should."""
    try:
        load_verified(directory)
        metrics = load_metrics(directory)
        if metrics["models"].keys() != MODELS.keys():
            raise WeightsError("metrics.json lacks a network", "Run `python train.py`.")
    except WeightsError as error:
        raise HubError(f"nothing was sent: {error}") from error
    return metrics


def space_files(root=ROOT):
    """{name: content} of what a Space needs: the app and its weights, no tests, no tools."""
    paths = {path for pattern in SPACE for path in root.glob(pattern) if path.is_file()}
    paths |= {root / "weights" / name for name in ("metrics.json", *WEIGHTS)}
    paths |= {path for name in OPTIONAL if (path := root / "weights" / name).exists()}
    names = sorted(p.relative_to(root).as_posix() for p in paths if "__pycache__" not in p.parts)
    return {name: (root / name).read_bytes() for name in names}


def check_name(repo_id):
    """Raise HubError unless `repo_id` can be the name of a repository."""
    try:
        validate_repo_id(repo_id)
        if repo_id.count("/") != 1:
            raise HFValidationError
    except HFValidationError as error:
        raise HubError(
            f"{repo_id!r} names no repository: give USER/REPO, of letters, digits, - _ and ."
        ) from error


def check_tag(tag):
    """Raise HubError unless `tag` can be the name of a tag."""
    if tag == "main" or not re.fullmatch(r"[\w.-]{1,99}", tag):
        raise HubError(f"{tag!r} is no name for a tag: take one of letters, digits, - _ and .")


def check_token():
    """Raise HubError unless the client knows a token."""
    if get_token() is None:
        raise HubError(
            "there is no token: run `hf auth login`, or set HF_TOKEN to one that may write, "
            f"from {ENDPOINT}/settings/tokens"
        )


def _api(repo_id):
    """The client, once name and token will do."""
    check_name(repo_id)
    check_token()
    return HfApi()


def _changes(api, repo_id, repo_type, revision, files, stale):
    """What the Hub knows of a revision, and what makes it hold `files`.

    Args:
        files: {name: content}.
        stale: starts of names that are taken away where `files` has them not.

    Returns:
        (ModelInfo or SpaceInfo, list of commit operations); an empty list where all is as it is.
    """
    info = api.repo_info(repo_id, repo_type=repo_type, revision=revision, files_metadata=True)
    there = {
        file.rfilename: file.lfs.sha256 if file.lfs else file.blob_id for file in info.siblings
    }
    additions = [
        CommitOperationAdd(name, content)
        for name, content in files.items()
        if there.get(name) not in (_sha256(content), _git_id(content))
    ]
    gone = [name for name in there if name.startswith(stale) and name not in files]
    return info, additions + [CommitOperationDelete(name) for name in gone]


def _sha256(content):
    """Under this the Hub keeps large files."""
    return hashlib.sha256(content).hexdigest()


def _git_id(content):
    """Under this it keeps small ones, as git does."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def _commit(api, repo_id, repo_type, info, changes, message):
    """Commit changes to the revision that `info` was read of; returns the commit."""
    if not changes:
        return info.sha
    return api.create_commit(
        repo_id, changes, commit_message=message, repo_type=repo_type, parent_commit=info.sha
    ).oid


def _download(repo_id, revision, names, optional=()):
    """The folder in the client's cache where `names` of a revision lie, and the commit."""
    check_name(repo_id)
    if re.fullmatch("[0-9a-f]{40}", revision):
        cached = [try_to_load_from_cache(repo_id, name, revision=revision) for name in names]
        if all(isinstance(path, str) for path in cached):
            return Path(cached[0]).parent, revision
    info = HfApi().model_info(repo_id, revision=revision, files_metadata=True, timeout=TIMEOUT)
    sizes = {file.rfilename: file.size for file in info.siblings}
    if missing := [name for name in names if name not in sizes]:
        raise HubError(
            f"{repo_id} holds no weights that this version of the lesson reads, for it has no "
            f"{missing[0]}: check the name and the revision"
        )
    # What is optional comes first: a whole set in the cache then holds it, too.
    names = [*(name for name in optional if name in sizes), *names]
    if (total := sum(sizes[name] for name in names)) > MOST_BYTES:
        raise HubError(f"{repo_id} is refused: its files have {total:,} bytes; check the name")
    # One after the other, in the caller's thread: a pool's threads would keep the app from ending.
    paths = [hf_hub_download(repo_id, name, revision=info.sha) for name in names]
    return Path(paths[-1]).parent, info.sha


def _check_description(directory):
    """Raise WeightsError unless config.json and metrics.json say what this code needs."""
    try:
        version = json.loads((directory / "config.json").read_text())["format_version"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsError("config.json is damaged") from error
    check_format(version, "config.json")
    metrics, ours = load_metrics(directory), load_metrics()["models"]
    for key, shipped in ours.items():
        row = metrics["models"].get(key, {})
        used = {name: shipped[name] for name in shipped if name not in UNUSED}
        if lacking := [name for name in used if not _fits(row.get(name), used[name])]:
            raise WeightsError(f"metrics.json says nothing usable of {lacking[0]} of {key}")
        run, test = row.get("run"), row["test"]
        if not _fits(run, RUN) or not isinstance(run["recipe"].get("augmentation"), dict | None):
            raise WeightsError(f"metrics.json does not say how {key} was trained")
        if (
            len(test["errors"]) != len(test["predicted"])
            or np.shape(test["confusion"]) != CONFUSION
        ):
            raise WeightsError(f"metrics.json does not say what {key} misread")
        if not all(0 <= index < DATASET.test for index in test["errors"]):
            raise WeightsError(f"metrics.json names test digits of {key} that there are not")
    beside = metrics.get("beside", {})
    like = {name: ours["fc"][name] for name in ours["fc"] if name not in UNUSED}
    if not (isinstance(beside, dict) and all(_fits(row, like) for row in beside.values())):
        raise WeightsError("metrics.json says nothing usable of what stands beside the networks")


def _fits(value, like):
    """Whether a value of a JSON file is built as one that is known to be right."""
    if isinstance(like, dict):
        return isinstance(value, dict) and all(_fits(value.get(name), like[name]) for name in like)
    if isinstance(like, list):
        return (
            isinstance(value, list)
            and bool(value) >= bool(like)
            and all(_fits(entry, like[0]) for entry in value)
        )
    if isinstance(like, int | float) and not isinstance(like, bool):
        kinds = int if isinstance(like, int) else int | float
        return isinstance(value, kinds) and not isinstance(value, bool) and isfinite(value)
    return like is None or isinstance(value, type(like))


@contextmanager
def _refusing(repo_id, commit, directory):
    """What is not as it should be leaves the cache, so that it can be had anew."""
    try:
        yield
    except WeightsError as error:
        for path in directory.iterdir():
            with suppress(OSError):  # a cache that cannot be written
                path.resolve().unlink()
                path.unlink(missing_ok=True)
        problem = error.problem.replace(f"{directory}/", "")
        raise HubError(
            f"{repo_id} at {commit[:12]} is refused: {problem}; try again, or name another revision"
        ) from error


@contextmanager
def _in_one_sentence(repo_id, so_far=""):
    """Whatever fails becomes a HubError, which starts with what was done `so_far`."""
    try:
        yield
    except HubError:
        raise
    except Exception as error:  # the client's failures, and a stranger's answers, have no one class
        said = so_far + _sentence(error, repo_id)
        raise HubError(said.replace(get_token() or "\0", "…")) from error


def _sentence(error, repo_id):
    """What went wrong, and what to do next."""
    while error:
        status = getattr(getattr(error, "response", None), "status_code", None)
        if status in (401, 404) and get_token() is None:
            return (
                f"{repo_id} is not there or is private: check name and revision, or `hf auth login`"
            )
        if status == 401:
            return "the Hub does not accept your token: `hf auth login`, or set HF_TOKEN to another"
        if status == 403:
            return (
                f"your token may not do this to {repo_id}: take one that may, "
                f"from {ENDPOINT}/settings/tokens"
            )
        if status == 404:
            return f"{repo_id} is not there, or not for your token: check name and revision"
        if status in (409, 412):
            return f"{repo_id} was changed by somebody else just now: run this again"
        if status == 429:
            return "the Hub has had too many requests from here: try again in some minutes"
        if status is not None and status >= 500:
            return f"the Hub itself fails (status {status}): try again later"
        if status is not None:
            said = getattr(error, "server_message", None) or "without a word"
            return f"the Hub refuses {repo_id} (status {status}): {_line(said)}"
        if isinstance(error, OfflineModeIsEnabled):
            return "HF_HUB_OFFLINE is set: unset it, or pin a commit that was pulled before"
        if isinstance(error, HTTPError | ConnectionError):
            why = _line(error) or type(error).__name__
            return f"{ENDPOINT} cannot be reached ({why}): check the network and HF_ENDPOINT"
        if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return "the disk is full: make room, or let HF_HOME name another one"
        last, error = error, error.__cause__ or error.__context__
    return f"the Hub's client failed ({type(last).__name__}: {_line(last)}): try again"


def _line(text):
    """The first 200 characters, in one line."""
    return " ".join(str(text).split())[:200]


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(2, f"mnist_cnn: {message}\n")


def main(arguments=None):
    """The command line; a failure is one sentence, and status 1, or 2 where a word is wrong."""
    parser = _Parser(prog="python -m mnist_cnn", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True, metavar="push | pull | space")
    add = commands.add_parser("push", help="send trained networks").add_argument
    add("repo_id", metavar="USER/REPO")
    add("--directory", type=Path, default=DIRECTORY, help="of the networks; default: weights/")
    add("--private", action="store_true", help="only you are to see the repository")
    add("--tag", help="name for this version")
    add = commands.add_parser("pull", help="fetch and verify networks").add_argument
    add("repo_id", metavar="USER/REPO")
    add("folder", nargs="?", type=Path, help="to be made; default: REPO")
    add("--revision", default="main", help="branch, tag or commit; default: main")
    add = commands.add_parser("space", help="send the app").add_argument
    add("repo_id", metavar="USER/SPACE")
    add("--dry-run", action="store_true", help="only list what would be sent")
    settings = parser.parse_args(arguments)
    try:
        check_name(settings.repo_id)
        if settings.command == "push" or (settings.command == "space" and not settings.dry_run):
            check_token()
    except HubError as error:
        parser.error(str(error))
    try:
        {"push": _run_push, "pull": _run_pull, "space": _run_space}[settings.command](settings)
    except HubError as error:
        sys.exit(f"mnist_cnn: {error}")
    except KeyboardInterrupt:
        sys.exit("mnist_cnn: stopped")


def _run_push(settings):
    report_push(
        settings.repo_id,
        push(settings.repo_id, settings.directory, settings.private, settings.tag),
    )


def report_push(repo_id, commit):
    """Print where a push went, and how to pin it."""
    print(f"{ENDPOINT}/{repo_id} is at commit {commit}")
    print(f"to pin it: MNIST_CNN_HUB_REPO={repo_id} MNIST_CNN_HUB_REVISION={commit} python app.py")


def _run_pull(settings):
    folder = settings.folder or Path(settings.repo_id.split("/")[1])
    if folder.exists():
        raise HubError(f"{folder} exists already: name a folder that does not")
    weights = pull(settings.repo_id, settings.revision)
    with _in_one_sentence(settings.repo_id):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as draft:
            shutil.copytree(weights.directory, Path(draft) / "set").rename(folder)
    print(f"{folder} holds {settings.repo_id} at commit {weights.commit}, verified")


def _run_space(settings):
    if not settings.dry_run:
        commit = send_space(settings.repo_id)
        print(f"{ENDPOINT}/spaces/{settings.repo_id} is at commit {commit}")
        return
    files = space_files()
    for name, content in files.items():
        print(f"{len(content):12,}  {name}")
    print(f"{sum(map(len, files.values())):12,}  bytes in {len(files)} files; nothing was sent")
