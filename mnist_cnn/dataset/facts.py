"""The dataset that the lesson is about, as one row: everything else asks here, and nowhere else."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Dataset:
    """What is known of a set of labelled images before one of them is read."""

    title: str
    torchvision: str  # its class in torchvision.datasets; its folder on disk, too
    classes: int
    side: int  # px, height and width of an image
    box: int  # px, height and width of the square that the ink was scaled into
    centre: float  # px, row and column of the ink's centre of mass
    mean: float  # of the pixels of the training images, in [0, 1]
    std: float
    training: int  # images to learn from, those held out for validation included
    held_out: int  # of these, how many validate
    test: int
    # Of its four files, unpacked; where one is not listed, its content is not checked.
    sha256s: dict[str, str] = field(default_factory=dict)
    serif_class: int | None = None  # the class that many people write with a flag or a foot
    # Test images whose label is doubtful: {index: what most people see instead, None if no label}.
    label_errors: dict[int, int | None] = field(default_factory=dict)

    @property
    def learned(self) -> int:
        """How many images train, once those that validate are held out."""
        return self.training - self.held_out

    def normalise(self, pixels: Any) -> Any:
        """Pixels in [0, 1] as the networks take them; array or tensor, same shape."""
        return (pixels - self.mean) / self.std


MNIST = Dataset(
    title="MNIST",
    torchvision="MNIST",
    classes=10,
    side=28,
    box=20,
    centre=14.0,  # measured: 13.996, 14.007
    mean=0.1307,
    std=0.3081,
    training=60_000,
    held_out=10_000,
    test=10_000,
    sha256s={
        "train-images-idx3-ubyte": (
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
        ),
        "train-labels-idx1-ubyte": (
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
        ),
        "t10k-images-idx3-ubyte": (
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
        ),
        "t10k-labels-idx1-ubyte": (
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
        ),
    },
    serif_class=1,
    # Fewer than three of five people approved of these labels.
    # Source: Northcutt, Athalye and Mueller 2021, "Pervasive Label Errors in Test Sets Destabilize
    # Machine Learning Benchmarks", arXiv 2103.14749, and the votes published with it.
    label_errors={
        **{947: 9, 1621: 6, 1901: 4, 2130: None, 2462: 0, 2597: 3, 2654: None, 3520: None},
        **{3558: 0, 5937: 3, 6651: 6, 6783: 6, 8527: None, 9679: None, 9729: 6},
    },
)
DATASET = MNIST  # the one that is read, learned and judged
