"""The rooms in the order of the lesson: what each tab says, and the question it answers."""

from mnist_cnn.page.texts import about, compare, convolution, draw, inside, results, whatif

ROOMS = {
    "draw": (draw.TAB, draw.QUESTION),
    "compare": (compare.TAB, compare.QUESTION),
    "whatif": (whatif.TAB, whatif.QUESTION),
    "convolution": (convolution.TAB, convolution.QUESTION),
    "inside": (inside.TAB, inside.QUESTION),
    "results": (results.TAB, results.QUESTION),
    "about": (about.TAB, about.QUESTION),
}
