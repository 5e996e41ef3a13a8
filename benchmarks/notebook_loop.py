"""The training loop of the lesson's notebook, as its text describes it: what ours is held against.

One image after the other through PIL, batches from a DataLoader without workers, Adam at a constant
rate, each step's loss read at once, the best weights into a file. Its numbers are those of the
recipe "lesson". Only its leak is mended: what is validated on is plain and never trained on.
"""

import tempfile
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, Subset
from torchvision import transforms
from torchvision.datasets import MNIST
from torchvision.datasets.utils import extract_archive

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.learning.recipes import RECIPES
from mnist_cnn.networks.models import MODELS


def mnist(directory, key, indices, varied=False):
    """Some of the 60,000 training digits, each made anew whenever it is asked for.

    Args:
        directory: holds MNIST/raw/; what is packed is unpacked beside it, as torchvision needs it.
        key: of MODELS; its recipe "lesson" says how far a digit may vary.
        indices: which of the digits.
        varied: False leaves them plain, as for validation.
    """
    steps = [transforms.ToTensor(), transforms.Normalize((DATASET.mean,), (DATASET.std,))]
    spread = RECIPES[key]["lesson"].augmentation
    if varied and spread is not None:
        jitter = transforms.ColorJitter(brightness=spread.brightness, contrast=spread.contrast)
        move = transforms.RandomAffine(
            degrees=spread.rotation,
            translate=(spread.shift, spread.shift),
            scale=(1 - spread.scale, 1 + spread.scale),
        )
        steps = [transforms.RandomApply([jitter], p=1.0), move, *steps]
    for packed in (Path(directory) / "MNIST" / "raw").glob("*.gz"):
        if not packed.with_suffix("").exists():
            extract_archive(str(packed))
    return Subset(MNIST(directory, transform=transforms.Compose(steps)), indices)


def train(key, training, validation, epochs=None, seed=0):
    """Train until validation stops getting better.

    Args:
        key: of MODELS.
        training, validation: what `mnist` returned.
        epochs: at most; None: the notebook's.

    Returns:
        The model in eval mode with its best weights, and the validation accuracy of each epoch.
    """
    recipe = RECIPES[key]["lesson"]
    torch.manual_seed(seed)
    training = DataLoader(training, batch_size=recipe.batch_size, shuffle=True)
    validation = DataLoader(validation, batch_size=recipe.batch_size)
    model, criterion = MODELS[key].build(), nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=recipe.learning_rate)
    history, patience = [], 0
    with tempfile.TemporaryDirectory() as folder:
        best = Path(folder) / "best.pt"
        while len(history) < (epochs or recipe.epochs) and patience < recipe.patience:
            model.train()
            total_loss = 0.0
            for x, labels in training:
                optimizer.zero_grad()
                loss = criterion(model(x), labels)
                loss.backward()
                optimizer.step()
                total_loss += loss.item()
            accuracy = _accuracy(model.eval(), validation)
            patience += 1
            if accuracy > max(history, default=0):
                torch.save(model.state_dict(), best)
                patience = 0
            history.append(accuracy)
        model.load_state_dict(torch.load(best))
    return model, history


@torch.no_grad()
def _accuracy(model, batches):
    correct = total = 0
    for x, labels in batches:
        correct += (model(x).argmax(1) == labels).sum().item()
        total += len(labels)
    return correct / total
