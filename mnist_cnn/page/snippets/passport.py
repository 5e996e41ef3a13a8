from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.reading.passport import passport
from mnist_cnn.reading.pipelines import preprocess

picture = embedded_test_set().images[3675].numpy()  # or the path of a photo: "my_digit.jpg"
output = {}
for row in passport(preprocess(picture)):
    output[row.trait.name] = row.before, row.after
    print(row.trait.name, output[row.trait.name], row.trait.unit)
