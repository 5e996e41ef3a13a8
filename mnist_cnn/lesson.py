"""Every sentence that the learner reads, in the order of the rooms."""

TITLE = "What makes convolutional networks work"
DESCRIPTION = "Three networks read the digit that you draw or photograph, and show how."

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
COMPARE_TRY = "Try this: in Draw choose the notebook's way, and write a small 7 in a corner."
MULTIPLY_ADDS_WORD = "Multiply-adds: how many products one answer adds up."

RESULTS_QUESTION = "How good are they really?"
RESULTS_INTRO = (
    "MNIST has 60,000 digits to learn from and 10,000 to be tested on. One in six of the first is "
    "held out to decide when to stop: 50,000 train, 10,000 validate, the same for all three. The "
    "test digits are read once, at the end, from the saved file."
)
RESULTS_CURVES = "Accuracy while they learned"
RESULTS_CURVES_INTRO = (
    "Dashed: the digits being learned. Solid: the held-out ones. The dot is the epoch whose "
    "weights were kept. Where the dashed line goes on rising and the solid one does not, the "
    "network learns its own examples by heart: it over-fits."
)
RESULTS_RECIPE = (
    "The lesson's notebooks train with Adam at a constant rate of 0.005, 64 digits at a time, "
    "until five epochs bring nothing: `python train.py --recipe lesson` still does. The "
    "networks here learned with a rate that rises, then falls to almost nothing."
)

ABOUT_QUESTION = "Where does this come from?"
ABOUT_CREDITS = """
The lesson is Fraida Fund's *Convolutional neural networks*. Its networks follow demos by
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
ABOUT_WEIGHTS = "These weights answer:"

ROOMS = {  # in the order of the lesson: what the tab says, and the question that the room answers
    "draw": ("Draw", DRAW_QUESTION),
    "compare": ("Compare", COMPARE_QUESTION),
    "results": ("Results", RESULTS_QUESTION),
    "about": ("About", ABOUT_QUESTION),
}
