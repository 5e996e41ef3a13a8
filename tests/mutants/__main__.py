"""Plant each bug into a copy of the repository, and run its table's tests (without `slow`)."""

import argparse
import contextlib
import importlib
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.mutants import ROOT, tables

TIME_LIMIT = 240  # s: a bug that hangs is caught, too


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("tables", nargs="*", help=f"of {', '.join(tables())}; default: all")
    parser.add_argument("--only", default="", help="rows whose path or words hold this text")
    settings = parser.parse_args()
    # Loaded once: every test process is a fork of this one.
    os.environ["OMP_NUM_THREADS"] = "1"
    for library in ("torch", "scipy.stats", "matplotlib.figure", "gradio", "pytest"):
        importlib.import_module(library)
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory) / "main"
        ignored = shutil.ignore_patterns(".git", "__pycache__", "runs", ".*_cache")
        shutil.copytree(ROOT, copy, ignore=ignored)
        with contextlib.suppress(OSError):
            (Path(directory) / "shared").symlink_to(ROOT.parent / "shared")
        scores = {
            name: run_table(name, table, copy, settings.only)
            for name, table in tables().items()
            if not settings.tables or name in settings.tables
        }
    print("\n| table | planted | caught | explained | unnoticed |\n|---|---|---|---|---|")
    total = [sum(column) for column in zip(*scores.values())]
    for name, row in {**scores, "all": total}.items():
        print(f"| {name} | {' | '.join(map(str, row))} |")
    sys.exit(total[-1] > 0)


def run_table(name, table, copy, only):
    """(planted, caught, explained, unnoticed) of one table."""
    rows = [row for row in table.MUTANTS if only in row.path or only in row.what]
    if not passes(copy, table.TESTS):
        log = (copy.parent / "log").read_text()
        sys.exit(f"{log}\n{name}: its tests fail without any bug")
    counts = {"caught": 0, "explained": 0, "unnoticed": 0}
    for row in rows:
        target = copy / row.path
        whole, start = target.read_text(), time.perf_counter()
        target.write_text(row.source())
        survived = passes(copy, table.TESTS)
        target.write_text(whole)
        verdict = "caught" if not survived else "explained" if row.survives else "unnoticed"
        counts[verdict] += 1
        seconds = time.perf_counter() - start
        print(f"{verdict:10} {seconds:4.0f} s  {row.path}: {row.what}", flush=True)
    return len(rows), *counts.values()


def passes(copy, tests):
    """Whether the tests pass in the copy, in a process of its own."""
    child = os.fork()
    if child == 0:
        try:
            run_in_child(copy, tests)
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


def run_in_child(copy, tests):
    """Run pytest in the copy, on the copy's own modules; ends the process."""
    os.setsid()
    os.chdir(copy)
    log = os.open(copy.parent / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    sys.path[:] = [str(copy), *(path for path in sys.path if path not in ("", str(ROOT)))]
    for name in list(sys.modules):
        if name.split(".")[0] in ("tests", "mnist_cnn"):
            del sys.modules[name]
    importlib.invalidate_caches()
    sys.dont_write_bytecode = True
    import pytest

    options = ["-x", "-q", "-m", "not slow", "-p", "no:cacheprovider", "-p", "no:xdist"]
    options += ["-W", "ignore:Module already imported"]  # of pytest's plugins, before the fork
    os._exit(int(pytest.main([*options, *tests])))


if __name__ == "__main__":
    main()
