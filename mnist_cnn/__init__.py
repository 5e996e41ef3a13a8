"""Convolutional networks that read people's own handwriting, and show why."""

import importlib

_HOMES = {"classify": "reading.predict", "load_models": "networks.weights"}
__all__ = ["classify", "load_models"]


def __getattr__(name):  # looked up when first asked for: one part of the package loads no other
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
