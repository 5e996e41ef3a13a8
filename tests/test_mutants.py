"""The planted bugs fit the code; `python -m tests.mutants` tells whether tests catch them."""

import pytest

from tests.mutants import tables

ROWS = [row for table in tables().values() for row in table.MUTANTS]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.path}: {row.what}")
def test_a_planted_bug_can_be_planted(row):
    compile(row.source(), row.path, "exec") if row.path.endswith(".py") else row.source()
