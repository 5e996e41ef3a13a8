"""Planted bugs: each must make a test fail. `python -m tests.mutants [TABLE ...]` tries them.

One table per package (reading.py, learning.py, ...). A row is one realistic mistake; a table says
which tests run against its rows, and a row may name fewer. A bug that no fast test can catch says
why.
"""

import importlib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Mutant:
    """One planted bug: in `path`, the text `old`, which occurs there once, becomes `new`."""

    path: str  # from the top of the repository
    old: str
    new: str
    what: str  # the mistake, in words
    survives: str = ""  # why no fast test catches it; "" where one must
    tests: tuple[str, ...] = ()  # what pytest is given for this row; () means the table's TESTS

    def source(self):
        """The file with the bug in it.

        Raises:
            ValueError: the text does not occur exactly once, or nothing changes.
        """
        text = (ROOT / self.path).read_text(encoding="utf-8")
        if text.count(self.old) != 1 or self.old == self.new:
            raise ValueError(f"{self.path}: {self.old!r} occurs {text.count(self.old)} times")
        return text.replace(self.old, self.new)


def tables():
    """{name: module with TESTS and MUTANTS}, one per package."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
    return {name: importlib.import_module(f"{__name__}.{name}") for name in names}
