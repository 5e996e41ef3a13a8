"""How each network is trained: recipes, as rows of one table."""

from dataclasses import asdict, dataclass, replace
from math import ceil

from mnist_cnn.learning.augment import Augmentation

# Fields whose names in files of weights, metrics.json and ledger.json are older than the code's.
STORED_AS = {"ema_decay": "averaging", "serif": "flag", "per_sample_strength": "graded"}
# Younger than files of runs without them: stored only where they are not 0.
NEW = ("written", "damage")


@dataclass(frozen=True)
class Recipe:
    """How a network is trained. Two recipes that are equal give the same weights."""

    learning_rate: float  # of Adam, the highest where the schedule moves it
    batch_size: int  # digits per step
    epochs: int  # passes over the training digits, at most
    patience: int  # epochs without a better validation accuracy before training stops
    repeats: int = 1  # how often each training digit occurs in one pass
    schedule: str = "constant"  # of the learning rate: "constant" or "one-cycle"
    weight_decay: float = 0.0  # per unit of learning rate, on weight matrices only
    beta2: float = 0.999  # Adam's memory of squared gradients
    ema_decay: float = 0.0  # per step, of the running mean of weights that is kept; 0: no mean
    dropout: float = 0.0  # rate, at the inputs of every dense layer
    label_smoothing: float = 0.0  # share of the target that is spread evenly over all classes
    bfloat16: bool = False  # multiply in bfloat16 where the hardware does; weights stay float32
    written: float = 0.0  # digits that a generator writes, for each training digit
    augmentation: Augmentation | None = None  # of the training digits only
    leak: bool = False  # the notebook's mistake: trains on the validation digits too

    def __post_init__(self):
        for name in ("learning_rate", "batch_size", "epochs", "patience"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be above 0")

    def for_few(self, count: int) -> "Recipe":
        """The recipe for a small number of training digits.

        Batches of at most a tenth of them, and about 1,000 steps or more.
        """
        batch_size = min(self.batch_size, max(2, count // 10))
        repeats = max(1, ceil(1000 * batch_size / (self.epochs * count)))
        return replace(self, batch_size=batch_size, repeats=repeats)

    def as_dict(self) -> dict:
        """The recipe and its augmentation as JSON-ready values, under their stored names."""
        return asdict(self, dict_factory=_stored)


def recipe_from(values: dict) -> Recipe:
    """The Recipe of which `values` are the `as_dict()`.

    Raises:
        KeyError, TypeError, ValueError: they are of no recipe.
    """
    augmentation = values["augmentation"]
    augmentation = augmentation and Augmentation(**_named(augmentation))
    return Recipe(**_named(values) | {"augmentation": augmentation})


def _stored(pairs):
    return {STORED_AS.get(name, name): value for name, value in pairs if value or name not in NEW}


def _named(values):
    names = {stored: name for name, stored in STORED_AS.items()}
    return {names.get(stored, stored): value for stored, value in values.items()}


# The notebook's own numbers; its mistakes are corrected in training.py.
LESSON = Recipe(learning_rate=0.005, batch_size=64, epochs=100, patience=5, bfloat16=True)
# Patience equals the epochs: a cycle that is cut short never reaches its low rates, the best ones.
DEFAULT = Recipe(
    learning_rate=0.005,
    batch_size=256,
    epochs=24,
    patience=24,
    schedule="one-cycle",
    weight_decay=0.05,
    beta2=0.99,
    ema_decay=0.998,
    label_smoothing=0.1,
    bfloat16=True,
)
NOTEBOOK_AUGMENTATION = Augmentation(
    rotation=10, shift=0.1, scale=0.05, brightness=0.1, contrast=0.1
)
# Chosen on validation digits and on handwriting that is kept for development: strokes of other
# pens, other slants and shapes, and what MNIST has few of: ones with serifs, angular digits.
HANDWRITING_AUGMENTATION = Augmentation(
    rotation=12.5,
    shift=0.1,
    scale=0.125,
    stretch=0.15,
    slant=15,
    elastic=0.8,
    square=1.0,
    serif=0.3,
    stroke=1.0,
    blur=0.3,
    brightness=0.1,
    contrast=0.1,
    per_sample_strength=True,
)
# The same on any paper, by any camera: about a quarter of the digits is damaged.
PAPER_AUGMENTATION = replace(HANDWRITING_AUGMENTATION, damage=0.02)
# A fully connected network suffers from shifts: smaller ones, and more bending.
FC_AUGMENTATION = Augmentation(rotation=10, shift=0.04, scale=0.1, slant=8, elastic=0.9)


def _cycle(recipe: Recipe, epochs: int, **changes) -> Recipe:
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
        "default": _cycle(DEFAULT, 30, written=0.24, augmentation=PAPER_AUGMENTATION),
        "quick": _cycle(DEFAULT, 2, augmentation=NOTEBOOK_AUGMENTATION),
        "lesson": AUG_LESSON,
        "notebook-leak": replace(AUG_LESSON, leak=True),
    },
}
