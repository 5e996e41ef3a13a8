"""The lesson as a Space on the Hugging Face Hub: the app and its weights, in one commit."""

from pathlib import Path

from huggingface_hub.constants import ENDPOINT

from mnist_cnn.judging.metrics import load_metrics
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import DIRECTORY, WeightsError
from mnist_cnn.sharing.client import commit, compare, writing_api
from mnist_cnn.sharing.failures import HubError, one_sentence
from mnist_cnn.sharing.weight_set import METRICS, OPTIONAL, check_local, tensor_files

ROOT = DIRECTORY.parent
PICTURE = ".readme/page.png"
PROSE = ("README.md", "CONTRIBUTING.md", "LICENSE", "docs/*", ".readme/*")  # README's links work
APP = ("app.py", "requirements.txt", *PROSE, "mnist_cnn/**/*")
OWNED = ("mnist_cnn/", "weights/")  # what lies there and is not ours any more is deleted


def send_space(repo_id: str, root: Path = ROOT) -> str:
    """Make or update a Space with the files that it needs, in one commit; returns the commit.

    Raises:
        HubError: nothing was committed.
    """
    with one_sentence(repo_id):
        api = writing_api(repo_id)
        try:
            check_local(root / "weights")
        except WeightsError as error:
            raise HubError(f"nothing was sent: {error}") from error
        files = space_files(repo_id, root)
        api.create_repo(repo_id, repo_type="space", space_sdk="gradio", exist_ok=True)
        difference = compare(api, repo_id, "space", "main", files, OWNED)
        return commit(api, repo_id, "space", difference, "The lesson")


def space_files(repo_id: str, root: Path = ROOT) -> dict[str, bytes]:
    """{name: content} of what a Space needs: the app and its weights, no tests, no tools.

    README's header also gets what a shared link of the Space shows, for which it takes an address.
    """
    weights = root / "weights"
    networks = [key for key in MODELS if key in load_metrics(weights)["models"]]
    paths = {path for pattern in APP for path in root.glob(pattern) if path.is_file()}
    paths |= {weights / name for name in (METRICS, *tensor_files(networks))}
    paths |= {path for name in OPTIONAL if (path := weights / name).exists()}
    names = sorted(p.relative_to(root).as_posix() for p in paths if "__pycache__" not in p.parts)
    files = {name: (root / name).read_bytes() for name in names}
    thumbnail = f"\nthumbnail: {ENDPOINT}/spaces/{repo_id}/resolve/main/{PICTURE}\n---\n"
    files["README.md"] = files["README.md"].replace(b"\n---\n", thumbnail.encode(), 1)
    return files
