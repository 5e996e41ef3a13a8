from mnist_cnn.judging.handwriting import load_handwriting

found = load_handwriting()  # counts of what the networks made of other people's digits
output = {}  # share of the pictures that "aug" reads right: the notebook's way, MNIST's own way
for name, row in found["mnist"]["aug"]["sets"].items():
    output[name] = found["notebook"]["aug"]["sets"][name]["read"], row["read"]
print(output)
