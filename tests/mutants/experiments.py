"""Bugs in trainings with settings of one's own, on the page and on the command line."""

from tests.mutants import Mutant

_EXPERIMENTS = ("tests/learning/test_experiments.py",)
_VARIANTS = ("tests/networks/test_variants.py",)
_ROOM = ("tests/page/test_train.py",)
TESTS = (*_EXPERIMENTS, *_VARIANTS, *_ROOM)


def _rows(path, tests, *rows):
    return tuple(Mutant(f"mnist_cnn/{path}.py", *row, tests=tests) for row in rows)


MUTANTS = (
    *_rows(
        "learning/watching",
        _EXPERIMENTS,
        ("        model.train(was_training)\n", "", "watching switches dropout and batch norm off"),
        (
            '            "step": self._done,',
            '            "step": self._done + 1,',
            "a point is drawn a step late",
        ),
        (
            'self._paused = order in ("pause", "step")',
            'self._paused = order == "pause"',
            "after one step the training runs on",
        ),
    ),
    *_rows(
        "learning/experiments",
        _EXPERIMENTS,
        (
            '{"batch_norm": self.batch_norm, "shuffled": self.shuffled}',
            '{"batch_norm": self.batch_norm, "shuffled": False}',
            "pixels are never shuffled",
        ),
        (
            "experiment.seed, experiment.digits)",
            "0, experiment.digits)",
            "every seed is the same",
        ),
    ),
    *_rows(
        "learning/worker",
        _EXPERIMENTS,
        (
            "train(experiment, report, watcher, device)",
            "train(Experiment(), report, watcher, device)",
            "the page trains other settings than asked for",
        ),
    ),
    *_rows(
        "networks/variants",
        _VARIANTS,
        (
            "    if architecture not in ARCHITECTURES:\n",
            "    if architecture is None:\n",
            "an unknown architecture is no sentence",
        ),
        (
            "    if len(content) > MAX_BYTES:\n",
            "    if not content:\n",
            "files of any size are read",
        ),
        (
            "    if not all(tensor.isfinite()",
            "    if False and not all(tensor.isfinite()",
            "weights that are no numbers are taken",
        ),
    ),
    *_rows(
        "page/trainers",
        _ROOM,
        (
            "                self._free(session, None)\n",
            "",
            "who left a training can begin no other",
        ),
        (
            '        _tell(process, {"order": "stop"})\n        while',
            "        while",
            "a training that nobody sees goes on to its end",
        ),
        (
            "        if len(self._line) >= LINE:\n",
            "        if False:\n",
            "the line has no end",
        ),
        (
            "        return session in self._busy\n",
            "        return True\n",
            "a pause is shown where nothing is in training",
        ),
        (
            "len(self._idle) + len(self._tasks)",
            "len(self._idle)",
            "who waits for a process to start is told of a line",
        ),
    ),
    *_rows(
        "page/rooms/train/layout",
        _ROOM,
        (
            'f"{_session(request)} {run}"',
            "_session(request)",
            "no test digits are read beside a training",
        ),
        (
            '{view: {"error": texts.DIVERGED}, **going}',
            '{view: {"error": texts.DIVERGED}}',
            "a paused training that diverged still says Go on",
        ),
    ),
    *_rows(
        "page/own_networks",
        _ROOM,
        (
            "self._bytes > self._most_bytes and",
            "self._bytes < 0 and",
            "networks are kept without end",
        ),
        ("@lru_cache(32)\n", "", "with a network of one's own, nothing that was read is kept"),
    ),
)
