"""Plant each bug into a copy of the repository, and run its tests (without `slow`)."""

import argparse
import contextlib
import importlib
import multiprocessing
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.mutants import ROOT, tables

TIME_LIMIT = 240  # s: a bug that makes a test hang counts as caught
GUIDE = ROOT / "CONTRIBUTING.md"
MARKERS = "<!-- from `python -m tests.mutants --markdown` -->", "<!-- end of the scores -->"
LIBRARIES = (
    *("torch", "torch._dynamo", "torch.utils.flop_counter", "safetensors.torch", "scipy.stats"),
    *("matplotlib.figure", "huggingface_hub.utils", "gradio", "pytest"),
)
VERDICTS = ("caught", "explained", "unnoticed")


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    add = parser.add_argument
    add("tables", nargs="*", help=f"of {', '.join(tables())}; default: all")
    add("--only", default="", help="rows whose path or words hold this text")
    add("--jobs", type=int, default=1, help="so many rows at a time, each job in its own copy")
    add("--markdown", action="store_true", help="write the scores into CONTRIBUTING.md")
    settings = parser.parse_args()
    if unknown := set(settings.tables) - set(tables()):
        parser.error(f"{', '.join(sorted(unknown))}: no such table")
    if settings.markdown and settings.only:
        parser.error("--markdown needs whole tables, without --only")
    planted = {
        name: [
            row for row in table.MUTANTS if settings.only in row.path or settings.only in row.what
        ]
        for name, table in tables().items()
        if not settings.tables or name in settings.tables
    }
    # Imported once, heavy as they are: every test process is a fork of this one.
    os.environ |= {"OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    for library in LIBRARIES:
        importlib.import_module(library)

    # First every table without any bug: its tests must pass.
    whole = [(name, None) for name, rows in planted.items() if rows]
    bugs = [(name, row) for name, rows in planted.items() for row in rows]
    for _, row in bugs:
        row.source()  # one that no longer fits is said now, not in an hour
    scores = {name: dict.fromkeys(VERDICTS, 0) for name in planted}
    survivors = []
    with (
        tempfile.TemporaryDirectory() as directory,
        multiprocessing.Pool(settings.jobs, make_copy, [directory]) as pool,
    ):
        for name, row, verdict, seconds, log in pool.imap(try_row, whole + bugs):
            if row is None:
                if verdict == "caught":
                    sys.exit(f"{log}\n{name}: its tests fail without any bug")
                continue
            scores[name][verdict] += 1
            line = f"{verdict:10} {seconds:4.0f} s  {row.path}: {row.what}"
            print(line, flush=True)
            survivors += [] if verdict == "caught" else [(line, row.survives)]

    for line, reason in survivors:
        print(f"\n{line}" + (f"\n{'':19}{reason}" if reason else ""), end="")
    rows = {name: (sum(score.values()), *score.values()) for name, score in scores.items()}
    print("\n" * 2 + markdown(rows))
    if settings.markdown:
        write(rows)
    sys.exit(any(score["unnoticed"] for score in scores.values()))


def markdown(rows):
    """{table: (planted, caught, explained, unnoticed)} as a table of Markdown with its sum."""
    rows = rows | {"all": tuple(map(sum, zip(*rows.values())))}
    lines = [f"| table | planted | {' | '.join(VERDICTS)} |", "|---" * (2 + len(VERDICTS)) + "|"]
    lines += [f"| {name} | {' | '.join(map(str, row))} |" for name, row in rows.items()]
    return "\n".join(lines)


def write(rows):
    """Put the scores into CONTRIBUTING.md; tables that were not run keep theirs."""
    start, end = MARKERS
    before, rest = GUIDE.read_text(encoding="utf-8").split(start)
    old, after = rest.split(end)
    known = {
        name: tuple(map(int, figures.split("|")))
        for name, figures in re.findall(r"^\| (\w+) \| (\d[\d |]+\d) \|$", old, re.M)
    }
    merged = {name: row for name, row in (known | rows).items() if name in tables()}
    table = markdown(dict(sorted(merged.items())))
    GUIDE.write_text(f"{before}{start}\n\n{table}\n\n{end}{after}", encoding="utf-8")


def make_copy(directory):
    """Give this job a copy of the repository of its own, in which it stays."""
    home = Path(directory) / str(os.getpid())
    ignored = shutil.ignore_patterns(".git", "__pycache__", "runs", ".*_cache")
    shutil.copytree(ROOT, home / "main", ignore=ignored)
    with contextlib.suppress(OSError):
        (home / "shared").symlink_to(ROOT.parent / "shared")
    os.chdir(home / "main")


def try_row(task):
    """(table, row, verdict, seconds, log) of one bug, planted where this job works.

    Args:
        task: (name of the table, its row or None for no bug at all).
    """
    name, row = task
    table, start = tables()[name], time.perf_counter()
    if row is None:
        extra = [test for each in table.MUTANTS for test in each.tests]
        passed = passes(dict.fromkeys([*table.TESTS, *extra]))
        verdict = "unnoticed" if passed else "caught"
    else:
        target = Path(row.path)
        whole = target.read_text(encoding="utf-8")
        target.write_text(row.source(), encoding="utf-8")
        passed = passes(row.tests or table.TESTS)
        target.write_text(whole, encoding="utf-8")
        verdict = "caught" if not passed else "explained" if row.survives else "unnoticed"
    log = Path("../log").read_text(encoding="utf-8")
    return name, row, verdict, time.perf_counter() - start, log


def passes(tests):
    """Whether the tests pass in the working directory's copy, in a process of their own."""
    child = os.fork()
    if child == 0:
        try:
            run_in_child(tests)
        finally:  # whatever happens, the parent's own work is not done twice
            os._exit(70)
    deadline = time.monotonic() + TIME_LIMIT
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def run_in_child(tests):
    """Run pytest on the copy's own modules; ends the process."""
    multiprocessing.current_process().daemon = False  # some tests start processes
    os.setsid()
    log = os.open("../log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    sys.path[:] = [os.getcwd(), *(path for path in sys.path if path not in ("", str(ROOT)))]
    for name in list(sys.modules):
        if name.split(".")[0] in ("tests", "mnist_cnn"):
            del sys.modules[name]
    importlib.invalidate_caches()
    sys.dont_write_bytecode = True
    import pytest

    options = ["-x", "-q", "-m", "not slow", "-p", "no:cacheprovider", "-p", "no:xdist"]
    options += ["-o", "addopts="]  # those for xdist
    options += ["-W", "ignore:Module already imported"]  # of pytest's plugins, before the fork
    os._exit(int(pytest.main([*options, *tests])))


if __name__ == "__main__":
    main()
