"""A stand-in of the Hub, and the real client in a process of its own that knows nothing else.

The client reads its address and its cache once, when it is imported: so it runs in another process,
with a cache of its own, and no test reaches the real Hub. Both are started once for all tests of
this folder (once per worker, where tests run in parallel).
"""

import hashlib
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from mnist_cnn.networks.weights import DIRECTORY
from mnist_cnn.sharing.hub import repository_files
from tests.sharing import fresh
from tests.sharing.hub_stand_in import HubStandIn
from tests.sharing.in_client import in_client, printed


@pytest.fixture(scope="package")
def stand_in():
    stand_in = HubStandIn()
    stand_in.address = stand_in.start()
    yield stand_in
    stand_in.stop()


@pytest.fixture(scope="package")
def environment(stand_in, tmp_path_factory):
    """Variables under which the client knows nothing but the stand-in."""
    return {
        "HF_ENDPOINT": stand_in.address,
        "HF_HOME": str(tmp_path_factory.mktemp("hf")),
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_TOKEN": "",
        "NO_PROXY": "127.0.0.1",
    }


@pytest.fixture(scope="package")
def worker(environment):
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            # It starts now, with these variables.
            pool.around_the_import = pool.submit(fresh.around_the_import).result()
            yield pool


@pytest.fixture
def call(worker, stand_in):
    """Calls a function in the client's process, with in_client's settings of the client."""
    stand_in.reset()
    yield lambda *arguments, **settings: worker.submit(in_client, *arguments, **settings).result()
    stand_in.reset()


@pytest.fixture
def command(worker, stand_in):
    """Runs a verb in the client's process: (status, what is printed, what is said on stderr)."""
    stand_in.reset()
    yield lambda verb, *words, **settings: worker.submit(
        in_client, printed, verb, list(map(str, words)), **settings
    ).result()
    stand_in.reset()


@pytest.fixture(scope="session")
def files():
    """What `push` sends of the shipped networks: {name: content}."""
    return repository_files("teacher/mnist", DIRECTORY)


@pytest.fixture
def repo_id(request, stand_in, files):
    """A repository that holds the shipped networks; the client has none of it in its cache."""
    name = f"teacher/r{hashlib.sha1(request.node.nodeid.encode()).hexdigest()[:12]}"
    stand_in.put(name, files)
    return name
