from mnist_cnn import load_models
from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.reading.predict import logits

test = embedded_test_set()
answers = logits(load_models()["fc"], test.images).argmax(1)
wrong = (answers != test.labels).nonzero().flatten()
output = wrong.tolist()  # indices of the misread test digits
for index in output[:5]:
    print(index, test.labels[index].item(), "→", answers[index].item())
