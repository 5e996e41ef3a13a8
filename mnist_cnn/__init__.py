"""Convolutional networks that read people's own handwriting, and show why."""

import importlib

_HOMES = {
    "Weights": "reading.detector",
    "classify": "reading.predict",
    "evaluate": "judging.own_digits",
    "load_models": "networks.weights",
    "load_weights": "reading.detector",
    "read_page": "reading.page",
}
__all__ = ["Weights", "classify", "evaluate", "load_models", "load_weights", "read_page"]  # noqa: F822


def __getattr__(name):
    """A public name, imported when it is first asked for: most parts need no others."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
