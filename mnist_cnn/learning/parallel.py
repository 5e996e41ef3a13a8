"""Many runs at once, in processes side by side; stopped, they go on where they were."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path

import torch
from tqdm import tqdm

from mnist_cnn.dataset.digits import Splits
from mnist_cnn.learning.records import Run, TrainingError
from mnist_cnn.learning.runs import folder_of, is_finished, train

WORKER_VARIABLES = {
    # Without these, glibc hands the memory of every large tensor back to the kernel, step by step.
    "MALLOC_MMAP_THRESHOLD_": "2000000000",
    "MALLOC_TRIM_THRESHOLD_": "4000000000",
    "MALLOC_TOP_PAD_": "134217728",
    "TQDM_DISABLE": "1",  # the bars of several processes would overwrite each other
}


def train_all(
    runs: list[Run],
    data_dir: str | Path,
    device: str,
    directory: str | Path,
    jobs: int,
    report: Callable[[str], None] = print,
    beside: int = 1,
) -> None:
    """Train many runs, several at a time; what is finished is left alone.

    Stopped, it leaves what is finished, and the checkpoints of what is not: called again, it goes
    on from there.

    Args:
        data_dir, device: as for Splits.load.
        directory: gets one folder per run.
        jobs: how many processes work side by side.
        report: called with a line after each run.
        beside: how many callers on this machine do the same, this one included.

    Raises:
        TrainingError: a checkpoint is of another run, or a process was killed.
    """
    missing = [run for run in runs if not is_finished(run, folder_of(run, directory))]
    report(f"{len(runs)} runs, {len(runs) - len(missing)} of them finished already")
    # The same however many runs are missing: a weight's last bits depend on the threads.
    threads = max(1, (os.cpu_count() or 1) // (jobs * beside))
    jobs = max(1, min(jobs, len(missing)))
    os.environ |= WORKER_VARIABLES | os.environ  # for processes that are started from here on
    start = time.perf_counter()
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _begin) as pool:
        work = partial(_train_one, data_dir, device, directory, threads)
        try:
            tasks = [pool.submit(work, run) for run in missing]
            for done, finished in enumerate(as_completed(tasks), 1):
                finished.result()
                left = (time.perf_counter() - start) / done * (len(missing) - done) / 60
                report(f"{done} of {len(missing)} runs done, about {left:.0f} minutes to go")
        except BaseException as error:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in multiprocessing.active_children():
                process.terminate()
            if isinstance(error, BrokenProcessPool):
                lost = "A process was killed, perhaps for lack of memory. Try fewer --jobs."
                raise TrainingError(lost) from error
            raise


def _begin():
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started this one ends it
    # tqdm's own lock is a semaphore of the system, which a process that is ended leaves behind.
    tqdm.set_lock(threading.RLock())


def _train_one(data_dir, device, directory, threads, run):
    torch.set_num_threads(threads)
    folder = folder_of(run, directory)

    def report(line):
        print(f"{folder.name}  {line}", flush=True)

    train(run, Splits.load(data_dir, device), folder, resume=True, report=report)
