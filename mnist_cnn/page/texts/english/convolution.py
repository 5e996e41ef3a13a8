"""What the room Convolution says."""

from markupsafe import Markup

TAB = "Convolution"
QUESTION = "What does a filter see?"
INTRO = (
    "A [[filter]] is nine numbers, the [[kernel]]. Laid on a 3×3 window of the picture, each "
    "multiplies the pixel under it; the nine products add up to one pixel of the output. Then it "
    "slides on."
)
TRY = (
    "Try this: point at the picture or the output, or tap it, and the filter goes there. Then "
    "change a number of the kernel."
)
PRESETS = "Kernels that people designed"
MAGNITUDE = "Gradient magnitude"
MAGNITUDE_WHY = (
    "Both Sobels at once, √(a² + b²): how steep the picture is, whatever the direction of the "
    "edge. In the wall below, likeness then says how much of a learned filter the two can make "
    "up, from 0 to 1."
)
BOTH = ("a", "b")  # the two Sobels
MAGNITUDE_FORMULA = "√(a² + b²) ="
OWN_KERNEL = "Your own kernel"
LEARNED_KERNEL = "Filter {} of {}"
LEARNED_WHY = "Nobody designed it: training found these numbers (here to two decimals)."
KERNEL_SUM = (
    "Its numbers add up to {0}: where the picture is uniform, the answer is {0} times the pixel."
)
KERNEL_ZERO = "Its numbers add up to 0: where the picture is uniform, there is no answer at all."
TOO_LARGE = "from −{0:,} to {0:,}; the last one counts"
WEIGHT = "Kernel, row {}, column {}"
SCANNED = "{}, {} × {}. Black is {}, white is {}."
FILTERED = "Output, {} × {}: from {} to {}. White is 0, red is above, blue below."
BORDER_TRUE = "At the border nothing is made up: beyond it, what the filter finds fits the picture."
BORDER_NONE = "Without padding the filter stays inside, so the output is two pixels smaller."
BORDER_FALSE = (
    "At the border the answers are off by up to {}, compared with a picture that goes on as it "
    "ends (the strongest answer anywhere is {}): what the filter finds beyond it is made up."
)
SOURCE_LABEL = "Picture"
SOURCES = {"digit": "The digit on the table", "noise": "Noise, 10×10"}
NEW_NOISE = "New noise"
NOISE = "Noise number {}, in which each pixel is drawn without regard to its neighbours"
PIXELS_LABEL = "Pixels"
PIXELS = {"raw": "0 to 1", "normalised": "Normalised, as for the networks"}
PADDING_LABEL = "Beyond the border"
TURN_LABEL = "The kernel slides"
TURNS = {"correlation": "As it is: correlation", "convolution": "Turned by 180°: convolution"}
BORDER = "Lines that nobody drew"
BORDER_INTRO = (
    "To answer at the border, a filter needs pixels beyond it, the [[padding]]; the dashed line "
    "is where the picture ends. Choose normalised pixels and zeros: paper is {} then, zero is "
    "brighter, and false lines appear along the border. The lesson’s notebook shows such lines. "
    "The ConvNets of this lesson use no padding, so their maps shrink by two pixels with every "
    "convolution."
)
TURN_INTRO = (
    "In mathematics the kernel is turned by 180° before it slides, and that is called "
    "convolution. Networks slide it as it is, which is correlation, and say convolution all the "
    "same: otherwise they would learn the same numbers, turned."
)
ONE_PIXEL = "One pixel of the output"
PLAY, PAUSE, STEP = "Play", "Pause", "Step"  # of the filter that slides
ROW, COLUMN = "Row", "Column"
FILTER_PLACE, PLACE = "Place of the filter", "row {}, column {}: {}"
WINDOW, WEIGHTS, PRODUCTS, SUM = "window", "kernel", "products", "sum"
FORMULA = (
    r"$\displaystyle y_{r,c} = \sum_{i=-1}^{1}\,\sum_{j=-1}^{1} k_{i,j}\; x_{r+i,\,c+j}$"
    "\n\nThe output $y$ at row $r$ and column $c$: every number $k$ of the kernel times the pixel "
    "$x$ that lies under it, all added up."
)
WALL = "What the networks learned to look for"
WALL_INTRO = (
    "Nobody gave the networks a kernel. These are the filters that each ConvNet’s first layer "
    "learned, with their output for the same picture, those most like your kernel first: 1.00 is "
    "the same, 0 unrelated, −1.00 the same with all signs reversed. Red is above 0, blue below, "
    "each picture in a scale of its own. Click one to put it into the grid."
)
WALL_TILE = "Filter", "of {}, likeness"  # its number, the similarity
WALL_WORDS = "From filter {}, likeness {}, to filter {}, likeness {}."
WHY_CONVOLUTION = "Why slide a small filter?"
WHY = (
    Markup(
        "<b>Fewer numbers.</b> One unit of the fully connected network looks at all {pixels} "
        "pixels, so it has {pixels} weights and 1 bias; {units} such units have {dense:,} numbers. "
        "One filter has {weights} weights and 1 bias, wherever it looks; {filters} of them have "
        "{convolution:,}."
    ),
    Markup(
        "<b>Neighbours belong together.</b> A picture is more than a list of pixels: what makes "
        "a stroke is what lies side by side. A filter looks only at neighbours; in noise these "
        "are unrelated, so there is nothing to find. The fully connected network would learn "
        "just as well if somebody shuffled the pixels in the same way in every digit."
    ),
    Markup(
        "<b>A feature may be anywhere.</b> The same {weights} numbers scan the digit, row by "
        "row, at {places} places, and find an edge in the corner as well as in the middle. A "
        "fully connected unit that has learned an edge at one place knows nothing of it one "
        "pixel further on."
    ),
)
LINKS = Markup("""
More on filters:
<a href="https://victorzhou.com/blog/intro-to-cnns-part-1/" target="_blank" rel="noopener">Victor
Zhou’s introduction to convolutional networks</a>, whose Sobel example this is, and
<a href="https://cse442-17f.github.io/Sobel-Laplacian-and-Canny-Edge-Detection-Algorithms/"
target="_blank" rel="noopener">Sobel, Laplacian and Canny edge detection</a> by students of CSE 442.
""")
