"""The web server round the page, as a stranger meets it."""

import asyncio
import http.client
import json
import os
import re
import signal
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from gradio.routes import App
from starlette.routing import Route

from mnist_cnn.page.current_digit import from_test_set, to_browser
from mnist_cnn.page.rooms.results.layout import charts_of
from mnist_cnn.page.server import (
    MOST_FILES,
    MOST_JSON,
    OPEN,
    Answer,
    Page,
    fill_rooms,
    launch_settings,
)
from tests.conftest import running_app
from tests.page.conftest import in_loop

BLANK = [[0] * 28] * 28
DIGIT = to_browser(from_test_set(0))
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "multipart/form-data; boundary=b"}
PART = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\nabc\r\n'


def ask(app, method, path, body=None, headers=None):
    """(status, headers, text) of an answer."""
    connection = http.client.HTTPConnection(urlsplit(app).netloc, timeout=60)
    if isinstance(body, dict | list):
        body, headers = json.dumps(body).encode(), JSON
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, response.headers, text


def call(app, name, data):
    """The last event of a call."""
    status, _, text = ask(app, "POST", f"/gradio_api/call/{name}", {"data": data})
    assert status == 200, text
    return ask(app, "GET", f"/gradio_api/call/{name}/{json.loads(text)['event_id']}")[2]


def test_a_launch_hides_errors_records_nothing_and_refuses_large_files():
    settings = launch_settings()
    assert settings["max_file_size"] == 25_000_000
    for switched_off in ("show_error", "run_history", "enable_monitoring", "ssr_mode"):
        assert settings[switched_off] is False


def test_every_open_route_is_one_of_gradios_and_most_of_those_are_shut(page):
    def nameless(path):
        return re.sub(r"{[^}:]*", "{", path).removesuffix("/")

    routes = list(all_routes(in_loop(App.create_app, page).routes))
    gradios = {
        (method.lower(), nameless(route.path)) for route in routes for method in route.methods
    }
    ours = {(method, nameless(path)) for method, paths in OPEN.items() for path in paths}
    assert ours <= gradios and len(gradios - ours) >= 25


def all_routes(routes):
    for route in routes:
        router = getattr(route, "original_router", None)
        if router is not None:  # of FastAPI
            yield from all_routes(router.routes)
        elif isinstance(route, Route):
            yield route


@pytest.mark.parametrize(
    "method, path",
    [
        *(
            ("GET", f"/gradio_api/{name}")
            for name in ("deep_link", "runs", "openapi.json", "token")
        ),
        *(("GET", path) for path in ("/monitoring", "/monitoring/summary", "/logout", "/pwa_icon")),
        *(("GET", f"/gradio_api/{name}") for name in ("dev/reload", "login_check")),
        *(("GET", f"/gradio_api/{name}") for name in ("proxy=https://x.hf.space", "file/x")),
        ("GET", "/gradio_api/file=https://example.com/"),
        ("GET", "/gradio_api/openapi.json"),
        ("GET", "/gradio_api/custom_component/a/client/b/c"),
        ("GET", "/gradio_api/stream/a/b/1/playlist.m3u8"),
        *(("POST", f"/gradio_api/{name}") for name in ("process_recording", "component_server")),
        *(("POST", f"/gradio_api/{name}") for name in ("vibe-edit/", "run-history/connect")),
        ("POST", "/login"),
        ("PUT", "/"),
    ],
)
def test_other_routes_are_shut(app, method, path):
    status, _, text = ask(app, method, path)
    assert status == 404 and json.loads(text)["detail"].startswith(("There is", "This server"))


def test_files_outside_of_the_uploads_are_not_given_out(app):
    for path in ("/etc/passwd", "app.py", "../app.py", "/tmp", "/proc/self/environ"):
        assert ask(app, "GET", f"/gradio_api/file={path}")[0] in (403, 404)


HOSTILE = {
    "no JSON": ("call/models", b"{", 400, "Send a JSON object"),
    "no data": ("call/models", {"x": "secret"}, 400, "Send a JSON object"),
    "no object": ("call/v2/models", [1], 400, "Send a JSON object"),
    "deep": ("call/models", b'{"data": ' + b"[" * 4000, 400, "There was an error"),
    "unknown": ("call/nothing", {"data": []}, 404, "There is no such endpoint"),
    "unknown v2": ("call/v2/nothing", {}, 404, "There is no such endpoint"),
    "odd v2": ("call/v2/models", {"secret": 1}, 400, "The arguments are not those"),
    "unknown run": ("run/predict", {"data": [], "fn_index": 9999}, 404, "There is no such"),
    "direct": ("run/models", {"data": []}, 404, "This API endpoint does not accept direct"),
    "unknown index": (
        *("queue/join", {"data": [], "fn_index": 9999, "session_hash": "x"}),
        *(400, "fn_index: there is no 9999"),
    ),
    "nested": ("call/classify_pixels", {"data": [[[0] * 200] * 200]}, 413, "More than 10000"),
    "large": ("call/classify_pixels", b'"' + b"a" * MOST_JSON, 413, "The request is larger"),
}


@pytest.mark.parametrize("path, body, status, said", HOSTILE.values(), ids=HOSTILE)
def test_hostile_requests_get_one_sentence(app, path, body, status, said):
    headers = JSON if isinstance(body, bytes) else None
    answer = ask(app, "POST", f"/gradio_api/{path}", body, headers)
    assert answer[0] == status and json.loads(answer[2])["detail"].startswith(said)
    assert "secret" not in answer[2]
    assert "event: complete" in call(app, "classify_pixels", [BLANK, "aug"])


@pytest.mark.parametrize(
    "name, data, said",
    [
        ("classify_pixels", [BLANK, "aug", 3], "3 arguments came; send 2."),
        ("use_index", [1], "1 arguments came; send 3."),
        ("show_again", [None, "mnist"], "The digit on the table did not arrive"),
        ("show_again", [DIGIT, "secret"], "One argument is none that this accepts"),
        ("show_again", [DIGIT, [1]], "One argument is none that this accepts"),
        (
            *("classify", [{"path": "/etc/secret", "meta": {"_type": "gradio.FileData"}}]),
            "This file was not uploaded",
        ),
    ],
)
def test_odd_arguments_get_one_sentence(app, name, data, said):
    answer = call(app, name, data)
    assert said in answer and "secret" not in answer


def test_arguments_that_are_left_out_are_the_documented_ones(app):
    answer = call(app, "classify_pixels", [BLANK])
    assert '"model": "aug"' in answer and "blank" in answer
    assert '"shape": [32, 26, 26]' in call(app, "activations", [])


def test_what_every_answer_says_to_a_browser(app):
    for path in ("/", "/config", "/nothing", "/gradio_api/info"):
        headers = ask(app, "GET", path)[1]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
        assert "frame-ancestors 'self' https://huggingface.co" in headers["content-security-policy"]


def test_no_other_origin_reads_with_credentials(app):
    headers = {"Origin": "https://evil.example", "Host": "lesson.example"}
    preflight = {"Access-Control-Request-Method": "POST", **headers}
    for method, sent in (("GET", headers), ("OPTIONS", preflight)):
        status, got, _ = ask(app, method, "/config", headers=sent)
        assert status == 200 and got["access-control-allow-credentials"] is None
        assert got["access-control-allow-origin"] == "https://evil.example"


def test_a_shared_link_shows_the_lesson(app):
    status, headers, text = ask(app, "GET", "/")
    first = re.search(r'<meta property="og:title" content="([^"]*)"', text)
    assert status == 200 and first.group(1) == "What makes convolutional networks work"
    assert len(text.encode()) == int(headers["content-length"])
    assert ask(app, "HEAD", "/")[0] == 200


def test_every_address_has_its_own_page(app):
    secure = {"X-Forwarded-Host": "a.example", "X-Forwarded-Proto": "https"}
    addresses = {
        "http://a.example": {"Host": "a.example"},
        "http://b.example": {"Host": "b.example"},
        "https://a.example": secure,
    }
    for _ in range(2):
        for address, headers in addresses.items():
            status, got, text = ask(app, "GET", "/", headers=headers)
            assert status == 200 and set(re.findall(r"https?://\w\.example", text)) == {address}
            assert len(text.encode()) == int(got["content-length"])


def test_a_page_is_made_once():
    made = []

    async def gradio(scope, receive, send):
        made.append(scope["path"])
        status = 500 if scope["query_string"] else 200
        headers = [(b"content-length", b"6")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"<head>"})

    async def sizes(*questions):
        page, sent = Page(gradio), []

        async def send(message):
            if message["type"] == "http.response.start":
                message["headers"].append((b"x-added", b"by what stands around"))
                sent.append(len(message["headers"]))

        for path, query in questions:
            scope = {"type": "http", "method": "GET", "path": path, "query_string": query}
            await page({**scope, "headers": []}, None, send)
        return sent

    questions = [("/", b""), ("/", b""), ("/config", b""), ("/", b"x"), ("/", b"x")]
    assert asyncio.run(sizes(*questions)) == [2] * 5
    assert made == ["/", "/config", "/", "/"]  # a failure is not kept


def test_what_is_being_answered_is_answered_before_the_app_ends(tmp_path):
    """SIGTERM while an answer is being worked out and a page is open."""
    with running_app(tmp_path) as (url, log):
        page = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        page.request("GET", "/gradio_api/heartbeat/page")
        page.getresponse()
        body = {"data": [None, 0, 12]}
        event = json.loads(ask(url, "POST", "/gradio_api/call/shift_map", body)[2])["event_id"]
        answer = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        answer.request("GET", f"/gradio_api/call/shift_map/{event}")
        response = answer.getresponse()
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGTERM)
        assert "event: complete" in response.read().decode(), log.read_text()
        page.close()


def test_streams_that_wait_for_nothing_end_with_the_app(tmp_path):
    """Gradio would look only every ten seconds whether there is anything to say."""
    with running_app(tmp_path) as (url, log):
        event = json.loads(ask(url, "POST", "/gradio_api/call/models", {"data": []})[2])["event_id"]
        assert "event: complete" in ask(url, "GET", f"/gradio_api/call/models/{event}")[2]
        stream = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        stream.request("GET", f"/gradio_api/queue/data?session_hash={event}")
        response = stream.getresponse()
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGTERM)
        assert '"msg":"close_stream"' in response.read().decode(), log.read_text()
        stream.close()


def folder_of(app):
    return Path(json.loads(ask(app, "POST", "/gradio_api/upload", PART + b"--b--", FORM)[2])[0])


def test_one_upload_holds_a_bounded_number_of_files(app):
    for count, status in ((MOST_FILES, 200), (MOST_FILES + 1, 413)):
        answer = ask(app, "POST", "/gradio_api/upload", PART * count + b"--b--\r\n", FORM)
        assert answer[0] == status
    assert "100 files, 25 MB together" in answer[2]
    for body in (b"", b"x", PART.replace(b'; filename="a.png"', b"") + b"--b--"):
        assert ask(app, "POST", "/gradio_api/upload", body, FORM)[0] < 500
    large = PART.replace(b"abc", b"0" * 25_200_000)
    assert ask(app, "POST", "/gradio_api/upload", large + b"--b--", FORM)[0] == 413


def test_nothing_is_left_of_uploads_that_break_off(app):
    """Nor do hundreds of the same file take more room than one."""
    folder = folder_of(app).parent.parent
    before = sorted(folder.rglob("*"))
    headers = {"Host": "x", "Content-Length": 9999, **FORM}
    lines = ["POST /gradio_api/upload HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items()), "", ""]
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", urlsplit(app).port)) as connection:
            connection.sendall("\r\n".join(lines).encode() + PART[:-5])
            time.sleep(0.02)
    for _ in range(200):
        assert folder_of(app).parent.parent == folder
    for _ in range(100):
        if sorted(folder.rglob("*")) == before:
            break
        time.sleep(0.1)
    assert sorted(folder.rglob("*")) == before


def test_a_full_disk_is_said_in_one_sentence_and_costs_nothing_else(tmp_path):
    """No file of the app may grow beyond 100 kB from here on: it cannot write."""
    resource = pytest.importorskip("resource")
    with running_app(tmp_path) as (url, log):
        pid = int((tmp_path / "pid").read_text())
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (100_000, 100_000))
        large = PART.replace(b"abc", b"0" * 200_000) + b"--b--"
        status, _, text = ask(url, "POST", "/gradio_api/upload", large, FORM)
        assert status == 507 and json.loads(text)["detail"].startswith("The server cannot store")
        assert folder_of(url).exists()
        assert "event: complete" in call(url, "classify_pixels", [BLANK, "aug"])
        assert "mnist_cnn/" not in log.read_text()


def test_an_answer_that_was_interrupted_is_ended():
    async def sent(*messages):
        got = []

        async def send(message):
            got.append(message)

        answer = Answer(send)
        for message in messages:
            await answer.send(message)
        await answer.end()
        return got

    start = {"type": "http.response.start", "status": 200}
    body = {"type": "http.response.body", "body": b"x"}
    first, last = asyncio.run(sent())
    assert first["status"] == 500 and last["body"] == b""
    assert [m.get("body") for m in asyncio.run(sent(start, {**body, "more_body": True}))] == [
        *(None, b"x", b"")
    ]
    assert len(asyncio.run(sent(start, body))) == 2


def test_what_the_first_visitor_of_a_room_would_wait_for_is_made_before(page, weights):
    charts_of.cache_clear()
    fill_rooms(page)
    made = charts_of.cache_info().misses
    charts_of(weights)
    assert made == charts_of.cache_info().misses == 1
