"""A U-Net: which pixels of a picture are ink."""

import torch
from torch import nn

WIDTHS = 12, 24, 48, 64, 96  # feature maps at full size, a half, a quarter, ...
MULTIPLE = 2 ** (len(WIDTHS) - 1)  # px: both sides of a picture are a multiple of it


class UNet(nn.Module):
    """Fully convolutional: down to a sixteenth to see the whole page, up again to see each pixel.

    Maps (B, 1, H, W) pictures to (B, 1, H, W) logits; H and W are multiples of MULTIPLE.
    Source: Ronneberger, Fischer and Brox 2015, "U-Net", arXiv 1505.04597.
    """

    def __init__(self):
        super().__init__()
        sizes = list(zip((1, *WIDTHS), WIDTHS))
        self.down = nn.ModuleList(
            nn.Sequential(*_conv_block(into, out), *_conv_block(out, out)) for into, out in sizes
        )
        self.up = nn.ModuleList(
            nn.Sequential(*_conv_block(into + out, into)) for into, out in reversed(sizes[1:])
        )
        self.shrink, self.enlarge = nn.MaxPool2d(2), nn.Upsample(scale_factor=2)
        self.output = nn.Conv2d(WIDTHS[0], 1, 1)

    def forward(self, x):
        seen = []
        for block in self.down:
            x = block(self.shrink(x) if seen else x)
            seen.append(x)
        x = seen.pop()
        for block in self.up:
            x = block(torch.cat([self.enlarge(x), seen.pop()], 1))
        return self.output(x)


def _conv_block(into: int, out: int) -> tuple[nn.Module, ...]:
    """A 3×3 convolution that keeps the size, normalised, then ReLU."""
    convolution = nn.Conv2d(into, out, 3, padding=1, bias=False)
    return convolution, nn.BatchNorm2d(out), nn.ReLU()
