import torch

from mnist_cnn import load_models

x = torch.zeros(1, 1, 28, 28)  # one digit
output = {}
for name, layer in load_models()["conv"].named_modules():
    if not list(layer.children()):  # a leaf: one layer
        x = layer(x)
        parameters = sum(parameter.numel() for parameter in layer.parameters())
        output[name] = [parameters, *x.shape[1:]]
        print(name, layer, output[name])
