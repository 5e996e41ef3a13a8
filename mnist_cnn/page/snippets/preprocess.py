from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.reading.pipelines import preprocess, to_digit

picture = embedded_test_set().images[3675].numpy()  # or the path of a photo: "my_digit.jpg"
steps = preprocess(picture)
for step in steps:
    print(step.name, step.shape)
output = to_digit(steps)  # (28, 28) uint8, what the networks see
