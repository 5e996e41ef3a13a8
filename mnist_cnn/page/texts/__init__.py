"""What the page says, one catalogue per room. This is where the language is chosen.

`from mnist_cnn.page.texts import draw` is the catalogue of Draw in LANGUAGE. Another language is a
folder beside `english` with the same modules and names.
"""

import importlib
from types import ModuleType

LANGUAGE = "english"


def __getattr__(name: str) -> ModuleType:
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return importlib.import_module(f"{__name__}.{LANGUAGE}.{name}")
