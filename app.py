"""The lesson as a web page: `python app.py`, then open the address that it prints."""

import argparse
import gc
import os
import sys
import tempfile
from pathlib import Path

# Before Gradio is imported: the folder of uploads is swept, so it must be of this app alone.
try:
    temporary = tempfile.gettempdir()
except OSError:
    temporary = os.environ.get("TMPDIR", "/tmp")  # check_folder says that it cannot be written
own = f"mnist-cnn-uploads-{os.getuid() if hasattr(os, 'getuid') else ''}"
os.environ["GRADIO_TEMP_DIR"] = os.environ.get("GRADIO_TEMP_DIR") or str(Path(temporary) / own)

import torch

from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import WeightsError
from mnist_cnn.page.page import build_page
from mnist_cnn.page.queueing import PLACES
from mnist_cnn.page.server import check_folder, launch_settings, leave_out_proxies, serve
from mnist_cnn.page.theme import HEAD, theme
from mnist_cnn.sharing.client import silence
from mnist_cnn.sharing.live import LiveWeights, pull_in_background
from mnist_cnn.sharing.weight_set import load_shipped

try:
    check_folder()
    weights = LiveWeights(load_shipped())
except (OSError, WeightsError) as error:
    sys.exit(f"app.py: {error}")
demo = build_page(weights).queue(max_size=PLACES, api_open=False, status_update_rate=10)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    repo_id = os.environ.get("MNIST_CNN_HUB_REPO")
    revision = os.environ.get("MNIST_CNN_HUB_REVISION") or "main"
    add = parser.add_argument
    add("--hub-repo", metavar="USER/REPO", default=repo_id, help="whose networks are to answer")
    add("--revision", default=revision, help="branch, tag or commit of them; default: %(default)s")
    host = os.environ.get("GRADIO_SERVER_NAME") or "127.0.0.1"
    port = os.environ.get("GRADIO_SERVER_PORT") or "7860"
    root = os.environ.get("GRADIO_ROOT_PATH")
    add("--host", default=host, help="0.0.0.0 lets other machines in; default: %(default)s")
    add("--port", type=int, default=port, help="default: %(default)s")
    add("--share", action="store_true", help="a public address through Gradio's servers, too")
    add("--root-path", metavar="/PATH", default=root, help="where a proxy shows the page")
    settings = parser.parse_args()
    torch.set_num_threads(1)  # one digit at a time: more threads only wait for each other
    sys.setswitchinterval(0.0005)  # an answer asks for Python's lock often: no 5 ms each time
    for key in MODELS.keys() - weights.current.models.keys():
        print(f"weights: {key} is not trained and left out; `python train.py {key}` trains it")
    if settings.hub_repo:
        silence()
        pull_in_background(weights, settings.hub_repo, settings.revision)
    leave_out_proxies(settings.host)
    gc.freeze()  # what lasts as long as the app is not looked through again, nor when it ends
    try:
        serve(
            demo, theme=theme(), head=HEAD, footer_links=["api"], **launch_settings(),
            server_name=settings.host, server_port=settings.port,
            share=settings.share or None, root_path=settings.root_path,
        )  # fmt: skip
    except (OSError, OverflowError):  # OverflowError: no port has that number
        where = f"{settings.host}, port {settings.port}"
        sys.exit(f"app.py: {where}, is taken or not of this machine: give another --port or --host")


if __name__ == "__main__":
    main()
