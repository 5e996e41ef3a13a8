"""The app as it is started, in a process of its own, changes over to networks from the Hub."""

import gc
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from urllib.parse import urljoin

import pytest
import torch
from gradio_client import Client

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import DIRECTORY, file_sha256, load_model, save_model
from mnist_cnn.sharing.golden import save_golden
from mnist_cnn.sharing.hub import repository_files
from tests.conftest import ROOT, running_app

# Gradio's client leaves sockets to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
SEVEN = embedded_test_set().images[0].tolist()


@pytest.fixture
def started(monkeypatch):
    """Runs app.main with a command line: (what was pulled, the settings of the launch)."""
    import app

    gc.collect()  # Gradio leaves event loops behind: they go while their warnings are let pass

    def start(*words, **variables):
        pulled, launched, threads = [], {}, torch.get_num_threads()
        monkeypatch.setattr(sys, "argv", ["app.py", *words])
        monkeypatch.setattr(app, "silence", lambda: None)
        monkeypatch.setattr(app, "serve", lambda demo, **settings: launched.update(settings))
        monkeypatch.setattr(app, "pull_in_background", lambda *asked: pulled.append(asked))
        for name in ("MNIST_CNN_HUB_REPO", "MNIST_CNN_HUB_REVISION"):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        try:
            app.main()
        finally:
            torch.set_num_threads(threads)
        return [asked[1:] for asked in pulled], launched

    return start


def test_words_and_variables_say_whose_networks_answer(started):
    assert started()[0] == []
    assert started("--hub-repo", "a/b")[0] == [("a/b", "main")]
    assert started("--hub-repo", "a/b", "--revision", "v1")[0] == [("a/b", "v1")]
    named = {"MNIST_CNN_HUB_REPO": "c/d", "MNIST_CNN_HUB_REVISION": "v2"}
    assert started(**named)[0] == [("c/d", "v2")]
    assert started("--hub-repo", "a/b", **named)[0] == [("a/b", "v2")]
    assert started(**named | {"MNIST_CNN_HUB_REVISION": ""})[0] == [("c/d", "main")]


def test_a_network_that_is_not_trained_is_named(started, monkeypatch, capsys):
    started()
    assert capsys.readouterr().out == ""
    monkeypatch.setitem(MODELS, "extra", MODELS["fc"])
    started()
    assert capsys.readouterr().out == (
        "weights: extra is not trained and left out; `python train.py extra` trains it\n"
    )


def test_the_app_loads_where_text_is_read_as_no_utf8():
    """As on a Windows of Asia: any text that is read without its encoding is an error."""
    code = """import warnings
warnings.filterwarnings("error", category=EncodingWarning, module="mnist_cnn")
import app
"""
    variables = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    environment = os.environ | variables | {"PYTHONWARNDEFAULTENCODING": "1"}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr


def test_a_launch_hides_errors_and_refuses_large_files(started):
    _, settings = started()
    assert settings["show_error"] is False and settings["max_file_size"] == 25_000_000


def test_words_and_variables_say_where_it_listens(started, monkeypatch):
    names = "server_name", "server_port", "share", "root_path"
    for name in ("NAME", "PORT"):
        monkeypatch.delenv(f"GRADIO_SERVER_{name}", raising=False)
    monkeypatch.setenv("no_proxy", "intranet")
    monkeypatch.setenv("NO_PROXY", "")

    def found(*words, **variables):
        return [started(*words, **variables)[1][name] for name in names]

    assert found() == ["127.0.0.1", 7860, None, None]
    words = ("--host", "0.0.0.0", "--port", "8000", "--share", "--root-path", "/lesson")
    assert found(*words) == ["0.0.0.0", 8000, True, "/lesson"]
    assert os.environ["NO_PROXY"] == os.environ["no_proxy"]
    assert set(os.environ["NO_PROXY"].split(",")) >= {"intranet", "127.0.0.1", "0.0.0.0"}
    variables = {"GRADIO_SERVER_NAME": "::1", "GRADIO_SERVER_PORT": "81", "GRADIO_ROOT_PATH": "/x"}
    assert found(**variables) == ["::1", 81, None, "/x"]


def starting(*words, program=("app.py",), **variables):
    """What `python app.py` says where it does not start."""
    command = [sys.executable, *program, *map(str, words)]
    environment = os.environ | {key: str(value) for key, value in variables.items()}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.returncode == 1
    return run.stderr


def test_a_taken_port_is_said_in_one_sentence(tmp_path):
    """Behind a proxy that is not there: the app does not ask it for itself."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        proxy = {"HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": "", "GRADIO_TEMP_DIR": tmp_path}
        assert starting("--port", port, **proxy) == (
            f"app.py: 127.0.0.1, port {port}, is taken or not of this machine: "
            "give another --port or --host\n"
        )


def test_a_folder_that_cannot_be_written_is_said_in_one_sentence(tmp_path):
    (tmp_path / "gradio").write_bytes(b"a file where a folder should be")
    said = starting(GRADIO_TEMP_DIR=tmp_path / "gradio")
    assert said.startswith(f"app.py: nothing can be written into {tmp_path / 'gradio'} (")
    assert said.endswith("set GRADIO_TEMP_DIR and TMPDIR to a folder of your own\n")


def test_no_folder_at_all_for_temporary_files_is_said_in_one_sentence(tmp_path):
    """As on a machine that is read-only: Python finds none, and Gradio is imported all the same."""
    none = "tempfile.gettempdir = lambda: open('/nowhere/at/all')"
    program = f"import runpy, tempfile; {none}; runpy.run_path('app.py', run_name='__main__')"
    (tmp_path / "file").touch()
    said = starting(program=("-c", program), TMPDIR=tmp_path / "file", GRADIO_TEMP_DIR="")
    assert said.startswith(f"app.py: nothing can be written into {tmp_path / 'file'}")
    assert said.count("\n") == 1


@pytest.fixture
def turned(tmp_path):
    """A folder of weights whose conv takes every digit for the next one."""
    folder = shutil.copytree(DIRECTORY, tmp_path / "turned")
    model, header = load_model(folder / "conv.safetensors", "conv")
    with torch.no_grad():
        model.classifier[-1].weight.copy_(model.classifier[-1].weight.roll(1, 0))
        model.classifier[-1].bias.copy_(model.classifier[-1].bias.roll(1, 0))
    save_model(folder / "conv.safetensors", "conv", model, run=header["run"])
    metrics = json.loads((folder / "metrics.json").read_text())
    metrics["models"]["conv"]["sha256"] = file_sha256(folder / "conv.safetensors")
    (folder / "metrics.json").write_text(json.dumps(metrics))
    save_golden(folder)
    return folder


def conv_row(client):
    return next(row for row in client.predict(api_name="/models") if row["key"] == "conv")


def test_the_app_changes_over_to_a_repository_once_it_is_verified(
    stand_in, environment, turned, tmp_path
):
    stand_in.reset()
    stand_in.put("teacher/turned", repository_files("teacher/turned", turned))
    commit = stand_in.repos["model", "teacher/turned"].refs["main"]
    variables = environment | {"HF_HOME": str(tmp_path), "MNIST_CNN_HUB_REPO": "teacher/turned"}
    with running_app(tmp_path, **variables) as (url, log):
        client = Client(url, verbose=False)
        for _ in range(240):
            row = conv_row(client)
            if row["source"] != "embedded":
                break
            time.sleep(0.25)
        assert (row["source"], row["revision"]) == ("teacher/turned", commit), log.read_text()
        assert row["sha256"] == file_sha256(turned / "conv.safetensors")
        assert client.predict(SEVEN, "conv", api_name="/classify_pixels")["label"] == 8
        assert client.predict(SEVEN, "aug", api_name="/classify_pixels")["label"] == 7
        client.close()


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("nginx"), reason="needs nginx")
def test_the_documented_lines_show_the_page_at_a_path_behind_nginx(tmp_path):
    guide = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    lines = re.search(r"```nginx\n(.*?)```", guide, re.DOTALL).group(1)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with running_app(tmp_path, "--root-path", "/lesson") as (url, _):
        lines = lines.replace("http://127.0.0.1:7860/", url)
        (tmp_path / "nginx.conf").write_text(
            f"pid {tmp_path}/pid; error_log {tmp_path}/errors; daemon off; events {{}}\n"
            f"http {{ access_log off; client_body_temp_path {tmp_path}/body;"
            f"proxy_temp_path {tmp_path}/proxy;\n"
            f"server {{ listen 127.0.0.1:{port};\n{lines}}} }}\n"
        )
        nginx = subprocess.Popen(["nginx", "-c", tmp_path / "nginx.conf", "-e", "stderr"])
        try:
            address = f"http://127.0.0.1:{port}/lesson/"
            for _ in range(100):
                with suppress(OSError):
                    page = urllib.request.urlopen(address).read().decode()
                    break
                time.sleep(0.1)
            assets = re.findall(r'(?:src|href)="\./([^"]+)"', page)
            assert assets
            for asset in assets:
                assert urllib.request.urlopen(urljoin(address, asset)).status == 200, asset
            client = Client(address, verbose=False)
            assert client.predict(SEVEN, "aug", api_name="/classify_pixels")["label"] == 7
            client.close()
        finally:
            nginx.terminate()
            nginx.wait()
