"""What is known of a training run: what it is, and what each epoch brought."""

from dataclasses import dataclass


class TrainingError(Exception):
    """Training cannot go on as asked; the message says what to do instead."""


@dataclass(frozen=True)
class Run:
    """What makes two runs the same: the same run twice gives the same weights on one machine."""

    key: str  # of models.MODELS
    recipe: dict  # Recipe.as_dict()
    seed: int
    training_images: int
    recipe_name: str = ""  # in recipes.RECIPES, where it is one of these


@dataclass(frozen=True)
class Epoch:
    """What one pass over the training digits brought."""

    epoch: int  # from 1
    loss: float  # mean cross-entropy of the training digits as they were trained on
    training_accuracy: float  # on the same digits: augmented, and before each step's update
    validation_accuracy: float  # of plain digits, after the epoch
    patience: int  # epochs since the best validation accuracy
    seconds: float

    def __str__(self):
        return (
            f"epoch {self.epoch:3d}   loss {self.loss:.4f}"
            f"   training {self.training_accuracy:.2%}   validation {self.validation_accuracy:.2%}"
            f"   patience {self.patience}   {self.seconds:.1f} s"
        )
