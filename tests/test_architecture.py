"""The structure that ARCHITECTURE promises: arrows point down, and each thing has one home."""

import re
import subprocess
import sys

import pytest

from .conftest import ROOT

PACKAGE = ROOT / "mnist_cnn"
SOURCES = [ROOT / "app.py", ROOT / "train.py", *PACKAGE.rglob("*.py")]
CORE = sorted(path for path in PACKAGE.glob("*.py") if path.stem != "__init__")

# Each module may import those to its left, and none to its right.
ORDER = (
    *("augment", "images", "preprocess", "models", "weights", "data", "non_digits", "guard"),
    *("predict", "golden", "passport", "convolution", "evaluate", "evaluate_handwriting"),
    *("explain", "arithmetic", "robustness", "training", "stacked", "runs", "ledger", "live"),
    *("model_card", "hub"),
    *("figures", "lesson"),
)


def fresh(code):
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize("module", [path.stem for path in CORE])
def test_core_imports_without_gradio_torchvision_and_pyplot(module):
    loaded = fresh(f"import sys, mnist_cnn.{module}; print(*sys.modules)").split()
    assert not {"gradio", "torchvision", "matplotlib.pyplot"} & set(loaded)


def test_the_app_lives_without_torchvision_and_pyplot():
    loaded = fresh("import sys, app; print(*sys.modules)").split()
    assert not {"torchvision", "matplotlib.pyplot"} & set(loaded) and "gradio" in loaded


def test_training_lives_without_gradio():
    assert "gradio" not in fresh("import sys, train; print(*sys.modules)").split()


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_arrows_point_down(path):
    text = path.read_text()
    imported = re.findall(r"^\s*from \.(\w+) import", text, re.M)
    place = ORDER.index(path.stem)
    for name in imported:
        assert ORDER.index(name) < place, f"{path.name} imports {name}"
    assert "from .ui" not in text


def test_rooms_do_not_import_each_other():
    rooms = sorted((PACKAGE / "ui").glob("*_tab.py"))
    assert len(rooms) >= 4
    for room in rooms:
        assert not re.search(r"import .*_tab", room.read_text()), room.name


def test_mean_and_std_are_written_once():
    for literal in ("0.1307", "0.3081"):
        homes = [path for path in SOURCES if literal in path.read_text()]
        code = [path.name for path in homes if path.name != "lesson.py"]
        assert code == ["preprocess.py"]


def test_weights_are_never_pickled():
    for path in SOURCES:
        assert not re.search(r"torch\.(load|save)\(|pickle\.", path.read_text()), path.name


def test_sketch_js_is_the_only_home_of_the_canvas():
    scripts = (PACKAGE / "ui").glob("*.js")
    homes = [path.name for path in scripts if "canvas" in path.read_text()]
    assert homes == ["sketch.js"]
