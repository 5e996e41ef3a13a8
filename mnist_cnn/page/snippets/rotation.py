import numpy as np
import torch
from scipy import ndimage

from mnist_cnn import load_models
from mnist_cnn.dataset.digits import embedded_test_set, to_batch

digit = embedded_test_set().images[3675].numpy() / 255  # (28, 28), 1 is ink
degrees = range(-60, 61, 10)  # clockwise
turned = [ndimage.rotate(digit, -angle, reshape=False, order=1) for angle in degrees]
output = {}
for key, model in load_models().items():
    with torch.no_grad():
        probabilities = model(to_batch(np.stack(turned))).softmax(1)  # (13, 10)
    label = probabilities[6].argmax()  # its answer at 0°
    output[key] = probabilities[:, label].numpy()
print(output)
