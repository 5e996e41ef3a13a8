from mnist_cnn import evaluate
from mnist_cnn.dataset.digits import embedded_test_set

# Yours: numpy.load("my-digits.npz") has "images" and "labels". Here, test digits:
mine = embedded_test_set()[:300]
found = evaluate(mine.images.numpy(), mine.labels.tolist())
output = {key: [row["accuracy"], *row["interval"]] for key, row in found["models"].items()}
print(output, found["pairs"])
