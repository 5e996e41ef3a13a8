import torch
import torch.nn.functional as F

from mnist_cnn import load_models
from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.reading.pipelines import preprocess, to_digit

digit = to_digit(preprocess(embedded_test_set().images[3675].numpy()))  # or "my_digit.jpg"
picture = torch.from_numpy(digit)[None, None] / 255  # (1, 1, 28, 28), 1 is ink
sobel = torch.tensor([[1.0, 2, 1], [0, 0, 0], [-1, -2, -1]])
output = {}
for key in ("conv", "aug"):
    kernels = load_models()[key].features[0].weight.detach()  # (32, 1, 3, 3)
    answers = F.conv2d(picture, kernels, padding=1)[0]  # (32, 28, 28)
    cosine_similarity = F.cosine_similarity(kernels.flatten(1), sobel.flatten()[None])  # (32,)
    output[key] = answers[cosine_similarity.argsort(descending=True)]  # the likest first
