"""The structure that CONTRIBUTING draws: arrows point one way, and each thing has one home."""

import ast
import json
import os
import re
import subprocess
import sys
from graphlib import TopologicalSorter

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "mnist_cnn"
PAGE = PACKAGE / "page"
ROOMS = "mnist_cnn.page.rooms"
# Each package may import those before it, and none after it.
ORDER = ("dataset", "arguments", "command_line", "networks", "reading", "read_page", "explaining",
         "judging", "learning", "sharing", "page")  # fmt: skip
# The same within the page; parts of one line may import each other, but not in a circle.
PAGE_ORDER = (
    (
        "texts",
        "numbers",
        "palette",
        "events",
        "clients",
        "uploads",
        "sessions",
        "queueing",
        "trainers",
        "own_networks",
    ),
    ("figures",),
    ("markup",),
    ("frames",),
    ("widgets", "current_digit", "readings"),
    ("shared", "blocks", "kept_digits"),
    ("rooms",),
    ("api", "theme", "page", "server"),
)


def module_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {
    module_of(path): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.parent != PAGE / "snippets"
    and path not in (PACKAGE / "__init__.py", PACKAGE / "__main__.py")
}
CORE = [name for name, path in MODULES.items() if PAGE not in path.parents]
ON_THE_PAGE = [name for name in MODULES if name not in CORE]
SOURCES = [ROOT / "app.py", ROOT / "train.py", *sorted(PACKAGE.rglob("*.py"))]


def imports(path):
    """The modules of the package that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            while name.startswith("mnist_cnn.") and name not in MODULES:
                name = name.rpartition(".")[0]
            if name in MODULES:
                yield name


# In a process that has imported the libraries in argv[1], each module in argv[2:] is imported by a
# fork: as quick as importing it alone, and as good. Prints {module: {"loaded", "changed"}}.
PROBE = """
import importlib, json, logging, os, sys, warnings
for library in sys.argv[1].split():
    importlib.import_module(library)
import huggingface_hub.utils, numpy, torch
from PIL import Image

def state():
    loggers = {name: logging.getLogger(name) for name in known}
    return {
        "environment": dict(os.environ),
        "Pillow's limit": Image.MAX_IMAGE_PIXELS,
        "logging": [(log.level, log.disabled, len(log.handlers)) for log in loggers.values()],
        "progress bars": huggingface_hub.utils.are_progress_bars_disabled(),
        "warnings": list(map(str, warnings.filters)),
        "threads": torch.get_num_threads(),
        "random state": torch.get_rng_state().tolist(),
        "NumPy's errors": numpy.geterr(),
    }

known, report = [None, *logging.root.manager.loggerDict], {}
for module in sys.argv[2:]:
    read, write = os.pipe()
    if os.fork() == 0:
        before = state()
        importlib.import_module(module)
        after = state()
        changed = [name for name in before if before[name] != after[name]]
        with open(write, "w") as file:
            json.dump({"loaded": sorted(sys.modules), "changed": changed}, file)
        os._exit(0)
    os.close(write)
    with open(read) as file:
        report[module] = json.load(file)
    assert os.wait()[1] == 0, module
print(json.dumps(report))
"""
PROGRAMS = ["mnist_cnn.page.page", "mnist_cnn.page.theme", "app"]  # they import the whole page
LIBRARIES = "torch scipy.stats matplotlib.figure safetensors.torch huggingface_hub tqdm"
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork()")


def fresh(*arguments):
    """What a fresh interpreter prints."""
    command = [sys.executable, "-c", *arguments]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def core():
    return json.loads(fresh(PROBE, LIBRARIES, *CORE, "train"))


@pytest.fixture(scope="module")
def page():
    return json.loads(fresh(PROBE, f"{LIBRARIES} gradio", *PROGRAMS))


@pytest.mark.parametrize("module", [*CORE, "train"])
def test_core_and_training_live_without_gradio_torchvision_and_pyplot(core, module):
    assert not {"gradio", "torchvision", "matplotlib.pyplot"} & set(core[module]["loaded"])


@pytest.mark.parametrize("module", PROGRAMS)
def test_the_app_lives_without_torchvision_and_pyplot(page, module):
    loaded = set(page[module]["loaded"])
    assert not {"torchvision", "matplotlib.pyplot"} & loaded and "gradio" in loaded


def test_importing_changes_nothing(core, page):
    """No limit of Pillow, no log level, no environment variable, no random state ..."""
    changed = {name: row["changed"] for name, row in (core | page).items() if row["changed"]}
    assert changed.keys() <= {"app"}  # which is a program, not a library


def test_arithmetic_alone_needs_no_torch():
    loaded = fresh(
        "import sys, mnist_cnn.arguments, mnist_cnn.dataset.facts, "
        "mnist_cnn.explaining.convolution; print(*sys.modules)"
    ).split()
    assert not {"torch", "matplotlib"} & set(loaded)


@pytest.mark.parametrize("module", MODULES)
def test_arrows_between_packages_point_one_way(module):
    place = ORDER.index(module.split(".")[1])
    for imported in imports(MODULES[module]):
        assert ORDER.index(imported.split(".")[1]) <= place, f"{module} imports {imported}"


@pytest.mark.parametrize("module", [name for name in ON_THE_PAGE if name.count(".") > 1])
def test_arrows_within_the_page_point_one_way(module):
    place = {name: level for level, names in enumerate(PAGE_ORDER) for name in names}
    here = place[module.split(".")[2]]
    for imported in imports(MODULES[module]):
        if imported in ON_THE_PAGE:
            assert place[imported.split(".")[2]] <= here, f"{module} imports {imported}"


def test_no_module_imports_itself_by_way_of_others():
    TopologicalSorter({name: set(imports(path)) for name, path in MODULES.items()}).prepare()


def test_rooms_do_not_import_each_other():
    """A room is a file, or a package whose files may import one another."""
    rooms = {name: name.split(".")[3] for name in MODULES if name.startswith(f"{ROOMS}.")}
    assert len(set(rooms.values())) >= 7
    for name, room in rooms.items():
        assert {rooms[other] for other in imports(MODULES[name]) if other in rooms} <= {room}, name


def test_mean_and_std_are_written_once():
    for literal in ("0.1307", "0.3081"):
        homes = [path for path in SOURCES if literal in path.read_text()]
        assert [path.name for path in homes] == ["facts.py"]


def test_weights_are_never_pickled():
    for path in SOURCES:
        assert not re.search(r"torch\.(load|save)\(|pickle\.", path.read_text()), path.name


def test_text_is_read_and_written_with_its_encoding():
    """What the linter's PLW1514 cannot see: calls of paths whose type it does not know."""
    for path in SOURCES:
        for call in re.findall(r"\.(?:read|write)_text\(.*", path.read_text(encoding="utf-8")):
            assert "encoding=" in call, f"{path.name}: {call}"


def test_progress_bars_are_tqdms_own():
    for path in SOURCES:
        for line in re.findall(r"import .*", path.read_text()):
            assert "tqdm" not in line or line == "import tqdm", path.name


def test_sketch_js_is_the_only_home_of_the_paper():
    scripts = PACKAGE.rglob("*.js")
    homes = [path.name for path in scripts if 'querySelector("canvas")' in path.read_text()]
    assert homes == ["sketch.js"]
