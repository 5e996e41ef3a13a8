"""What the room What if says."""

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.explaining.perturbations import MAX_SHIFT

TAB = "What if"
QUESTION = "What if it is not well centred?"
INTRO = {  # by how the digit came
    "mnist": "Before a network sees your digit, MNIST's own way moves it to the middle. Undo "
    "that here: move it, turn it, thicken it, and watch when each network gives up its answer.",
    "notebook": "This digit came the notebook's way: it stayed where it was in the picture, and "
    "nothing moved it to the middle. Move it, turn it, thicken it, and watch when each network "
    "gives up its answer.",
    "notebook-contrast": "This digit came the notebook's way, with contrast: it stayed where it "
    "was in the picture, and nothing moved it to the middle. Move it, turn it, thicken it, and "
    "watch when each network gives up its answer.",
}
TRY = "Try this: move the digit down, one pixel at a time. Who gives up first?"
SLIDER = "{title}, {unit}"  # of a change, and of the axis of its curves
RESET = "Back to the start"
REFUSED = (
    "The guard does not take this picture for a single digit; here the networks answer all the same"
)
DIGIT = "The digit on the table, changed as the sliders say"
MAPS = "Where does the answer hold?"
MAPS_INTRO = (
    f"Each cell is one place for the digit, up to {MAX_SHIFT} pixels from where it was. White: "
    "the network keeps its answer. Black: it has given it up, and the number says what it reads "
    "instead. The square marks the start, the ring where the digit is now. Click a cell to move "
    "it there."
)
WHOSE = {"own": "Your digit", "mean": f"Average of the {DATASET.test:,} test digits"}
SCALE_LOW, SCALE_HIGH = "0", "1"
SCALE = "probability of the answer that the network gives to the unchanged digit"
REACH = "Keeps its {} at {} of {} places: up to {} px up, {} down, {} to the left, {} to the right."
MEAN = "Reads {} of the test digits right when they are 2 px away, {} at 4 px, {} at 8 px."
BLANK = "There is no ink on the table: draw a digit first"
STALE = "No averages are stored for these weights; python -m mnist_cnn robustness FOLDER makes them"
INVARIANT = "Is a ConvNet really shift-invariant?"
MOVED = (
    "Moved by 4 px straight up, down, left or right, this many test digits are still read right:"
)
LOSS = 0.05  # share of the test digits: a smaller loss is not worth a word
VERDICTS = {  # (does conv lose more than LOSS, is aug better by more): what follows
    (True, True): (
        "So no: a ConvNet is not shift-invariant by itself. Training on moved digits makes it "
        "nearly so, as far as they were moved."
    ),
    (True, False): (
        "So no: a ConvNet is not shift-invariant by itself, and the augmented training of these "
        "weights does not make it so."
    ),
    (False, True): (
        "These two ConvNets hardly notice; training on moved digits makes the last of the effect "
        "disappear."
    ),
    (False, False): "These ConvNets hardly notice that the digits were moved.",
}
WHY = (
    "Why? A convolution moves with the digit: shift the digit by a pixel, and the [[feature "
    "map|feature maps]] of the first convolutions shift by a pixel and, away from the border, "
    "change in nothing else. Pooling keeps the largest of four values: depending on where the "
    "shift falls, it forgives a pixel or changes the map. But then comes a [[dense layer]] with "
    "a weight of its own for every place, and that has only ever learned from digits in the "
    "middle.",
    "The fully connected network is dense from the first layer on: for it, a moved digit is "
    "simply another picture.",
)
CURVES = "How much is too much?"
CURVES_INTRO = (
    f"Thick line: the average of the {DATASET.test:,} test digits. Dots: your digit. Where a line "
    "falls, the network is giving up the answer that it gave to the unchanged digit."
)
BEST = "Who holds out best, averaged over all strengths: {}."
NOT_ALL = (
    "Augmented training helps against what it varies, as far as it varies it. A network may cope "
    "badly with anything beyond that, however good it is otherwise."
)
PROBABILITY = "probability"
APART = "at {} {}, where they differ most: {}."
