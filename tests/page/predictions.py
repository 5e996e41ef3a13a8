"""Predictions that are made up."""

from mnist_cnn.reading.predict import Prediction


def prediction(probabilities=None, reason=None, model="aug", preprocessing="mnist"):
    """A Prediction; probabilities: {digit: probability}, the rest is shared by the other digits."""
    probabilities = {7: 0.91} if probabilities is None else probabilities
    rest = (1 - sum(probabilities.values())) / (10 - len(probabilities))
    values = tuple(probabilities.get(digit, rest) for digit in range(10))
    label = values.index(max(values)) if reason is None else None
    return Prediction(label, reason, max(values), values, model, preprocessing)


BLANK = prediction({}, "blank")
NOTHING_LEFT = prediction({}, "no digit")  # ink, of which the pipeline left no digit
SEVERAL = prediction({3: 0.8}, "several")
NO_DIGIT = prediction({5: 0.6}, "no digit")
UNSURE = prediction({9: 0.45, 4: 0.4, 0: 0.1}, "unsure")
