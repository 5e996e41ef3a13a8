"""What several tests of learning share: a few digits as splits, and runs that are trained once."""

import pytest
import torch

from mnist_cnn.dataset.digits import Splits, embedded_test_set
from mnist_cnn.learning.runs import plan, train


def slice_of(first, last):
    return embedded_test_set()[torch.arange(first, last)]


@pytest.fixture(scope="session")
def digits():
    """70 digits: two whole batches of 32, and a ragged one."""
    return slice_of(0, 70)


@pytest.fixture(scope="session")
def splits():
    """240 training, 60 validation and 50 test digits."""
    return Splits(slice_of(0, 240), slice_of(240, 300), slice_of(300, 350))


@pytest.fixture(scope="session")
def trained(splits, tmp_path_factory):
    """(run, folder, what was said): fc, trained for three epochs."""
    folder, said = tmp_path_factory.mktemp("trained"), []
    run = plan(splits, "fc", "default", 1, epochs=3, batch_size=32, label_smoothing=0.3)
    train(run, splits, folder, report=said.append)
    return run, folder, said
