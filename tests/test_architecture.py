"""The structure that ARCHITECTURE promises: arrows point down, and each thing has one home."""

import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "mnist_cnn"
SOURCES = [ROOT / "app.py", ROOT / "train.py", *PACKAGE.rglob("*.py")]
# Each package may import those before it, and none after it.
ORDER = ("dataset", "arguments", "networks", "reading", "explaining", "judging", "learning",
         "sharing", "page")  # fmt: skip
CORE = sorted(
    path
    for path in PACKAGE.rglob("*.py")
    if path.stem not in ("__init__", "__main__") and "page" not in path.relative_to(PACKAGE).parts
)


def module_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def fresh(code):
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize("path", CORE, ids=module_of)
def test_core_imports_without_gradio_torchvision_and_pyplot(path):
    loaded = fresh(f"import sys, {module_of(path)}; print(*sys.modules)").split()
    assert not {"gradio", "torchvision", "matplotlib.pyplot"} & set(loaded)


@pytest.mark.parametrize("module", ["arguments", "dataset.facts", "explaining.convolution"])
def test_arithmetic_alone_needs_no_torch(module):
    loaded = fresh(f"import sys, mnist_cnn.{module}; print(*sys.modules)").split()
    assert not {"torch", "matplotlib"} & set(loaded)


def test_the_app_lives_without_torchvision_and_pyplot():
    loaded = fresh("import sys, app; print(*sys.modules)").split()
    assert not {"torchvision", "matplotlib.pyplot"} & set(loaded) and "gradio" in loaded


def test_training_lives_without_gradio():
    assert "gradio" not in fresh("import sys, train; print(*sys.modules)").split()


@pytest.mark.parametrize("path", [p for p in SOURCES if PACKAGE in p.parents], ids=module_of)
def test_arrows_point_down(path):
    package = path.relative_to(PACKAGE).with_suffix("").parts[0]
    if package.startswith("__"):
        return
    for imported in re.findall(r"^\s*(?:from|import) mnist_cnn\.?(\w*)", path.read_text(), re.M):
        if "snippets" not in path.parts:
            assert ORDER.index(imported) <= ORDER.index(package), f"{path} imports {imported}"


def test_rooms_do_not_import_each_other():
    """A room is a file, or a package whose files may import one another."""
    home = PACKAGE / "page" / "rooms"
    rooms = {path: path.relative_to(home).with_suffix("").parts[0] for path in home.rglob("*.py")}
    assert len(set(rooms.values())) >= 7
    for path, room in rooms.items():
        for imported in re.findall(
            r"from mnist_cnn\.page\.rooms(?:\.| import )(\w+)", path.read_text()
        ):
            assert imported == room, path


def test_mean_and_std_are_written_once():
    for literal in ("0.1307", "0.3081"):
        homes = [path for path in SOURCES if literal in path.read_text()]
        assert [path.name for path in homes] == ["facts.py"]


def test_weights_are_never_pickled():
    for path in SOURCES:
        assert not re.search(r"torch\.(load|save)\(|pickle\.", path.read_text()), path.name


def test_sketch_js_is_the_only_home_of_the_canvas():
    scripts = PACKAGE.rglob("*.js")
    homes = [path.name for path in scripts if "canvas" in path.read_text()]
    assert homes == ["sketch.js"]
