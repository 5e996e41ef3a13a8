"""The folder of uploaded files: kept for a while, and never more than fit into it.

Gradio deletes none by itself, and with `delete_cache` only those whose upload was not broken off.
"""

import re
import time
from pathlib import Path

SECONDS = 600  # that a file is kept: an upload and the call that uses it are seconds apart
STALLED = 60  # that a file is kept which is not whole and to which nothing comes
BYTES = 2_000_000_000  # of all files together

# What Gradio makes: a folder by a file's sha256, and a file that is not whole yet.
_FOLDER, _PARTIAL = re.compile("[0-9a-f]{64}"), "tmp"


class Uploads:
    """What lies in the folder; other things in it are left alone."""

    def __init__(self, folder: str | Path, seconds: float = SECONDS, most: int = BYTES):
        self._folder, self._seconds, self._most = Path(folder), seconds, most
        self._bytes = 0

    @property
    def full(self) -> bool:
        """Whether there is no room for more."""
        return self._bytes >= self._most

    def add(self, count: int) -> None:
        """So many bytes more have come since the last sweep."""
        self._bytes += count

    def sweep(self) -> None:
        """Delete what is older than `seconds`, and what will never be whole.

        Of an upload that met a full disk, its beginning stays and keeps the disk full.
        """
        now, kept = time.time(), 0
        for path, seconds in self._files():
            try:
                status = path.lstat()
                old = status.st_mtime < now - seconds
                if path.is_dir():  # is in use while there is something in it
                    _ = old and path.rmdir()
                elif old:
                    path.unlink()
                else:
                    kept += status.st_size
            except OSError:  # not empty, or somebody else deleted it
                continue
        self._bytes = kept

    def _files(self):
        """(a path, the seconds that it is kept); the files of a folder before the folder itself."""
        for path in list(self._folder.glob("*")):
            if path.name.startswith(_PARTIAL):
                yield path, STALLED
            elif _FOLDER.fullmatch(path.name):
                for file in [*path.glob("*"), path]:
                    yield file, self._seconds
