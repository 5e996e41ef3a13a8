"""README and docs tell the truth: figures are those of their files, maps and links are the disk."""

import json
import re
from pathlib import Path

import pytest

from benchmarks import load, memory, replicas, sheets, training_report
from mnist_cnn.judging.ledger import load_ledger
from mnist_cnn.judging.ledger import markdown_table as ledger_table
from mnist_cnn.judging.metrics import load_metrics, stored_metrics
from mnist_cnn.judging.metrics import markdown_table as metrics_table
from mnist_cnn.learning import ink_training
from mnist_cnn.networks.unet import UNet
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text()
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
DOCS = {path.stem: path.read_text() for path in (ROOT / "docs").glob("*.md")}
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_front_matter_is_the_spaces():
    front = README.split("---")[1]
    values = dict(line.split(": ", 1) for line in front.strip().splitlines() if ": " in line)
    assert (values["sdk"], values["app_file"], values["license"]) == ("gradio", "app.py", "mit")
    pins = (ROOT / "requirements.txt").read_text()
    assert f"gradio=={values['sdk_version']}\n" in pins
    assert values["python_version"].strip('"') >= "3.11"


def test_readme_fits_on_one_screen_with_two_commands_and_three_links():
    shown = README.split("---", 2)[2].strip().splitlines()
    assert len(shown) <= 30
    assert re.findall(r"^pip install .*$", README, re.M) == [
        "pip install -r requirements.txt && python app.py",
        "pip install -r requirements.txt -r tests/requirements.txt && python -m pytest -n auto",
    ]
    links = re.findall(r"\]\(([^)]+)\)", README)
    picture, *links = links
    assert (ROOT / picture).stat().st_size > 10_000
    assert {"docs/README.md", "CONTRIBUTING.md", "LICENSE"} <= set(links)


def test_the_makefile_runs_what_readme_says():
    recipes = (ROOT / "Makefile").read_text().replace("$(PYTHON)", "python")
    for command in ("python app.py", "python -m pytest -n auto"):
        assert f"&& {command}\n" in README and f"\t{command}\n" in recipes
    targets = re.search(r"^make (.*)$", (ROOT / ".ci" / "run").read_text(), re.M).group(1).split()
    assert {"lint", "types", "e2e"} <= set(targets)
    for target in targets:
        assert re.search(rf"^{target}:", recipes, re.M), target
    assert "bash .ci/run" in (ROOT / ".github" / "workflows" / "ci.yml").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page):
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
        assert link.startswith("https://") or "http://jmlr" in link or (page.parent / link).exists()


def test_every_page_of_docs_is_in_the_index():
    linked = set(re.findall(r"\]\((\w+)\.md\)", DOCS["README"]))
    assert linked == DOCS.keys() - {"README"}


def test_tables_of_the_networks_and_of_the_runs_are_those_of_their_files():
    assert metrics_table(load_metrics()) in DOCS["training"]
    assert ledger_table(load_ledger()) in DOCS["training"]


def test_the_networks_table_holds_what_was_measured():
    rows = load_metrics()["models"].values()
    times: dict[int, list[float]] = {}
    for row in stored_metrics()["models"].values():
        times.setdefault(row["multiply_adds"], []).append(row["milliseconds_per_digit"])
    for row in rows:
        low, high = row["test"]["interval"]
        cells = [
            row["title"],
            f"{row['parameters']:,}",
            f"{row['multiply_adds']:,}",
            f"{min(times[row['multiply_adds']]):.1f} ms",
            f"{row['test']['accuracy']:.2%}",
            f"{low:.2%} to {high:.2%}",
        ]
        assert f"| {' | '.join(cells)} |".replace("%", " %") in DOCS["training"]


def test_tables_of_the_speed_are_those_of_their_file():
    figures = json.loads((ROOT / "benchmarks" / "training.json").read_text())
    figures.pop("growth")  # its figure is shown, not its tables
    for table in training_report.tables(figures).split("\n\n"):
        assert table.strip() in DOCS["benchmarks"]


def test_costs_are_those_of_the_benchmark():
    figures = json.loads((ROOT / "benchmarks" / "start.json").read_text())
    seconds, memory = figures["seconds_to_first_answer"], figures["memory_mb"]
    said = (
        f"{memory:.0f} MB of memory, and {seconds:.0f} seconds from its start to its first answer"
    )
    assert f"{said} ({figures['hardware']})" in " ".join(DOCS["deployment"].split())


@pytest.mark.parametrize("benchmark", [load, replicas, memory, sheets], ids=lambda it: it.__name__)
def test_loads_are_those_of_the_benchmark(benchmark):
    measured = Path(benchmark.__file__).with_suffix(".json")
    if not measured.exists():
        pytest.skip("is not measured yet")
    assert benchmark.table(json.loads(measured.read_text())) in DOCS["benchmarks"]


def test_every_benchmark_is_in_the_docs():
    for path in (ROOT / "benchmarks").glob("[a-z]*.py"):
        if "__main__" in path.read_text():
            assert f"`python benchmarks/{path.name}`" in DOCS["benchmarks"]


def test_file_map_is_the_disk():
    block = CONTRIBUTING.split("## Layout", 1)[1].split("```")[1]
    named = set(re.findall(r"^\s*([\w./]+)", block, re.M))
    for name in named:
        assert (ROOT / name).exists() or (ROOT / "mnist_cnn" / name).exists(), name
    parts = {f"{path.name}/" for path in (ROOT / "mnist_cnn").iterdir() if path.is_dir()}
    parts |= {path.name for path in (ROOT / "mnist_cnn").glob("[a-z]*.py")}
    assert parts - {"__pycache__/"} <= named


def test_walks_name_what_is_there():
    """`path` `function`, ... in a row of a walk: the file defines the function."""
    walks = CONTRIBUTING.split("## From a stroke")[1].split("## Which file")[0]
    named = re.findall(r"`([\w/]+\.\w+)` `(\w+)`", walks)
    assert len(named) >= 24
    for path, name in named:
        source = (ROOT / "mnist_cnn" / path).read_text()
        assert re.search(rf"(def|class|function) {name}\b", source), f"{path}: {name}"


def test_files_and_tables_to_touch_are_there():
    rows = CONTRIBUTING.split("## Which file")[1].split("## Words")[0]
    paths = re.findall(r"`((?:\w+/)+(?:\w+\.\w+)?)`(?! \(new\))", rows)
    assert len(paths) >= 25
    for path in paths:
        assert (ROOT / path).exists() or (ROOT / "mnist_cnn" / path).exists(), path
    for table, path in re.findall(r"`([A-Z_]+)` in `([\w/.]+)`", rows):
        source = (ROOT / "mnist_cnn" / path).read_text()
        assert re.search(rf"^{table}\b", source, re.M), f"{path}: {table}"


def test_the_ink_finder_is_as_large_and_trained_as_long_as_the_docs_say():
    said = " ".join(DOCS["training"].split())
    assert f"(a U-Net, {sum(p.numel() for p in UNet().parameters()):,} parameters)" in said
    epochs = ink_training.RECIPE.epochs
    assert f"{epochs} epochs of {ink_training.PAGES:,}" in said
    assert f"on {ink_training.VALIDATION} others" in said
