import numpy as np

from mnist_cnn import load_models
from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.reading.predict import logits

test = embedded_test_set()
answers = logits(load_models()["fc"], test.images).argmax(1)
output = np.zeros((10, 10), int)  # rows: what was written, columns: what was read
np.add.at(output, (test.labels.numpy(), answers.numpy()), 1)
print(output)
