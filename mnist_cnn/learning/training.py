"""fit(): untrained model, digits and recipe in; trained model and its history out.

What the notebook did wrong is right here: the validation digits are never trained on, only the
training digits are augmented, validation and test see plain digits, and every run is seeded.
"""

import copy
import time
import warnings
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from huggingface_hub.utils import tqdm
from torch.torch_version import TorchVersion

from mnist_cnn.dataset.digits import to_batch, to_unit
from mnist_cnn.judging.metrics import accuracy
from mnist_cnn.networks.weights import WeightsError, load_tensors, save_tensors


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
    recipe_name: str = ""  # what models.MODELS calls the recipe, where it is one of these


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
    add_dropout(model, recipe.dropout)
    kept = copy.deepcopy(model) if recipe.averaging else model  # the weights that are judged
    optimizer = make_optimizer(model, recipe)
    history, best = [], {}
    if resume and checkpoint is not None and checkpoint.exists():
        history, best = _load_checkpoint(checkpoint, run, model, kept, optimizer)
        report(f"resumed after epoch {len(history)}")
    step = Step(model, kept, optimizer, training, recipe, [run.seed])
    take_step = repeatable(step)

    while not is_over(history, recipe):
        start = time.perf_counter()
        [(loss, training_accuracy)] = train_epoch(step, take_step, len(history))
        validation_accuracy = accuracy(kept.eval(), validation)
        seconds = time.perf_counter() - start
        is_best = record(history, loss, training_accuracy, validation_accuracy, seconds)
        if is_best:
            best = {name: tensor.clone() for name, tensor in kept.state_dict().items()}
        if checkpoint is not None:
            _save_checkpoint(checkpoint, run, model, kept, optimizer, history, best)
        report(history[-1])

    model.load_state_dict(best)
    return model.eval().to(memory_format=torch.contiguous_format), history


def add_dropout(model, share):
    """Silence a share of the inputs of every dense layer, in training only.

    What is trained is the same architecture: its files and its answers know nothing of this.
    Source: Srivastava et al. 2014, "Dropout".
    """

    def silence(layer, inputs):
        return (F.dropout(inputs[0], share, layer.training),)

    if share:
        for layer in model.modules():
            if isinstance(layer, torch.nn.Linear):
                layer.register_forward_pre_hook(silence)


def train_epoch(step, take_step, epoch):
    """One pass over the training digits; returns (mean loss, accuracy) of each network."""
    step.begin_epoch(epoch)
    for _ in tqdm(range(step.per_epoch), f"epoch {epoch + 1}", leave=False, unit="batch"):
        take_step()
    return step.results()


def record(history, loss, training_accuracy, validation_accuracy, seconds):
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


def is_over(history, recipe):
    """Whether a run has had all its epochs, or its patience has run out."""
    patience = history[-1].patience if history else 0
    return len(history) >= recipe.epochs or patience >= recipe.patience


def make_optimizer(model, recipe, stacked=0):
    """AdamW of a recipe; its learning rate is a tensor, so that a replayed step can move it.

    Args:
        stacked: axes that each parameter has in front of its own.
    """
    parameters = list(model.parameters())
    device = parameters[0].device
    matrices = [parameter for parameter in parameters if parameter.ndim - stacked > 1]
    vectors = [parameter for parameter in parameters if parameter.ndim - stacked <= 1]
    return torch.optim.AdamW(
        [
            {"params": matrices, "weight_decay": recipe.weight_decay},
            {"params": vectors, "weight_decay": 0.0},
        ],
        lr=torch.tensor(recipe.learning_rate, device=device),
        betas=(0.9, recipe.beta2),
        fused=True,
        capturable=device.type == "cuda",
    )


class Step:
    """One step of training, from picking its digits to the new weights, on tensors that stay put.

    Nothing that differs from step to step comes from Python: which digits, which learning rate and
    how far the running mean follows are looked up by a counter on the device. So a GPU can record
    one step, and replay it with a single launch.

    Args:
        model, kept: the network, and the one that follows it as a running mean (or is it).
        optimizer: what `make_optimizer` returned.
        training: data.Digits on the model's device.
        recipe: models.Recipe.
        seeds: the seed of the network; several where a subclass trains several.
    """

    def __init__(self, model, kept, optimizer, training, recipe, seeds):
        self.model, self.kept, self.optimizer = model, kept, optimizer
        self.training, self.recipe, self.seeds = training, recipe, seeds
        self.device = device = training.images.device
        self.bfloat16 = recipe.bfloat16 and multiplies_bfloat16(device)
        # The ragged last batch waits for its turn.
        count = len(training) * recipe.repeats
        self.per_epoch = max(1, count // recipe.batch_size)
        steps = range(recipe.epochs * self.per_epoch)
        rates = [recipe.rate_at(step / len(steps)) for step in steps]
        shares = [1 - min(recipe.averaging, (1 + step) / (10 + step)) for step in steps]
        self.rates, self.shares = (torch.tensor(row, device=device) for row in (rates, shares))
        self.batch = torch.arange(min(recipe.batch_size, count), device=device)
        self.orders = [torch.arange(count, device=device) for _ in seeds]
        self.generators = [torch.Generator(device) for _ in seeds]
        self.count = torch.zeros(1, dtype=torch.long, device=device)  # steps since the beginning
        # Kept on the device: reading them would wait for every step.
        self.loss = torch.zeros(len(seeds), device=device)
        self.correct = torch.zeros(len(seeds), dtype=torch.long, device=device)

    def begin_epoch(self, epoch):
        """Draw the order of the digits; `epoch` counts from 0.

        All chance of an epoch follows from seeds and epoch, so a resumed run draws what the
        unbroken one would have drawn. Networks that train together share what dropout draws.
        """
        torch.manual_seed(1_000_003 * self.seeds[0] + epoch)  # dropout
        for seed, order, generator in zip(self.seeds, self.orders, self.generators):
            generator.manual_seed(1_000_003 * seed + epoch)
            order.copy_(torch.randperm(len(order), device=self.device, generator=generator))
        self.count.fill_(epoch * self.per_epoch)
        self.loss.zero_()
        self.correct.zero_()
        self.model.train()

    def __call__(self):
        """Take the step."""
        rate = self.rates.index_select(0, self.count)[0]
        share = self.shares.index_select(0, self.count)[0]
        for group in self.optimizer.param_groups:
            group["lr"].copy_(rate)
        place = self.count % self.per_epoch * len(self.batch) + self.batch
        indices = [order[place] % len(self.training) for order in self.orders]
        labels = torch.stack([self.training.labels[index] for index in indices])  # (S, B)
        batches = [
            self.vary(to_unit(self.training.images[index]), *chance)
            for index, *chance in zip(indices, labels, self.generators)
        ]
        with torch.autocast(self.device.type, torch.bfloat16, self.bfloat16, cache_enabled=False):
            logits = self.answer(batches)  # (S, B, 10)
        losses = F.cross_entropy(
            logits.float().transpose(1, 2),
            labels,
            reduction="none",
            label_smoothing=self.recipe.label_smoothing,
        ).mean(1)  # (S,)
        self.optimizer.zero_grad(set_to_none=True)
        losses.sum().backward()
        self.optimizer.step()
        if self.kept is not self.model:
            follow(self.kept, self.model, share)
        self.loss += losses.detach()
        self.correct += (logits.argmax(2) == labels).sum(1)
        self.count += 1

    def vary(self, digits, labels, generator):
        """Input for the network from training digits."""
        if self.recipe.augmentation is not None:
            digits = self.recipe.augmentation(digits, labels, generator)
        return to_batch(digits).contiguous(memory_format=torch.channels_last)

    def answer(self, batches):
        """(1, B, 10) logits of the one batch."""
        return self.model(batches[0]).unsqueeze(0)

    def results(self):
        """(mean loss, accuracy) per network, of the epoch's digits as they were trained on."""
        seen = self.per_epoch * len(self.batch)
        return list(zip((self.loss / self.per_epoch).tolist(), (self.correct / seen).tolist()))


def repeatable(step):
    """The step itself; on a GPU a replay of it, recorded as one graph.

    Source: "CUDA Graphs" in PyTorch's documentation: first some steps beside the main stream, so
    that what is made once is made, then the record.
    """
    if step.device.type != "cuda":
        return step
    beside = torch.cuda.Stream()
    beside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(beside):
        rehearse(step)
    torch.cuda.current_stream().wait_stream(beside)
    graph = torch.cuda.CUDAGraph()
    if TorchVersion(torch.__version__) < (2, 14):  # later ones know which generators they use
        for generator in step.generators:
            graph.register_generator_state(generator)
    step.optimizer.zero_grad(set_to_none=True)  # the graph keeps gradients of its own
    with torch.cuda.graph(graph):
        step()
    return graph.replay


@torch.no_grad()
def rehearse(step, times=3):
    """Take some steps that leave no trace."""

    def tensors():
        moments = step.optimizer.state_dict()["state"]
        states = {"model": step.model.state_dict(), "kept": step.kept.state_dict(), **moments}
        return {(part, name): t for part, state in states.items() for name, t in state.items()}

    before = {name: tensor.clone() for name, tensor in tensors().items()}
    with torch.enable_grad(), warnings.catch_warnings():
        # The optimizer wonders at steps outside of a record; those in it are to come.
        warnings.filterwarnings("ignore", ".*without CUDA graph capture")
        for _ in range(times):
            step.begin_epoch(0)
            step()
    for name, tensor in tensors().items():
        # What the optimizer did not have before, it now has as it would have begun: at zero.
        tensor.copy_(before[name]) if name in before else tensor.zero_()


@torch.no_grad()
def follow(kept, model, share):
    """Move the running mean towards the model by a `share` in [0, 1]: a tensor without axes."""
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
        raise TrainingError(f"{path} is of other settings. Give the same ones, or delete it.")
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
