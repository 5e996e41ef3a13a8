"""The terms of the lesson: what each means, in plain words.

A sentence of another catalogue names a term as [[term]], or [[term|as it is written there]]; the
page makes of it a word that opens its entry.
"""

TITLE = "Glossary"
ALL = "All terms"
TERMS = {  # by the word for it
    "augmentation": "Training digits are changed at random, moved, turned, bent, while their "
    "labels stay the same. The network meets more variety than anybody collected.",
    "batch norm": "Batch normalisation, a layer that shifts and rescales each channel: in training "
    "its values get mean 0 and variance 1, then a learned weight and bias set their scale.",
    "calibration": "Confidence is calibrated if it can be taken at its word: of all answers given "
    "with 90 %, about 90 in 100 are right.",
    "channel": "One of the maps that make up a layer. Each comes from a filter of its own.",
    "confidence": "The probability that a network gives to the digit that it holds for the "
    "likeliest.",
    "convolutional": "A convolutional network, ConvNet for short, slides small filters over the "
    "picture in its first layers. The same few weights are used at every place.",
    "cross-entropy": "The usual loss of a network that chooses among classes: minus the logarithm "
    "of the probability that it gave to the right one. It is 0 for full certainty that is right, "
    "and large for certainty that is wrong.",
    "dense layer": "A layer in which every unit weighs all numbers of the layer before; another "
    "word for fully connected.",
    "dropout": "In training, a part of the numbers is set to 0 at random at every step, so that no "
    "unit can rely on a single other one. When the network answers, none is.",
    "epoch": "One pass through all training digits.",
    "feature map": "What one filter finds, place by place: a picture of its answers.",
    "filter": "A small pattern of weights, the kernel, that is laid on every window of a picture "
    "and answers most strongly where the picture fits it.",
    "fully connected": "Every unit of a layer is connected with every number of the layer before: "
    "in the first layer, with all pixels of the digit at once.",
    "kernel": "The weights of a filter: here nine numbers, three by three.",
    "label": "The digit that somebody noted for a picture: what the network should answer.",
    "label smoothing": "The network is trained towards a little less than full certainty, so "
    "that it does not trust itself too much.",
    "learning rate": "How far the weights are moved at each step of training.",
    "logits": "The ten numbers that the last layer gives, one per digit, before softmax makes them "
    "probabilities. The largest is the answer.",
    "loss": "One number for how wrong a network is on the training digits. Training lowers it.",
    "max pooling": "Of every two by two pixels only the largest is kept, so that the map has half "
    "the height and width.",
    "multiply-adds": "How many products one answer adds up: the work that a digit costs.",
    "over-fitting": "A network over-fits where it goes on getting better on the digits that it "
    "learns from, but not on others.",
    "padding": "What a filter reads beyond the border of a picture.",
    "parameters": "The numbers in a network that training sets: weights and biases.",
    "receptive field": "The part of the digit that a unit can see; what lies outside of it changes "
    "nothing for this unit.",
    "ReLU": "Rectified linear unit: keeps what is above 0, and makes 0 of what is below.",
    "seed": "The number from which all random choices of a training follow: the first weights, the "
    "order of the digits, their variations.",
    "softmax": "Turns any ten numbers into ten probabilities that add up to 1; the larger the "
    "number, the larger its share.",
    "temperature": "One number by which all logits are divided before softmax, so that confidence "
    "is calibrated. It changes no answer.",
    "tensor": "An array of numbers with any number of axes. A picture has two, a batch of pictures "
    "with channels four.",
    "test digits": "Digits that are kept away from training and from every choice, to measure a "
    "network on them when it is finished.",
    "validation digits": "Digits that a network does not learn from, and by which choices are "
    "made: recipes, and the epoch whose weights are kept.",
}
