import numpy as np

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.reading.pipelines import preprocess, to_digit

digit = to_digit(preprocess(embedded_test_set().images[3675].numpy()))  # or "my_digit.jpg"
picture = digit / 255  # (28, 28), 1 is ink
kernel = np.array([[1, 2, 1], [0, 0, 0], [-1, -2, -1]])  # Sobel, horizontal
row, column = 6, 14
window = picture[row - 1 : row + 2, column - 1 : column + 2]
output = window * kernel  # nine products; their sum is one pixel of the output
print(output, output.sum())
