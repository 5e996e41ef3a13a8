"""What the verbs of `python -m mnist_cnn` share: options of one style, failures of one sentence."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


class CommandParser(argparse.ArgumentParser):
    """The options of one verb; a wrong word is answered by one sentence and status 2."""

    def __init__(self, verb: str, description: str | None):
        super().__init__(
            prog=f"python -m mnist_cnn {verb}", description=description, allow_abbrev=False
        )

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"mnist_cnn: {message}\n")


@contextmanager
def exit_on(*failures: type[BaseException]) -> Iterator[None]:
    """End the program with status 1 and one sentence where one of `failures` is raised within."""
    try:
        yield
    except failures as error:
        sys.exit(f"mnist_cnn: {error}")
    except KeyboardInterrupt:
        sys.exit("mnist_cnn: stopped")
