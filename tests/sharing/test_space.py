"""What a Space gets, by the real client against a stand-in of the Hub."""

import shutil

import pytest
from huggingface_hub.constants import ENDPOINT

from mnist_cnn.networks.weights import DIRECTORY
from mnist_cnn.sharing.failures import HubError
from mnist_cnn.sharing.space import send_space, space_files
from tests.conftest import ROOT
from tests.sharing.test_hub import SET


def test_a_space_gets_what_it_needs_and_no_more(call, stand_in):
    files = space_files("teacher/space")
    assert {
        "app.py",
        "requirements.txt",
        "README.md",
        "LICENSE",
        ".readme/page.png",
    } <= files.keys()
    assert {"mnist_cnn/page/page.py", "mnist_cnn/page/page.css"} <= files.keys()
    needed = {*SET, "ink.safetensors", "robustness.json", "ledger.json", "handwriting.json"}
    needed -= {"config.json"}
    assert {name for name in files if name.startswith("weights/")} == {
        f"weights/{name}" for name in needed
    }
    for name in files:
        assert not name.startswith(("tests/", ".ci/", "benchmarks/", "train.py"))
        assert "__pycache__" not in name and ".git" not in name
    commit = call(send_space, "teacher/space")
    repo = stand_in.repos["space", "teacher/space"]
    assert repo.commits[commit].keys() == {*files, ".gitattributes"}
    assert call(send_space, "teacher/space") == commit and len(repo.commits) == 2
    stand_in.put("teacher/space", {"mnist_cnn/page/rooms/old.py": b"", "notes.txt": b""}, "space")
    commit = call(send_space, "teacher/space")
    assert repo.commits[commit].keys() == {*files, ".gitattributes", "notes.txt"}


def test_a_shared_link_of_a_space_shows_the_page():
    """Of a Space by that name; README itself is nowhere yet."""
    sent, ours = (
        space_files("teacher/space")["README.md"].decode(),
        (ROOT / "README.md").read_text(encoding="utf-8"),
    )
    line = f"thumbnail: {ENDPOINT}/spaces/teacher/space/resolve/main/.readme/page.png"
    header, rest = sent.removeprefix("---\n").split("\n---\n", 1)
    assert header.splitlines()[-1] == line and sent == ours.replace("\n---", f"\n{line}\n---", 1)
    assert rest == ours.split("\n---\n", 1)[1]


def test_what_lies_beside_the_app_stays_here(tmp_path):
    shutil.copytree(DIRECTORY, tmp_path / "weights")
    sent = ["README.md", "app.py", "mnist_cnn/page/page.css", "requirements.txt"]
    kept = ["mnist_cnn/page/__pycache__/page.pyc", "tests/test_page.py", "train.py", ".git/config",
            "weights/notes.txt", "tests/requirements.txt", ".ci/requirements.txt"]  # fmt: skip
    for name in sent + kept:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    files = space_files("teacher/space", tmp_path)
    assert [name for name in files if not name.startswith("weights/")] == sent
    assert files["app.py"] == b"app.py" and "weights/notes.txt" not in files


def test_weights_that_do_not_hold_are_not_sent(call, stand_in, tmp_path):
    shutil.copytree(DIRECTORY, tmp_path / "weights")
    (tmp_path / "weights" / "golden.safetensors").unlink()
    with pytest.raises(HubError, match=r"nothing was sent: .*golden.safetensors is missing"):
        call(send_space, "teacher/broken", tmp_path)
    assert ("space", "teacher/broken") not in stand_in.repos
