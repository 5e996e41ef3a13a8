"""Every sentence that the learner reads stands in a catalogue, so that it can be translated."""

import ast
import importlib
import re

import pytest

from mnist_cnn.page import texts
from tests.conftest import ROOT

PAGE = ROOT / "mnist_cnn" / "page"
# What server, queue and blocks say is said to programs, as the errors of the core are.
ELSEWHERE = {"texts", "snippets", "theme.py", "server.py", "queueing.py", "blocks.py", "clients.py"}
SOURCES = sorted(
    path for path in PAGE.rglob("*.py") if not ELSEWHERE & set(path.relative_to(PAGE).parts)
)
# What is no sentence: names of CSS classes, attributes, keys, units; what a program reads.
TECHNICAL = re.compile(
    r"""
      [^A-Za-z]*                        # no letters at all
    | [a-z0-9_.:;,/#*()\[\]{}\\-]+         # one key, class, id, attribute or file name
    | --[a-z]+ | var\(--.*              # CSS variables
    | (?:[a-z-]+:\s*[^;]*;?)+           # CSS declarations
    | \#[a-z-]+\{.*\}?                  # CSS rules
    | m[-\d.][-\d. ahvz]+               # an SVG's outlines
    """,
    re.VERBOSE,
)
ALLOWED = {
    # File formats and fonts.
    *("PNG", "JPEG", "TIFF", "L", "RGB", "RGBA"),
    *("Segoe UI", "Roboto", "Menlo", "Consolas", "BlinkMacSystemFont"),
    *("system-ui", "sans-serif", "-apple-system"),
    # CSS classes and JavaScript.
    *(
        "text small",
        "says small",
        "text points",
        "text doors",
        "paper empty",
        "numeral none",
        "small shift-scale",
        "filters pixels",
        "said small",
    ),
    'id="',  # of a section of Results
    # An SVG's dots.
    *("</svg>", '<path d="M', '" style="fill: var(', '<svg role="img" aria-label="'),
    # Keys of Matplotlib and of kinds of layers.
    *("Date", "Conv2d", "Flatten", "<svg", "currentColor"),
    "Choice",  # a type variable
    "GRADIO_TEMP_DIR",
}
SHOWN = ("label", "aria_label", "aria_roledescription", "title", "alt", "placeholder", "info")


def literals(path):
    """Strings in the code of a file that may reach the page: (line, text)."""
    tree = ast.parse(path.read_text())
    skipped = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            skipped.add(body[0].value)  # a docstring
        if isinstance(node, ast.Raise):  # what an exception says is the core's language
            skipped.update(ast.walk(node))
        if isinstance(node, ast.AnnAssign | ast.arg | ast.FunctionDef):
            for note in (getattr(node, "annotation", None), getattr(node, "returns", None)):
                skipped.update(ast.walk(note) if note else ())
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in skipped:
            yield node.lineno, node.value


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PAGE)))
def test_no_sentence_stands_outside_the_catalogues(path):
    found = [
        (line, text)
        for line, text in literals(path)
        if not TECHNICAL.fullmatch(text.strip()) and text.strip() not in ALLOWED
    ]
    assert found == []


def shown(path):
    """Strings in the code of a file that are shown as they are, be they one word: (line, text)."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        words = [it.value for it in node.keywords if it.arg in SHOWN]
        if name in ("tag", "join", "fill", "figure", "notice", "paragraph", "opening", "link"):
            last = {"figure": 2, "paragraph": 1}.get(name)  # what follows is a CSS class
            words += node.args[name == "tag" : last]
        for word in words:
            for part in word.values if isinstance(word, ast.JoinedStr) else [word]:
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.lineno, part.value


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PAGE)))
def test_what_is_shown_comes_from_the_catalogues(path):
    technical = ("answer", "--", "#")  # a component of the API; in a style sheet
    found = [
        (line, text)
        for line, text in shown(path)
        if re.search(r"[A-Za-z]{2}", text) and not text.startswith(technical)
    ]
    assert found == []


@pytest.mark.parametrize("path", sorted((PAGE / "widgets").glob("*.js")), ids=lambda p: p.name)
def test_scripts_hold_no_sentence(path):
    code = re.sub(r"//.*", "", path.read_text())
    for text in re.findall(r'"([^"\n]*)"|`([^`]*)`', code):
        assert not re.search(r"[A-Z][a-z]+ [a-z]+", "".join(text)), text


def sentences(value):
    """All strings in a value of a catalogue."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from sentences(tuple(value.values()))
    elif isinstance(value, tuple):
        for part in value:
            yield from sentences(part)


def test_the_glossary_explains_what_the_page_names_and_nothing_else():
    folder = PAGE / "texts" / texts.LANGUAGE
    catalogues = [getattr(texts, path.stem) for path in folder.glob("[a-z]*.py")]
    values = (
        value for it in catalogues for name, value in vars(it).items() if not name.startswith("_")
    )
    said = " ".join(sentences(tuple(values)))
    named = set(re.findall(r"\[\[([^]|]+)", said))
    assert named == set(texts.glossary.TERMS)
    for meaning in texts.glossary.TERMS.values():
        assert meaning.endswith(".") and "[[" not in meaning


def test_the_catalogue_is_the_languages():
    for path in (PAGE / "texts" / texts.LANGUAGE).glob("[a-z]*.py"):
        catalogue = getattr(texts, path.stem)
        assert catalogue is importlib.import_module(
            f"mnist_cnn.page.texts.{texts.LANGUAGE}.{path.stem}"
        )
    with pytest.raises(ModuleNotFoundError):
        texts.nothing  # noqa: B018


def test_another_language_is_another_folder(monkeypatch, tmp_path):
    folder = tmp_path / "klingon"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "draw.py").write_text('TAB = "Hoch"\n')
    monkeypatch.setattr(texts, "__path__", [*texts.__path__, str(tmp_path)])
    monkeypatch.setattr(texts, "LANGUAGE", "klingon")
    assert texts.draw.TAB == "Hoch"
