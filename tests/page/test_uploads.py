"""The folder of uploads: what is old goes, what is not Gradio's stays."""

import os

import pytest

from mnist_cnn.page.uploads import Uploads


@pytest.fixture
def folder(tmp_path):
    def file(name, age):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"0" * 10)
        for aged in (path, path.parent):
            os.utime(aged, (os.stat(path).st_mtime - age,) * 2)

    file("ab" * 32 + "/old.png", 700)
    file("cd" * 32 + "/new.png", 0)
    file("ef" * 32 + "/tmp", 70)
    file("tmpold", 70)
    file("tmpnew", 50)
    file("log", 7000)
    file("others/log", 7000)
    return tmp_path


def names(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_what_is_old_is_deleted_and_what_others_put_there_stays(folder):
    uploads = Uploads(folder)
    uploads.sweep()
    assert names(folder) == ["log", "log", "new.png", "tmp", "tmpnew"]
    os.utime(folder / ("ab" * 32), (0, 0))
    uploads.sweep()
    assert not (folder / ("ab" * 32)).exists() and (folder / ("cd" * 32)).exists()


def test_the_folder_is_full_at_its_quota_and_no_longer_once_it_is_swept(folder):
    uploads = Uploads(folder, most=40)
    assert not uploads.full
    uploads.add(40)
    assert uploads.full
    uploads.sweep()
    assert not uploads.full  # 30 bytes are kept
    uploads.add(10)
    assert uploads.full


def test_a_folder_that_is_not_there_is_empty(tmp_path):
    uploads = Uploads(tmp_path / "gone", most=1)
    uploads.sweep()
    assert not uploads.full
