import torch
import torch.nn.functional as F

from mnist_cnn import load_models
from mnist_cnn.dataset.digits import embedded_test_set, to_batch

digit = embedded_test_set().images[3675]  # (28, 28), 0 to 255, ink bright
wide = F.pad(digit, (8, 8, 8, 8))  # (44, 44): black all around
# Every 28×28 window of it is a shifted copy; the first one shows the digit 8 px down and right.
windows = wide.unfold(0, 28, 1).unfold(1, 28, 1).flip(0, 1)  # (17, 17, 28, 28)
output = {}
for key, model in load_models().items():
    with torch.no_grad():
        probabilities = model(to_batch(windows.reshape(-1, 28, 28))).softmax(1)
    probabilities = probabilities.reshape(17, 17, 10)
    label = probabilities[8, 8].argmax()  # its answer where nothing is shifted
    output[key] = probabilities[:, :, label].numpy()
print(output["conv"].round(2))
