import numpy as np

from mnist_cnn.judging.metrics import load_metrics

history = load_metrics()["models"]["aug"]["history"]
names = ("epoch", "training_accuracy", "validation_accuracy")
output = np.array([[epoch[name] for name in names] for epoch in history])
print(output)  # matplotlib: axes.plot(output[:, 0], output[:, 1:])
