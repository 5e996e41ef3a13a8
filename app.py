"""The lesson as a web page: `python app.py`, then open the address that it prints."""

import torch

from mnist_cnn.images import MAX_BYTES
from mnist_cnn.live import LiveWeights, shipped
from mnist_cnn.ui.page import build_page
from mnist_cnn.ui.theme import HEAD, theme

torch.set_num_threads(1)  # one digit at a time: more threads only wait for each other

weights = LiveWeights(shipped())
demo = build_page(weights)
demo.queue(max_size=100)

if __name__ == "__main__":
    demo.launch(
        theme=theme(),
        head=HEAD,
        footer_links=["api"],
        show_error=False,
        ssr_mode=False,
        max_file_size=MAX_BYTES,
    )
