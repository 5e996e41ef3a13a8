"""Numbers as people read them."""

from collections.abc import Iterable
from decimal import Decimal

_NEGLIGIBLE = 9  # decimals: beyond them is what a cancelled sum leaves, an error of rounding


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


def one_digit(value: float) -> str:
    """A number of which only the first digit is certain: 0.7, 30."""
    return number(float(f"{value:.0e}"))


def number(value: float, form: str = ".3g", sign: str = "") -> str:
    """A number with a true minus sign, no minus before a zero, and no power of ten: −1.98, 0, 1230.

    slide.js writes three significant digits in the same way.

    Args:
        value: any number.
        form: how Python formats it: ".3g" has three significant digits, ".2f" two decimals.
        sign: "+" writes a plus, too.
    """
    digits = Decimal(f"{round(float(value), _NEGLIGIBLE):z{form}}")
    return true_minus(f"{digits:{sign}f}")
