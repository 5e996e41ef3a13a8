"""The processes that train for the page, and the line before them.

One per core at most: a training is short, and who waits is told their place.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from mnist_cnn.page.texts import train as texts

ROOT = Path(__file__).parents[2]
WORKER = "mnist_cnn.learning.worker"
MOST = 2  # processes, of 0.4 GB each
LINE = 60  # visitors that may wait
LOOK = 0.5  # s between two looks at the line
PATIENCE = 120  # s without a word, as in a pause: then the training is ended
LONGEST_LINE = 20_000_000  # bytes of a message: it may hold a network
ENDS = {"network", "error", "errors"}  # a message with one of these is a job's last

Message = dict[str, Any]


class Trainers:
    """Jobs for worker.py, each done by one process; whoever comes later waits in line.

    Args:
        count: of processes; they are started when the first job comes, or by `wake`.
    """

    def __init__(self, count: int | None = None):
        self._count = count or min(MOST, os.cpu_count() or 1)
        self._idle: list[asyncio.subprocess.Process] = []
        self._line: list[str] = []  # sessions that wait
        self._busy: dict[str, asyncio.subprocess.Process] = {}
        self._tasks: set[asyncio.Task] = set()  # each of one process: it starts, or is to stop

    def wake(self) -> None:
        """Start the processes that are missing, so that nobody waits for that."""
        self._idle = [process for process in self._idle if process.returncode is None]
        at_work = len(self._idle) + len(self._busy) + len(self._tasks)
        for _ in range(self._count - at_work):
            self._in_background(self._start())

    async def _start(self):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", WORKER,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            cwd=ROOT, limit=LONGEST_LINE,
        )  # fmt: skip
        if await _next(process):  # it is ready
            self._idle.append(process)

    async def work(self, session: str, job: Message) -> AsyncIterator[Message]:
        """What a process says to a job, the last message too; before it, the place in line.

        The first message is {"accepted": True}, or {"declined": sentence} and nothing more. Number
        0 in line waits for a process that starts or stops.

        Args:
            session: a visitor, who may have one job at a time.
            job: as worker.py takes it.
        """
        if session in self._line or session in self._busy:
            yield {"declined": texts.TWICE}
            return
        if len(self._line) >= LINE:
            yield {"declined": texts.BUSY}
            return
        self._line.append(session)
        self.wake()
        try:
            yield {"accepted": True}
            while session in self._line and self._line.index(session) >= len(self._idle):
                soon = len(self._idle) + len(self._tasks)
                yield {"waiting": max(0, self._line.index(session) + 1 - soon)}
                await asyncio.sleep(LOOK)
                self.wake()
            if session not in self._line:
                yield {"error": texts.LEFT}
                return
        finally:
            if session in self._line:
                self._line.remove(session)
        process = self._busy[session] = self._idle.pop()
        is_over = False
        try:
            _tell(process, job)
            while not is_over:
                message = await _next(process)
                is_over = message is None or bool(ENDS & message.keys())
                if is_over:
                    self._free(session, process if message else None)
                yield message or {"error": texts.LOST}
        finally:
            if not is_over:  # nobody listens any more
                self._free(session, None)
                self._in_background(self._take_back(process))

    def _free(self, session, process):
        del self._busy[session]
        if process:
            self._idle.append(process)

    async def _take_back(self, process):
        _tell(process, {"order": "stop"})
        while message := await _next(process):
            if ENDS & message.keys():
                self._idle.append(process)
                break

    def order(self, session: str, order: Message) -> bool:
        """Tell the process that works for a visitor; who waits for one can stop waiting.

        Returns:
            Whether a process was told.
        """
        if order == {"order": "stop"} and session in self._line:
            self._line.remove(session)
        if session in self._busy:
            _tell(self._busy[session], order)
        return session in self._busy

    def _in_background(self, work):
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)  # else it might be collected
        task.add_done_callback(self._tasks.discard)


async def _next(process) -> Message | None:
    """The next message; what says nothing for long is stopped, None where it has ended."""
    for remedy in ({"order": "stop"}, None):
        try:
            line = await asyncio.wait_for(process.stdout.readline(), PATIENCE)
            return json.loads(line) if line else None
        except TimeoutError:
            if remedy:
                _tell(process, remedy)
        except ValueError:  # no JSON, or too long
            break
    with suppress(ProcessLookupError):
        process.kill()
    return None


def _tell(process, message):
    with suppress(OSError):  # it has ended: that is seen by reading
        process.stdin.write(json.dumps(message).encode() + b"\n")
