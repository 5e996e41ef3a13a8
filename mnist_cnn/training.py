"""fit(): untrained model, digits and recipe in; trained model and its history out.

What the notebook did wrong is right here: the validation digits are never trained on, only the
training digits are augmented, validation and test see plain digits, and every run is seeded.
"""

import copy
import time
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from huggingface_hub.utils import tqdm

from .evaluate import accuracy
from .preprocess import to_batch, to_unit
from .weights import WeightsError, load_tensors, save_tensors


class TrainingError(Exception):
    """Training cannot go on as asked; the message says what to do instead."""


@dataclass(frozen=True)
class Epoch:
    """What one pass over the training digits brought."""

    epoch: int  # from 1
    loss: float  # mean cross-entropy of the training digits as they were trained on
    training_accuracy: float  # on the same: augmented, and before each step's correction
    validation_accuracy: float  # of plain digits, after the epoch
    patience: int  # epochs since the best validation accuracy
    seconds: float

    def __str__(self):
        return (
            f"epoch {self.epoch:3d}   loss {self.loss:.4f}"
            f"   training {self.training_accuracy:.2%}   validation {self.validation_accuracy:.2%}"
            f"   patience {self.patience}   {self.seconds:.1f} s"
        )


@dataclass(frozen=True)
class Run:
    """What makes two runs the same: the same run twice gives the same weights on one machine."""

    key: str
    recipe: dict  # Recipe.as_dict()
    seed: int
    training_images: int


def fit(build, training, validation, recipe, run, checkpoint=None, resume=False, report=print):
    """Train a fresh model; keep the weights of the epoch with the best validation accuracy.

    Args:
        build: makes the untrained model.
        training, validation: data.Digits on the device to train on.
        recipe: models.Recipe.
        run: Run; its seed is the only source of chance.
        checkpoint: file to save to after every epoch; None saves nothing.
        resume: go on from the checkpoint where it exists.
        report: called with each finished Epoch.

    Returns:
        The model in eval mode with its best weights, and its history as a list of Epoch.

    Raises:
        TrainingError: the checkpoint is of another run.
    """
    device = training.images.device
    torch.manual_seed(run.seed)
    model = build().to(device, memory_format=torch.channels_last)
    matrices = [parameter for parameter in model.parameters() if parameter.ndim > 1]
    vectors = [parameter for parameter in model.parameters() if parameter.ndim == 1]
    optimizer = torch.optim.AdamW(
        [
            {"params": matrices, "weight_decay": recipe.weight_decay},
            {"params": vectors, "weight_decay": 0.0},
        ],
        lr=recipe.learning_rate,
        betas=(0.9, recipe.beta2),
        fused=True,
    )
    kept = copy.deepcopy(model) if recipe.averaging else model  # the weights that are judged
    history, best = [], {}
    if resume and checkpoint is not None and checkpoint.exists():
        history, best = _load_checkpoint(checkpoint, run, model, kept, optimizer)
        report(f"resumed after epoch {len(history)}")

    while len(history) < recipe.epochs and (not history or history[-1].patience < recipe.patience):
        start = time.perf_counter()
        loss, training_accuracy = _train_epoch(
            model, kept, optimizer, training, recipe, run.seed, len(history)
        )
        validation_accuracy = accuracy(kept.eval(), validation)
        is_best = all(validation_accuracy > past.validation_accuracy for past in history)
        history.append(
            Epoch(
                epoch=len(history) + 1,
                loss=loss,
                training_accuracy=training_accuracy,
                validation_accuracy=validation_accuracy,
                patience=0 if is_best else history[-1].patience + 1,
                seconds=time.perf_counter() - start,
            )
        )
        if is_best:
            best = {name: tensor.clone() for name, tensor in kept.state_dict().items()}
        if checkpoint is not None:
            _save_checkpoint(checkpoint, run, model, kept, optimizer, history, best)
        report(history[-1])

    model.load_state_dict(best)
    return model.eval().to(memory_format=torch.contiguous_format), history


def _train_epoch(model, kept, optimizer, training, recipe, seed, epoch):
    """One pass over the training digits; returns mean loss and accuracy.

    Where `kept` is another model than `model`, it follows it as a running mean.
    """
    device = training.images.device
    # All chance of an epoch follows from seed and epoch, so a resumed run draws what the
    # unbroken one would have drawn.
    torch.manual_seed(1_000_003 * seed + epoch)  # dropout
    generator = torch.Generator(device).manual_seed(1_000_003 * seed + epoch)
    order = torch.randperm(len(training), device=device, generator=generator)
    steps = max(1, len(training) // recipe.batch_size)  # the ragged last batch waits for its turn
    total_loss = torch.zeros((), device=device)
    correct = torch.zeros((), device=device, dtype=torch.long)
    model.train()
    for step in tqdm(range(steps), desc=f"epoch {epoch + 1}", leave=False, unit="batch"):
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate_at((epoch * steps + step) / (recipe.epochs * steps))
        index = order[step * recipe.batch_size : (step + 1) * recipe.batch_size]
        digits, labels = to_unit(training.images[index]), training.labels[index]
        if recipe.augmentation is not None:
            digits = recipe.augmentation(digits, labels, generator)
        x = to_batch(digits).contiguous(memory_format=torch.channels_last)
        bfloat16 = recipe.bfloat16 and multiplies_bfloat16(device)
        with torch.autocast(device.type, torch.bfloat16, enabled=bfloat16):
            logits = model(x)
        loss = F.cross_entropy(logits.float(), labels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        if kept is not model:
            _follow(kept, model, recipe.averaging, epoch * steps + step)
        total_loss += loss.detach()  # kept on the device: reading it would wait for every step
        correct += (logits.argmax(1) == labels).sum()
    seen = steps * min(recipe.batch_size, len(order))
    return (total_loss / steps).item(), correct.item() / seen


@torch.no_grad()
def _follow(kept, model, memory, step):
    """Move the running mean a little towards the model; further in the first steps."""
    share = 1 - min(memory, (1 + step) / (10 + step))
    followed = model.state_dict()
    for name, mean in kept.state_dict().items():
        if mean.is_floating_point():
            mean.lerp_(followed[name], share)
        else:
            mean.copy_(followed[name])


def multiplies_bfloat16(device):
    """Whether the device multiplies bfloat16 in hardware, so that it is the faster way."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.ops.mkldnn._is_mkldnn_bf16_supported()


def _save_checkpoint(path, run, model, kept, optimizer, history, best):
    states = {"model": model.state_dict(), "best": best}
    if kept is not model:
        states["kept"] = kept.state_dict()
    tensors = {f"{part}.{name}": t for part, state in states.items() for name, t in state.items()}
    for index, moments in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{name}": tensor for name, tensor in moments.items()}
    header = {"run": asdict(run), "history": [asdict(epoch) for epoch in history]}
    save_tensors(path, tensors, header)


def _load_checkpoint(path, run, model, kept, optimizer):
    """Put a checkpoint into both models and the optimizer; returns history and best weights."""
    try:
        tensors, header = load_tensors(path)
    except WeightsError as error:
        raise TrainingError(f"{error}. Delete it, or train without --resume.") from error
    if header.get("run") != asdict(run):
        raise TrainingError(
            f"{path} is of other settings. Give the same ones, or train without --resume."
        )
    parts = {"model": {}, "kept": {}, "best": {}, "optimizer": {}}
    for name, tensor in tensors.items():
        part, name = name.split(".", 1)
        parts[part][name] = tensor
    if kept is not model:
        kept.load_state_dict(parts["kept"])
    model.load_state_dict(parts["model"])
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    moments = {}
    for name, tensor in parts["optimizer"].items():
        index, name = name.split(".")
        if tensor.ndim == 4:  # the file knows no channels_last, and fused Adam takes it for granted
            tensor = torch.empty_like(parameters[int(index)]).copy_(tensor)
        moments.setdefault(int(index), {})[name] = tensor
    optimizer.load_state_dict(optimizer.state_dict() | {"state": moments})
    device = next(model.parameters()).device
    best = {name: tensor.to(device) for name, tensor in parts["best"].items()}
    return [Epoch(**epoch) for epoch in header["history"]], best
