"""LeNet-5 as a network that the lesson could have, and others that its layer table must know."""

import torch
from torch import nn


class LeNet5(nn.Module):
    """Two convolutions, each followed by pooling, and three dense layers; 28×28 padded to 32×32.

    Source: LeCun, Bottou, Bengio and Haffner 1998, "Gradient-based learning applied to document
    recognition"; without its partial connections and its radial basis functions.
    """

    def __init__(self, activation=nn.Tanh, pooling=nn.AvgPool2d):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2),  # (6, 28, 28)
            activation(),
            pooling(2),  # (6, 14, 14)
            nn.Conv2d(6, 16, 5),  # (16, 10, 10)
            activation(),
            pooling(2),  # (16, 5, 5)
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),  # (400,)
            nn.Linear(400, 120),
            activation(),
            nn.Linear(120, 84),
            activation(),
            nn.Linear(84, 10),
        )

    def forward(self, x):
        return self.classifier(self.features(x))


def sequential(*layers, seed=0):
    """Layers and a dense one with ten logits as a network, in eval mode, with random weights."""
    torch.manual_seed(seed)
    head = nn.Sequential(*layers, nn.Flatten())
    with torch.no_grad():
        width = head.eval()(torch.zeros(1, 1, 28, 28)).shape[1]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(width, 10)).eval()


def normed(channels):
    """Batch norm as training leaves it: no number of it is 0 or 1."""
    layer = nn.BatchNorm2d(channels, eps=0.1)
    with torch.no_grad():
        layer.running_mean.normal_()
        layer.running_var.uniform_(0.1, 2)
        layer.weight.normal_()
        layer.bias.normal_()
    return layer


def networks():
    """{name: network in eval mode}: LeNet-5 in both forms, and settings that it does not have."""
    torch.manual_seed(5)
    return {
        "lenet, 1998": LeNet5().eval(),
        "lenet, modern": LeNet5(nn.ReLU, nn.MaxPool2d).eval(),
        "strides": sequential(
            nn.Conv2d(1, 3, 3, stride=2), normed(3), nn.LeakyReLU(0.2), nn.AvgPool2d(3, 2)
        ),
        "overlapping pools": sequential(
            nn.Conv2d(1, 3, 4), nn.Sigmoid(), nn.MaxPool2d(3, 2), nn.Conv2d(3, 4, 2, bias=False)
        ),
        "odd sides": sequential(nn.Conv2d(1, 2, 4), nn.MaxPool2d(2), nn.ReLU(), nn.AvgPool2d(2)),
        "padded pools": sequential(
            nn.Conv2d(1, 2, 3, padding="same"),
            nn.MaxPool2d(3, 2, padding=1),
            nn.AvgPool2d(3, 2, padding=1),
            nn.AvgPool2d(2, 1, padding=1, count_include_pad=False),
        ),
        "padded strides": sequential(
            nn.Conv2d(1, 2, 5, stride=3, padding=4, bias=False), nn.Tanh(), nn.Dropout(0.5)
        ),
    }
