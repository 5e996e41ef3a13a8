from scipy.signal import correlate2d

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.reading.pipelines import preprocess, to_digit

digit = to_digit(preprocess(embedded_test_set().images[3675].numpy()))  # or "my_digit.jpg"
picture = digit / 255  # (28, 28), 1 is ink
kernel = [[1, 2, 1], [0, 0, 0], [-1, -2, -1]]  # Sobel, horizontal
output = correlate2d(picture, kernel, mode="same")  # (28, 28); zeros beyond the border
print(output.min(), output.max())
