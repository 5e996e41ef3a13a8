"""What importing mnist_cnn.sharing changes in a process that has just started."""

import os

from huggingface_hub.utils import are_progress_bars_disabled, logging


def settings():
    """The environment, the client's log level, and whether it shows progress bars."""
    return dict(os.environ), logging.get_verbosity(), not are_progress_bars_disabled()


def around_the_import():
    """`settings` before and after the import."""
    before = settings()
    from mnist_cnn.sharing import client, commands, hub, live, space  # noqa: F401

    return before, settings()
