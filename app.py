"""The lesson as a web page: `python app.py`, then open the address that it prints."""

import torch

from mnist_cnn.guard import load_guard
from mnist_cnn.images import MAX_BYTES
from mnist_cnn.robustness import load_robustness
from mnist_cnn.ui.page import build_page
from mnist_cnn.ui.theme import HEAD, theme
from mnist_cnn.weights import load_metrics, load_models

torch.set_num_threads(1)  # one digit at a time: more threads only wait for each other

models = load_models()
demo = build_page(models, load_guard(models["aug"]), load_metrics(), load_robustness())
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
