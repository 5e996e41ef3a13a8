"""The README tells the truth: its figures are those of metrics.json, its map is the disk."""

import json
import re

from benchmarks import training_report
from mnist_cnn.judging.ledger import load_ledger, markdown_table
from mnist_cnn.networks.weights import load_metrics
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text()


def test_front_matter_is_the_spaces():
    front = README.split("---")[1]
    values = dict(line.split(": ", 1) for line in front.strip().splitlines() if ": " in line)
    assert (values["sdk"], values["app_file"], values["license"]) == ("gradio", "app.py", "mit")
    pins = (ROOT / "requirements.txt").read_text()
    assert f"gradio=={values['sdk_version']}\n" in pins
    assert values["python_version"].strip('"') >= "3.11"


def test_table_is_made_from_metrics():
    for row in load_metrics()["models"].values():
        low, high = row["test"]["interval"]
        cells = [
            row["title"],
            f"{row['parameters']:,}",
            f"{row['multiply_adds']:,}",
            f"{row['milliseconds_per_digit']:.1f} ms",
            f"{row['test']['accuracy']:.2%}",
            f"{low:.2%} to {high:.2%}",
        ]
        assert f"| {' | '.join(cells)} |".replace("%", " %") in README


def test_tables_of_the_runs_and_of_the_speed_are_those_of_their_files():
    assert markdown_table(load_ledger()) in README
    figures = json.loads((ROOT / "benchmarks" / "training.json").read_text())
    figures.pop("growth")  # its figure is shown, not its tables
    for table in training_report.tables(figures).split("\n\n"):
        assert table.strip() in README


def test_costs_are_those_of_the_benchmark():
    figures = json.loads((ROOT / "benchmarks" / "start.json").read_text())
    seconds, memory = figures["seconds_to_first_answer"], figures["memory_mb"]
    said = (
        f"{memory:.0f} MB of memory, and {seconds:.0f} seconds from its start to its first answer"
    )
    assert f"{said} ({figures['hardware']})" in " ".join(README.split())


def test_file_map_is_the_disk():
    block = README.split("## Files", 1)[1].split("```")[1]
    named = set(re.findall(r"^\s*([\w./]+)", block, re.M))
    for name in named:
        assert (ROOT / name).exists() or (ROOT / "mnist_cnn" / name).exists(), name
    parts = {f"{path.name}/" for path in (ROOT / "mnist_cnn").iterdir() if path.is_dir()}
    parts |= {path.name for path in (ROOT / "mnist_cnn").glob("[a-z]*.py")}
    assert parts - {"__pycache__/"} <= named


def test_two_commands_in_all():
    commands = re.findall(r"^pip install .*$", README, re.M)
    assert commands == [
        "pip install -r requirements.txt && python app.py",
        "pip install -r requirements.txt -r tests/requirements.txt && python -m pytest -n auto",
    ]
    assert (ROOT / ".readme" / "page.png").exists()
