"""The web server round the page: how Gradio is launched, and what every request passes first.

A request is refused here before Gradio parses it: Edge holds the open routes and the limits of
bodies and rates, Admission the places in the queue. docs/deployment.md lists the numbers.
"""

import asyncio
import os
import signal
import sys
import tempfile
import time
from contextlib import asynccontextmanager, suppress
from inspect import iscoroutinefunction
from pathlib import Path
from threading import Timer
from typing import Any

import gradio as gr
from fastapi.exceptions import RequestValidationError
from gradio.route_utils import FnIndexInferError
from gradio.routes import App
from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers, MutableHeaders
from starlette.formparsers import MultiPartException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mnist_cnn.page.clients import Meter, address
from mnist_cnn.page.events import ROOM_EVENT
from mnist_cnn.page.markup import join, tag
from mnist_cnn.page.queueing import Admission, close_idle_streams, forget_unheard
from mnist_cnn.page.sessions import Sessions
from mnist_cnn.page.texts import common as common_texts
from mnist_cnn.page.uploads import Uploads
from mnist_cnn.reading.images import MAX_BYTES

# What the page, Gradio's clients and plain HTTP ask for. Gradio has twice as many, among them a
# proxy, deep links that fill the disk, recordings, monitoring and a log in.
OPEN = {
    "get": (
        *("/", "/config", "/theme.css", "/robots.txt", "/manifest.json", "/favicon.ico"),
        *("/assets/{path:path}", "/static/{path:path}", "/svelte/{path:path}"),
        *("/gradio_api/info", "/gradio_api/app_id", "/gradio_api/startup-events"),
        *("/gradio_api/queue/data", "/gradio_api/queue/status", "/gradio_api/upload_progress"),
        *("/gradio_api/call/{name}/{event}", "/gradio_api/call/v2/{name}/{event}"),
        *("/gradio_api/heartbeat/{session}", "/gradio_api/file={path:path}"),
    ),
    "post": (
        *("/gradio_api/queue/join", "/gradio_api/cancel", "/gradio_api/reset"),
        *("/gradio_api/call/{name}", "/gradio_api/call/v2/{name}", "/gradio_api/upload"),
        *("/gradio_api/run/{name}", "/gradio_api/api/{name}"),
    ),
}
UPLOAD = "/gradio_api/upload"

MOST_JSON = MAX_BYTES * 4 // 3 + 300_000  # bytes of a request: one picture as a data URL
MOST_VALUES = 10_000  # in it: twelve times the pixels of a digit
MOST_FILES = 100  # in one upload, MAX_BYTES together

AFTER_START = 3  # seconds, in which whoever started the app asks: then the rooms are filled
GRACE = 8  # seconds that answers have when the app is to end: Docker kills it after ten

# Gradio is shown in a frame on Hugging Face, and nowhere else but on its own host.
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "content-security-policy": "frame-ancestors 'self' https://huggingface.co "
    "https://*.huggingface.co https://*.hf.space",
}

# Headers from which Gradio takes the addresses that it writes into the page.
ADDRESSES = ("host", "x-forwarded-host", "x-forwarded-proto", "x-gradio-server")
MOST_PAGES = 16  # that are kept, 350 kB each: one per address

PREVIEW = join(
    tag("meta", property="og:title", content=common_texts.TITLE),
    tag("meta", property="og:type", content="website"),
    tag("meta", property="og:description", content=common_texts.DESCRIPTION),
).encode()


class Refusal(Exception):
    """A request is not answered; the message says why, in one sentence."""

    def __init__(self, status: int, sentence: str):
        super().__init__(sentence)
        self.status = status


def check_folder() -> None:
    """Make Gradio's folder for uploads, and see that files can be written there.

    Raises:
        OSError: they cannot; the message names the variable that names another folder.
    """
    folder = os.environ["GRADIO_TEMP_DIR"]
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise OSError(
            f"nothing can be written into {folder} ({error}): set "
            "GRADIO_TEMP_DIR and TMPDIR to a folder of your own"
        ) from error


def leave_out_proxies(host: str) -> None:
    """Let Gradio, which calls itself when it starts, do so past the proxy of HTTP_PROXY."""
    others = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
    past = ",".join(filter(None, (others, "127.0.0.1", "localhost", host)))
    os.environ |= {"no_proxy": past, "NO_PROXY": past}


def launch_settings() -> dict[str, Any]:
    """What `launch` is told, besides how the page looks and where it listens."""
    handlers = dict.fromkeys(ERRORS, _sentence)
    return {
        "app_kwargs": {
            "lifespan": surrounded,
            "exception_handlers": handlers,
            "middleware": [Middleware(Page)],
        },
        "max_file_size": MAX_BYTES,
        "show_error": False,
        "run_history": False,
        "enable_monitoring": False,
        "ssr_mode": False,
    }


def serve(blocks: gr.Blocks, **settings: Any) -> None:
    """Launch, and serve until SIGTERM or Ctrl+C: what is being answered then has GRACE seconds."""
    told: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: told.append(number))  # while it starts, too
    blocks.launch(**settings, prevent_thread_lock=True)
    filling = Timer(AFTER_START, fill_rooms, [blocks])
    filling.start()
    with suppress(KeyboardInterrupt):
        while not told:
            time.sleep(0.1)
    filling.cancel()
    blocks.server.should_exit = True
    blocks.server.thread.join()


def fill_rooms(blocks):
    """Fill every room once, as it opens: what is kept for all is then there for the first, too."""
    for fn in blocks.fns.values():
        # What is a coroutine fills nothing: the room Train wakes its processes once it is opened.
        if fn.concurrency_id == ROOM_EVENT["concurrency_id"] and not iscoroutinefunction(fn.fn):
            fn.fn(*(block.preprocess(block.value) for block in fn.inputs))


@asynccontextmanager
async def surrounded(app: App):
    """While the app runs, it stands within Edge, and what is left over is swept up.

    Middleware that is handed to Gradio would stand within Gradio's own, which adds headers.
    """
    blocks = app.get_blocks()
    queue, uploads = blocks._queue, Uploads(app.uploaded_file_dir)
    app.state_holder = sessions = Sessions()
    sessions.set_blocks(blocks)
    queue.ANALYTICS_MAX_EVENTS = 1
    queue.ANAYLTICS_CACHE_FREQUENCY = sys.maxsize  # a table of all events for each of them
    queue.push = Admission(queue).push  # type: ignore[method-assign]
    app.middleware_stack = Edge(app.build_middleware_stack(), uploads)
    tasks = asyncio.create_task(_sweep(blocks, uploads)), asyncio.create_task(_end(blocks, app))
    yield
    for task in tasks:
        task.cancel()


async def _end(blocks: gr.Blocks, app: App):
    """Once the server is told to end, end what would last as long as a page is open."""
    while (server := getattr(blocks, "server", None)) is None or not server.should_exit:
        await asyncio.sleep(0.1)
    server.config.timeout_graceful_shutdown = GRACE
    app.stop_event.set()  # of the heartbeats
    close_idle_streams(blocks._queue)


async def _sweep(blocks, uploads: Uploads):
    unheard: set[str] = set()
    while True:
        await asyncio.to_thread(uploads.sweep)
        for files in blocks.temp_file_sets:  # Gradio's own lists of the files
            files.clear()
        unheard = forget_unheard(blocks._queue, unheard)
        await asyncio.sleep(30)


class Edge:
    """What every request passes first."""

    def __init__(self, app: ASGIApp, uploads: Uploads):
        self._app, self._uploads = app, uploads
        self._meter = Meter()
        self._open = {
            method: [compile_path(path)[0] for path in paths] for method, paths in OPEN.items()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        answer = Answer(send)
        try:
            path = self._route(scope)
            if scope["method"] == "POST":
                read = self._upload if path == UPLOAD else self._json
                receive = await read(scope, receive)
            await self._app(scope, receive, answer.send)
        except Refusal as refusal:
            response = JSONResponse({"detail": str(refusal)}, refusal.status)
            await response(scope, receive, answer.send)
        except Exception as error:  # what it says may hold the whole request
            print(f"{type(error).__name__} at {scope['path'][:80]!r}")
            await answer.end()

    def _route(self, scope: Scope) -> str:
        path, method = scope["path"].rstrip("/") or "/", scope["method"].lower()
        if method == "options":  # a browser asks what it may ask
            return path
        routes = self._open.get({"head": "get"}.get(method, method), ())
        if not any(route.match(path) for route in routes):
            raise Refusal(404, "There is nothing at this address.")
        if path.startswith("/gradio_api/file=http"):  # Gradio would fetch it
            raise Refusal(404, "This server gives out no files of others.")
        return path

    async def _json(self, scope: Scope, receive: Receive) -> Receive:
        """The request with its whole body, once that is known to be small enough."""
        _check_size(_length(scope), MOST_JSON)
        parts, size, more = [], 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Refusal(400, "The request was broken off.")
            parts.append(message.get("body", b""))
            size, more = size + len(parts[-1]), message.get("more_body", False)
            _check_size(size, MOST_JSON)
        body = b"".join(parts)
        if sum(map(body.count, (b",", b"[", b"{"))) > MOST_VALUES:
            raise Refusal(413, f"More than {MOST_VALUES} values came; send fewer.")
        self._charge(scope, "bytes", size)
        scope["body_size"] = size
        waiting = [{"type": "http.request", "body": body}]

        async def again():
            return waiting.pop() if waiting else await receive()

        return again

    async def _upload(self, scope: Scope, receive: Receive) -> Receive:
        """The request, whose files are counted as they come.

        Gradio deletes what it wrote already where it meets a MultiPartException, and else never.
        """
        most = MAX_BYTES + 100_000  # the files and what stands between them
        _check_size(_length(scope), most)
        self._charge(scope, "uploads", 1)
        if self._uploads.full:
            raise Refusal(503, "There is no room for uploads; try again in a few minutes.")
        content_type = Headers(scope=scope).get("content-type", "")
        boundary = b"--" + parse_options_header(content_type)[1].get(b"boundary", b"")
        tail, size, files, more = b"", 0, -1, True  # a boundary ends the last file, too

        async def counted():
            nonlocal tail, size, files, more
            message = await receive()
            if message["type"] == "http.disconnect" and more:
                raise MultiPartException("The upload was broken off.")
            body, more = message.get("body", b""), message.get("more_body", False)
            files += (tail + body).count(boundary) - tail.count(boundary)
            tail, size = (tail + body)[-len(boundary) :], size + len(body)
            if size > most or files > MOST_FILES:  # Gradio answers 413 for these words
                raise MultiPartException(
                    f"This is more than the maximum allowed size of an upload: {MOST_FILES} files, "
                    f"{MAX_BYTES // 1_000_000} MB together."
                )
            if not self._meter.take(address(scope), "bytes", len(body)):
                raise MultiPartException("Too much came from your address; try again in a minute.")
            self._uploads.add(len(body))
            return message

        return counted

    def _charge(self, scope: Scope, kind: str, count: float) -> None:
        if not self._meter.take(address(scope), kind, count):
            raise Refusal(429, "Too much came from your address; try again in a minute.")


def _length(scope: Scope) -> int:
    said = Headers(scope=scope).get("content-length", "0")
    return int(said) if said.isdigit() else 0


def _check_size(size: int, most: int) -> None:
    if size > most:
        raise Refusal(413, f"The request is larger than {most / 1e6:.0f} MB; send a smaller file.")


class Page:
    """The page with what a shared link shows, before what Gradio says of itself.

    Gradio makes the same page anew for each visitor, in half the time that a stroke takes.
    """

    def __init__(self, app: ASGIApp):
        self._app = app
        self._made: dict[tuple, list[Message]] = {}  # by what its addresses are made of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") != "/" or scope["method"] != "GET":
            return await self._app(scope, receive, send)
        headers, own = Headers(scope=scope), ("scheme", "root_path", "query_string")
        key = (*map(scope.get, own), *map(headers.get, ADDRESSES))
        made = self._made.get(key)
        if made is None:
            made = await self._make(scope, receive)
            if len(self._made) == MOST_PAGES:
                self._made.clear()
            if made[0]["status"] == 200:
                self._made[key] = made
        for message in made:  # copies, for what stands around this adds headers
            await send({**message, "headers": [*message.get("headers", ())]})

    async def _make(self, scope: Scope, receive: Receive) -> list[Message]:
        made: list[Message] = []

        async def keep(message: Message):
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                headers["content-length"] = str(int(headers["content-length"]) + len(PREVIEW))
            elif b"<head>" in message.get("body", b""):
                message["body"] = message["body"].replace(b"<head>", b"<head>" + PREVIEW, 1)
            made.append(message)

        await self._app(scope, receive, keep)
        return made


class Answer:
    """What is sent back, with HEADERS, and to other origins without credentials."""

    def __init__(self, send: Send):
        self._send, self._begun, self._ended = send, False, False

    async def send(self, message: Message) -> None:
        """As ASGI's."""
        if message["type"] == "http.response.start":
            self._begun = True
            headers = MutableHeaders(raw=list(message.get("headers", ())))
            del headers["access-control-allow-credentials"]
            headers.update(HEADERS)
            message = {**message, "headers": headers.raw}
        else:
            self._ended = not message.get("more_body", False)
        await self._send(message)

    async def end(self) -> None:
        """End what an exception has interrupted."""
        if not self._begun:
            start = {"type": "http.response.start", "status": 500}
            await self.send(start)
        if not self._ended:
            await self.send({"type": "http.response.body", "body": b""})


def _sentence(request: Request, error: Exception) -> JSONResponse:
    """What a caller is told of an exception of Gradio's: nothing of its text."""
    kind = next(kind for kind in type(error).__mro__ if kind in ERRORS)
    status, sentence = ERRORS[kind]
    return JSONResponse({"detail": sentence}, status)


_ARGUMENTS = "The arguments are not those of this endpoint; see /gradio_api/info."
ERRORS: dict[type, tuple[int, str]] = {
    RequestValidationError: (400, 'Send a JSON object: {"data": [the arguments in order]}.'),
    FnIndexInferError: (404, "There is no such endpoint; see /gradio_api/info."),
    KeyError: (404, "There is no such endpoint; see /gradio_api/info."),
    TypeError: (400, _ARGUMENTS),
    ValueError: (400, _ARGUMENTS),
    OSError: (507, "The server cannot store this now; try again in a few minutes."),
    Exception: (500, "The server could not answer this."),
}
