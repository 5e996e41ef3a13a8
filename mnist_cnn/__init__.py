"""Convolutional networks that read people's own handwriting, and show why."""

from .predict import classify
from .weights import load_models

__all__ = ["classify", "load_models"]
