"""The verbs of `python -m mnist_cnn`: each has help, and a wrong word gets one sentence."""

import pytest

from mnist_cnn.__main__ import VERBS, main


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
