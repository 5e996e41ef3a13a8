import numpy as np
import torch

from mnist_cnn import load_models
from mnist_cnn.dataset.digits import embedded_test_set, to_batch
from mnist_cnn.judging.robustness import load_robustness

# What `python -m mnist_cnn robustness` measured: 17×17 shifts in reading order, per network.
output = {key: row["shifts"]["probability"] for key, row in load_robustness().items()}

# One shift of one network, measured here on the first 200 test digits: 4 px to the right.
digits = torch.roll(embedded_test_set().images[:200], 4, 2)
digits[:, :, :4] = 0
model = load_models()["conv"]
with torch.no_grad():
    own = model(to_batch(embedded_test_set().images[:200])).argmax(1)
    moved = model(to_batch(digits)).softmax(1)
print(moved[range(200), own].mean(), np.reshape(output["conv"], (17, 17))[8, 12])
