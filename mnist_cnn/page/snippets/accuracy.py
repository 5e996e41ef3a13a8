from scipy.stats import binomtest

from mnist_cnn import load_models
from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.reading.predict import logits

test = embedded_test_set()
answers = logits(load_models()["fc"], test.images).argmax(1)
right = (answers == test.labels).sum().item()
interval = binomtest(right, len(test)).proportion_ci(0.95, method="wilson")
output = right / len(test), interval.low, interval.high
print(output)
