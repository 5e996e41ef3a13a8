from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.reading.pipelines import PIPELINES, preprocess, to_digit

picture = embedded_test_set().images[3675].numpy()  # or the path of a photo: "my_digit.jpg"
output = {way: to_digit(preprocess(picture, way)) for way in PIPELINES}  # (28, 28) uint8 each
print(output)
