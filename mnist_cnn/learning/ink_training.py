"""Train the ink finder on made-up pages, and on nothing else."""

import os
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset
from tqdm import tqdm

from mnist_cnn.learning.checkpoints import load_checkpoint, save_checkpoint
from mnist_cnn.learning.optimization import make_learner, multiplies_bfloat16
from mnist_cnn.learning.pages import page
from mnist_cnn.learning.recipes import Recipe
from mnist_cnn.learning.records import Epoch, Run
from mnist_cnn.learning.skeletons import skeletons
from mnist_cnn.networks.unet import UNet
from mnist_cnn.networks.weights import WeightsError, load_tensors, save_tensors, weights_path
from mnist_cnn.reading.ink_finder import INK, identity, standardise

PAGES = 8_000  # in an epoch; none is seen twice
VALIDATION = 500  # pages
WORKERS = os.cpu_count() or 0  # processes that make pages
DIGITS = 6_000  # training digits whose centre lines are used
RECIPE = Recipe(
    learning_rate=4e-3,
    batch_size=32,
    epochs=22,
    patience=22,
    schedule="one-cycle",
    weight_decay=0.05,
    ema_decay=0.99,
    bfloat16=True,
)


class Pages(Dataset):
    """Made-up pages as the network's input, and the ink in them."""

    def __init__(self, lines: list[np.ndarray], first: int, count: int):
        """`first`: seed of the first page."""
        self.lines, self.first, self.count = lines, first, count

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        grey, ink = page(self.first + index, self.lines)
        return standardise(grey / np.float32(255))[None], ink[None]


def plan_ink_finder(seed: int = 0, epochs: int | None = None) -> tuple[Recipe, Run]:
    """The recipe and the Run of `train_ink_finder`; `epochs` as there."""
    recipe = replace(RECIPE, epochs=epochs or RECIPE.epochs)
    return recipe, Run(INK, recipe.as_dict(), seed, PAGES)


def train_ink_finder(
    digits: torch.Tensor,
    seed: int = 0,
    device: str = "cpu",
    epochs: int | None = None,
    checkpoint: Path | None = None,
    resume: bool = False,
    report: Callable[[object], None] = print,
) -> tuple[nn.Module, dict]:
    """A trained network in eval mode on the CPU, and what is to be said of it.

    Args:
        digits: (N, 28, 28) uint8, MNIST's training digits.
        epochs: of PAGES new pages each; None is the recipe's.
        checkpoint: file to save to after every epoch; None saves nothing.
        resume: go on from the checkpoint where it exists.
        report: called with each epoch.

    Raises:
        TrainingError: the checkpoint is of another run.
    """
    recipe, run = plan_ink_finder(seed, epochs)
    torch.manual_seed(seed)
    model = UNet().to(device).to(memory_format=torch.channels_last)
    steps = PAGES // recipe.batch_size
    learner = make_learner(model, recipe, recipe.epochs * steps)
    history: list[Epoch] = []
    if resume and checkpoint is not None and checkpoint.exists():
        history, _ = load_checkpoint(checkpoint, run, learner)
        learner.skip_to(len(history) * steps)
        report(f"resumed after epoch {len(history)}")
    lines = skeletons(digits[:DIGITS].numpy())
    first = seed * 10_000_000
    while len(history) < recipe.epochs:
        start = time.perf_counter()
        pages = Pages(lines, first + VALIDATION + len(history) * PAGES, PAGES)
        loss = _train_epoch(learner, pages, recipe, len(history) + 1)
        found = agreement(learner.judged, Pages(lines, first, VALIDATION))
        seconds = time.perf_counter() - start
        history.append(Epoch(len(history) + 1, loss, found, found, 0, seconds))
        if checkpoint is not None:
            save_checkpoint(checkpoint, run, learner, history, {})
        report(f"epoch {len(history):3d}   loss {loss:.4f}   overlap {found:.2%}   {seconds:.0f} s")
    facts = {"run": asdict(run), "overlap": history[-1].validation_accuracy}
    return learner.judged.cpu().eval(), facts


def _loader(pages, batch_size):
    return DataLoader(pages, batch_size, num_workers=WORKERS)


def _train_epoch(learner, pages, recipe, epoch):
    """One pass over new pages; returns the mean loss."""
    device = next(learner.model.parameters()).device
    bfloat16 = recipe.bfloat16 and multiplies_bfloat16(device)
    total = torch.zeros((), device=device)
    learner.model.train()
    batches = _loader(pages, recipe.batch_size)
    for x, ink in tqdm(batches, f"epoch {epoch}", leave=False, unit="batch", disable=None):
        x = x.to(device, memory_format=torch.channels_last)
        with torch.autocast(device.type, torch.bfloat16, bfloat16):
            logits = learner.model(x)
        loss = ink_loss(logits.float(), ink.to(device) / 255)
        learner.step(loss)
        total += loss.detach()
    return (total / len(batches)).item()


def ink_loss(logits: torch.Tensor, ink: torch.Tensor) -> torch.Tensor:
    """Cross-entropy of each pixel, and how far the inked areas do not overlap.

    The second counts a thin stroke as much as a thick one.

    Args:
        logits, ink: (B, 1, H, W); ink in [0, 1].
    """
    found = logits.sigmoid()
    both, either = (found * ink).sum((1, 2, 3)), (found + ink).sum((1, 2, 3))
    overlap = (2 * both + 10) / (either + 10)  # Dice; about 1 for empty pages found empty
    return F.binary_cross_entropy_with_logits(logits, ink) + 0.5 * (1 - overlap).mean()


@torch.inference_mode()
def agreement(model: nn.Module, pages: Pages) -> float:
    """Mean share of pixels that are ink in truth and as found, of those that are so in either."""
    model.eval()
    device = next(model.parameters()).device
    shares = []
    for x, ink in _loader(pages, 50):
        found, true = model(x.to(device)).cpu() > 0, ink > 127
        both, either = (found & true).sum((1, 2, 3)), (found | true).sum((1, 2, 3))
        shares.append((both + 1) / (either + 1))
    return torch.cat(shares).mean().item()


def make_ink_finder(
    digits: torch.Tensor,
    directory: Path,
    seed: int = 0,
    epochs: int | None = None,
    resume: bool = False,
    device: str = "cpu",
    report: Callable[[object], None] = print,
) -> None:
    """Train an ink finder, and write it into a folder of weights.

    Args:
        resume: go on from a checkpoint, and leave alone what is finished.
        digits, seed, epochs, device, report: of `train_ink_finder`.
    """
    path = weights_path(directory, INK)
    checkpoint = path.with_suffix(".checkpoint.safetensors")
    if resume and not checkpoint.exists() and _is_finished(path, plan_ink_finder(seed, epochs)[1]):
        report(f"{path} is of this very run already")
        return
    model, facts = train_ink_finder(digits, seed, device, epochs, checkpoint, resume, report)
    save_tensors(path, model.state_dict(), identity() | facts)
    checkpoint.unlink(missing_ok=True)


def _is_finished(path, run):
    """Whether a file holds what this very run made."""
    try:
        return load_tensors(path)[1].get("run") == asdict(run)
    except WeightsError:
        return False
