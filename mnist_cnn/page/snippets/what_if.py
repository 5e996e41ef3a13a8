import torch
from scipy import ndimage

from mnist_cnn import load_models
from mnist_cnn.dataset.digits import embedded_test_set, to_batch

digit = embedded_test_set().images[3675].numpy() / 255  # (28, 28), 1 is ink
turned = ndimage.rotate(digit, -30, reshape=False, order=1)  # 30° clockwise
moved = ndimage.shift(turned, (4, -3), order=0)  # 4 px down, 3 px to the left
blurred = ndimage.gaussian_filter(moved, 0.5)
with torch.no_grad():
    x = to_batch(blurred[None])  # (1, 1, 28, 28)
    output = {key: model(x).softmax(1)[0].numpy() for key, model in load_models().items()}
print(output)
