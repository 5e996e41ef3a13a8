"""The stored form of the JSON files beside the weights; what does not fit it is refused.

Files hold counts and measurements. Accuracies, intervals and summaries are computed from them on
reading (metrics.load_metrics, ledger.load_ledger, ...): where a file of an older form stores them,
they are ignored, as is everything else that is not named here.

This is the only module that needs pydantic, and stored.read imports it when it validates a file:
training also runs on machines without pydantic.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.judging.calibration import BINS
from mnist_cnn.networks.models import MODELS
from mnist_cnn.reading.reasons import Reason

MOST = 10_000  # entries of a list: a stranger's page is drawn in finite time, too


def _known(key: str) -> str:
    if key not in MODELS:
        raise ValueError(f"none of {', '.join(MODELS)}")
    return key


Model = Annotated[str, AfterValidator(_known)]
Count = Annotated[int, Field(ge=0, le=2**32)]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(ge=0)]
Shares = Annotated[list[Share], Field(min_length=1, max_length=MOST)]
SetName = Annotated[str, Field(max_length=100)]
RefusalReason = Annotated[str, AfterValidator(lambda reason: Reason(reason).value)]
Label = Annotated[int, Field(ge=0, lt=DATASET.classes)]
TestIndex = Annotated[int, Field(ge=0, lt=DATASET.test)]
TestErrors = Annotated[float, Field(ge=0, le=DATASET.test)]


def _row(length: int) -> Any:
    return Annotated[list[Count], Field(min_length=length, max_length=length)]


def _matrix(columns: int) -> Any:
    rows = Field(min_length=DATASET.classes, max_length=DATASET.classes)
    return Annotated[list[_row(columns)], rows]  # type: ignore[misc]


class Stored(BaseModel):
    """Part of a file: types as JSON has them, numbers finite, unknown names ignored."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", allow_inf_nan=False)


class Answers(Stored):
    """What a network answered to the test digits."""

    errors: Annotated[list[TestIndex], Field(min_length=1, max_length=DATASET.test)]
    predicted: list[Label]  # the answers at these indices
    confusion: _matrix(DATASET.classes)  # type: ignore[valid-type]  # rows true, columns predicted
    calibration_error: Share

    @model_validator(mode="after")
    def agree(self) -> "Answers":
        wrong = sum(map(sum, self.confusion)) - sum(
            row[digit] for digit, row in enumerate(self.confusion)
        )
        if not len(self.errors) == len(self.predicted) == wrong:
            raise ValueError("errors, predicted and confusion are of different answers")
        return self


class Epoch(Stored):
    """One pass over the training digits, as training.Epoch has it."""

    epoch: Count
    loss: float
    training_accuracy: Share
    validation_accuracy: Share
    patience: Count
    seconds: Positive


class Recipe(Stored):
    """How a network was trained, as recipes.Recipe has it; older ones lack some of its fields."""

    model_config = ConfigDict(extra="allow")

    learning_rate: float
    batch_size: Count
    augmentation: dict[str, Any] | None = None


class Run(Stored):
    """What a training is repeated from, as training.Run has it; older ones have less."""

    model_config = ConfigDict(extra="allow")

    seed: Count
    recipe: Recipe


class Row(Stored):
    """What metrics.json says of one network."""

    title: str
    sha256: str
    run: Run | None = None
    temperature: float
    recipe_name: str
    training_hardware: str
    epochs: Count
    validation_accuracy: Share
    test: Answers
    history: Annotated[list[Epoch], Field(min_length=1, max_length=MOST)]
    parameters: Count
    multiply_adds: Count
    training_seconds: Positive
    milliseconds_per_digit: Positive
    inference_hardware: str
    torch: str
    # For repeating a run; sets from before runs could be repeated lack some of it.
    available_images: Count | None = None
    trained_together: list[Count] | None = None
    threads: Count | None = None
    errors_over_views: Count | None = None
    varied_test_accuracies: Shares | None = None


class ModelRow(Row):
    """The same of a network of the lesson, whose recipe is shown."""

    run: Run


class Metrics(Stored):
    """metrics.json."""

    models: dict[str, ModelRow]
    beside: dict[str, Row] = {}  # networks that are compared, but not shipped


class LedgerRun(Stored):
    """One seed of a group."""

    seed: Count
    validation_accuracy: Share
    errors: Count  # misread test digits
    test_images: Annotated[int, Field(ge=1, le=DATASET.test)]
    training_curve: Shares  # accuracy per epoch
    validation_curve: Shares
    varied_test_accuracies: Shares | None = None  # of test digits augmented as in training
    epochs: Count | None = None
    training_seconds: Positive | None = None
    training_hardware: str | None = None

    @model_validator(mode="before")
    @classmethod
    def count_errors(cls, run: Any) -> Any:
        """A run of the older form, which stored the accuracy, gets its count."""
        if not isinstance(run, dict) or "errors" in run:
            return run
        share = run.get("test_accuracy")
        if not isinstance(share, int | float) or not 0 <= share <= 1:
            return run
        return run | {"errors": round(DATASET.test * (1 - share)), "test_images": DATASET.test}

    @model_validator(mode="after")
    def agree(self) -> "LedgerRun":
        if self.errors > self.test_images:
            raise ValueError("more errors than test digits")
        return self


class Group(Stored):
    """Runs that differ in their seed alone."""

    model: Model
    recipe: str
    training_images: Annotated[int, Field(ge=1, le=DATASET.training)]
    settings: dict[str, Any] | None = None  # of the recipe, as Recipe.as_dict() has them
    runs: Annotated[list[LedgerRun], Field(min_length=1, max_length=MOST)]


class Spread(Stored):
    """Mean and standard deviation of some counts of misread test digits."""

    mean: TestErrors
    sd: TestErrors | None  # None: of one run
    count: Count | None = None  # None in files of an older form: then there is no interval


class OverViews(Stored):
    """Several views of each digit answered together, by one network at a time."""

    model: Model
    what: Literal["tta"]
    test_errors: Spread


class Ensemble(Stored):
    """All seeds answered together."""

    model: Model
    what: Literal["ensemble"]
    members: Count
    test_errors: TestErrors


class Ledger(Stored):
    """ledger.json."""

    groups: Annotated[list[Group], Field(min_length=1, max_length=MOST)]
    beside: Annotated[
        list[Annotated[OverViews | Ensemble, Field(discriminator="what")]], Field(max_length=MOST)
    ]


class Averages(Stored):
    """Means over the test digits, one per strength of a change."""

    probability: Shares
    accuracy: Shares


class Perturbed(Stored):
    """What one network reads of changed test digits."""

    sha256: str  # of the weights that were measured
    means: dict[str, Averages]


class Robustness(Stored):
    """robustness.json."""

    measured: dict[str, Any]  # the changes, as robustness.MEASURED has them
    models: dict[str, Perturbed]


class GroupCount(Stored):
    """How one group of writers was read, as handwriting.count has it; older ones have less."""

    group: Count
    set: SetName
    right: Count
    count: Annotated[int, Field(ge=1, le=2**32)]
    likeliest: Count | None = None
    refused: dict[RefusalReason, Count] | None = None
    gaps: Annotated[list[float], Field(min_length=BINS, max_length=BINS)] | None = None

    @model_validator(mode="after")
    def agree(self) -> "GroupCount":
        newer = [value is None for value in (self.likeliest, self.refused, self.gaps)]
        if any(newer) and not all(newer):
            raise ValueError("counts of two forms")
        refused = sum((self.refused or {}).values())
        likeliest = self.right if self.likeliest is None else self.likeliest
        if not self.right <= likeliest <= self.count or self.right + refused > self.count:
            raise ValueError("more right or refused than there are")
        return self


class HandwritingRow(Stored):
    """How one network read all pictures."""

    groups: Annotated[list[GroupCount], Field(max_length=1_000)] = []  # none in the oldest form
    confusion: _matrix(DATASET.classes + 1)  # type: ignore[valid-type]  # last column: unanswered


class Handwriting(Stored):
    """handwriting.json."""

    weights: dict[str, str]  # sha256 of the weights that were judged: models, guard, ink
    pictures: Count
    broken: Count
    mnist: dict[str, HandwritingRow | None]  # by model; None: no picture could be read
    notebook: dict[str, HandwritingRow | None]


class SetConfig(Stored):
    """config.json of a set on the Hub: what must be known before the rest is looked at."""

    format_version: int
    models: dict[str, Any] = {}  # by key; a set of another format may say it in another way
