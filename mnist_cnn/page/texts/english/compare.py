"""What the room Compare says."""

TAB = "Compare"
QUESTION = "Do they agree?"
INTRO = (
    "The same digit, three networks. The [[fully connected]] one looks at all pixels at once; the "
    "[[convolutional|ConvNet]] slides small filters over the picture; the third is the same "
    "ConvNet, trained on [[augmentation|augmented]] data, digits varied at random."
)
TRY = (
    "Try this: put one of these test digits on the table, and look up. On each of them at least "
    "one of the three networks answers otherwise than the others."
)
TRY_DRAWINGS = (
    "Or one of these: they are from {} digits that we drew ourselves, with the pen of this page, "
    "and on them the networks disagree, too."
)
TRY_DIGIT = "written {}"
AUGMENTED = "How the third network's training digits are varied"
AUGMENTED_INTRO = (
    "Augmentation changes each training digit a little, at random and in another way in every "
    "[[epoch]], that is, each time all digits are gone through, while its [[label]] stays the "
    "same: {}. So the network hardly ever sees the same picture twice, and has to learn what all "
    "of them have in common."
)
VARIED = {  # by fields of Augmentation, those that are not 0: pixels, per cent or degrees
    "shift": "moved by up to {} px",
    "rotation": "turned by up to {}°",
    "scale": "scaled by up to {} %",
    "stretch": "stretched by up to {} %",
    "slant": "slanted by up to {}°",
    "elastic": "bent",
    "square": "made angular",
    "serif": "some of the ones given a flag or a foot",
    "stroke": "its strokes up to {} px wider or thinner",
    "blur": "blurred",
    "neighbour": "with the edge of another digit beside it",
    "brightness": "brighter or darker by up to {} %",
    "contrast": "with up to {} % more or less contrast",
    "noise": "with noise added",
    "damage": "some of them damaged, by grain, lines, spots or shadows",
}
WRITTEN = (
    "Besides, a program writes digits in shapes that people use and MNIST hardly has: {} for every "
    "100 training digits."
)
AUGMENTED_PICTURE = "Ten digits in a row, each with its variations below it"
AUGMENTED_ROW = (
    "Above, digits as they are; below each, what the training's own code makes of it. These are "
    "test digits, taken only to show how it is done: no network learns from them."
)
CALIBRATION = "How sure is “sure”?"
CALIBRATION_INTRO = (
    "The last layer of a network gives ten numbers, the [[logits]]; [[softmax]] turns them into "
    "ten probabilities that add up to 1. These need not mean what they say. So after training "
    "all logits are divided by one number, the [[temperature]]: the one with which the labels of "
    "the [[validation digits]] come out likeliest. Then, of the answers given with 90 %, about "
    "90 in 100 should be right. That is [[calibration]]: it changes no answer, only its "
    "[[confidence]] (temperature scaling, Guo et al. 2017)."
)
CALIBRATED = (
    "The temperatures are: {}. Below 1, a network had trusted itself too little; above 1, too "
    "much. What is left on the test digits, the mean gap between confidence and accuracy: {}."
)
PIPELINES = "Who needs MNIST's own way?"
PIPELINES_INTRO = (
    "The same picture, made into a digit in three ways. The notebook makes it grey, shrinks it to "
    "28×28 and inverts it; a test digit, white on black already, it takes as it is. Its older "
    "version also raises the contrast. MNIST's own way first finds the ink: lines of the paper and "
    "specks go, and strokes too thin are widened. Then it does what MNIST's makers did: it scales "
    "the digit into a box of 20×20 pixels and moves its centre of mass to the middle."
)
PIPELINE = "The digit as it comes out of this way: {}"
PIPELINES_SAME = (
    "Here all ways lead to the same answers. Draw a thin, small digit in a corner, or send a photo."
)
PIPELINES_DIFFER = "The way changes the answer of {}."
MULTIPLY_ADDS_WORD = (
    "[[parameters|Parameters]]: numbers that training sets. [[multiply-adds|Multiply-adds]]: how "
    "many products one answer adds up."
)
PARAMETERS, MULTIPLY_ADDS = "Parameters", "Multiply-adds"
TIME, TIME_VALUE = "Time per digit", "about {} ms"
ACCURACY, INTERVAL = "Test accuracy", "95 % interval {:.2f} to {:.2f}"
