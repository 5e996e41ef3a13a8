"""What a training step changes: the network, its running mean, the optimizer, the learning rate."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn
from torch.optim.lr_scheduler import ConstantLR, LRScheduler, OneCycleLR
from torch.optim.swa_utils import AveragedModel

from mnist_cnn.learning.recipes import Recipe

WARM_UP = 0.2  # share of the steps over which the learning rate rises
START, END = 10, 1000  # the first and the last learning rate are the highest, divided by these


@dataclass(frozen=True, eq=False)
class Learner:
    """A network in training, with all that its steps change."""

    model: nn.Module
    ema: AveragedModel | None  # exponential moving average (EMA) of the model's weights
    optimizer: torch.optim.Optimizer
    schedule: LRScheduler  # of the learning rate, step by step

    @property
    def judged(self) -> nn.Module:
        """The network that is validated and kept: the EMA of the weights where there is one."""
        return self.model if self.ema is None else self.ema.module

    def step(self, loss: torch.Tensor) -> None:
        """Take a training step that lowers `loss`, a scalar."""
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        self.schedule.step()
        if self.ema is not None:
            self.ema.update_parameters(self.model)

    def skip_to(self, step: int) -> None:
        """Set the learning rate to that of a later step; they count from 0."""
        # The scheduler calls its steps epochs; with _step_count it knows that it is no new one.
        self.schedule.load_state_dict({"last_epoch": step - 1, "_step_count": step + 1})
        self.schedule.step()


def make_learner(model: nn.Module, recipe: Recipe, steps: int) -> Learner:
    """A Learner that takes `steps` training steps by a recipe."""
    optimizer = make_optimizer(model, recipe)
    schedule = make_schedule(optimizer, recipe, steps)
    ema = make_ema(model, recipe.ema_decay) if recipe.ema_decay else None
    return Learner(model, ema, optimizer, schedule)


def make_optimizer(model: nn.Module, recipe: Recipe) -> torch.optim.AdamW:
    """AdamW that decays weight matrices and filters, and leaves biases and scales alone.

    Its learning rate is a float32 tensor, in which the schedule writes.
    """
    parameters = list(model.parameters())
    matrices = [parameter for parameter in parameters if parameter.ndim > 1]
    vectors = [parameter for parameter in parameters if parameter.ndim <= 1]
    return torch.optim.AdamW(
        [
            {"params": matrices, "weight_decay": recipe.weight_decay},
            {"params": vectors, "weight_decay": 0.0},
        ],
        lr=torch.tensor(recipe.learning_rate, device=parameters[0].device),
        betas=(0.9, recipe.beta2),
        fused=True,
    )


def make_schedule(optimizer: torch.optim.Optimizer, recipe: Recipe, steps: int) -> LRScheduler:
    """The learning rate of each of `steps` steps: constant, or one cycle.

    The cycle is a cosine up over the first fifth of the steps, and a cosine down from there.
    Source: Smith and Topin 2017, "Super-Convergence", arXiv 1708.07120.
    """
    if recipe.schedule == "constant":
        return ConstantLR(optimizer, factor=1)
    return OneCycleLR(
        optimizer,
        max_lr=recipe.learning_rate,
        # Its lowest rate comes one step after our last one: no step is taken at it.
        total_steps=steps + 1,
        pct_start=(WARM_UP * steps + 1) / (steps + 1),
        div_factor=START,
        final_div_factor=END / START,
        cycle_momentum=False,
    )


def make_ema(model: nn.Module, decay: float) -> AveragedModel:
    """The running mean of a model's weights and buffers, which starts at the model itself.

    Args:
        decay: share of the mean that stays at each step, in [0, 1); less in the first steps, so
            that the untrained weights are soon forgotten.
    """

    @torch.no_grad()
    def update(means, weights, count):
        if means[0].is_floating_point():
            stays = min(decay, count.item() / (9 + count.item()))
            torch._foreach_lerp_(means, weights, 1 - stays)
        else:  # how many batches a normalisation has seen
            torch._foreach_copy_(means, weights)

    ema = AveragedModel(model, multi_avg_fn=update, use_buffers=True)
    # The untrained weights count as the first; else those after the first step would replace them.
    ema.n_averaged += 1
    return ema


def add_dropout(model: nn.Module, rate: float) -> None:
    """Drop inputs of every dense layer at this rate, in training only.

    The architecture stays the same: its files and its answers know nothing of this.
    Source: Srivastava et al. 2014, "Dropout".
    """

    def drop(layer, inputs):
        return (F.dropout(inputs[0], rate, layer.training),)

    if rate:
        for layer in model.modules():
            if isinstance(layer, nn.Linear):
                layer.register_forward_pre_hook(drop)


def multiplies_bfloat16(device: torch.device) -> bool:
    """Whether the device multiplies bfloat16 in hardware, so that it is faster than float32."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    # Apple's builds have no mkldnn, and no such question.
    has_mkldnn = device.type == "cpu" and torch.backends.mkldnn.is_available()
    return has_mkldnn and torch.ops.mkldnn._is_mkldnn_bf16_supported()
