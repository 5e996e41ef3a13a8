"""What the room Inside says."""

from markupsafe import Markup

TAB = "Inside"
QUESTION = "What happens between the pixels and the answer?"
INTRO = (
    "A network is a chain of layers; each takes the numbers of the layer before and computes its "
    "own. In a [[convolutional|ConvNet]] these are [[feature map|feature maps]], one per "
    "[[channel]]: a place on the map is a place on your digit."
)
TRY = (
    "Try this: move the slider from Convolution 1 towards Max pooling 2, and stop where you no "
    "longer recognise your digit. Then click a channel, and a pixel of it."
)
VIEW = "Network"
OWN = "Yours, once trained"
BOTH = "Both ConvNets"
SCALE = "Colour scale"
SCALES = {"layer": "One for the layer", "channel": "One per channel"}
LAYER = "Layer"
PLACES = ("Channel", "Row", "Column")
UNITS = "Unit"
RANGE = "From {} to {}. Blue is below zero, white is zero, red is above."
ENDS = {
    "layer": "The colours are full at ±{}.",
    "channel": "Each channel's colours are full at its own largest value, at most {}.",
}
TILE = "Channel {}, from {} to {}"
STRIP = "{} units, in lines of {}."
KINDS = {  # what to see in a layer of each kind
    "Input": "The digit after the mean is subtracted and the result is divided by the standard "
    "deviation.",
    "Conv2d": "Each channel is one filter's answer, place by place: red where the sum is above "
    "zero, blue where it is below. Even empty paper has an answer, the same everywhere.",
    "BatchNorm2d": "[[batch norm|Batch norm]]: each channel is moved and stretched by four "
    "numbers: its mean and spread in training, and a weight and a bias that it learned.",
    "BatchNorm1d": "Each unit is moved and stretched by four numbers that training settled.",
    "ReLU": "[[ReLU]]: what was blue is gone. Each channel says only where it found something, "
    "never where it found the opposite.",
    "LeakyReLU": "What was blue is pale: each channel says strongly where it found something, and "
    "weakly where it found the opposite.",
    "Tanh": "All numbers are pressed into the range from −1 to 1: strong answers no longer differ.",
    "Sigmoid": "All numbers are pressed into the range from 0 to 1: strong answers no longer "
    "differ.",
    "MaxPool2d": "[[max pooling|Max pooling]]: of every four pixels the largest remains. Where "
    "exactly it was is forgotten: that is why a small shift changes little from here on.",
    "AvgPool2d": "Of every four pixels the mean remains. Where exactly something was is forgotten: "
    "that is why a small shift changes little from here on.",
    "Flatten": "The same numbers in one row: from here on, every place has weights of its own.",
    "Shuffle": "Every pixel has moved to another place, the same for all digits: a fully connected "
    "layer does not care, a filter that looks at neighbours finds none.",
    "Linear": "[[dense layer|Dense layer]]: every unit weighs all numbers of the layer before. "
    "The last ten are the [[logits]]: the largest one is the answer.",
    "Dropout": "[[dropout|Dropout]]: while the network learns, a fifth of these units is "
    "silenced at random. When it answers, nothing happens here.",
    "Softmax": "[[softmax|Softmax]]: ten shares that add up to one.",
}
ACTIVATIONS = {  # of a value, and of the slope of a leaky ReLU
    "ReLU": "max(0, {})",
    "LeakyReLU": "max(0, {0}) + {1:g} × min(0, {0})",
    "Tanh": "tanh({})",
    "Sigmoid": Markup("1 / (1 + e<sup>−({})</sup>)"),
}
PLACE = "channel {}, row {}, column {}"
UNIT = "unit {}"
CHANNEL = "channel {}"
PIXEL = "Row {}, column {}: {}"
FIELD = "Its [[receptive field]]: {} × {} pixels, from row {}, column {}."
FIELD_ALL = "It sees the whole digit."
KERNEL = "Its weights: {}, up to ±{}."
REST = "the other {} of {}"
BIAS = "bias"
SUM = "sum"
COPIED = "the same as {} of {}:"
SHARE = "the sum of all ten"
SEE = "What to see"
SEE_MORE = (
    "Early layers keep the detail: most channels still show your digit. Late layers are general: "
    "each number speaks for a large part of the digit, and a small change there hardly moves it. "
    "[François Chollet's notebook](https://github.com/fchollet/deep-learning-with-python-notebooks"
    "/blob/master/5.4-visualizing-what-convnets-learn.ipynb) shows the same on a photograph."
)
FORMULAS = "The formulas"
FORMULAS_TEXT = r"""
A convolution sums products under a window that slides over all channels $c$ of the layer before:

$\displaystyle z_{r,k} = b + \sum_{c} \sum_{i=0}^{2} \sum_{j=0}^{2} w_{c,i,j} \; x_{c,\,r+i,\,k+j}$

Batch norm moves and stretches the sum with the mean $\mu$ and the variance $\sigma^2$ that
training saw, and with a weight $\gamma$ and a bias $\beta$ that it learned; ReLU drops what is
negative:

$\displaystyle y = \gamma \, \frac{z - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta
\qquad a = \max(0, y)$
"""
