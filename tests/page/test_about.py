"""Which weights answer, as About and the page's foot say it."""

from dataclasses import replace

import torch

from mnist_cnn.networks.weights import save_tensors
from mnist_cnn.page.rooms.about import answering
from mnist_cnn.page.widgets.head import footer
from mnist_cnn.page.widgets.networks import source


def test_how_each_network_was_trained(weights):
    html = answering(weights)
    assert "those that are shipped with the code" in html
    for row in weights.metrics["models"].values():
        assert f"<code>{row['sha256'][:12]}</code> torch {row['torch']}, " in html
        assert f"seed {row['run']['seed']}, recipe {row['recipe_name']}</li>" in html
    assert html.count("<li>") == 3


def test_what_comes_with_weights_is_escaped(weights):
    row = dict(weights.metrics["models"]["fc"], torch="<b>2</b>", recipe_name="<i>")
    row["sha256"] = "<u>" + row["sha256"]
    other = replace(
        weights, metrics={"models": {"fc": row}}, repo_id="<script>", commit="0123456789abcdef"
    )
    html = answering(other) + footer(other)
    assert not any(tag in html for tag in ("<b>", "<i>", "<u>", "<script>"))
    assert html.count("&lt;script&gt; <code>0123456789ab</code>") == 2


def test_weights_without_results_still_answer(weights):
    assert answering(replace(weights, metrics={"models": {}})).endswith('<ul class="plain"></ul>')


def test_an_older_guard_is_said_to_be_replaced(weights, tmp_path):
    said = "Their own guard is of an older kind: the shipped one"
    assert weights.has_own_guard and said not in answering(weights)
    linear = {"weight": torch.zeros(1, 1536), "bias": torch.zeros(1)}
    save_tensors(tmp_path / "guard.safetensors", linear, {"aug": "0" * 64})
    assert said in answering(replace(weights, directory=tmp_path))


def test_shipped_weights_have_no_commit(weights):
    assert source(weights) == "those that are shipped with the code"
