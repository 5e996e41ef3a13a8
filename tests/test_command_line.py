"""The verbs of `python -m mnist_cnn`: each has help, and a wrong word gets one sentence."""

import json
import subprocess
import sys

import pytest
from PIL import Image

from mnist_cnn.__main__ import VERBS, main
from tests.conftest import ROOT, draw_seven


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"]])
def test_help_names_every_verb(capsys, words):
    main(words)
    printed = capsys.readouterr().out
    for verb, (_, what) in VERBS.items():
        assert f"  {verb} " in printed and what in printed


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_of_its_own(capsys, verb):
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"])
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"usage: python -m mnist_cnn {verb}")
    assert len(printed.split("\n\n")) >= 3, "it says what the verb does"


WRONG = {
    "a verb that is none": ["nonsense"],
    "no folder": ["handwriting"],
    "an option that is none": ["ledger", "--colour"],
    "a word too many": ["evaluate", "now"],
    "two folders": ["robustness", "a", "b"],
    "half an option": ["handwriting", "folder", "--js"],
    "no repository": ["push"],
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_word_gets_one_sentence_and_status_2(capsys, case):
    with pytest.raises(SystemExit) as ended:
        main(WRONG[case])
    printed = capsys.readouterr()
    assert ended.value.code == 2 and printed.out == ""
    assert printed.err.startswith("mnist_cnn: ") and printed.err.count("\n") == 1


@pytest.mark.parametrize(
    "words, said",
    [
        (["handwriting", "nowhere"], "mnist_cnn: nowhere/manifest.csv is missing or damaged"),
        (["robustness", "nowhere"], "mnist_cnn: nowhere/fc.safetensors is missing. Run `python"),
        (["read_page", "nowhere"], "mnist_cnn: the image file is not there; send a PNG"),
        (["golden", "nowhere"], "mnist_cnn: nowhere/fc.safetensors is missing. Run `python"),
    ],
)
def test_a_missing_folder_gets_one_sentence(tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code.startswith(said) and "\n" not in ended.value.code


def test_ctrl_c_ends_a_verb_with_one_sentence(monkeypatch):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr("mnist_cnn.judging.ledger.load_ledger", interrupted)
    with pytest.raises(SystemExit, match=r"^mnist_cnn: stopped$"):
        main(["ledger"])


def test_a_page_is_printed_row_by_row_and_as_json(tmp_path):
    """As a user calls it, by either name."""
    paper = Image.new("L", (900, 700), 255)
    for place in ((40, 20), (340, 20), (40, 320), (340, 320), (640, 320)):
        paper.paste(draw_seven(220), place)
    paper.save(tmp_path / "page.png")

    def said(*words):
        command = [sys.executable, "-m", *words]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert said("mnist_cnn.read_page", tmp_path / "page.png") == "7 7\n7 7 7\n"
    answers = json.loads(said("mnist_cnn", "read_page", tmp_path / "page.png", "--json"))
    assert [answer["row"] for answer in answers] == [0, 0, 1, 1, 1]
    assert {answer["predictions"]["fc"]["label"] for answer in answers} == {7}


def test_a_page_without_digits_says_so(tmp_path, capsys):
    Image.new("L", (300, 300), 255).save(tmp_path / "page.png")
    main(["read_page", str(tmp_path / "page.png")])
    assert capsys.readouterr().out == "no digits were found\n"
