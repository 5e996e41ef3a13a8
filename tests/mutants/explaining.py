"""Bugs in explaining/."""

from tests.mutants import Mutant

TESTS = ("tests/explaining",)
MUTANTS = (
    Mutant(
        "mnist_cnn/explaining/convolution.py",
        "_rows((0, -1, 0), (-1, 5, -1), (0, -1, 0))",
        "_rows((0, -1, 0), (-1, 4, -1), (0, -1, 0))",
        "sharpen's middle is 4",
    ),
)
