"""Push and pull, by the real client against a stand-in of the Hub."""

import json
import shutil
from pathlib import Path

import pytest

from mnist_cnn.judging.handwriting import load_handwriting
from mnist_cnn.judging.ledger import load_ledger
from mnist_cnn.judging.metrics import load_metrics
from mnist_cnn.networks.weights import DIRECTORY
from mnist_cnn.sharing.failures import HubError
from mnist_cnn.sharing.hub import pull, push
from tests.judging.ledgers import LEDGER
from tests.sharing.bad_sets import BAD_SETS, described, flipped, measured
from tests.sharing.hub_stand_in import GOOD_TOKEN, READER_TOKEN
from tests.sharing.in_client import parameters

SET = {"config.json", "metrics.json", "fc.safetensors", "conv.safetensors", "aug.safetensors",
       "guard.safetensors", "golden.safetensors"}  # fmt: skip


def test_an_unchanged_push_makes_no_commit_and_a_tag_stays(call, stand_in, tmp_path):
    commit = call(push, "teacher/again", tag="v1")
    repo = stand_in.repos["model", "teacher/again"]
    assert len(repo.commits) == 2  # the Hub's own first one, and ours: one commit for all files
    assert repo.commits[commit].keys() >= SET | {"README.md"}
    assert repo.refs["v1"] == commit
    stand_in.requests.clear()
    assert call(push, "teacher/again") == call(push, "teacher/again", tag="v1") == commit
    assert len(repo.commits) == 2
    assert not any("commit" in path or "preupload" in path for _, path in stand_in.requests)

    changed = shutil.copytree(DIRECTORY, tmp_path / "changed")
    (changed / "robustness.json").unlink()
    with pytest.raises(HubError, match="has a v1 with other files: choose another --tag"):
        call(push, "teacher/again", changed, tag="v1")
    assert len(repo.commits) == 2
    second = call(push, "teacher/again", changed, tag="v2")
    assert "robustness.json" not in repo.commits[second]  # what is gone here is gone there
    assert repo.refs == {"main": second, "v1": commit, "v2": second}
    assert call(pull, "teacher/again")["commit"] == second
    assert call(pull, "teacher/again", "v1")["commit"] == commit
    third = call(push, "teacher/again")
    assert repo.commits[third] == repo.commits[commit]


def test_a_push_leaves_the_files_of_others(call, stand_in):
    stand_in.put("teacher/shared", {"notes.txt": b"mine", "ledger.json.bak": b"stale"})
    commit = call(push, "teacher/shared")
    there = stand_in.repos["model", "teacher/shared"].commits[commit]
    assert there["notes.txt"] == b"mine" and there.keys() >= SET


def test_private_is_private(call, stand_in):
    call(push, "teacher/hidden", private=True)
    assert stand_in.repos["model", "teacher/hidden"].private
    with pytest.raises(HubError, match="is not there or is private"):
        call(pull, "teacher/hidden", token=None)
    assert call(pull, "teacher/hidden", token=READER_TOKEN)
    call(push, "teacher/open")
    assert not stand_in.repos["model", "teacher/open"].private
    with pytest.raises(HubError, match="exists and is public"):
        call(push, "teacher/open", private=True)


def test_a_pull_holds_all_that_was_pushed(call, repo_id, stand_in):
    pulled = call(pull, repo_id)
    assert pulled["repo_id"] == repo_id
    assert pulled["commit"] == stand_in.repos["model", repo_id].refs["main"]
    assert pulled["models"] == pulled["robustness"] == ["fc", "conv", "aug"]
    assert pulled["metrics"] == load_metrics()
    assert pulled["ledger"] == load_ledger()
    assert pulled["handwriting"] == load_handwriting() != {}


def test_a_pinned_commit_is_pulled_once(call, stand_in, repo_id):
    first = call(pull, repo_id)
    assert first["directory"].name == first["commit"]
    stand_in.requests.clear()
    assert call(pull, repo_id, first["commit"]) == first
    assert stand_in.requests == []


def test_a_revision_is_the_one_that_is_asked_for(call, stand_in, repo_id):
    old = stand_in.repos["model", repo_id].refs["main"]
    new = stand_in.put(repo_id, {"ledger.json": None})
    assert call(pull, repo_id, old)["ledger"] and call(pull, repo_id, old)["commit"] == old
    assert call(pull, repo_id)["commit"] == new and call(pull, repo_id)["ledger"] == {}


def test_one_network_alone(call, stand_in, repo_id, files):
    assert call(parameters, repo_id, "conv", token=None) == 596_330
    asked = {path.rpartition("/")[2] for _, path in stand_in.requests if "resolve" in path}
    assert asked == {"metrics.json", "conv.safetensors"}
    with pytest.raises(HubError, match="'resnet' is none of fc, conv, aug"):
        call(parameters, repo_id, "resnet")
    stand_in.put(repo_id, {"fc.safetensors": files["conv.safetensors"]})
    with pytest.raises(HubError, match=r"is refused: fc.safetensors has sha256"):
        call(parameters, repo_id, "fc")
    stand_in.put(
        repo_id, {"metrics.json": b'{"models": {}}', "fc.safetensors": files["fc.safetensors"]}
    )
    with pytest.raises(HubError, match=r"is refused: fc.safetensors has sha256"):
        call(parameters, repo_id, "fc")


@pytest.mark.parametrize("case", BAD_SETS)
def test_a_set_that_is_not_whole_is_refused_and_forgotten(
    call, stand_in, repo_id, environment, files, case
):
    change, said = BAD_SETS[case]
    bad = stand_in.put(repo_id, change(files))
    with pytest.raises(HubError, match=said) as raised:
        call(pull, repo_id)
    sentence = str(raised.value)
    assert sentence.startswith(repo_id) and "\n" not in sentence
    assert "python train.py" not in sentence and environment["HF_HOME"] not in sentence
    kept = f"hub/models--{repo_id.replace('/', '--')}/snapshots/{bad}"
    assert not list((Path(environment["HF_HOME"]) / kept).glob("*"))


def test_a_set_that_is_too_large_is_not_fetched(call, stand_in, repo_id):
    # Neither file alone is above the limit of 50 MB.
    stand_in.put(repo_id, dict.fromkeys(("ledger.json", "handwriting.json"), bytes(30_000_000)))
    with pytest.raises(HubError, match=r"its files have 6\d,"):
        call(pull, repo_id)
    assert not any("safetensors" in path for _, path in stand_in.requests)


def test_a_set_made_before_runs_could_be_repeated_is_pulled(call, stand_in, repo_id, files):
    def age(row):
        for name in ("available_images", "trained_together", "threads", "errors_over_views"):
            row.pop(name, None)
        row["run"].pop("recipe_name", None)
        row["run"]["recipe"].pop("dropout", None)
        row["run"]["recipe"]["augmentation"] = {"slant": 0.0}

    stand_in.put(repo_id, measured(files, "aug", age))
    assert call(pull, repo_id)["models"] == ["fc", "conv", "aug"]


def test_a_ledger_travels_and_a_damaged_one_is_left_out(call, stand_in, repo_id):
    for content, kept in ((json.dumps(LEDGER).encode(), LEDGER), (b'{"groups": 1}', {})):
        stand_in.put(repo_id, {"ledger.json": content})
        assert call(pull, repo_id)["ledger"] == kept


def test_damaged_figures_of_handwriting_are_left_out(call, stand_in, repo_id):
    stand_in.put(repo_id, {"handwriting.json": b'{"mnist": []}'})
    pulled = call(pull, repo_id)
    assert pulled["handwriting"] == {} and pulled["ledger"]


def test_a_refused_set_leaves_the_one_before_in_its_place(call, stand_in, repo_id, files):
    good = call(pull, repo_id)["commit"]
    stand_in.put(repo_id, described(files, format_version=2))
    with pytest.raises(HubError, match="is of format 2"):
        call(pull, repo_id)
    assert call(pull, repo_id, good)["commit"] == good


def test_what_was_damaged_on_its_way_is_fetched_anew(call, stand_in, repo_id, files):
    with pytest.raises(HubError, match="the disk is full: make room"):
        call(pull, repo_id, full_disk=True)
    damaged = flipped(files["aug.safetensors"])
    stand_in.fail("GET /.*/aug.safetensors", status=200, body=damaged)
    with pytest.raises(HubError, match=r"aug.safetensors has sha256"):
        call(pull, repo_id)
    stand_in.reset()
    assert call(pull, repo_id)


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
    "slow": (INFO, {"seconds": 1}, {"timeout": 0.2}, "cannot be reached"),
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
        call(pull, repo_id, **arguments)
    assert "\n" not in str(raised.value) and "hf_" not in str(raised.value)


def test_other_revisions_and_names_that_are_not_there(call, repo_id):
    with pytest.raises(HubError, match="is not there, or not for your token"):
        call(pull, repo_id, "v9")
    with pytest.raises(HubError, match="is not there, or not for your token"):
        call(pull, repo_id, "0" * 40)
    with pytest.raises(HubError, match="names no repository"):
        call(pull, "../x")


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
        call(push, repo_id, tag="v1", **arguments)
    assert "\n" not in str(raised.value) and "hf_" not in str(raised.value).replace("hf_ü", "?")
    repo = stand_in.repos.get(("model", repo_id))
    assert repo is None or (len(repo.commits) == 1 and "v1" not in repo.refs)
    stand_in.reset()
    if failure:
        head = call(push, repo_id, tag="v1")
        assert head == stand_in.repos["model", repo_id].refs["main"]


def test_a_commit_that_came_in_between_is_not_overwritten(call, stand_in, repo_id):
    stand_in.before(
        "POST .*/commit/.*", lambda: stand_in.put(repo_id, {"notes.txt": b"a colleague's"})
    )
    stand_in.put(repo_id, {"ledger.json": b"{}"})  # so that there is something to commit
    with pytest.raises(HubError, match="was changed by somebody else just now: run this again"):
        call(push, repo_id)
    stand_in.reset()
    commit = call(push, repo_id)
    assert stand_in.repos["model", repo_id].commits[commit]["notes.txt"] == b"a colleague's"


def test_a_tag_that_fails_can_be_had_by_pushing_again(call, stand_in):
    for tag in ("my tag", "main", "", "v/1"):
        with pytest.raises(HubError, match=f"'{tag}' is no name for a tag"):
            call(push, "teacher/tagged", tag=tag)
    assert ("model", "teacher/tagged") not in stand_in.repos
    stand_in.fail("POST .*/tag/.*", status=500)
    with pytest.raises(HubError, match=r"is there, its tag is not: the Hub itself fails"):
        call(push, "teacher/tagged", tag="v1")
    stand_in.reset()
    commit = call(push, "teacher/tagged", tag="v1")
    repo = stand_in.repos["model", "teacher/tagged"]
    assert repo.refs == {"main": commit, "v1": commit} and len(repo.commits) == 2


def test_a_tag_is_for_what_was_pushed(call, stand_in):
    """Not for a commit that somebody makes in between."""
    stand_in.before(
        "POST .*/tag/.*", lambda: stand_in.put("teacher/raced", {"notes.txt": b"a colleague's"})
    )
    commit = call(push, "teacher/raced", tag="v1")
    refs = stand_in.repos["model", "teacher/raced"].refs
    assert refs["v1"] == commit != refs["main"]


def test_a_token_that_the_hub_repeats_is_not_shown(call, stand_in, repo_id):
    stand_in.fail(INFO, status=400, headers={"X-Error-Message": f"bad {GOOD_TOKEN}!"})
    with pytest.raises(HubError, match="bad …!"):
        call(pull, repo_id)


def test_weights_that_do_not_hold_are_not_pushed(call, stand_in, tmp_path):
    broken = shutil.copytree(DIRECTORY, tmp_path / "broken")
    (broken / "golden.safetensors").unlink()
    with pytest.raises(HubError, match=r"nothing was sent: .*Run `python -m mnist_cnn golden`"):
        call(push, "teacher/broken", broken)
    assert ("model", "teacher/broken") not in stand_in.repos
