"""fit(): untrained model, digits and recipe in; trained model and its history out.

What the notebook did wrong is right here: the validation digits are never trained on, only the
training digits are augmented, validation and test see plain digits, and every run is seeded.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn
from tqdm import tqdm

from mnist_cnn.dataset.digits import Digits, to_batch, to_unit
from mnist_cnn.judging.metrics import accuracy
from mnist_cnn.learning.checkpoints import load_checkpoint, save_checkpoint
from mnist_cnn.learning.optimization import (
    Learner,
    add_dropout,
    make_learner,
    multiplies_bfloat16,
)
from mnist_cnn.learning.recipes import Recipe
from mnist_cnn.learning.records import Epoch, Run


@dataclass(frozen=True, eq=False)
class Step:
    """What a training step brought, on the device: reading it would wait for the step."""

    loss: torch.Tensor  # () of its batch, before the update
    correct: torch.Tensor  # () digits of the batch that were read correctly, before the update
    digits: int  # in the batch


Observer = Callable[[Learner, Step], None]


def fit(
    build: Callable[[], nn.Module],
    training: Digits,
    validation: Digits,
    recipe: Recipe,
    run: Run,
    checkpoint: Path | None = None,
    resume: bool = False,
    report: Callable[[object], None] = print,
    observe: Observer | None = None,
) -> tuple[nn.Module, list[Epoch]]:
    """Train a new model; keep the weights of the epoch with the best validation accuracy.

    Args:
        build: makes the untrained model.
        training, validation: digits on the device to train on.
        run: its seed is the only source of randomness.
        checkpoint: file to save to after every epoch; None saves nothing.
        resume: go on from the checkpoint where it exists.
        report: called with each finished Epoch.
        observe: called after each step; it changes nothing, and may raise to end the training.

    Returns:
        The model in eval mode with its best weights, and its history.

    Raises:
        TrainingError: the checkpoint is of another run.
    """
    torch.manual_seed(run.seed)
    model = build().to(training.images.device).to(memory_format=torch.channels_last)
    add_dropout(model, recipe.dropout)
    steps = steps_per_epoch(training, recipe)
    learner = make_learner(model, recipe, recipe.epochs * steps)
    history: list[Epoch] = []
    best: dict[str, torch.Tensor] = {}
    if resume and checkpoint is not None and checkpoint.exists():
        history, best = load_checkpoint(checkpoint, run, learner)
        learner.skip_to(len(history) * steps)
        report(f"resumed after epoch {len(history)}")

    while not is_over(history, recipe):
        start = time.perf_counter()
        loss, training_accuracy = train_epoch(
            learner, training, recipe, run.seed, len(history), observe
        )
        validation_accuracy = accuracy(learner.judged.eval(), validation)
        seconds = time.perf_counter() - start
        if record(history, loss, training_accuracy, validation_accuracy, seconds):
            state = learner.judged.state_dict()
            best = {name: tensor.clone() for name, tensor in state.items()}
        if checkpoint is not None:
            save_checkpoint(checkpoint, run, learner, history, best)
        report(history[-1])

    model.load_state_dict(best)
    return model.eval().to(memory_format=torch.contiguous_format), history


def steps_per_epoch(training: Digits, recipe: Recipe) -> int:
    """How many whole batches there are in one pass; at least one, smaller where digits are few."""
    return max(1, len(training) * recipe.repeats // recipe.batch_size)


def train_epoch(
    learner: Learner,
    training: Digits,
    recipe: Recipe,
    seed: int,
    epoch: int,
    observe: Observer | None = None,
) -> tuple[float, float]:
    """One pass over the training digits.

    All randomness follows from seed and epoch, so a resumed run draws what the unbroken one would
    have drawn.

    Args:
        epoch: counts from 0.
        observe: called after each step.

    Returns:
        Mean loss and accuracy, of the digits as they were trained on.
    """
    device, seed = training.images.device, 1_000_003 * seed + epoch
    torch.manual_seed(seed)  # dropout
    generator = torch.Generator(device).manual_seed(seed)  # order and augmentation
    order = torch.randperm(len(training) * recipe.repeats, device=device, generator=generator)
    # The ragged last batch is left out; another epoch draws another one.
    batches = order.split(recipe.batch_size)[: steps_per_epoch(training, recipe)]
    bfloat16 = recipe.bfloat16 and multiplies_bfloat16(device)
    # Kept on the device: reading them would wait for every step.
    total_loss = torch.zeros((), device=device)
    correct = torch.zeros((), dtype=torch.long, device=device)
    learner.model.train()
    for index in tqdm(batches, f"epoch {epoch + 1}", leave=False, unit="batch", disable=None):
        batch = training[index % len(training)]
        x = to_input(batch, recipe, generator)  # (B, 1, 28, 28)
        with torch.autocast(device.type, torch.bfloat16, bfloat16):
            logits = learner.model(x)  # (B, 10)
        loss = F.cross_entropy(logits.float(), batch.labels, label_smoothing=recipe.label_smoothing)
        learner.step(loss)
        right = (logits.argmax(1) == batch.labels).sum()
        total_loss += loss.detach()
        correct += right
        if observe is not None:
            observe(learner, Step(loss.detach(), right, len(batch)))
    seen = sum(map(len, batches))
    return (total_loss / len(batches)).item(), (correct / seen).item()


def to_input(digits: Digits, recipe: Recipe, generator: torch.Generator) -> torch.Tensor:
    """Training digits as the network's input, augmented where the recipe says so.

    Returns:
        (B, 1, 28, 28) float32, normalised, channels last.
    """
    images = to_unit(digits.images)
    if recipe.augmentation is not None:
        images = recipe.augmentation(images, digits.labels, generator)
    return to_batch(images).contiguous(memory_format=torch.channels_last)


def record(
    history: list[Epoch],
    loss: float,
    training_accuracy: float,
    validation_accuracy: float,
    seconds: float,
) -> bool:
    """Append an Epoch to the history; returns whether it is the best so far."""
    is_best = all(validation_accuracy > past.validation_accuracy for past in history)
    history.append(
        Epoch(
            epoch=len(history) + 1,
            loss=loss,
            training_accuracy=training_accuracy,
            validation_accuracy=validation_accuracy,
            patience=0 if is_best else history[-1].patience + 1,
            seconds=seconds,
        )
    )
    return is_best


def is_over(history: list[Epoch], recipe: Recipe) -> bool:
    """Whether a run has had all its epochs, or its patience has run out."""
    patience = history[-1].patience if history else 0
    return len(history) >= recipe.epochs or patience >= recipe.patience
