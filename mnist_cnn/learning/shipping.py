"""Which of many runs the page shows: of each kind the one that validated best."""

import json
from pathlib import Path

from mnist_cnn.judging.metrics import save_metrics
from mnist_cnn.learning.seed_study import finished_runs, make_ledger, whole_runs, with_earlier
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import WeightsError, read_json, weights_path, write_atomically

# Under which name the best run of a model and a recipe is shipped.
SHIPPED = {(key, "default"): key for key in MODELS} | {("fc", "augmented"): "fc-augmented"}


def ship(directory: str | Path, output: str | Path) -> dict[str, int]:
    """Write the ledger of the runs in a directory, and of each kind the run that validated best.

    Args:
        directory: what parallel.train_all filled.
        output: gets ledger.json, metrics.json and the weights of the lesson's networks. What its
            ledger says of other runs stays.

    Returns:
        {name: seed that was shipped}

    Raises:
        WeightsError: there is no finished run, or `make_ledger` raises it.
    """
    found, seeds = finished_runs(directory), {}
    if not found:
        repair = "Run `python train.py --seeds 0-4`."
        raise WeightsError(f"{directory} holds no finished run", repair)
    made, path = make_ledger(found), Path(output) / "ledger.json"
    try:
        ledger = with_earlier(made, read_json(path) or {})
    except (WeightsError, AttributeError, KeyError, TypeError):  # a damaged one is made anew
        ledger = with_earlier(made, {})
    Path(output).mkdir(parents=True, exist_ok=True)
    for kind, name in SHIPPED.items():
        runs = whole_runs(found, *kind)
        if runs:
            folder, row = max(runs, key=lambda run: run[1]["validation_accuracy"])
            seeds[name] = row["run"]["seed"]
            if name in MODELS:
                content = weights_path(folder, name).read_bytes()
                write_atomically(weights_path(output, name), content)
            else:
                row = row | {"title": f"{row['title']}, augmented data"}
            save_metrics(output, name, row)
    text = json.dumps(ledger) + "\n"
    write_atomically(path, text.encode())
    return seeds
