"""What the room Train it yourself says."""

TAB = "Train"
QUESTION = "What happens while a network learns?"
INTRO = (
    "Here a network of yours learns, in a few seconds, on the server, by the very function that "
    "trained the lesson's own. Each step looks at some digits, measures the [[loss]] and moves all "
    "weights a little so that it falls. First the network guesses, then it tells digits apart."
)
TRY = (
    "Try this: train the small ConvNet on 10,000 digits. Then shuffle the pixels and train it "
    "again, and do the same with the fully connected network. Which of them needs to know which "
    "pixels are neighbours?"
)

NETWORK = "Network"
NETWORKS = {
    "small": "Small ConvNet",
    "fc": "Fully connected",
    "conv": "The lesson's ConvNet",
}
SIZE = "{}, {:,} parameters"
DIGITS = "Training digits"
RATE = "Learning rate"
BATCH = "Batch size"
DROPOUT = "Dropout"
NORM = "Batch norm"
AUGMENTATION = "Augmentation"
SHUFFLED = "Shuffled pixels"
SEED = "Seed"
INFO = {  # what each control does, in one sentence
    "network": "The lesson's ConvNet takes half a minute for 1,000 digits.",
    "digits": "How many digits it learns from; few are shown more often.",
    "learning_rate": "How far a step goes, at the most: the rate rises, then falls.",
    "batch_size": "How many digits a step looks at; at most a tenth of them all.",
    "dropout": "Share of a dense layer's inputs that is left out in each step.",
    "batch_norm": "Keeps the numbers between layers in one range.",
    "augmentation": "Each digit is turned, moved and scaled a little, anew each time.",
    "shuffled": "All pixels change places, in the same way in every digit.",
    "seed": "Where chance begins: equal settings and an equal seed give equal weights.",
}
EXPECTED = {  # what to guess before the first training
    "network": "Which one is best after a second?",
    "digits": "How much better are 10,000 than 1,000?",
    "learning_rate": "What does 0.3 do, what 0.0003?",
    "batch_size": "Do more and smaller steps learn more?",
    "dropout": "Does it help where digits are few?",
    "batch_norm": "Faster with it, or without?",
    "augmentation": "Does training accuracy rise or fall?",
    "shuffled": "Who suffers, the ConvNet or the other?",
    "seed": "How far apart are two seeds?",
}
GUESS = "Your guess: how many validation digits will it read?"
GUESSES = {
    "0": "under 80 %",
    "80": "80 to 90 %",
    "90": "90 to 95 %",
    "95": "95 to 97 %",
    "97": "over 97 %",
}
TRAIN, PAUSE, STEP, GO, STOP = "Train", "Pause", "One step", "Go on", "Stop"
AGAIN = "Another seed"

OTHERS = "A network that you have already"
OTHERS_INTRO = (
    "The network that you trained last stands beside the lesson's three in Compare, What if, "
    "Convolution and Inside. So does one from a file that this page or train.py wrote, or one that "
    "you pushed to the Hugging Face Hub with train.py --push-to-hub USER/REPO."
)
FILE = "Load a file (.safetensors)"
HUB = "Repository on the Hub"
HUB_PLACE = "USER/REPO"
HUB_KEY = "Which of its networks"
HUB_LOAD = "Load from the Hub"
LOADED = "{} is yours now: it stands beside the lesson's three in the other rooms."
FROM_FILE = "The network of the file"
FROM_HUB = "“{}” of {}"

FACTS = (
    "The curves are drawn from 500 of 2,000 validation digits; the table's figures are of all "
    "2,000. MNIST's test digits are read only if you ask, once for each training: who looks often, "
    "and chooses, learns them by heart."
)
DISCOVER = "What is to be discovered"
DISCOVERED = (
    "Shuffled pixels change the small ConvNet's accuracy by {small} percentage points on 10,000 "
    "digits, and the fully connected network's by {fc} (means of {seeds} seeds, validation "
    "digits). A filter looks at neighbours, and shuffling leaves it none; a fully connected layer "
    "never knew which pixels are neighbours."
)

BUSY = "too many people wait to train; try again in a minute"
TWICE = "your last training is not over; wait for its end, or press Stop, then train again"
LEFT = "stopped before it began; nothing is trained"
NOT_SENT = "The file did not arrive whole; send it again."
DIVERGED = "the weights have grown beyond all numbers; take a lower learning rate"
LOST = "the training broke off; start it again"

CURVES = {
    "accuracy": "Accuracy, %: solid for validation digits, dashed for training digits",
    "loss": "Loss; earlier trainings are pale",
}

WORDS = {  # for training.js
    "waiting": "All places are taken: you are number {place} in line, and it begins by itself.",
    "starting": "A place to train is being prepared.",
    "running": "Step {step} of {steps}, epoch {epoch}.",
    "paused": "Paused at step {step} of {steps}.",
    "done": "Done: it reads {accuracy} of the validation digits.",
    "guessed": "You expected {guess}.",
    "stopped": "Stopped at step {step} of {steps}; the network is yours as it is.",
    "cut": "Ended after {seconds} s of work, at step {step} of {steps}: that is the longest here.",
    "none": "Nothing is trained yet.",
    "read test": "Read the test digits",
    "reading": "Reading …",
    "tested": "{accuracy} ({low} to {high})",
    "use": "Make it yours",
    "yours": "yours",
    "save": "Save",
    "large": "The file has {size} bytes; at most {most} are read.",
    "loss": "Loss",
    "accuracy": "Accuracy, %",
    "training": "training",
    "validation": "validation",
    "steps": "{step} steps",
    "filters": "The first layer's filters: red weighs for ink, blue against it",
    "digit": "What it says of the digit on the table",
    "misread": "Misread, and most sure of it",
    "misread one": "a {label} read as {answer}",
    "runs": "Trainings so far",
    "columns": "Training|Validation|Test digits (95 % interval)|",
    "run": "{network}, {digits} digits",
    "rate": "rate {value}",
    "batch": "batch {value}",
    "dropout": "dropout {value}",
    "norm": "no batch norm",
    "augmentation": "augmented",
    "shuffled": "shuffled pixels",
    "seed": "seed {value}",
}
