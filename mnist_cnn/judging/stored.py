"""The one reader of the JSON files beside the weights: as their schema says, or refused."""

from pathlib import Path
from typing import Any

from mnist_cnn.networks.weights import WeightsError


def read(path: str | Path, schema: str, repair: str | None = None) -> dict[str, Any] | None:
    """A JSON file as a dict that fits its schema; None when there is no such file.

    Names that the schema does not have are left out.

    Args:
        path: the file.
        schema: name of a class in schemas.py.
        repair: sentence that says what to run, for the error.

    Raises:
        WeightsError: the file is no JSON or does not fit; or pydantic is not installed.
    """
    try:
        content = Path(path).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise WeightsError(f"{path} cannot be read ({error.strerror})", repair) from error
    try:
        from mnist_cnn.judging import schemas
    except ModuleNotFoundError as error:
        if error.name != "pydantic":
            raise
        needs = "Run `pip install pydantic`."
        raise WeightsError(f"{path} cannot be checked without pydantic", needs) from error
    try:
        value = getattr(schemas, schema).model_validate_json(content)
    except ValueError as error:
        raise WeightsError(f"{path} is damaged{_where(error)}", repair) from error
    return value.model_dump(exclude_unset=True)


def _where(error: ValueError) -> str:
    """The first place where a file differs from its schema: " (models.fc.test: ...)"."""
    first = error.errors()[0]  # type: ignore[attr-defined]  # pydantic's
    place = ".".join(map(str, first["loc"]))
    said = " ".join(f"{place}: {first['msg']}".removeprefix(": ").split())
    return f" ({said[:200]})"
