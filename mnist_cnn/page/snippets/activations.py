from mnist_cnn import load_models
from mnist_cnn.dataset.digits import embedded_test_set, to_batch
from mnist_cnn.reading.pipelines import preprocess, to_digit

digit = to_digit(preprocess(embedded_test_set().images[3675].numpy()))  # or your own picture
x = to_batch(digit[None])  # (1, 1, 28, 28): less the mean, divided by the deviation
for layer in load_models()["conv"].features[:7]:  # as far as you like
    x = layer(x)
    print(layer, tuple(x.shape[1:]))
output = x[0].detach().numpy()  # (32, 12, 12): Max pooling 1
