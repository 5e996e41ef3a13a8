"""Push, pull and Space, by the real client against a stand-in of the Hub.

The client reads its address and its cache once, when it is imported: so it runs in a process of its
own, with a cache of its own, and no test reaches the real Hub.
"""

import errno
import io
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from unittest import mock

import pytest
import torch
from safetensors.torch import load, save

import train
from mnist_cnn.networks.weights import DIRECTORY, HEADER_KEY, load_metrics
from mnist_cnn.sharing import hub
from mnist_cnn.sharing.hub import SET, UNUSED, HubError, set_files, space_files
from tests.conftest import ROOT
from tests.judging.ledgers import LEDGER
from tests.sharing.hub_stand_in import GOOD_TOKEN, READER_TOKEN, HubStandIn, sha256

FILES = {}  # what `push` sends, read once


@pytest.fixture(scope="module")
def stand_in():
    stand_in = HubStandIn()
    stand_in.address = stand_in.start()
    yield stand_in
    stand_in.stop()


@pytest.fixture(scope="module")
def environment(stand_in, tmp_path_factory):
    """Variables under which the client knows nothing but the stand-in."""
    return {
        "HF_ENDPOINT": stand_in.address,
        "HF_HOME": str(tmp_path_factory.mktemp("hf")),
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_TOKEN": "",
        "NO_PROXY": "127.0.0.1",
    }


@pytest.fixture(scope="module")
def worker(environment):
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            assert pool.submit(str, 1).result() == "1"  # it has started, with these variables
            yield pool


@pytest.fixture
def call(worker, stand_in):
    """A function of mnist_cnn.sharing.hub, called in the client's process."""
    stand_in.reset()
    yield lambda *arguments, **settings: worker.submit(in_client, *arguments, **settings).result()
    stand_in.reset()


def in_client(name, *arguments, token=GOOD_TOKEN, full_disk=False, constants=None, **settings):
    """Runs in the client's process, and does not wait between the client's retries."""
    os.environ["HF_TOKEN"] = token or ""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with ExitStack() as stack:
        stack.enter_context(mock.patch("time.sleep"))
        for constant, value in (constants or {}).items():
            stack.enter_context(mock.patch.object(hub, constant, value))
        if full_disk:
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
            stack.callback(resource.setrlimit, resource.RLIMIT_FSIZE, limits)
        answer = getattr(hub, name)(*arguments, **settings)
    if isinstance(answer, hub.WeightSet):
        assert not answer.models["conv"].training and not answer.detector.training
        assert answer.robustness.keys() in (answer.models.keys(), set())
        return (
            answer.commit,
            answer.directory,
            answer.metrics["models"]["aug"]["sha256"],
            answer.ledger,
        )
    return sum(p.numel() for p in answer.parameters()) if name == "from_pretrained" else answer


@pytest.fixture
def repo_id(request, stand_in):
    """A repository that holds the shipped networks; the client has none of it in its cache."""
    if not FILES:
        FILES.update(set_files("teacher/mnist", DIRECTORY))
    name = f"teacher/r{abs(hash(request.node.name))}"
    stand_in.put(name, FILES)
    return name


def run(environment, *arguments, token=GOOD_TOKEN, **more):
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT, env=os.environ | environment | {"HF_TOKEN": token} | more,
        capture_output=True, text=True,
    )  # fmt: skip


def test_one_clone_pushes_and_another_pulls_and_answers(stand_in, environment, tmp_path):
    done = run(environment, "-m", "mnist_cnn", "push", "teacher/first", "--tag", "v1")
    assert done.returncode == 0, done.stderr
    commit = stand_in.repos["model", "teacher/first"].refs["v1"]
    assert f"MNIST_CNN_HUB_REPO=teacher/first MNIST_CNN_HUB_REVISION={commit}" in done.stdout
    other = {"HF_HOME": str(tmp_path / "hf")}
    pull = ["-m", "mnist_cnn", "pull", "teacher/first", tmp_path / "pulled", "--revision"]
    done = run(environment, *pull, commit, token="", **other)
    assert done.returncode == 0 and commit in done.stdout, done.stderr
    names = {path.name for path in (tmp_path / "pulled").iterdir()}
    assert names == {*SET, *(name for name in hub.OPTIONAL if (DIRECTORY / name).exists())}
    assert not any(path.is_symlink() for path in (tmp_path / "pulled").iterdir())
    code = (
        "from mnist_cnn import *; import sys; from mnist_cnn.sharing.golden import load_verified;"
    )
    code += "weights = Weights(*load_verified(sys.argv[1]));"
    code += "print(classify('.readme/page.png', weights=weights).model)"
    done = run(environment, "-c", code, tmp_path / "pulled")
    assert done.stdout == "aug\n", done.stderr

    done = run(environment, *pull, commit, token="", **other)
    assert done.returncode == 1 and "exists already" in done.stderr


def test_an_unchanged_push_makes_no_commit_and_a_tag_stays(call, stand_in, tmp_path):
    commit = call("push", "teacher/again", tag="v1")
    repo = stand_in.repos["model", "teacher/again"]
    assert len(repo.commits) == 2  # the Hub's own first one, and ours: one commit for all files
    assert repo.commits[commit].keys() >= {*SET, "README.md"}
    assert repo.refs["v1"] == commit
    stand_in.requests.clear()
    assert call("push", "teacher/again") == call("push", "teacher/again", tag="v1") == commit
    assert len(repo.commits) == 2
    assert not any("commit" in path or "preupload" in path for _, path in stand_in.requests)

    changed = shutil.copytree(DIRECTORY, tmp_path / "changed")
    (changed / "robustness.json").unlink()
    with pytest.raises(HubError, match="has a v1 with other files: choose another --tag"):
        call("push", "teacher/again", changed, tag="v1")
    assert len(repo.commits) == 2
    second = call("push", "teacher/again", changed, tag="v2")
    assert "robustness.json" not in repo.commits[second]  # what is gone here is gone there
    assert repo.refs["v1"] == commit
    assert call("pull", "teacher/again")[0] == second
    assert call("pull", "teacher/again", "v1")[0] == commit
    third = call("push", "teacher/again")
    assert repo.commits[third] == repo.commits[commit]


def test_private_is_private(call, stand_in):
    call("push", "teacher/hidden", private=True)
    assert stand_in.repos["model", "teacher/hidden"].private
    with pytest.raises(HubError, match="is not there or is private"):
        call("pull", "teacher/hidden", token=None)
    assert call("pull", "teacher/hidden", token=READER_TOKEN)
    call("push", "teacher/open")
    with pytest.raises(HubError, match="exists and is public"):
        call("push", "teacher/open", private=True)


def test_a_pinned_commit_is_pulled_once(call, stand_in, repo_id):
    commit, directory, aug, ledger = call("pull", repo_id)
    assert aug == load_metrics()["models"]["aug"]["sha256"]
    assert directory.name == commit
    stand_in.requests.clear()
    assert call("pull", repo_id, commit) == (commit, directory, aug, ledger)
    assert stand_in.requests == []


def test_one_network_alone(call, stand_in, repo_id):
    assert call("from_pretrained", repo_id, "conv", token=None) == 596_330
    asked = {path.rpartition("/")[2] for _, path in stand_in.requests if "resolve" in path}
    assert asked == {"metrics.json", "conv.safetensors"}
    with pytest.raises(HubError, match="'resnet' is none of fc, conv, aug"):
        call("from_pretrained", repo_id, "resnet")
    stand_in.put(repo_id, {"fc.safetensors": FILES["conv.safetensors"]})
    with pytest.raises(HubError, match=r"is refused: fc.safetensors has sha256"):
        call("from_pretrained", repo_id, "fc")


def rewritten(key, change=lambda tensors: None, **header):
    """A network's file changed, and metrics.json to match."""
    content = FILES[f"{key}.safetensors"]
    size = int.from_bytes(content[:8], "little")
    old = json.loads(json.loads(content[8 : 8 + size])["__metadata__"][HEADER_KEY])
    tensors = load(content)
    change(tensors)
    content = save(tensors, {HEADER_KEY: json.dumps(old | header)})
    metrics = json.loads(FILES["metrics.json"])
    if key in metrics["models"]:
        metrics["models"][key]["sha256"] = sha256(content)
    return {f"{key}.safetensors": content, "metrics.json": json.dumps(metrics).encode()}


def flipped(content):
    return content[:-1] + bytes([content[-1] ^ 64])


def pickled():
    file = io.BytesIO()
    torch.save({"hidden.weight": torch.zeros(2)}, file)
    return file.getvalue()


def described(**changes):
    return {"config.json": json.dumps(json.loads(FILES["config.json"]) | changes).encode()}


def measured(key, change):
    """metrics.json with a network's row changed."""
    metrics = json.loads(FILES["metrics.json"])
    change(metrics["models"][key])
    return {"metrics.json": json.dumps(metrics).encode()}


def beside(rows):
    metrics = json.loads(FILES["metrics.json"]) | {"beside": rows}
    return {"metrics.json": json.dumps(metrics).encode()}


def without(key, name):
    return measured(key, lambda row: row.pop(name))


BAD_SETS = {
    "truncated": (
        lambda: {"conv.safetensors": FILES["conv.safetensors"][:1000]},
        "conv.safetensors is damaged",
    ),
    "tampered": (
        lambda: {"conv.safetensors": flipped(FILES["conv.safetensors"])},
        "conv.safetensors has sha256",
    ),
    "tampered with its sha256": (
        lambda: rewritten("conv", lambda tensors: tensors["classifier.5.bias"].add_(0.01)),
        "conv does not answer as golden.safetensors says",
    ),
    "another guard": (
        lambda: rewritten("guard", lambda tensors: tensors["bias"].add_(0.01)),
        "guard does not answer as golden.safetensors says",
    ),
    "wrong keys": (
        lambda: rewritten("fc", lambda tensors: tensors.pop("output.bias")),
        "fc.safetensors does not fit the model fc: .*Missing key",
    ),
    "another architecture": (
        lambda: rewritten("aug", architecture="ResNet"),
        "aug.safetensors: architecture is 'ResNet', not 'ConvNet'",
    ),
    "a header of no names": (
        lambda: {"fc.safetensors": save({"a": torch.zeros(1)}, {HEADER_KEY: "[1]"})},
        "fc.safetensors is damaged",
    ),
    "a pickle": (lambda: {"conv.safetensors": pickled()}, "conv.safetensors is damaged"),
    "a pickle beside": (
        lambda: {"conv.safetensors": None, "conv.bin": pickled()},
        "it has no conv.safetensors: check the name and the revision",
    ),
    "a network of another format": (
        lambda: rewritten("fc", format_version=2),
        "fc.safetensors is of format 2 and this code reads 1: update the code",
    ),
    "another format": (
        lambda: described(format_version=2),
        "config.json is of format 2 and this code reads 1: update the code",
    ),
    "no description": (lambda: {"config.json": b"[]"}, "config.json is damaged"),
    "no metrics": (lambda: {"metrics.json": b'{"models": []}'}, "metrics.json is damaged"),
    "metrics without sha256": (
        lambda: without("conv", "sha256"),
        "metrics.json says nothing usable of sha256 of conv",
    ),
    "older metrics": (
        lambda: without("aug", "history"),
        "metrics.json says nothing usable of history of aug",
    ),
    "metrics of an odd kind": (
        lambda: measured("fc", lambda row: row["test"].update(accuracy="high")),
        "metrics.json says nothing usable of test of fc",
    ),
    "metrics without an epoch": (
        lambda: measured("fc", lambda row: row.update(history=[])),
        "metrics.json says nothing usable of history of fc",
    ),
    "metrics with a digit too many": (
        lambda: measured("fc", lambda row: row["test"]["errors"].__setitem__(0, 10_000)),
        "metrics.json names test digits of fc that there are not",
    ),
    "metrics without a recipe": (
        lambda: measured("fc", lambda row: row["run"].update(recipe="<b>")),
        "metrics.json does not say how fc was trained",
    ),
    "an odd row beside the networks": (
        lambda: beside({"fc-augmented": {"epochs": "<b>"}}),
        "metrics.json says nothing usable of what stands beside the networks",
    ),
    "no rows beside the networks": (
        lambda: beside([]),
        "metrics.json says nothing usable of what stands beside the networks",
    ),
    "odd averages": (lambda: {"robustness.json": b"[]"}, "robustness.json is damaged"),
    "far too large": (lambda: {"aug.safetensors": bytes(51_000_000)}, r"its files have 5\d,"),
    "nothing": (lambda: dict.fromkeys(FILES), "it has no config.json"),
}


@pytest.mark.parametrize("case", BAD_SETS)
def test_a_set_that_is_not_whole_is_refused_and_forgotten(
    call, stand_in, repo_id, environment, case
):
    change, said = BAD_SETS[case]
    bad = stand_in.put(repo_id, change())
    with pytest.raises(HubError, match=said) as raised:
        call("pull", repo_id)
    sentence = str(raised.value)
    assert sentence.startswith(repo_id) and "\n" not in sentence
    assert "python train.py" not in sentence and environment["HF_HOME"] not in sentence
    kept = f"hub/models--{repo_id.replace('/', '--')}/snapshots/{bad}"
    assert not list((ROOT / environment["HF_HOME"] / kept).glob("*"))


def test_a_set_made_before_runs_could_be_repeated_is_pulled(call, stand_in, repo_id):
    def age(row):
        for name in UNUSED - {"run"}:
            row.pop(name, None)
        row["run"].pop("recipe_name", None)
        row["run"]["recipe"].pop("dropout", None)
        row["run"]["recipe"]["augmentation"] = {"slant": 0.0}

    stand_in.put(repo_id, measured("aug", age))
    assert call("pull", repo_id)[0]


def test_a_ledger_travels_and_a_damaged_one_is_left_out(call, stand_in, repo_id):
    for content, kept in ((json.dumps(LEDGER).encode(), LEDGER), (b'{"groups": 1}', {})):
        stand_in.put(repo_id, {"ledger.json": content})
        assert call("pull", repo_id)[-1] == kept


def test_a_refused_set_leaves_the_one_before_in_its_place(call, stand_in, repo_id):
    good = call("pull", repo_id)[0]
    stand_in.put(repo_id, described(format_version=2))
    with pytest.raises(HubError, match="is of format 2"):
        call("pull", repo_id)
    assert call("pull", repo_id, good)[0] == good


def test_what_was_damaged_on_its_way_is_fetched_anew(call, stand_in, repo_id):
    with pytest.raises(HubError, match="the disk is full: make room"):
        call("pull", repo_id, full_disk=True)
    damaged = flipped(FILES["aug.safetensors"])
    stand_in.fail("GET /.*/aug.safetensors", status=200, body=damaged)
    with pytest.raises(HubError, match=r"aug.safetensors has sha256"):
        call("pull", repo_id)
    stand_in.reset()
    assert call("pull", repo_id)


INFO = "GET /api/models/.*"
FAILURES = {  # what fails: (request, answer, arguments of the call, what is said)
    "401": (INFO, {"status": 401}, {"token": None}, "is not there or is private"),
    "wrong token": (None, {}, {"token": "hf_wrong"}, "does not accept your token"),
    "403": (INFO, {"status": 403}, {}, "your token may not do this"),
    "404": (INFO, {"status": 404}, {}, "is not there, or not for your token"),
    "429": (INFO, {"status": 429}, {}, "too many requests from here: try again"),
    "500": (INFO, {"status": 500}, {}, r"the Hub itself fails \(status 500\): try again later"),
    "418": (INFO, {"status": 418, "body": '{"error": "a\\nb"}'}, {}, "418.: a b"),
    "no JSON": (INFO, {"status": 200, "body": "<html>"}, {}, "the Hub's client failed"),
    "half an answer": (INFO, {"status": 200, "body": "{}"}, {}, "the Hub's client failed"),
    "slow": (INFO, {"seconds": 2}, {"constants": {"TIMEOUT": 0.2}}, "cannot be reached"),
    "a file fails": ("HEAD .*", {"status": 503}, {}, r"fails \(status 503\)"),
    "a file ends early": (
        "GET /.*/conv.safetensors",
        {"status": 200, "body": b"short"},
        {},
        "the Hub's client failed .*Consistency check failed",
    ),
    "a proxy's page": ("HEAD .*", {"status": 200}, {}, "the Hub's client failed"),
}


@pytest.mark.parametrize("case", FAILURES)
def test_a_pull_that_fails_says_so_in_one_sentence(call, stand_in, repo_id, case):
    request, answer, arguments, said = FAILURES[case]
    if request:
        stand_in.fail(request, **answer)
    with pytest.raises(HubError, match=said) as raised:
        call("pull", repo_id, **arguments)
    assert "\n" not in str(raised.value) and "hf_" not in str(raised.value)


def test_other_revisions_and_names_that_are_not_there(call, repo_id):
    with pytest.raises(HubError, match="is not there, or not for your token"):
        call("pull", repo_id, "v9")
    with pytest.raises(HubError, match="is not there, or not for your token"):
        call("pull", repo_id, "0" * 40)
    with pytest.raises(HubError, match="names no repository"):
        call("pull", "../x")


PUSH_FAILURES = {
    "no token": ("teacher/p1", {"token": None}, None, "there is no token: run `hf auth login`"),
    "wrong token": ("teacher/p2", {"token": "hf_wrong"}, None, "does not accept your token"),
    "a reader's token": ("teacher/p3", {"token": READER_TOKEN}, None, "may not do this"),
    "odd token": ("teacher/p4", {"token": "hf_ü"}, None, "the Hub's client failed"),
    "name": ("teacher/a--b", {}, None, "names no repository: give USER/REPO"),
    "no user": ("mnist", {}, None, "names no repository"),
    "nobody there": ("teacher/p5", {}, ("POST /api/repos/create", 500), "fails .status 500"),
    "preupload": ("teacher/p6", {}, ("POST .*preupload.*", 429), "too many requests"),
    "upload": ("teacher/p7", {}, ("PUT /storage/.*", 403), "may not do this"),
    "verify": ("teacher/p8", {}, ("POST /verify", 500), "fails .status 500"),
    "commit": ("teacher/p9", {}, ("POST .*/commit/.*", 503), "fails .status 503"),
    "a race": ("teacher/p10", {}, ("POST .*/commit/.*", 412), "changed by somebody else"),
    "card": ("teacher/p11", {}, ("POST /api/validate-yaml", 500), "Hub"),
}


@pytest.mark.parametrize("case", PUSH_FAILURES)
def test_a_push_that_fails_commits_nothing(call, stand_in, case):
    repo_id, arguments, failure, said = PUSH_FAILURES[case]
    stand_in.stored.clear()  # so that there is something to upload
    if failure:
        stand_in.fail(failure[0], status=failure[1], body=f"you sent {GOOD_TOKEN}")
    with pytest.raises(HubError, match=said) as raised:
        call("push", repo_id, tag="v1", **arguments)
    assert "\n" not in str(raised.value) and "hf_" not in str(raised.value).replace("hf_ü", "?")
    repo = stand_in.repos.get(("model", repo_id))
    assert repo is None or (len(repo.commits) == 1 and "v1" not in repo.refs)
    stand_in.reset()
    if failure:
        assert call("push", repo_id, tag="v1") == repo_head(stand_in, repo_id)


def test_a_tag_that_fails_can_be_had_by_pushing_again(call, stand_in):
    with pytest.raises(HubError, match="'my tag' is no name for a tag"):
        call("push", "teacher/tagged", tag="my tag")
    assert ("model", "teacher/tagged") not in stand_in.repos
    stand_in.fail("POST .*/tag/.*", status=500)
    with pytest.raises(HubError, match=r"is there, its tag is not: the Hub itself fails"):
        call("push", "teacher/tagged", tag="v1")
    stand_in.reset()
    commit = call("push", "teacher/tagged", tag="v1")
    repo = stand_in.repos["model", "teacher/tagged"]
    assert repo.refs == {"main": commit, "v1": commit} and len(repo.commits) == 2


def repo_head(stand_in, repo_id):
    return stand_in.repos["model", repo_id].refs["main"]


def test_a_token_that_the_hub_repeats_is_not_shown(call, stand_in, repo_id):
    stand_in.fail(INFO, status=400, headers={"X-Error-Message": f"bad {GOOD_TOKEN}!"})
    with pytest.raises(HubError, match="bad …!"):
        call("pull", repo_id)


def test_weights_that_do_not_hold_are_not_pushed(call, stand_in, tmp_path):
    broken = shutil.copytree(DIRECTORY, tmp_path / "broken")
    (broken / "golden.safetensors").unlink()
    with pytest.raises(HubError, match=r"nothing was sent: .*Run `python -m mnist_cnn golden`"):
        call("push", "teacher/broken", broken)
    broken.rename(tmp_path / "weights")
    with pytest.raises(HubError, match=r"nothing was sent: .*golden.safetensors is missing"):
        call("send_space", "teacher/broken", tmp_path)
    assert "teacher/broken" not in {name for _, name in stand_in.repos}


def test_a_space_gets_what_it_needs_and_no_more(call, stand_in):
    files = space_files()
    assert {"app.py", "requirements.txt", "README.md", "mnist_cnn/page/page.py"} <= files.keys()
    assert {f"weights/{name}" for name in SET if name != "config.json"} <= files.keys()
    for name in files:
        assert not name.startswith(("tests/", ".ci/", "benchmarks/", "train.py"))
        assert "__pycache__" not in name and ".git" not in name
    commit = call("send_space", "teacher/space")
    repo = stand_in.repos["space", "teacher/space"]
    assert repo.commits[commit].keys() == {*files, ".gitattributes"}
    assert call("send_space", "teacher/space") == commit and len(repo.commits) == 2
    stand_in.put("teacher/space", {"mnist_cnn/page/rooms/old.py": b"", "notes.txt": b""}, "space")
    commit = call("send_space", "teacher/space")
    assert repo.commits[commit].keys() == {*files, ".gitattributes", "notes.txt"}


def test_a_dry_run_lists_what_a_space_would_get(monkeypatch, capsys):
    monkeypatch.setattr(hub, "HfApi", None)  # nobody is asked, and no token is needed
    hub.main(["space", "teacher/dry", "--dry-run"])
    lines = capsys.readouterr().out.splitlines()
    assert f"{len((ROOT / 'app.py').read_bytes()):12,}  app.py" in lines
    assert lines[-1].endswith(f"bytes in {len(lines) - 1} files; nothing was sent")


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["push", "a--b"], "names no repository"),
        (["push", "teacher/x"], "there is no token"),
        (["space", "teacher/x"], "there is no token"),
        (["pull", "x"], "names no repository"),
        (["pull"], "the following arguments are required: USER/REPO"),
        (["fetch"], "invalid choice: 'fetch'"),
    ],
)
def test_a_wrong_command_gets_one_sentence_and_status_2(monkeypatch, capsys, arguments, said):
    monkeypatch.setattr(hub, "get_token", lambda: None)
    with pytest.raises(SystemExit) as ended:
        hub.main(arguments)
    error = capsys.readouterr().err
    assert ended.value.code == 2 and said in error and len(error.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--push-to-hub", "a--b"], "names no repository"),
        (["--push-to-hub", "a/b"], "there is no token"),
        (["--tag", "v1"], "belong to --push-to-hub"),
    ],
)
def test_training_asks_for_name_and_token_before_it_starts(monkeypatch, capsys, arguments, said):
    monkeypatch.setattr(hub, "get_token", lambda: None)
    with pytest.raises(SystemExit) as ended:
        train.parse_arguments(arguments)
    error = capsys.readouterr().err
    assert ended.value.code == 2 and said in error and len(error.splitlines()) == 1


def test_a_hub_that_is_not_there_is_told_at_once(environment, tmp_path):
    closed = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(tmp_path)}
    start = time.perf_counter()
    done = run(environment, "-m", "mnist_cnn", "pull", "a/b", tmp_path / "x", **closed)
    assert done.returncode == 1 and "http://127.0.0.1:9 cannot be reached" in done.stderr
    assert len(done.stderr.splitlines()) == 1 and not (tmp_path / "x").exists()
    assert time.perf_counter() - start < 60  # most of it to start Python; the client does not retry


def test_full_disk_is_told_from_other_trouble():
    for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        assert "the disk is full" in hub._sentence(OSError(number, "no"), "a/b")
    assert "the disk is full" not in hub._sentence(OSError(errno.EACCES, "no"), "a/b")
