"""What the room Compare says."""

TAB = "Compare"
QUESTION = "Do they agree?"
INTRO = (
    "The same digit, three networks. The first looks at all pixels at once; the second slides "
    "small filters over the picture; the third is the second, trained on digits that were varied: "
    "moved, turned, scaled, slanted, bent, damaged, written with other pens."
)
TRY = "Try this: in Draw, write a small, thin 7 in a corner, and come back."
PIPELINES = "Who needs MNIST's own way?"
PIPELINES_INTRO = (
    "The same picture, made into a digit in three ways. The notebook makes it grey, inverts it and "
    "shrinks it; a test digit, white on black already, it takes as it is. Its older version also "
    "raises the contrast. MNIST's own way finds the ink, and gives it the stroke width, the size "
    "and the place that MNIST's digits have."
)
PIPELINE = "The digit as it comes out of this way: {}"
PIPELINES_SAME = (
    "Here all ways lead to the same answers. Draw a thin, small digit in a corner, or send a photo."
)
PIPELINES_DIFFER = "The way changes the answer of {}."
MULTIPLY_ADDS_WORD = "Multiply-adds: how many products one answer adds up."
PARAMETERS, MULTIPLY_ADDS = "Parameters", "Multiply-adds"
TIME, TIME_VALUE = "Time per digit", "{:.2f} ms"
ACCURACY, INTERVAL = "Test accuracy", "95 % interval {:.2f} to {:.2f}"
