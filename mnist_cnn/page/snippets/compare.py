import torch

from mnist_cnn import load_models
from mnist_cnn.dataset.digits import embedded_test_set, to_batch

digit = embedded_test_set().images[3675]  # (28, 28), 0 to 255, ink bright
with torch.no_grad():
    x = to_batch(digit[None])  # (1, 1, 28, 28): less the mean, divided by the deviation
    output = {key: model(x).softmax(1)[0].numpy() for key, model in load_models().items()}
print(output)
