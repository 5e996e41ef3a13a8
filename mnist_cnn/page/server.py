"""The web server round the page: how Gradio is launched, and what every request passes first."""

import os
import sys
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from gradio.routes import App
from starlette.types import ASGIApp, Receive, Scope, Send

from mnist_cnn.page.sessions import Sessions
from mnist_cnn.reading.images import MAX_BYTES


def check_folder() -> None:
    """Make Gradio's folder for uploads, and see that files can be written there.

    Raises:
        OSError: they cannot; the message names the variable that names another folder.
    """
    folder = os.environ.get("GRADIO_TEMP_DIR")
    try:
        folder = folder or str(Path(tempfile.gettempdir()) / "gradio")
        Path(folder).mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise OSError(
            f"nothing can be written into {folder or 'a temporary folder'} ({error}): set "
            "GRADIO_TEMP_DIR and TMPDIR to a folder of your own"
        ) from error


def leave_out_proxies(host: str) -> None:
    """Let Gradio, which calls itself when it starts, do so past the proxy of HTTP_PROXY."""
    others = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
    past = ",".join(filter(None, (others, "127.0.0.1", "localhost", host)))
    os.environ |= {"no_proxy": past, "NO_PROXY": past}


def launch_settings() -> dict[str, Any]:
    """What `launch` is told, besides how the page looks and where it listens."""
    return {
        "app_kwargs": {"lifespan": surrounded},
        "max_file_size": MAX_BYTES,
        "show_error": False,
        "run_history": False,
        "enable_monitoring": False,
        "ssr_mode": False,
    }


@asynccontextmanager
async def surrounded(app: App):
    """While the app runs, it stands within the edge and remembers what Sessions keep.

    Middleware that is handed to Gradio would stand within Gradio's own, which adds headers.
    """
    blocks = app.get_blocks()
    app.state_holder = sessions = Sessions()
    sessions.set_blocks(blocks)
    blocks._queue.ANALYTICS_MAX_EVENTS = 1
    blocks._queue.ANAYLTICS_CACHE_FREQUENCY = sys.maxsize  # a table of all events for each of them
    app.middleware_stack = Edge(app.build_middleware_stack(), sessions)
    yield


class Edge:
    """What every request passes first."""

    def __init__(self, app: ASGIApp, sessions: Sessions):
        self._app, self._sessions = app, sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        _, found, session = scope.get("path", "").partition("/gradio_api/heartbeat/")
        self._sessions.pages[session] += bool(found)
        try:
            await self._app(scope, receive, send)
        finally:
            self._sessions.pages[session] -= bool(found)
            self._sessions.pages += {}  # without those at 0
