"""What the room Results says, and the figures at which it says one thing or another."""

from mnist_cnn.dataset.facts import DATASET

TAB = "Results"
QUESTION = "How good are they really?"
INTRO = (
    f"MNIST has {DATASET.training:,} digits to learn from and {DATASET.test:,} to be tested on. "
    f"{DATASET.learned:,} of the first train, the same for all three; {DATASET.held_out:,} "
    "[[validation digits|validate]]: they choose the [[epoch]] whose weights are kept. The "
    "[[test digits]] choose nothing: every finished training that this room shows is measured on "
    "them, from its saved file."
)
TRY = "Try this: look at the digits that all three misread. Would you have read them right?"
NONE = "No results are stored with these weights; train.py makes them"
COLUMNS = ("Network", "Test accuracy", "Misread", "Parameters", "Trained for", "Time per digit")
SPAN = "{:.2f} to {:.2f}"
MISREAD = f"{{}} of {DATASET.test:,}"
TRAINED = "{} epochs, {:.1f} minutes"
MILLISECONDS = "about {} ms"
UNKNOWN = "–"
INTERVAL = (
    "The small numbers are a 95 % interval: where the accuracy on all such digits most likely "
    f"lies, as far as {DATASET.test:,} of them can tell. Time per digit is for one digit at a "
    "time, and for networks with the same layers it is the shortest that was measured."
)
NO_GPU = "All of it was measured on a CPU; no GPU has been measured for these weights yet."

FC_AUGMENTED = "Fully connected, augmented data"
BESIDE = "for comparison, in no other room"
EFFECTS = (
    "What does convolution do, and what augmentation? The fully connected network misreads {fc}. "
    "With varied digits, but no convolution, that becomes {fc_augmented}; with convolution, but "
    "the digits as they are, {conv}; with both, {aug}. {verdict} That is no clean experiment: "
    "each has the recipe that suited it best on the validation digits, so epochs, [[dropout]] "
    "and the variations differ, too."
)
MORE = {  # which of the two alone leaves fewer misread digits
    -1: "Here augmentation alone leaves fewer errors than convolution alone.",
    0: "Here each of the two alone leaves as many errors.",
    1: "Here convolution alone leaves fewer errors than augmentation alone.",
}

OWN = "On people's own handwriting"
OWN_INTRO = (
    "{:,} digits that other people wrote or drew, of {} kinds; no network has learned from them. "
    "Each is read twice: squeezed into 28×28 pixels, as the lesson's notebook does, and MNIST's "
    "own way: its ink found, then scaled and centred as MNIST's digits were."
)
OWN_NONE = "No figures on people's own handwriting are stored with these weights"
OWN_SCALE = (
    "Lines run from 0 to 100 % read right; a refusal is not right. Pale bands are 95 % intervals."
)
OWN_COLUMN, OWN_ALL = "Kind of picture", "All pictures"
OWN_COUNT = "{:,} pictures"
OWN_CHANGE = "{:.1f} → {}"  # per cent read right by either way
OWN_INTERVAL = "{} ({:.1f} to {:.1f})"
OWN_SPAN = "{:.1f} to {:.1f}"
OWN_BRINGS = {  # does MNIST's own way read more?
    True: "The same pictures, the same network: {name} reads {before} of them right the "
    "notebook's way, {after} MNIST's own way. That is a gain of {way} points; the worst and the "
    "best network are {network} points apart. {verdict}",
    False: "Here MNIST's own way brings nothing: {name} reads {before} of the pictures right the "
    "notebook's way, {after} MNIST's own way.",
}
OWN_VERDICTS = {  # does the way make more of a difference than the network?
    True: "What is done to a picture matters more than which network reads it.",
    False: "Which network reads a picture matters as much as what is done to it.",
}
OWN_HARDEST = (
    "With MNIST's own way, {name} does worst on “{hardest}”, {least}, and best on “{easiest}”, "
    "{most}."
)
OWN_AS_GOOD = "The notebook's way does as well or better on: {}."
OWN_AS_GOOD_PAPER = "{} ({} against {})"
OWN_REFUSED = {  # does it refuse any?
    True: "It refuses {refused} of all pictures: {reasons}. For {right:,} of these {count:,}, its "
    "likeliest digit is right. Where it answers, {answered} are right.",
    False: "It refuses none of the pictures; {answered} of its answers are right.",
}
OWN_REASONS = {  # by the reason for no answer
    "blank": "{:,} as blank",
    "several": "{:,} as several digits",
    "no digit": "{:,} as no digit",
    "unsure": "{:,} because it is not sure",
}
OWN_CHOSEN = (
    "Some thresholds were chosen with these pictures in sight: on yours, expect a little less."
)
OWN_MORE = "All figures of {}, {}"  # network, way
OWN_MORE_INTRO = (
    "The small numbers are 95 % intervals, wider where several hands differ. The likeliest digit "
    "counts whether it is answered or refused. The calibration error is how far confidence lies "
    "from accuracy, on average: 0 is best."
)
OWN_COLUMNS = (
    OWN_COLUMN,
    "Pictures",
    "Read right",
    "Likeliest digit right",
    "Refused",
    "Right where answered",
    "Calibration error",
)
OWN_MEAN = (
    "The mean over {} groups of writers, each counting once however many pictures are theirs: {} "
    "read right ({:.1f} to {:.1f})."
)

BETTER = "Is one really better than the other?"
BETTER_INTRO = (
    "Two networks that read the same digits differ only where one is right and the other wrong. "
    "McNemar's test asks: if they were equally good, how likely would so uneven a split be?"
)
PAIR = (
    "{fewer} misreads {difference} digits fewer than {more}. Of the {differ} that only one of the "
    "two misreads, {only_fewer} are misread by {fewer}, {only_more} by {more}: p {p}. {verdict}"
)
TIE = "{fewer} and {more} misread equally many."
VERDICTS = (  # up to this p
    (0.001, "That is far more than chance explains."),
    (0.05, "That is more than chance explains."),
    (1.0, "Chance alone could explain it: these test digits cannot tell which is better."),
)

LUCK = "Was it luck?"
LUCK_INTRO = (
    "A [[seed]] decides which weights a network starts with and in which order it sees the "
    "digits. Trained again with another seed, it misreads a few digits more or fewer. Each dot "
    "is one training, the bar is their mean."
)
LUCK_AXIS = f"misread, of {DATASET.test:,} test digits"
LUCK_COLUMNS = (
    f"Misread, of {DATASET.test:,}",
    "Seeds",
    "Mean",
    "sd",
    "95 % interval of the mean",
)
ERROR_SPAN = "{:.1f} to {:.1f}"
BOTH_OF = "{} and {}"
TTA = "nine views of each digit answer together: moved, turned, scaled"
ENSEMBLE = "{} trainings answer together"
SD = (
    "The standard deviation, sd for short, is how far one training typically lies from the mean. "
    "The difference of two trainings varies more, by √2 times as much: if two networks differ by "
    "no more than that, one training of each cannot tell which is better."
)
APART = (
    "Here the dots of no two networks overlap: whichever of these seeds you take, the order is the "
    "same."
)
OVERLAP = "The dots overlap for {}: it depends on the seeds which of the two is ahead."
PICKED = (
    "Which training answers on this page was decided on the validation digits, not on these: by "
    "misread test digits, they come in place {}. Taking the best dot would mean taking the "
    "luckiest."
)
PLACE = "{} of {} ({})"

OTHERS = "Beside people and the best known"
OTHERS_COLUMNS = ("Who", "Year", "Misread", "What to know")
OTHERS_ROWS = (  # who, address, year, per cent misread, what to know
    (
        "An et al.",
        "https://arxiv.org/abs/2008.10400",
        2020,
        "0.09",
        "Networks that vote; they were chosen on the test digits, which flatters them.",
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
        f"Northcutt et al.: for {len(DATASET.label_errors)} of the {DATASET.test:,}, fewer than "
        "three of five people agree with the label.",
    ),
)
PEOPLE_MISREAD = (0.2, 0.3)  # per cent, as often quoted
PEOPLE = {  # whether the whole interval of what a network misreads lies above PEOPLE_MISREAD
    "more": "more than people are said to misread",
    "same": "which cannot be told from what people are said to misread",
    "less": "less than people are said to misread",
}
BEST = (
    "{best} misreads {rate} %, {verdict}. Of the "
    f"{len(DATASET.label_errors)} digits with doubtful labels it “misreads” "
    f"{{doubtful}}: whoever gets all {len(DATASET.label_errors)} “right” has learned the test, not "
    "the digits."
)

CURVES = "Accuracy while they learned"
CURVES_INTRO = (
    "Dashed: the digits being learned. Solid: the held-out ones. The dot is the epoch whose "
    "weights were kept, the best on the held-out digits. Where the dashed line goes on rising "
    "and the solid one does not, the network learns its own examples by heart: it "
    "[[over-fitting|over-fits]]."
)
EPOCH, ACCURACY = "epoch", "accuracy, %"  # axes
CURVE = (
    "Best validation accuracy {best}, in epoch {epoch} of {epochs}. At the end: training "
    "{training}, validation {validation}, {gap}."
)
ABOVE = "{} points apart: the generalisation gap"
BELOW = {  # whether the training digits were varied
    True: "no gap: varied digits are harder than the plain ones of validation",
    False: "no gap",
}
BAND_INTRO = "The pale band is where the solid lines of all seeds run."
BAND = "With {} seeds, validation ends between {} and {}."
RECIPE = (
    "The lesson's notebooks train with Adam at a constant rate of 0.005, 64 or 128 digits at a "
    "time, until five epochs in a row bring no improvement: `python train.py --recipe lesson` "
    "still does. What they minimise, the [[loss]], is the [[cross-entropy]] of the true digit "
    "$y$, given the ten answers $z$: $\\;-\\log \\frac{e^{z_y}}{\\sum_k e^{z_k}}$. The default "
    "recipe lets the [[learning rate]] rise, then fall to almost nothing, keeps a running mean "
    "of the weights, and never asks for full certainty ([[label smoothing]]); [[dropout]] "
    "silences numbers at random at every step: a fifth of what enters each layer of the fully "
    "connected network, and of what enters the last layer of a ConvNet."
)

AMOUNTS = "How many digits does it take?"
AMOUNTS_INTRO = (
    "The same networks, trained on fewer digits. The axis is logarithmic: equal steps to the "
    "right are equal factors. The pale bands, where there are several seeds, are one sd up and "
    "down."
)
AMOUNTS_AXES = ("training digits", "test accuracy, %")
AMOUNTS_COLUMN = "Training digits"
PASS = 95  # per cent
PASSES = "To pass {} %, of the amounts tried, {}."
PASSED = {"some": "{} takes {:,}", "none": "{} does not get there with any"}
SAVED = (
    "{} misreads fewer after {:,} digits than {} after {:,}. What is built into a network, or "
    "shown to it by augmentation, need not be learned from more digits."
)

LEAK = "What a leak does, and what it does not"
LEAK_INTRO = (
    "The lesson's notebook has a leak: before the augmented training it takes all "
    f"{DATASET.training:,} digits again, so the {DATASET.held_out:,} that validate are among those "
    "that it learns. And it varies the test digits as it does the training digits. Here both are "
    "repeated on purpose, beside the same recipe without them."
)
LEAK_COLUMNS = (
    "ConvNet, augmented data",
    "Trained on",
    "Validation accuracy",
    "Test accuracy",
    "What the notebook prints as test accuracy",
)
CLEAN, LEAKY = "The notebook's recipe, mended", "With the leak"
LEAK_SEEDS = {"several": "mean of {} seeds", "one": "one seed"}
LEAK_ERRORS = f"{{:.1f}} of {DATASET.test:,} misread"
LEAK_DRAWS = "lowest and highest of {}"
LEAK_SPAN = "{} to {}"
LEAK_POINTS = {"below": "{} points below", "above": "{} points above"}
LEAK_SAME = "less than 0.01 points from"
LEAK_DOES = (
    "With the leak, validation accuracy lies {leaky} test accuracy; without it, {clean}. {verdict}"
)
LEAK_DOES_VERDICTS = {  # does validation stand better with the leak? None: one seed
    None: "With only one training on a side, nobody can say how much of that is luck. But with the "
    "leak, validation asks about "
    "digits that were learned: it no longer says how the network reads new ones, nor when to stop.",
    True: "So the leak flatters: validation asks about digits that were learned, and no longer "
    "says how the network reads new ones, nor when to stop.",
    False: "Here the leak does not flatter, by luck: validation still asks about digits that were "
    "learned.",
}
LEAK_DOES_NOT = (
    "On the test digits as they are, {leaky:.1f} are misread with the leak, {clean:.1f} without. "
    "{verdict}"
)
LEAK_DOES_NOT_VERDICTS = {
    "one": "With only one training on a side, that may be luck.",
    "same": "Luck alone explains such a difference (two standard errors are {luck:.1f}): the leak "
    "spoils what is measured, hardly what is learned.",
    "more": "That is worse by more than luck explains (two standard errors are {luck:.1f}): the "
    "leak spoils also what is learned.",
    "fewer": "That is better by more than luck explains (two standard errors are {luck:.1f}): it "
    f"had {DATASET.held_out:,} digits more to learn from, those that should have validated.",
}
LEAK_PRINTS = (
    "What the notebook prints lies {apart} what these networks reach on the test digits as they "
    "are. {verdict}"
)
LEAK_PRINTS_VERDICTS = {  # does it change from draw to draw?
    True: "And the test digits are varied anew each time: the same network scores up to {} points "
    "more or less when the cell runs again.",
    False: "Here it stays the same when the cell runs again.",
}

CONFUSION = "What is taken for what"
CONFUSION_INTRO = (
    "Rows are what was written, columns what was read. Pick a number to see these digits below."
)
CONFUSED = "Most often, {name} reads {pairs}."
CONFUSED_PAIR = "a {true} as a {predicted} ({count}×)"

GALLERY = "The museum of errors"
GALLERY_INTRO = (
    "Every test digit that was misread, with what was written → what was read. A dashed frame "
    "marks a doubtful label. Pick a digit, and it lies on the table in every room."
)
COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
SETS = {  # beside those of one network each
    "all": "All {} misread",
    "mended": "Mended by augmentation",
    "broken": "Broken by augmentation",
}
SET = "Misread by"
TRUE, READ, ANY = "Written", "Read as", "any"
TILE = "Test digit {}: {}"  # what was written → what was read
SHOWN = "Test digits: {}"
DOUBT = "; most people see a {}"
DOUBT_OPEN = "; most people doubt the label"
TAKEN = "Test digit {} lies on the table now. Open it in"

ARCHITECTURE = "What they are made of"
TWIST = (
    "The ConvNet has more parameters than the fully connected network, {conv:,} against {fc:,}. "
    "Yet {share:.0%} of them sit in its dense head. Its four convolutions, which do the seeing, "
    "make do with {seeing:,}, because a filter uses the same few weights at every place of the "
    "picture: few parameters, but {times:.0f} times as many multiply-adds."
)
LAYER_COLUMNS = ("Layer", "Output", "Parameters", "Multiply-adds")

CONTENTS_LABEL = "In this room"
CONTENTS = {  # sections, by their ids, in their order
    "part-own": OWN,
    "part-better": BETTER,
    "part-luck": LUCK,
    "part-others": OTHERS,
    "part-curves": CURVES,
    "part-amounts": AMOUNTS,
    "part-leak": LEAK,
    "part-confusion": CONFUSION,
    "part-gallery": GALLERY,
    "part-architecture": ARCHITECTURE,
}
