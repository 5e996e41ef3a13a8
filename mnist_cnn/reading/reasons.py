"""Why a network gives no label; the values are what the API says."""

from enum import StrEnum


class Reason(StrEnum):
    """The reasons in order of precedence: where several apply, the first is given."""

    BLANK = "blank"  # too little ink to be a digit
    SEVERAL = "several"  # more than one digit, side by side
    NO_DIGIT = "no digit"  # the detector's score is below its threshold
    UNSURE = "unsure"  # the likeliest digit is less probable than not
