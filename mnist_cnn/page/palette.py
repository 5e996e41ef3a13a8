"""The page's colours, in one place: CSS variables on the light and on the dark ground.

page.css and the charts name the variables; the networks' own colours are fields of their rows.
"""

from mnist_cnn.networks.models import LOOKS

MODEL_COLOURS = {key: f"--{key}" for key in LOOKS}  # CSS variable by key of a model
# Signed values stand on white in both themes: these are full at the ends of the scale.
NEGATIVE, POSITIVE = "#2166ac", "#b2182b"

COLOURS = {  # CSS variable: (on the light ground, on the dark ground)
    **{MODEL_COLOURS[key]: row.colours for key, row in LOOKS.items()},
    "--ink": ("#16202e", "#e9edf3"),
    "--quiet": ("#566174", "#a3aec0"),
    "--line": ("#d9dee6", "#39434f"),
    "--paper": ("#fff", "#10161f"),
    "--accent": ("#0069a8", "#63b8f2"),
    "--negative": (NEGATIVE, NEGATIVE),
    "--positive": (POSITIVE, POSITIVE),
}


def style_sheet() -> str:
    """The CSS rules that set every variable."""
    rules = (
        f"{ground} {{ {' '.join(f'{name}: {pair[place]};' for name, pair in COLOURS.items())} }}\n"
        for place, ground in enumerate((":root", ".dark"))
    )
    return "".join(rules)
