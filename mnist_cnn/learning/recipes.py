"""How each network is trained: recipes, as rows of one table."""

from dataclasses import asdict, dataclass, replace
from math import ceil, cos, pi

from mnist_cnn.learning.augment import Augmentation


@dataclass(frozen=True)
class Recipe:
    """How a network is trained. Two recipes that are equal give the same weights."""

    learning_rate: float  # of Adam, the highest where the schedule moves it
    batch_size: int  # digits per step
    epochs: int  # passes over the training digits, at most
    patience: int  # epochs without a better validation accuracy before training stops
    repeats: int = 1  # how often each training digit comes in one pass
    schedule: str = "constant"  # of the learning rate: "constant" or "one-cycle"
    weight_decay: float = 0.0  # per unit of learning rate, on weight matrices only
    beta2: float = 0.999  # Adam's memory of squared gradients
    averaging: float = 0.0  # memory, per step, of the running mean of weights that is kept; 0: none
    dropout: float = 0.0  # share of every dense layer's inputs that is silenced, step by step
    label_smoothing: float = 0.0  # share of the target that goes to all ten digits alike
    bfloat16: bool = False  # multiply in bfloat16 where the hardware does; weights stay float32
    augmentation: Augmentation | None = None  # of the training digits only
    leak: bool = False  # the notebook's mistake: trains on the validation digits too

    def __post_init__(self):
        for name in ("learning_rate", "batch_size", "epochs", "patience"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be above 0")

    def rate_at(self, progress):
        """Learning rate when `progress` in [0, 1] of the training is done.

        One cycle: a tenth to the full rate over the first fifth, then a cosine down to a
        thousandth. Source: Smith and Topin 2017, "Super-Convergence", arXiv 1708.07120.
        """
        if self.schedule == "constant":
            return self.learning_rate
        warm_up, start, end = 0.2, self.learning_rate / 10, self.learning_rate / 1000
        if progress < warm_up:
            return _cosine(start, self.learning_rate, progress / warm_up)
        return _cosine(self.learning_rate, end, (progress - warm_up) / (1 - warm_up))

    def for_few(self, count):
        """The recipe for a small number of training digits.

        Batches of at most a tenth of them, and at least 1,000 steps.
        """
        batch_size = min(self.batch_size, max(2, count // 10))
        repeats = max(1, ceil(1000 * batch_size / (self.epochs * count)))
        return replace(self, batch_size=batch_size, repeats=repeats)

    def as_dict(self):
        """The recipe as JSON-ready values, nested dataclasses included."""
        return asdict(self)


def recipe_from(values):
    """The Recipe of which `values` are the `as_dict()`."""
    augmentation = values["augmentation"]
    return Recipe(**values | {"augmentation": augmentation and Augmentation(**augmentation)})


def _cosine(start, end, fraction):
    return end + (start - end) * (1 + cos(pi * fraction)) / 2


# The notebook's recipe, its own numbers; what was wrong with it is mended in training.py.
LESSON = Recipe(learning_rate=0.005, batch_size=64, epochs=100, patience=5, bfloat16=True)
# Patience equals the epochs: a cosine that is cut short never reaches its best, low rates.
DEFAULT = Recipe(
    learning_rate=0.005,
    batch_size=256,
    epochs=24,
    patience=24,
    schedule="one-cycle",
    weight_decay=0.05,
    beta2=0.99,
    averaging=0.998,
    label_smoothing=0.1,
    bfloat16=True,
)
NOTEBOOK_AUGMENTATION = Augmentation(
    rotation=10, shift=0.1, scale=0.05, brightness=0.1, contrast=0.1
)
# Chosen on validation digits and on handwriting that is kept for development: strokes of other
# pens, other slants and shapes, and what MNIST has few of: ones with a flag, angular digits.
HANDWRITING_AUGMENTATION = Augmentation(
    rotation=12.5,
    shift=0.1,
    scale=0.125,
    stretch=0.15,
    slant=15,
    elastic=0.8,
    square=1.0,
    flag=0.3,
    stroke=1.0,
    blur=0.3,
    brightness=0.1,
    contrast=0.1,
    graded=True,
)
# A fully connected network forgives no shift: less of it, and more bending.
FC_AUGMENTATION = Augmentation(rotation=10, shift=0.04, scale=0.1, slant=8, elastic=0.9)


def _cycle(recipe, epochs, **changes):
    return replace(recipe, epochs=epochs, patience=epochs, **changes)


FC_CYCLE = replace(DEFAULT, learning_rate=0.003)
AUG_LESSON = replace(LESSON, augmentation=NOTEBOOK_AUGMENTATION)

RECIPES = {
    "fc": {
        "default": _cycle(FC_CYCLE, 40, dropout=0.2, label_smoothing=0.05),
        "augmented": _cycle(
            FC_CYCLE,
            120,
            learning_rate=0.002,
            label_smoothing=0.0,
            augmentation=FC_AUGMENTATION,
        ),
        "quick": _cycle(FC_CYCLE, 3),
        "lesson": LESSON,
    },
    "conv": {"default": _cycle(DEFAULT, 12), "quick": _cycle(DEFAULT, 3), "lesson": LESSON},
    "aug": {
        "default": _cycle(DEFAULT, 20, augmentation=HANDWRITING_AUGMENTATION),
        "quick": _cycle(DEFAULT, 2, augmentation=NOTEBOOK_AUGMENTATION),
        "lesson": AUG_LESSON,
        "notebook-leak": replace(AUG_LESSON, leak=True),
    },
}
