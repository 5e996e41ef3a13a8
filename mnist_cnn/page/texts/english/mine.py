"""What the room My digits says."""

TAB = "My digits"
QUESTION = "How well do they read yours?"
INTRO = (
    "MNIST's test set is other people's handwriting. Here you make one of your own: keep digits "
    "that you draw or photograph, say which digit each one is, and the figures below are about you."
)
PRIVACY = (
    "Your digits lie in this browser alone. A picture goes to the server to be read, and is not "
    "stored there."
)
TRY = "Try this: write the ten digits three times on a sheet of paper, and take one photo of it."
DROP = "Drop photos here: of one digit, or of a page full of them. Saved trays (.zip, .npz), too."
CHOOSE = "Choose files"
SHEET = "Print a sheet whose digits label themselves"
KEEP = "Keep this digit"
KEEP_WHY = "It goes into “My digits”, in this browser."
TRAY = "The digits that you keep"
LEGEND = "Beside its label: what each network says, in this order: {}. Errors are underlined."
TOOLS = "What to do with the tray"
SORT = "Order"
ORDERS = {
    "id": "as they came",
    "label": "by true digit",
    "wrong": "misread first",
    "open": "without a label first",
    "name": "by name",
}
UNDO, EMPTY = "Undo", "Empty the tray"
SAVE = {"zip": "Save .zip", "npz": "Save .npz", "csv": "Save .csv", "report": "Save report"}
DIGITS = "Which digit is it?"
DELETE = "Take away"

TRAY_WORDS = {  # for tray.js
    "tile": "Digit {number}, from {name}, label and answers: {label}, {answers}",
    "unlabelled": "none",
    "about": "Digit {number}, from {name}.",
    "says": "{network} says {mnist}; the notebook's way, {notebook}.",
    "reading": "Reading {name} …",
    "found": "{name}: {count} digits.",
    "found one": "{name}: one digit.",
    "found none": "{name}: no digit was found.",
    "keep all": "Keep all {count}",
    "keep one": "Keep it",
    "kept": "Kept.",
    "count": "{count} digits kept, {labelled} of them labelled.",
    "shown": "{count} shown: a {label} that is a {answer} for {network}. Any change shows all.",
    "empty": "No digit is kept yet.",
    "full": "The tray holds {most} digits; save it and take some away.",
    "memory": "This browser keeps nothing: the digits are gone when the page is closed.",
    "imported": "{count} digits came from {name}.",
    "no tray": "{name} is no tray that this page has saved: it lacks {lacks}.",
    "no zip": "{name} is no .zip or .npz file, or it is damaged.",
    "too large": "{name} would unpack to more than {most} MB; send a smaller one.",
    "label": "{name} has the label {label} at place {place}; a label is a digit, 0 to 9, or -1.",
    "version": "{name} is a tray of version {version}; this page reads version {known}.",
    "size": "{name} is larger than {most} MB; send a smaller one.",
    "box": "Digit {number}, read as {answers}",
    "report title": "Own digits, read by three networks",
    "report misread": "Misread by at least one network",
    "misread": "{label} → {answers}, {name}",
}

NOTHING_KEPT = "There is no ink to keep."

RESULTS = "What the figures say"
RESULTS_NONE = "As soon as a digit is labelled, the figures stand here."
READ = {  # does MNIST's own way read more of them?
    1: "Of your {count} digits, {name} reads {mnist} right MNIST's own way, and {notebook} the "
    "notebook's way.",
    0: "Of your {count} digits, {name} reads {mnist} right, whichever way they come.",
    -1: "Of your {count} digits, {name} reads {mnist} right MNIST's own way, and more, {notebook}, "
    "the notebook's way.",
}
WAYS = "That the way makes a difference: p {p}. {verdict}"
COLUMNS = (
    "Network",
    "Yours, MNIST's own way",
    "Yours, the notebook's way",
    "MNIST's test digits",
    "Other people's handwriting",
)
SHARE = "{} of {:,}, "
SPAN = "{:.1f} to {:.1f}"
SPAN_WORDS = (
    "The small numbers are 95 % intervals: where the accuracy on all of your digits most likely "
    "lies, as far as these can tell. Fewer digits, wider intervals. The likeliest digit counts, "
    "refused or not."
)
BETTER = "Is one network better on yours?"
NEEDED = "If they go on like this, about {more:,} digits more would tell them apart."
NEEDED_NEVER = "Their errors are as many: no number of such digits would tell them apart."
CONFUSION = "What is taken for what: {}"
CONFUSION_WORDS = "Rows: what you wrote. Columns: what was read, MNIST's own way."
BY_DIGIT = "Digit by digit"
BY_NAME = "By name"
BY_NAME_INTRO = "Right, of the labelled digits, MNIST's own way. The name is that of the file."
DIGIT_COLUMN, NAME_COLUMN, COUNT_COLUMN, ALL = "Digit", "Name", "Digits", "All together"
