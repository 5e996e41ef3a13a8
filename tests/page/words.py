"""What is read of a piece of HTML."""

import html as entities
import re


def text(html):
    """The words of a piece of HTML, its code and charts left out."""
    html = re.sub('<details class="snippet".*?</details>', " ", str(html), flags=re.S)
    html = re.sub("<(svg|style).*?</\\1>", " ", html, flags=re.S)
    return " ".join(entities.unescape(re.sub("<.*?>", " ", html)).split())


def without_pictures(html):
    """The HTML without data URIs: base64 may spell anything, "nan" too."""
    return re.sub(r"data:[^\"')]*", "data:", str(html))
