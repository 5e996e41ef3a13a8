"""The planted bugs fit the code; `python -m tests.mutants` tells whether tests catch them."""

import pytest

from tests.conftest import ROOT
from tests.mutants import __main__ as planter
from tests.mutants import tables

ROWS = [row for table in tables().values() for row in table.MUTANTS]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.path}: {row.what}")
def test_a_planted_bug_can_be_planted(row):
    compile(row.source(), row.path, "exec") if row.path.endswith(".py") else row.source()


def test_scores_are_written_where_contributing_holds_them(tmp_path, monkeypatch):
    guide = tmp_path / "CONTRIBUTING.md"
    guide.write_text((ROOT / "CONTRIBUTING.md").read_text())
    monkeypatch.setattr(planter, "GUIDE", guide)
    planter.write(dict.fromkeys(tables(), (9, 9, 0, 0)))
    planter.write({"sharing": (40, 37, 2, 1)})  # the other tables keep their scores
    written = guide.read_text()
    for name in tables():
        row = "40 | 37 | 2 | 1" if name == "sharing" else "9 | 9 | 0 | 0"
        assert written.count(f"| {name} | {row} |") == 1
    others = 9 * (len(tables()) - 1)
    assert f"| all | {40 + others} | {37 + others} | 2 | 1 |" in written
