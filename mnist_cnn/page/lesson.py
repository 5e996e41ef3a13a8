"""Every sentence that the learner reads, in the order of the rooms."""

TITLE = "What makes convolutional networks work"
DESCRIPTION = "Three networks read the digit that you draw or photograph, and show how."

ANSWERING = "Weights that answer:"
SHIPPED = "those that are shipped with the code"

SHOW_CODE = "Show me the code"
NEXT = "Next: {}."
TEST_DIGIT = "Test digit 0–9999"
RANDOM = "Random"

DRAW_QUESTION = "Can three networks read your handwriting?"
DRAW_INTRO = "Draw a digit, lift the pen, and they answer."
DRAW_PHOTO = (
    "For a photo: write one digit on white paper with a dark pen, hold the phone so that the paper "
    "fills the frame, and crop to a rough square with nothing but the digit. Send a file, take the "
    "photo here, or paste it."
)
DRAW_STRIP = "From what came in to what the networks see"
DRAW_TENSOR = (
    "Then the picture becomes a tensor, [28, 28] → [1, 28, 28] → [1, 1, 28, 28]: batch, channel, "
    "row, column. From each pixel 0.1307 is taken away, and the rest is divided by 0.3081: the "
    "mean and the standard deviation of the training images."
)
PASSPORT = "The digit's passport"
PASSPORT_INTRO = (
    "What of your picture lies outside of what MNIST's digits are, and which step mends it. "
    "This is why most demos fail: they leave the steps out."
)
PASSPORT_COLUMNS = ("as it came", "as it is seen", "98 of 100 in MNIST")
PASSPORT_MENDED = "{}, mended by “{}”"
PASSPORT_CHANGES = "Left out, these steps would change an answer:"
PASSPORT_NO_CHANGE = "No single step, left out, would change an answer here."
WAY_LABEL = "How the picture becomes a digit"

BLANK = "Draw a digit"
BLANK_MORE = "There is no ink on the paper yet."
REFUSED = {
    "several": ("several digits", "Two digits or more are on the paper; the networks read one."),
    "no digit": ("no digit", "That does not look like one digit."),
}
WOULD_SAY = "would say {}"
UNSURE = "Not sure: {} or {}"
CONFIDENCE_WORDS = ((0.99, "sure"), (0.9, "almost sure"), (0.0, "not quite sure"))

COMPARE_QUESTION = "Do they agree?"
COMPARE_INTRO = (
    "The same digit, three networks. The first looks at all pixels at once; the second slides "
    "small filters over the picture; the third is the second, trained on digits that were turned, "
    "moved and scaled a little."
)
COMPARE_TRY = "Try this: in Draw, write a small, thin 7 in a corner, and come back."
COMPARE_WAYS = "Who needs MNIST's own way?"
COMPARE_WAYS_INTRO = (
    "The same picture, made into a digit in three ways. The notebook only shrinks it; its older "
    "version also raises the contrast. MNIST's own way does what was done to MNIST's digits."
)
COMPARE_WAY = "The digit as it comes out of this way: {}"
COMPARE_WAYS_SAME = (
    "Here all ways lead to the same answers. Draw a thin, small digit in a corner, or send a photo."
)
COMPARE_WAYS_DIFFER = "The way changes the answer of {}."
MULTIPLY_ADDS_WORD = "Multiply-adds: how many products one answer adds up."

WHATIF_QUESTION = "What if it is not well centred?"
WHATIF_INTRO = (
    "Before a network sees your digit, it is moved to the middle. Undo that here: move it, turn "
    "it, thicken it, and watch when each network lets go of its answer."
)
WHATIF_TRY = "Try this: move the digit down, one pixel at a time. Who gives up first?"
WHATIF_RESET = "Back to the start"
WHATIF_REFUSED = (
    "The guard takes this picture for no single digit; here the networks answer all the same"
)
WHATIF_DIGIT = "The digit on the table, changed as the sliders say"
WHATIF_MAPS = "Where does the answer hold?"
WHATIF_MAPS_INTRO = (
    "Each cell is one place for the digit, up to 8 pixels from where it was. White: the network "
    "keeps its answer. Black: it has let go of it, and the number says what it reads instead. "
    "The square marks the start, the ring where the digit is now. Click a cell to move it there."
)
WHATIF_WHOSE = {"own": "Your digit", "mean": "Average of the 10,000 test digits"}
WHATIF_SCALE = "probability of the answer that the network gives to the unchanged digit"
WHATIF_REACH = (
    "Keeps its {} at {} of {} places: up to {} px up, {} down, {} to the left, {} to the right."
)
WHATIF_MEAN = "Reads {} of the test digits right when they are 2 px away, {} at 4 px, {} at 8 px."
WHATIF_BLANK = "There is no ink on the table: draw a digit first"
WHATIF_STALE = (
    "No averages are stored for these weights; python -m mnist_cnn robustness FOLDER makes them"
)
WHATIF_INVARIANT = "Is a ConvNet really shift-invariant?"
WHATIF_MOVED = "Moved by 4 px straight up, down, left or right, so many test digits are read right:"
WHATIF_VERDICTS = {  # (does conv lose much, is aug much better): what follows from the figures
    (True, True): (
        "So no: a ConvNet is not shift-invariant by itself. Training on moved digits makes it "
        "nearly so, as far as they were moved."
    ),
    (True, False): (
        "So no: a ConvNet is not shift-invariant by itself, and the augmented training of these "
        "weights does not make it so."
    ),
    (False, True): (
        "These two ConvNets hardly notice; training on moved digits takes away even the rest."
    ),
    (False, False): "These ConvNets hardly notice that the digits were moved.",
}
WHATIF_WHY = (
    "Why? A convolution moves with the digit: shift the digit by a pixel, and every feature map "
    "shifts by a pixel and changes in nothing else. Pooling keeps the largest of four values, so "
    "it forgives about a pixel. But then comes a dense layer with a weight of its own for every "
    "place, and it has learned from digits that were all in the middle.",
    "The fully connected network is dense from the first layer on: for it a moved digit is another "
    "picture.",
)
WHATIF_CURVES = "How much is too much?"
WHATIF_CURVES_INTRO = (
    "Thick line: the average of the 10,000 test digits. Dots: your digit. Where a line falls, the "
    "network is letting go of the answer that it gave to the unchanged digit."
)
WHATIF_BEST = "Who holds out best, on the whole: {}."
WHATIF_NOT_ALL = (
    "Augmented training helps against what it varies, and as far as it varies it. What goes beyond "
    "that, a network may take badly, however good it is otherwise."
)
WHATIF_APART = "at {} {}, where they differ most: {}."

CONVOLUTION_QUESTION = "What does a filter see?"
CONVOLUTION_INTRO = (
    "A filter is nine numbers, the kernel. It is laid on every 3×3 window of the picture; pixel "
    "and number are multiplied, the nine products added up, and the sum is one pixel of the output."
)
CONVOLUTION_TRY = (
    "Try this: click anywhere in the output. The window that this pixel looks at appears in the "
    "picture, and its nine products below. Then change a number of the kernel."
)
PRESETS = "Kernels that people designed"
MAGNITUDE = "Gradient magnitude"
MAGNITUDE_WHY = (
    "Both Sobels at once, √(a² + b²): how steep the picture is, whatever the direction of the "
    "edge. In the wall below, likeness is then how much of a learned filter lies in the two, 0 to "
    "1."
)
OWN_KERNEL = "Your own kernel"
LEARNED_KERNEL = "Filter {} of {}"
LEARNED_WHY = "Nobody designed it: training found these numbers (here to two decimals)."
KERNEL_SUM = (
    "Its numbers add up to {0}: where the picture is even, the answer is {0} times the pixel."
)
KERNEL_ZERO = "Its numbers add up to 0: where the picture is even, there is no answer at all."
WEIGHT = "Kernel, row {}, column {}"
SCANNED = "{}, {} × {}. Black is {}, white is {}."
FILTERED = "Output, {} × {}: from {} to {}. White is 0, red is above, blue below."
BORDER_TRUE = "At the border nothing is made up: beyond it, what the filter finds fits the picture."
BORDER_NONE = "Without padding the filter stays inside, so the output is two pixels smaller."
BORDER_FALSE = (
    "At the border the answers are off by up to {} of the strongest one, compared with a picture "
    "that goes on as it ends: what the filter finds beyond it is made up."
)
SOURCE_LABEL = "Picture"
SOURCES = {"digit": "The digit on the table", "noise": "Noise, 10×10"}
NEW_NOISE = "New noise"
NOISE = "Noise number {}, in which no pixel knows its neighbours"
PIXELS_LABEL = "Pixels"
PIXELS = {"raw": "As they are, 0 to 1", "normalised": "Normalised, as for the networks"}
PADDING_LABEL = "Beyond the border"
TURN_LABEL = "The kernel slides"
TURNS = {"correlation": "As it is: correlation", "convolution": "Turned by 180°: convolution"}
BORDER = "Lines that nobody drew"
BORDER_INTRO = (
    "To answer at the border, a filter needs pixels beyond it; the dashed line is where the "
    "picture ends. Choose normalised pixels and zeros: paper is {} then, zero is brighter, and "
    "false lines appear along the border. The lesson’s notebook draws them. The ConvNets of this "
    "lesson pad with nothing, so their pictures shrink by two pixels from layer to layer."
)
TURN_INTRO = (
    "Mathematics turns the kernel by 180° before it slides, and calls that convolution. Networks "
    "do not turn it, and say convolution all the same: they would learn the same numbers, turned."
)
ONE_PIXEL = "One pixel of the output"
ROW, COLUMN = "Row", "Column"
WINDOW, WEIGHTS, PRODUCTS, SUM = "window", "kernel", "products", "sum"
CONVOLUTION_FORMULA = (
    r"$\displaystyle y_{r,c} = \sum_{i=-1}^{1}\,\sum_{j=-1}^{1} k_{i,j}\; x_{r+i,\,c+j}$"
    "\n\nThe output $y$ at row $r$ and column $c$: every number $k$ of the kernel times the pixel "
    "$x$ that lies under it, all added up."
)
WALL = "What the networks learned to look for"
WALL_INTRO = (
    "Nobody gave the networks a kernel. These are the filters that each ConvNet’s first layer "
    "learned, and what they answer on the same picture, the likest to your kernel first: 1.00 is "
    "the same, 0 unrelated, −1.00 the same with all signs turned. Red is above 0, blue below, each "
    "picture in a scale of its own. Click one to put it into the grid."
)
WALL_TILE = "Filter {} of {}, likeness {}"
WALL_WORDS = "From filter {}, likeness {}, to filter {}, likeness {}."
WHY_CONVOLUTION = "Why slide a small filter?"
WHY_FEW = (
    "<b>Fewer numbers.</b> One unit of the fully connected network looks at all {pixels} pixels, "
    "so it has {pixels} weights and 1 bias; {units} such units have {dense:,} numbers. One filter "
    "has {weights} weights and 1 bias, wherever it looks; {filters} of them have {convolution:,}."
)
WHY_STRUCTURE = (
    "<b>Neighbours belong together.</b> A picture is more than a list of pixels: what makes a "
    "stroke is what lies side by side. A filter looks at neighbours only; in noise, where they "
    "have nothing to do with each other, it finds nothing. The fully connected network would learn "
    "just as well if somebody shuffled the pixels, the same way in every digit."
)
WHY_ANYWHERE = (
    "<b>A feature may be anywhere.</b> The same {weights} numbers scan the digit, row by row, at "
    "{places} places, and find an edge in the corner as well as in the middle. A fully connected "
    "unit learns an edge at one place, and knows nothing of it one pixel further."
)
CONVOLUTION_LINKS = """
More on filters:
<a href="https://victorzhou.com/blog/intro-to-cnns-part-1/" target="_blank" rel="noopener">Victor
Zhou’s introduction to convolutional networks</a>, whose Sobel example this is, and
<a href="https://cse442-17f.github.io/Sobel-Laplacian-and-Canny-Edge-Detection-Algorithms/"
target="_blank" rel="noopener">Sobel, Laplacian and Canny edge detection</a> by students of CSE 442.
"""

INSIDE_QUESTION = "What happens between the pixels and the answer?"
INSIDE_INTRO = (
    "A network is a chain of layers; each takes the numbers of the one before and gives its own. "
    "In a ConvNet these are maps, one per channel: a place on the map is a place on your digit."
)
INSIDE_TRY = (
    "Try this: move the slider from Convolution 1 towards Max pooling 2, and stop where you no "
    "longer recognise your digit. Then click a channel, and a pixel of it."
)
INSIDE_VIEW = "Network"
INSIDE_BOTH = "Both ConvNets"
INSIDE_SCALE = "Colour scale"
INSIDE_SCALES = {"layer": "One for the layer", "channel": "One per channel"}
INSIDE_LAYER = "Layer"
INSIDE_PLACES = ("Channel", "Row", "Column")
INSIDE_UNITS = "Unit"
INSIDE_RANGE = "From {} to {}. Blue is below zero, white is zero, red is above."
INSIDE_ENDS = {
    "layer": "The colours are full at ±{}.",
    "channel": "Each channel's colours are full at its own largest value, at most {}.",
}
INSIDE_TILE = "Channel {}, from {} to {}"
INSIDE_STRIP = "{} units, in lines of {}."
INSIDE_KINDS = {  # what to see in a layer of each kind
    "Input": "The digit after the mean is taken away and the rest is divided by the deviation.",
    "Conv2d": "Each channel is one filter's answer, place by place: red where the picture is like "
    "its kernel, blue where it is the opposite.",
    "BatchNorm2d": "Each channel is moved and stretched by four numbers: its mean and spread in "
    "training, and a weight and a bias that it learned.",
    "BatchNorm1d": "Each unit is moved and stretched by four numbers that training settled.",
    "ReLU": "What was blue is gone: each channel says only where it found something, never where "
    "it found the opposite.",
    "MaxPool2d": "Of every four pixels the largest remains. Where exactly it was is forgotten: "
    "that is why a small shift changes little from here on.",
    "Flatten": "The same numbers in one row: from here on, every place has weights of its own.",
    "Linear": "Every unit weighs all numbers of the layer before. The last ten are the logits: the "
    "largest one is the answer.",
    "Dropout": "While it learns, a fifth of these units is silenced at random. When it answers, "
    "nothing happens here.",
    "Softmax": "Ten shares that sum to one.",
}
INSIDE_PLACE = "channel {}, row {}, column {}"
INSIDE_UNIT = "unit {}"
INSIDE_CHANNEL = "channel {}"
INSIDE_PIXEL = "Row {}, column {}: {}"
INSIDE_FIELD = "It sees {} × {} pixels, from row {}, column {}."
INSIDE_FIELD_ALL = "It sees the whole digit."
INSIDE_KERNEL = "Its weights: {}, up to ±{}."
INSIDE_REST = "the other {} of {}"
INSIDE_BIAS = "bias"
INSIDE_SUM = "sum"
INSIDE_COPIED = "the same as {} of {}:"
INSIDE_SHARE = "the sum of all ten"
INSIDE_SEE = "What to see"
INSIDE_SEE_MORE = (
    "Early layers keep the detail: most channels still show your digit. Late layers are general: "
    "each number speaks for a large part of the digit, and a small change there hardly moves it. "
    "[François Chollet's notebook](https://github.com/fchollet/deep-learning-with-python-notebooks"
    "/blob/master/5.4-visualizing-what-convnets-learn.ipynb) shows the same on a photograph."
)
INSIDE_FORMULAS = "The formulas"
INSIDE_FORMULAS_TEXT = r"""
A convolution sums products under a window that slides over all channels $c$ of the layer before:

$\displaystyle z_{r,k} = b + \sum_{c} \sum_{i=0}^{2} \sum_{j=0}^{2} w_{c,i,j} \; x_{c,\,r+i,\,k+j}$

Batch norm moves and stretches the sum with the mean $\mu$ and the variance $\sigma^2$ that
training saw, and with a weight $\gamma$ and a bias $\beta$ that it learned; ReLU drops what is
negative:

$\displaystyle y = \gamma \, \frac{z - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta
\qquad a = \max(0, y)$
"""

RESULTS_QUESTION = "How good are they really?"
RESULTS_INTRO = (
    "MNIST has 60,000 digits to learn from and 10,000 to be tested on. One in six of the first is "
    "held out to decide when to stop: 50,000 train, 10,000 validate, the same for all three. The "
    "test digits are read once, at the end, from the saved file."
)
RESULTS_TRY = "Try this: look at the digits that all three misread. Would you have read them right?"
RESULTS_NONE = "No results are stored with these weights; train.py makes them"
RESULTS_COLUMNS = ("Test accuracy", "Misread", "Parameters", "Trained for", "Time per digit")
RESULTS_INTERVAL = (
    "The small numbers are a 95 % interval: where the accuracy on all such digits most likely "
    "lies, as far as 10,000 of them can tell. Time per digit is one digit at a time."
)
RESULTS_NO_GPU = "All of it was measured on a CPU; no GPU has been measured for these weights yet."

RESULTS_FC_AUGMENTED = "Fully connected, augmented data"
RESULTS_BESIDE = "for comparison, in no other room"
RESULTS_EFFECTS = (
    "What does convolution do, and what augmentation? The fully connected network misreads {fc}. "
    "With varied digits, but no convolution, that becomes {fc_augmented}; with convolution, but "
    "the digits as they are, {conv}; with both, {aug}. {verdict}"
)
RESULTS_MORE = {  # which of the two alone leaves fewer misread digits
    -1: "Each alone, augmentation does more.",
    0: "Each alone, they do as much.",
    1: "Each alone, convolution does more.",
}

RESULTS_BETTER = "Is one really better than the other?"
RESULTS_BETTER_INTRO = (
    "Two networks that read the same digits differ only where one is right and the other wrong. "
    "McNemar's test asks: were they equally good, how likely is so uneven a split?"
)
RESULTS_PAIR = (
    "{fewer} misreads {difference} digits fewer than {more}. Of the {differ} that only one of the "
    "two misreads, {only_fewer} go to {fewer}, {only_more} to {more}: p {p}. {verdict}"
)
RESULTS_TIE = "{fewer} and {more} misread as many."
RESULTS_VERDICTS = (  # up to this p
    (0.001, "That is far more than chance explains."),
    (0.05, "That is more than chance explains."),
    (1.0, "Chance alone could explain it: these test digits cannot tell which is better."),
)

RESULTS_LUCK = "Was it luck?"
RESULTS_LUCK_INTRO = (
    "A seed decides with which weights a network starts and in which order it sees the digits. "
    "Train it again with another seed, and it misreads a few digits more or fewer. Each dot is one "
    "training, the bar is their mean."
)
RESULTS_LUCK_AXIS = "misread, of 10,000 test digits"
RESULTS_LUCK_COLUMNS = ("Misread, of 10,000", "Seeds", "Mean", "sd", "95 % interval of the mean")
RESULTS_TTA = "nine views of each digit answer together: moved, turned, scaled"
RESULTS_ENSEMBLE = "{} trainings answer together"
RESULTS_SD = (
    "The standard deviation, sd for short, is how far one training typically lies from the mean. "
    "If two networks differ by no more than that, one training of each cannot tell which is better."
)
RESULTS_APART = (
    "Here the dots of no two networks overlap: whichever of these seeds you take, the order is the "
    "same."
)
RESULTS_OVERLAP = "The dots overlap for {}: it depends on the seeds which of the two is ahead."
RESULTS_PICKED = (
    "Which training answers on this page was decided on the validation digits, not on these: by "
    "misread test digits, they come in place {}. To take the best dot would be to take the "
    "luckiest."
)
RESULTS_PLACE = "{} of {} ({})"

RESULTS_OTHERS = "Beside people and the best known"
RESULTS_OTHERS_COLUMNS = ("Who", "Year", "Misread", "What to know")
RESULTS_OTHERS_ROWS = (  # who, address, year, per cent misread, what to know
    (
        "An et al.",
        "https://arxiv.org/abs/2008.10400",
        2020,
        "0.09",
        "Networks that vote; they were chosen on the test digits, so it flatters.",
    ),
    (
        "Byerly et al.",
        "https://arxiv.org/abs/2001.09136",
        2020,
        "0.17",
        "One network; 0.13 where several vote.",
    ),
    (
        "Wan et al.",
        "https://proceedings.mlr.press/v28/wan13.html",
        2013,
        "0.21",
        "DropConnect, five networks that vote.",
    ),
    ("People", None, "", "0.2 to 0.3", "Often quoted; a guess that nobody seems to have measured."),
    (
        "Wrong labels",
        "https://arxiv.org/abs/2103.14749",
        2021,
        "0.15",
        "Northcutt et al.: for 15 of the 10,000, fewer than three of five people agree with the "
        "label.",
    ),
)
PEOPLE_MISREAD = (0.2, 0.3)  # per cent, as often quoted
RESULTS_PEOPLE = (
    "more than people are said to misread",
    "which cannot be told from what people are said to misread",
    "less than people are said to misread",
)
RESULTS_BEST = (
    "{best} misreads {rate} %, {verdict}. Of the 15 digits with doubtful labels it “misreads” "
    "{doubtful}: whoever gets all 15 “right” has learned the test, not the digits."
)

RESULTS_CURVES = "Accuracy while they learned"
RESULTS_CURVES_INTRO = (
    "Dashed: the digits being learned. Solid: the held-out ones. The dot is the epoch whose "
    "weights were kept: stopping there is early stopping. Where the dashed line goes on rising "
    "and the solid one does not, the network learns its own examples by heart: it over-fits."
)
RESULTS_CURVE = (
    "Best validation accuracy {best}, in epoch {epoch} of {epochs}. At the end: training "
    "{training}, validation {validation}, {gap}."
)
RESULTS_ABOVE = "{} points apart: by so much it has over-fitted"
RESULTS_BELOW = {  # whether the training digits were varied
    True: "not over-fitted: varied digits are harder than the plain ones of validation",
    False: "not over-fitted",
}
RESULTS_BAND_INTRO = "The pale band is where the solid lines of all seeds run."
RESULTS_BAND = "With {} seeds, validation ends between {} and {}."
RESULTS_RECIPE = (
    "The lesson's notebooks train with Adam at a constant rate of 0.005, 64 digits at a time, "
    "until five epochs bring nothing: `python train.py --recipe lesson` still does. What they "
    "minimise is the cross-entropy of the true digit $y$, given the ten answers $z$: "
    "$\\;-\\log \\frac{e^{z_y}}{\\sum_k e^{z_k}}$. The default recipe lets the rate rise, then "
    "fall to almost nothing, keeps a running mean of the weights, and never asks for full "
    "certainty (label smoothing); in the fully connected network a fifth of what enters each "
    "layer is silenced at every step (dropout)."
)

RESULTS_AMOUNTS = "How many digits does it take?"
RESULTS_AMOUNTS_INTRO = (
    "The same networks, trained on fewer digits. The axis is logarithmic: the same way to the "
    "right is always the same factor. The pale bands are one sd of the seeds up and down."
)
RESULTS_AMOUNTS_AXES = ("training digits", "test accuracy, %")
RESULTS_AMOUNTS_COLUMN = "Training digits"
RESULTS_PASS = 95  # per cent
RESULTS_PASSES = "To pass {} %, of the amounts tried, {}."
RESULTS_PASSED = ("{} takes {:,}", "{} does not get there with any")  # the second if none does
RESULTS_SAVED = (
    "{} misreads fewer after {:,} digits than {} after {:,}. What is built into a network, or "
    "shown to it by augmentation, it need not learn from more digits."
)

RESULTS_LEAK = "What a leak does, and what it does not"
RESULTS_LEAK_INTRO = (
    "The lesson's notebook has a leak: before the augmented training it takes all 60,000 digits "
    "again, so the 10,000 that validate are among those that it learns. And it varies the test "
    "digits as it does the training digits. Here both are repeated on purpose, beside the same "
    "recipe without them."
)
RESULTS_LEAK_COLUMNS = (
    "ConvNet, augmented data",
    "Trained on",
    "Validation accuracy",
    "Test accuracy",
    "What the notebook prints as test accuracy",
)
RESULTS_CLEAN, RESULTS_LEAKY = "The notebook's recipe, mended", "With the leak"
RESULTS_LEAK_SEEDS = ("mean of {} seeds", "one seed")
RESULTS_LEAK_ERRORS = "{} of 10,000 misread"
RESULTS_LEAK_DRAWS = "lowest and highest of {}"
RESULTS_LEAK_POINTS = ("{} points below", "{} points above")
RESULTS_LEAK_SAME = "less than 0.01 points from"
RESULTS_LEAK_DOES = (
    "With the leak, validation accuracy lies {leaky} test accuracy; without it, {clean}. {verdict}"
)
RESULTS_LEAK_DOES_VERDICTS = {  # does validation stand better with the leak? None: one seed
    None: "One training of each cannot tell by how much. But with the leak, validation asks about "
    "digits that were learned: it no longer says how the network reads new ones, nor when to stop.",
    True: "So the leak flatters: validation asks about digits that were learned, and no longer "
    "says how the network reads new ones, nor when to stop.",
    False: "Here the leak does not flatter, by luck: validation still asks about digits that were "
    "learned.",
}
RESULTS_LEAK_DOES_NOT = (
    "On the test digits as they are, {leaky} are misread with the leak, {clean} without. {verdict}"
)
RESULTS_LEAK_DOES_NOT_VERDICTS = {
    "one": "One training of each cannot tell whether that is luck.",
    "same": "That is no more than one training differs from another (sd {sd:.1f}): the leak spoils "
    "what is measured, hardly what is learned.",
    "more": "That is worse by more than one training differs from another (sd {sd:.1f}): the leak "
    "spoils also what is learned.",
    "fewer": "That is better by more than one training differs from another (sd {sd:.1f}): it had "
    "10,000 digits more to learn from, those that should have validated.",
}
RESULTS_LEAK_PRINTS = (
    "What the notebook prints lies {apart} what these networks reach on the test digits as they "
    "are. {verdict}"
)
RESULTS_LEAK_PRINTS_VERDICTS = {  # does it change from draw to draw?
    True: "And the test digits are varied anew each time: the same network scores up to {} points "
    "more or less when the cell runs again.",
    False: "Here it stays the same when the cell runs again.",
}

RESULTS_CONFUSION = "What is taken for what"
RESULTS_CONFUSION_INTRO = (
    "Rows are what was written, columns what was read. Pick a number to see these digits below."
)
RESULTS_CONFUSED = "Most often, {name} reads {pairs}."
RESULTS_CONFUSED_PAIR = "a {true} as a {predicted} ({count}×)"

RESULTS_MUSEUM = "The museum of errors"
RESULTS_MUSEUM_INTRO = (
    "Every test digit that was misread, with what was written → what was read. A dashed frame "
    "marks a doubtful label. Pick a digit, and it lies on the table in every room."
)
RESULTS_SETS = {
    "fc": "Fully connected",
    "conv": "ConvNet",
    "aug": "ConvNet, augmented data",
    "all": "All three misread",
    "mended": "Mended by augmentation",
    "broken": "Broken by augmentation",
}
RESULTS_SET = "Misread by"
RESULTS_TRUE, RESULTS_READ, RESULTS_ANY = "Written", "Read as", "any"
RESULTS_SHOWN = "Test digits: {}"
RESULTS_DOUBT = "; most people see a {}"
RESULTS_DOUBT_OPEN = "; most people doubt the label"
RESULTS_TAKEN = "Test digit {} lies on the table now. Open it in"

RESULTS_ARCHITECTURE = "What they are made of"
RESULTS_TWIST = (
    "The ConvNet has more parameters than the fully connected network, {conv:,} against {fc:,}. "
    "Yet {share:.0%} of them sit in its dense head. Its four convolutions, which do the seeing, "
    "make do with {seeing:,}, because a filter uses the same few weights at every place of the "
    "picture: few parameters, but {times:.0f} times as many multiply-adds."
)
RESULTS_LAYER_COLUMNS = ("Layer", "Output", "Parameters", "Multiply-adds")

ABOUT_QUESTION = "Where does this come from?"
ABOUT_CREDITS = """
The lesson is Fraida Fund's *Convolutional neural networks*. Its example of a Sobel filter is by
[Victor Zhou](https://victorzhou.com/blog/intro-to-cnns-part-1/); its networks follow demos by
[Sundeep Rangan](https://github.com/sdrangan/introml/blob/master/unit09_neural/demo2_mnist_neural.ipynb)
and [Daniel Moser](https://github.com/AviatorMoser/keras-mnist-tutorial); dropout is by
[Srivastava et al., 2014](http://jmlr.org/papers/volume15/srivastava14a/srivastava14a.pdf); the
digits are LeCun, Cortes and Burges's MNIST.
"""
ABOUT_API = "The same answers for your own program:"
ABOUT_API_CODE = """from gradio_client import Client, handle_file

client = Client("http://127.0.0.1:7860")  # or the name of the Space
client.predict(handle_file("my_digit.png"), api_name="/classify")
client.predict(handle_file("my_digit.png"), api_name="/compare")
"""
ABOUT_WEIGHTS = "These weights answer"

ROOMS = {  # in the order of the lesson: what the tab says, and the question that the room answers
    "draw": ("Draw", DRAW_QUESTION),
    "compare": ("Compare", COMPARE_QUESTION),
    "whatif": ("What if", WHATIF_QUESTION),
    "convolution": ("Convolution", CONVOLUTION_QUESTION),
    "inside": ("Inside", INSIDE_QUESTION),
    "results": ("Results", RESULTS_QUESTION),
    "about": ("About", ABOUT_QUESTION),
}
