"""What is sent as a picture: a file of the upload folder, or an image in the request itself."""

import asyncio
import base64
import os
from pathlib import Path

import gradio as gr
import pytest
from gradio.data_classes import FileData, ListFiles
from gradio.utils import get_upload_folder

from mnist_cnn.page.widgets import upload
from mnist_cnn.page.widgets.upload import many_files, one_file, uploaded_file
from mnist_cnn.reading.images import ImageError
from tests.page.conftest import png

DATA_URL = "data:image/png;base64," + base64.b64encode(b"bytes").decode()


@pytest.fixture
def uploads(tmp_path, monkeypatch):
    """An upload folder with a picture in it, and one beside it."""
    folder = tmp_path / "uploads"
    folder.mkdir()
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(folder))
    assert get_upload_folder() == str(folder)
    (folder / "mine.png").write_bytes(b"mine")
    (tmp_path / "secret.png").write_bytes(b"secret")
    (tmp_path / "uploads-of-others").mkdir()
    (tmp_path / "uploads-of-others" / "a.png").write_bytes(b"others")
    os.symlink(tmp_path / "secret.png", folder / "link.png")
    return folder


def file(path=None, url=None):
    return FileData.model_construct(path=path, url=url)


def test_an_uploaded_file_is_its_path(uploads):
    path = uploads / "mine.png"
    assert uploaded_file(file(str(path))) == path == one_file(file(str(path)))
    assert uploaded_file(file(f"{uploads}/../uploads/mine.png")) == path


@pytest.mark.parametrize(
    "path",
    [
        "/etc/hostname",
        "{uploads}/../secret.png",
        "{uploads}/link.png",
        "{uploads}-of-others/a.png",
        "secret.png",
        "\0",
        "{uploads}/..\0/secret.png",
        "",
        "~/secret.png",
    ],
)
def test_no_other_file_is_read(uploads, path):
    """The check that Gradio leaves out where a request does not mark the path as a file."""
    sent = file(path.format(uploads=uploads))
    with pytest.raises(ImageError, match="was not uploaded"):
        uploaded_file(sent)
    with pytest.raises(gr.Error, match="image: this file was not uploaded"):
        one_file(sent)


def test_an_image_may_come_inside_the_request():
    assert uploaded_file(file(url=DATA_URL)) == b"bytes"
    assert uploaded_file(file(path="/etc/hostname", url=DATA_URL)) == b"bytes"
    with pytest.raises(ImageError):
        uploaded_file(file(url="data:text/html;base64,AAAA"))
    with pytest.raises(gr.Error, match="image: the image file is damaged"):
        one_file(file(url="data:image/png;base64,~~~"))


def test_another_address_is_not_fetched(uploads):
    with pytest.raises(ImageError):
        uploaded_file(file(path="/etc/hostname", url="https://example.org/a.png"))


def test_no_address_is_fetched(uploads):
    """Neither as a path that is marked as a file, nor as a URL."""
    with pytest.raises(ImageError, match="an address came"):
        uploaded_file(file(url="http://127.0.0.1:9/a.png"))
    for component in (upload.picture_file(label="image"), upload.picture_files(label="images")):
        moving = component.async_move_resource_to_block_cache
        for address in ("http://127.0.0.1:9/a.png", "https://169.254.169.254/a.png"):
            with pytest.raises(gr.Error, match=f"{component.label}: an address came"):
                asyncio.run(moving(address))
        kept = asyncio.run(moving(str(uploads / "mine.png")))
        assert Path(kept).read_bytes() == b"mine"


def test_the_picture_of_an_image_editor():
    """What Gradio's own editor sends: of its layers the one that is seen."""
    picture = {"path": "a.png"}
    sent = {"background": None, "layers": [], "composite": picture}
    assert upload.PictureData.model_validate(sent).path == "a.png"
    with pytest.raises(gr.Error, match="'None' came; send a picture file"):
        upload.PictureData.model_validate({**sent, "composite": None})


def test_none_is_none():
    assert uploaded_file(None) is uploaded_file(file()) is one_file(None) is None


def test_a_file_that_is_refused_does_not_spoil_the_others(uploads):
    good, bad = str(uploads / "mine.png"), "/etc/hostname"
    first, second, third = many_files(ListFiles([file(good), file(bad), file(url=DATA_URL)]))
    assert (first(), third()) == (uploads / "mine.png", b"bytes")
    with pytest.raises(ImageError):
        second()
    assert many_files(None) == []


def test_what_is_no_file_gets_one_sentence():
    for sent in ("text", 7, ["a"]):
        with pytest.raises(gr.Error, match="came; send a picture file"):
            upload.PictureData.model_validate(sent)
        with pytest.raises(gr.Error, match="came; send a list of picture files"):
            upload.PicturesData.model_validate({"path": sent})


def test_the_components_hand_over_files_untouched(uploads, seven):
    (uploads / "seven.png").write_bytes(png(seven))
    image, images = upload.picture_file(), upload.picture_files()
    sent = file(str(uploads / "seven.png"))
    assert image.preprocess(sent) == uploads / "seven.png"
    assert [get() for get in images.preprocess(ListFiles([sent]))] == [uploads / "seven.png"]
    assert image.data_model is upload.PictureData and images.data_model is upload.PicturesData


def test_a_refusal_leaves_no_traceback():
    assert upload.refusal("no").print_exception is False
