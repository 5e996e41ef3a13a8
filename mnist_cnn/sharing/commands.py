"""The verbs that reach the Hub.

python -m mnist_cnn push USER/REPO [--private] [--tag TAG]
python -m mnist_cnn pull USER/REPO [FOLDER] [--revision REVISION]
python -m mnist_cnn space USER/SPACE [--dry-run]

A failure is one sentence, with status 1, or 2 where a word of the command is wrong.
"""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from huggingface_hub.constants import ENDPOINT

from mnist_cnn.command_line import CommandParser, exit_on
from mnist_cnn.networks.weights import DIRECTORY
from mnist_cnn.sharing import client
from mnist_cnn.sharing.failures import HubError, one_sentence
from mnist_cnn.sharing.hub import pull
from mnist_cnn.sharing.hub import push as push_to_hub
from mnist_cnn.sharing.space import send_space, space_files


def push(words: Sequence[str]) -> None:
    """`push`: send trained networks."""
    parser = CommandParser("push", "Send trained networks to the Hub.")
    parser.add_argument("repo_id", metavar="USER/REPO")
    parser.add_argument(
        "--directory", type=Path, default=DIRECTORY, help="of the networks; default: weights/"
    )
    parser.add_argument("--private", action="store_true", help="only you can see the repository")
    parser.add_argument("--tag", help="name for this version")
    settings = parser.parse_args(words)

    def work():
        push_and_report(settings.repo_id, settings.directory, settings.private, settings.tag)

    _run(parser, settings.repo_id, work, writes=True)


def push_and_report(repo_id: str, directory: Path, private: bool, tag: str | None) -> None:
    """Push, then print where the networks are and how to pin them; for train.py, too.

    Raises:
        HubError: as hub.push.
    """
    client.silence()
    commit = push_to_hub(repo_id, directory, private, tag)
    print(f"{ENDPOINT}/{repo_id} is at commit {commit}")
    print(f"to pin it: MNIST_CNN_HUB_REPO={repo_id} MNIST_CNN_HUB_REVISION={commit} python app.py")


def pull_to_folder(words: Sequence[str]) -> None:
    """`pull`: fetch networks into a new folder, verified."""
    parser = CommandParser("pull", "Fetch networks from the Hub, verified.")
    parser.add_argument("repo_id", metavar="USER/REPO")
    parser.add_argument("folder", nargs="?", type=Path, help="to be made; default: REPO")
    parser.add_argument("--revision", default="main", help="branch, tag or commit; default: main")
    settings = parser.parse_args(words)

    def work():
        folder = settings.folder or Path(settings.repo_id.split("/")[1])
        if folder.exists():
            raise HubError(f"{folder} exists already: name a folder that does not")
        weights = pull(settings.repo_id, settings.revision)
        with one_sentence(settings.repo_id):
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder.parent) as draft:
                shutil.copytree(weights.directory, Path(draft) / "set").rename(folder)
        print(f"{folder} holds {settings.repo_id} at commit {weights.commit}, verified")

    _run(parser, settings.repo_id, work, writes=False)


def space(words: Sequence[str]) -> None:
    """`space`: send the app."""
    parser = CommandParser("space", "Send the app to a Space on the Hub.")
    parser.add_argument("repo_id", metavar="USER/SPACE")
    parser.add_argument("--dry-run", action="store_true", help="only list what would be sent")
    settings = parser.parse_args(words)

    def work():
        if not settings.dry_run:
            commit = send_space(settings.repo_id)
            print(f"{ENDPOINT}/spaces/{settings.repo_id} is at commit {commit}")
            return
        files = space_files(settings.repo_id)
        for name, content in files.items():
            print(f"{len(content):12,}  {name}")
        total = sum(map(len, files.values()))
        print(f"{total:12,}  bytes in {len(files)} files; nothing was sent")

    _run(parser, settings.repo_id, work, writes=not settings.dry_run)


def _run(parser: CommandParser, repo_id: str, work: Callable[[], None], writes: bool) -> None:
    """Do the work of a verb, once name and token will do; every failure ends the program."""
    try:
        client.check_name(repo_id)
        if writes:
            client.check_token()
    except HubError as error:
        parser.error(str(error))
    client.silence()
    with exit_on(HubError):
        work()
