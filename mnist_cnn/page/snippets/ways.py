from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.reading.pipelines import PIPELINES, preprocess, to_digit

picture, bright_ink = embedded_test_set().images[3675].numpy(), True  # or "photo.jpg", False
output = {way: to_digit(preprocess(picture, way, bright_ink=bright_ink)) for way in PIPELINES}
print(output)
