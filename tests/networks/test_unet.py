"""The U-Net sees the whole page and answers for each pixel."""

import torch

from mnist_cnn.networks.unet import MULTIPLE, UNet


def test_one_logit_per_pixel():
    network = UNet().eval()
    for height, width in ((MULTIPLE, MULTIPLE), (48, 112)):
        assert network(torch.zeros(2, 1, height, width)).shape == (2, 1, height, width)
    assert sum(p.numel() for p in network.parameters()) == 404_305


def test_each_pixel_knows_of_the_far_side_of_the_page():
    torch.manual_seed(0)
    network = UNet().eval()
    page = torch.rand(1, 1, 96, 96).requires_grad_()
    network(page)[0, 0, 48, 48].backward()
    reach = page.grad[0, 0].abs() > 0
    edges = reach[:8], reach[-8:], reach[:, :8], reach[:, -8:]
    assert all(edge.any() for edge in edges)
