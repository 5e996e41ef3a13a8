"""Letters and shapes as strokes of a pen: what people draw that is no digit.

A row of SIGNS names one sign and says its strokes, parted by commas. A stroke is the points that
the pen passes, each two figures: column and row, from 0 to 8, from the top left. The pen goes
straight from point to point, or, where "~" stands before the stroke, in a curve through all.
"""

import numpy as np

from mnist_cnn.learning.skeletons import curved, normalised

WOBBLE = 0.35  # standard deviation, in columns and rows, of where a hasty hand sets a point
STRETCH = 0.25  # share by which the height grows or shrinks while the width does not
TURN, SLANT = 10.0, 15.0  # degrees, to either side

# Without the letters that a person would read as a digit, too: b D g G I l o O q s S z Z.
LETTERS = {
    "A": "08 40 88, 25 65",
    "B": "00 08, ~00 50 72 54 04, ~04 64 86 58 08",
    "C": "~81 50 20 04 28 58 87",
    "E": "80 00 08 88, 04 64",
    "F": "80 00 08, 04 64",
    "H": "00 08, 80 88, 04 84",
    "J": "20 80, ~50 56 38 18 06",
    "K": "00 08, 80 04 88",
    "L": "00 08 68",
    "M": "08 00 45 80 88",
    "N": "08 00 88 80",
    "P": "00 08, ~00 60 83 55 04",
    "Q": "~40 04 48 84 40, 55 88",
    "R": "00 08, ~00 60 82 54 04, 34 88",
    "T": "00 80, 40 48",
    "U": "~00 05 28 68 85 80",
    "V": "00 48 80",
    "W": "00 28 43 68 80",
    "X": "00 88, 80 08",
    "Y": "00 44 80, 44 48",
    "a": "~73 44 16 38 66 73, 72 78",
    "d": "~74 34 06 38 77, 70 78",
    "e": "~15 75 53 23 05 28 78",
    "f": "~81 50 32 38, 14 64",
    "h": "00 08, ~05 33 64 68",
    "i with a dot": "41 42, 44 48",
    "j with a dot": "51 52, ~54 57 38 17",
    "k": "10 18, 72 15 78",
    "l with a loop": "~08 46 60 40 27 58 87",
    "m": "03 08, ~05 23 44 48, ~45 63 84 88",
    "n": "03 08, ~05 33 64 68",
    "p": "01 08, ~02 41 63 45 05",
    "r": "13 18, ~15 33 63",
    "t": "~30 37 58 77, 02 62",
    "u": "~03 06 28 67 63, 63 68",
    "v": "03 38 73",
    "w": "03 28 44 68 83",
    "x": "13 78, 73 18",
    "y": "02 35, 72 18",
    "y with a hook": "~01 04 35 64 61, ~61 66 38 07",
    "Gamma": "08 00 80",
    "Pi": "08 00 80 88",
    "Sigma": "80 00 44 08 88",
    "Psi": "~00 04 46 84 80, 40 48",
    "Phi": "~42 14 46 74 42, 40 48",
    "omega": "~02 06 28 45 68 86 82",
    "alpha": "~81 45 18 04 12 44 88",
    "mu": "02 08, ~02 06 48 66 62, 62 68",
}
SHAPES = {
    "triangle": "08 40 88 08",
    "triangle on its tip": "00 80 48 00",
    "right-angled triangle": "00 08 88 00",
    "diamond": "40 84 48 04 40",
    "pentagon": "40 83 68 28 03 40",
    "star": "40 68 03 83 28 40",
    "star of two triangles": "40 86 06 40, 48 02 82 48",
    "asterisk": "40 48, 06 82, 02 86",
    "heart": "~48 25 02 20 42, ~42 60 82 65 48",
    "arrow to the right": "04 84, 51 84 57",
    "arrow to the left": "84 04, 31 04 37",
    "arrow up": "48 40, 13 40 73",
    "arrow down": "40 48, 15 48 75",
    "arrow across": "08 80, 30 80 85",
    "house": "04 40 84, 14 18 78 74",
    "house with a floor": "08 03 40 83 88 08",
    "smiley": "~40 11 04 17 48 77 84 71 40, 33 33, 53 53, ~25 47 65",
    "sad face": "~40 11 04 17 48 77 84 71 40, 33 33, 53 53, ~26 44 66",
    "face without a head": "12 13, 72 73, ~05 28 68 85",
    "plus": "40 48, 04 84",
    "minus": "04 84",
    "equals": "03 83, 05 85",
    "three bars": "01 81, 04 84, 07 87",
    "hash": "20 28, 60 68, 03 83, 05 85",
    "percent": "80 08, ~10 01 12 21 10, ~76 67 78 87 76",
    "tick": "04 28 80",
    "question mark": "~12 20 60 73 45 46, 47 48",
    "exclamation mark": "40 45, 47 48",
    "colon": "41 42, 46 47",
    "infinity": "~44 62 84 66 44 22 04 26 44",
    "spiral": "~44 54 46 34 42 63 75 48 15 21 50 81",
    "wave": "~04 22 44 66 84",
    "zigzag": "06 22 46 62 86",
    "envelope": "02 82 86 06 02, 02 45 82",
    "stairs": "08 05 35 32 62 60 80",
    "moon": "~60 22 04 26 68, ~60 42 34 46 68",
    "lightning": "50 15 45 28",
    "fish": "~03 41 64 84 88, ~05 47 64 82",
    "bracket": "60 20 28 68",
    "closing bracket": "20 60 68 28",
    "brace": "~60 41 43 24 45 47 68",
    "tally": "10 18, 30 38, 50 58, 70 78, 06 82",
    "crossed circle": "~40 11 04 17 48 77 84 71 40, 11 77, 71 17",
    "wheel": "~40 11 04 17 48 77 84 71 40, 40 48, 04 84",
    "target": "~40 11 04 17 48 77 84 71 40, ~42 24 46 64 42",
    "window": "00 80 88 08 00, 40 48, 04 84",
    "crossed box": "00 80 88 08 00, 00 88, 80 08",
    "man": "~40 31 42 51 40, 42 45, 23 63, 28 45 68",
    "tree": "48 45, 05 85 40 05",
    "flower": "~40 21 43 61 40, ~04 22 44 24 04, ~84 62 44 64 84, 44 48",
    "flag": "08 00, 00 70 53 73 03",
    "eye": "~04 42 84 46 04, ~43 34 45 54 43",
    "anchor": "40 48, 22 62, ~05 28 48 68 85",
    "umbrella": "~04 21 61 84 04, ~44 47 58 66",
    "cup": "01 18 68 71 01, ~72 83 85 66",
    "comb": "01 81, 01 06, 21 26, 41 46, 61 66, 81 86",
    "ladder": "20 28, 60 68, 21 61, 23 63, 25 65, 27 67",
    "cloud": "~06 04 23 31 51 63 83 86 66 46 26 06",
    "note": "~37 18 06 26 37, 37 30 72",
    "sun": "~42 24 46 64 42, 40 41, 47 48, 04 14, 74 84, 11 22, 77 66",
}
# A square must stay one: narrower, it would be an angular 0.
SQUARES = {
    "square": "00 80 88 08 00",
    "rectangle that lies": "02 82 86 06 02",
}
SIGNS = LETTERS | SHAPES | SQUARES


def sign(name: str, random: np.random.Generator) -> np.ndarray:
    """A sign as some hand would set it, as a skeleton: (S, 2, 2).

    Args:
        name: of SIGNS.
    """
    wobble = WOBBLE * random.random()
    strokes = [_stroke(words.strip(), wobble, random) for words in SIGNS[name].split(",")]
    segments = np.concatenate([np.stack([way[:-1], way[1:]], 1) for way in strokes])
    turn, slant = np.deg2rad(random.uniform(-1, 1, 2) * (TURN, SLANT))
    tall = 1 + random.uniform(-1, 1) * (STRETCH / 3 if name in SQUARES else STRETCH)
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    shape = turned @ np.array([[1, -np.tan(slant)], [0, 1]]) @ np.diag([1, tall])
    return normalised(segments @ shape.T)


def _stroke(words, wobble, random):
    """The points that the pen passes, (P, 2)."""
    points = np.array([[int(figure) for figure in word] for word in words.strip("~").split()])
    points = points + random.normal(0, wobble, points.shape)
    return curved(points) if words.startswith("~") else points
