"""How the page names the networks, and the weights that answer."""

from markupsafe import Markup

from mnist_cnn.networks.models import LOOKS
from mnist_cnn.page.markup import fill, join, tag
from mnist_cnn.page.palette import MODEL_COLOURS
from mnist_cnn.page.texts import common as common_texts
from mnist_cnn.sharing.weight_set import WeightSet


def model_name(key: str) -> Markup:
    """The title of a network of LOOKS in its colour."""
    return coloured(LOOKS[key].title, MODEL_COLOURS[key])


def coloured(title: str, colour: str) -> Markup:
    """A network's title in a colour, the name of a CSS variable."""
    return tag("span", title, css="model", style=f"--model:var({colour})")


def by_model(values: dict[str, str], by: str = ", ") -> Markup:
    """One value per network, each behind the network's name."""
    named = (fill("{} {}", model_name(key), value) for key, value in values.items())
    return join(named, by=by)


def source(weights: WeightSet) -> Markup | str:
    """Where weights come from: shipped, or the repository and its commit."""
    if weights.repo_id is None:
        return common_texts.SHIPPED
    return join(weights.repo_id, " ", tag("code", (weights.commit or "")[:12]))
