"""Sentences that several rooms say."""

TITLE = "What makes convolutional networks work"
DESCRIPTION = "Draw a digit, and see how three networks read it, and why."

DRAWING = "your drawing"  # origins of the digit that all rooms look at
PHOTO = "your picture"
REST = "the rest of {}"  # of one of these, after some of it was erased
ONE_OF_SEVERAL = "digit {} of several"
TRAY_ORIGIN = "your digit {}"  # of those in the tray
TEST_DIGIT_ORIGIN = "test digit {}, a {}"
OUR_DRAWING, NO_DRAWING = "our drawing, a {}", "there is no such drawing; pick one of those shown"
CURRENT_DIGIT = "The digit on the table, {}, as the networks see it"
NO_INK = "no ink found"
READ_AS = "read as {}"
CAME = {  # of the digit on the table, by pipeline
    "mnist": "This digit came MNIST's own way: its ink was cut out, scaled and centred.",
    "notebook": "This digit came the notebook's way: the whole picture was shrunk to 28×28, and "
    "the ink stayed where it was.",
    "notebook-contrast": "This digit came the notebook's way, with contrast: the whole picture "
    "was shrunk to 28×28, and the ink stayed where it was.",
}

ANSWERING = "Weights that answer:"
SHIPPED = "those that are shipped with the code"

SKIP = "Go to the open room"
SHOW_CODE = "Show me the code"
COPY, COPIED = "Copy", "Copied"
PACKAGE, CLONE = "mnist_cnn", "git clone https://huggingface.co/spaces/{}"
PACKAGE_HERE = (
    "{} is this lesson's own package: it lies beside app.py in the folder that this page was "
    "started from. Run the code there, once the packages of requirements.txt are installed."
)
PACKAGE_OF_SPACE = (
    "{} is this lesson's own package. {} fetches it; run the code in that folder, once the "
    "packages of requirements.txt are installed."
)
NEXT = "Next: {}."
TEST_DIGIT = "Test digit 0–9999"
NO_TEST_DIGIT = "there is no test digit {}; type a whole number from 0 to {}"
RANDOM = "Random"

NOTHING = "nothing"
EITHER = "{} or {}"
NO_ANSWER = "no answer"
NO_DIGIT_YET = "no digit yet"
PROBABILITY = "probability"
PROBABILITIES = "Probabilities: {}"

INVITATION = ("Draw a digit", "There is no ink on the paper yet.")
BLANK = ("No ink", "Nothing is written here, or it is too faint to be found.")
REFUSED = {
    "several": ("several digits", "Two digits or more are on the paper; the networks read one."),
    "no digit": ("no digit", "That does not look like one digit."),
}
WHICH_ONE = "Which one? It is laid on the table alone."
ONE_OF_THEM = "Digit {}"
WOULD_SAY = "would say {}"
UNSURE = "Not sure: {} or {}"
CONFIDENCE_WORDS = ((0.99, "sure"), (0.9, "almost sure"), (0.0, "not quite sure"))

CONNECTION = {  # said where an answer would stand; connection.js chooses
    "BUSY": "Many are asking right now. Your digit is kept, and asked about again in a moment.",
    "SLOW": "This takes longer than usual; the answer is on its way.",
    "AWAY": "The server does not answer. Your digit is kept, and this page goes on asking.",
    "FAILED": "That did not work. Change something, and it is tried again.",
}
