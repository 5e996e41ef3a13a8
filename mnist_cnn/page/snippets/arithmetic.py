from mnist_cnn import load_models
from mnist_cnn.dataset.digits import embedded_test_set, to_batch
from mnist_cnn.reading.pipelines import preprocess, to_digit

digit = to_digit(preprocess(embedded_test_set().images[3675].numpy()))  # or your own picture
x = to_batch(digit[None])[0]  # (1, 28, 28)
conv, norm, relu = load_models()["conv"].features[:3]
channel, row, column = 15, 16, 18
window = x[:, row : row + 3, column : column + 3]  # (1, 3, 3)
z = (window * conv.weight[channel]).sum() + conv.bias[channel]
y = (z - norm.running_mean[channel]) / (norm.running_var[channel] + norm.eps).sqrt()
y = norm.weight[channel] * y + norm.bias[channel]
output = max(0, y.item())
print(z.item(), y.item(), output)  # Convolution 1, Batch norm 1, ReLU 1
