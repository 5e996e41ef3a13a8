"""Why a network gives no label; the values are what the API says."""

from enum import StrEnum


class Reason(StrEnum):
    """The reasons in order of precedence: where several apply, the first is given."""

    BLANK = "blank"  # no ink on the paper; for an unguarded pipeline, too little to be a digit
    SEVERAL = "several"  # more than one digit
    NO_DIGIT = "no digit"  # ink that makes no digit, or one that the detector refuses
    UNSURE = "unsure"  # the likeliest digit is less probable than not
