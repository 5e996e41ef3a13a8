"""fit_stacked(): several networks of one kind trained in one go, as fit() would train them.

A small network leaves most of a processor idle. Here one step moves all of them: their weights lie
in one tensor with an axis in front, and a multiplication of matrices becomes one of stacks.
"""

import copy
import time

import torch
from torch import nn

from mnist_cnn.judging.metrics import accuracy
from mnist_cnn.learning.training import (
    Step,
    add_dropout,
    is_over,
    make_optimizer,
    record,
    repeatable,
    train_epoch,
)


class Stack(nn.Module):
    """Networks side by side, of a kind without buffers.

    Maps (S, B, 1, 28, 28) to (S, B, 10): each network reads digits of its own.
    Source: "Model ensembling" in torch.func's documentation.
    """

    def __init__(self, networks):
        super().__init__()
        if any(True for network in networks for _ in network.buffers()):
            raise ValueError(f"{type(networks[0]).__name__} has buffers, and cannot be stacked")
        stacked, _ = torch.func.stack_module_state(networks)
        # A parameter's name cannot hold a dot.
        self.names = {name: name.replace(".", "_") for name in stacked}
        self.single = [networks[0]]  # in a list: its own weights are not this module's
        for name, tensor in stacked.items():
            self.register_parameter(self.names[name], nn.Parameter(tensor.detach()))

    def forward(self, x):
        def answer(weights, x):
            return torch.func.functional_call(self.single[0], weights, (x,))

        weights = {name: getattr(self, own) for name, own in self.names.items()}
        return torch.vmap(answer, randomness="different")(weights, x)

    def network(self, place):
        """A copy of the network at this place."""
        network = copy.deepcopy(self.single[0])
        rows = {name: getattr(self, own).detach()[place] for name, own in self.names.items()}
        network.load_state_dict(rows)
        return network.eval()


class StackedStep(Step):
    """A Step of several networks."""

    def answer(self, batches):
        """(S, B, 10) logits, a batch per network."""
        return self.model(torch.stack(batches))


def fit_stacked(build, training, validation, recipe, seeds, report=print):
    """Train one network per seed, all at once.

    Args:
        build, training, validation, recipe: as for training.fit.
        seeds: of the networks. Where there is dropout, one network depends on all of them: it draws
            for all together.
        report: called with the number of each epoch, and its Epoch for every seed.

    Returns:
        [(model in eval mode with its best weights, its history as a list of Epoch), ...]
    """
    device = training.images.device
    networks = []
    for seed in seeds:
        torch.manual_seed(seed)
        networks.append(build().to(device))
        add_dropout(networks[-1], recipe.dropout)
    model = Stack(networks)
    kept = copy.deepcopy(model) if recipe.averaging else model
    step = StackedStep(
        model, kept, make_optimizer(model, recipe, stacked=1), training, recipe, seeds
    )
    take_step = repeatable(step)
    histories, best = [[] for _ in seeds], [None for _ in seeds]
    while not all(is_over(history, recipe) for history in histories):
        start = time.perf_counter()
        results = train_epoch(step, take_step, max(map(len, histories)))
        for place, (history, result) in enumerate(zip(histories, results)):
            if not is_over(history, recipe):
                network = kept.network(place)
                validation_accuracy = accuracy(network, validation)
                seconds = (time.perf_counter() - start) / len(seeds)
                if record(history, *result, validation_accuracy, seconds):
                    best[place] = network
        report([history[-1] for history in histories])
    return list(zip(best, histories))
