"""What the room Draw says."""

TAB = "Draw"
QUESTION = "Can three networks read your handwriting?"
INTRO = "Draw a digit, lift the pen, and they answer."
WHO = "Who answers"
NETWORKS = (
    "In the [[fully connected]] network every unit looks at all pixels at once.",
    "The [[convolutional]] network, ConvNet for short, slides small filters over the picture.",
    "The third is the same ConvNet, trained on [[augmentation|augmented]] data: digits that were "
    "varied at random. The large answer is its answer.",
)
PICTURE = "Photo or picture"
DROP = "Drop an image file here"  # within the name that Gradio gives the place
PHOTO = (
    "For a photo: write one digit on any paper, plain, ruled or squared, and hold the phone so "
    "that the paper fills the frame. Send a file, take the photo here, or paste it."
)
STRIP = "From what came in to what the networks see"
TENSOR = (
    "Then the picture becomes a [[tensor]], [28, 28] → [1, 28, 28] → [1, 1, 28, 28]: batch, "
    "channel, row, column. From each pixel {mean} is subtracted, and the result is divided by "
    "{std}: the mean and the standard deviation of the training images."
)
PASSPORT = "The digit's passport"
PASSPORT_INTRO = (
    "How your picture differs from MNIST's digits, and which step mends it. A network that is "
    "given such a picture without these steps sees something that it was never trained on."
)
PASSPORT_COLUMNS = ("as it came", "as it is seen", "98 of 100 in MNIST")
PASSPORT_RANGE = "{} to {}"
PASSPORT_MENDED = "{}, mended by “{}”"
PASSPORT_CHANGES = "Without these steps, an answer would change:"
PASSPORT_NO_CHANGE = "Here no answer would change if any one of the steps were left out."
PASSPORT_OTHER_WAY = (
    "The way you chose does not move or scale the digit, or widen its strokes: whatever lies "
    "outside of MNIST's range stays there."
)
PIPELINE = "How the picture becomes a digit"
PAPER = (
    "Paper to draw a digit on. With the keyboard: arrows move the pen, space puts it down and "
    "lifts it."
)
PAPER_ROLE = "drawing paper"
PAPER_EXAMPLE = "7"
PAPER_EMPTY = "Draw a digit"
TOOLS = "Drawing tools"
PENS = {"thin": "Thin pen", "medium": "Medium pen", "thick": "Thick pen"}
ERASE, UNDO, REDO, CLEAR = "Erase", "Undo", "Redo", "Clear"
