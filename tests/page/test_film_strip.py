"""The film strip of preprocessing."""

import re

import numpy as np

from mnist_cnn.page.widgets.film_strip import film_strip
from mnist_cnn.reading.pipelines import Frame


def test_every_frame_with_its_number_name_shape_and_reason():
    frames = (
        Frame("a", "As it came", "It is <big>.", np.zeros((30, 20, 3), np.float32)),
        Frame("b", "Small", "Less & less.", np.ones((28, 28), np.float32)),
    )
    html = film_strip(frames)
    assert re.findall("<figcaption>(.*?)</figcaption>", html) == [
        "<b>1 As it came</b> <code>30 × 20 × 3</code><span>It is &lt;big&gt;.</span>",
        "<b>2 Small</b> <code>28 × 28</code><span>Less &amp; less.</span>",
    ]
    assert re.findall('alt="(.*?)"', html) == [
        "As it came: It is &lt;big&gt;.",
        "Small: Less &amp; less.",
    ]
    pictures = re.findall('src="(.*?)"', html)
    assert len(set(pictures)) == 2


def test_the_tensor_says_mean_and_standard_deviation():
    assert "0.1307 is subtracted, and the result is divided by 0.3081" in film_strip(())
