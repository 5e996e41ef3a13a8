"""Room Convolution: a picture, a kernel to edit, and what the filter answers, sum by sum.

Start with layout.py. scene.py reads what the page sends; equation.py shows the picture, the kernel
and the output, wall.py the filters that the networks learned; sentences.py says what it means.
"""

from mnist_cnn.page.rooms.convolution.layout import build

__all__ = ["build"]
