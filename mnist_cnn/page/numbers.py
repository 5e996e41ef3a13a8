"""Numbers as people read them."""

from collections.abc import Iterable


def percent(value: float, digits: int = 1) -> str:
    """A share in words: 99.8 %. No network is ever quite certain, so 100 % is only said of 1."""
    text = f"{100 * value:.{digits}f}"
    if float(text) == 100 and value < 1:
        text = f"> {100 - 10**-digits:.{digits}f}"
    return f"{text} %"


def shape(sizes: Iterable[int]) -> str:
    """The shape of an array: 64 × 8 × 8."""
    return " × ".join(map(str, sizes))


def true_minus(text: str) -> str:
    """The same number with the sign that typography has for it: −1.98."""
    return text.replace("-", "−")
