"""The web server round the page: how Gradio is launched, and what every request passes first."""

import sys
from contextlib import asynccontextmanager
from typing import Any

from gradio.routes import App
from starlette.types import ASGIApp, Receive, Scope, Send

from mnist_cnn.page.sessions import Sessions
from mnist_cnn.reading.images import MAX_BYTES


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
