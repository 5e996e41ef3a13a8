"""A small ledger, and how to change it."""

import copy

from mnist_cnn.judging.ledger import interval_of_mean, summary


def of(model, errors, recipe="default", images=50_000, validation=0.99, **more):
    """A group whose runs misread `errors`, with seeds 0, 1, ..., as load_ledger returns it."""
    made = [
        {
            "seed": seed,
            "validation_accuracy": validation,
            "errors": count,
            "test_images": 10_000,
            "test_accuracy": (10_000 - count) / 10_000,
            "training_curve": [0.9, 0.99],
            "validation_curve": [0.95, 0.98 - seed / 100],
            **more,
        }
        for seed, count in enumerate(errors)
    ]
    return {
        "model": model,
        "recipe": recipe,
        "training_images": images,
        "test_errors": summary(errors),
        "runs": made,
    }


LEDGER = {
    "groups": [
        of("fc", [150, 160]),
        of("conv", [50, 56]),
        of("aug", [30, 34]),
        of("fc", [2000], images=100),
        of("aug", [900, 920], images=100),
        of("aug", [120, 130], images=1000),
        of("aug", [60, 62], "lesson"),
        of("aug", [61, 63], "notebook-leak", 60_000, varied_test_accuracies=[0.9915, 0.9925]),
    ],
    "beside": [
        {
            "model": "aug",
            "what": "tta",
            "test_errors": {
                "mean": 28.5,
                "sd": 1.5,
                "count": 4,
                "interval": interval_of_mean(28.5, 1.5, 4),
            },
        },
        {"model": "aug", "what": "ensemble", "members": 7, "test_errors": 26},
    ],
}


def replaced(*groups):
    """LEDGER with other groups in the place of those of their kind."""
    ledger = copy.deepcopy(LEDGER)
    for new in groups:
        kind = ("model", "recipe", "training_images")
        ledger["groups"] = [
            row for row in ledger["groups"] if any(row[name] != new[name] for name in kind)
        ] + [new]
    return ledger
