"""Scripts of widgets that consist of several files."""

from pathlib import Path


def scripts(*names: str) -> str:
    """The JavaScript files of these names beside this one, one after the other."""
    files = (Path(__file__).parent / f"{name}.js" for name in names)
    return "\n".join(file.read_text(encoding="utf-8") for file in files)
