"""Names, tags and tokens that cannot be right are refused before anybody is asked."""

import pytest

from mnist_cnn.sharing import client
from mnist_cnn.sharing.client import check_name, check_tag, check_token
from mnist_cnn.sharing.failures import HubError


@pytest.mark.parametrize("name", ["a/b", "teacher/mnist-2.0_x", "A/1"])
def test_names_of_repositories(name):
    check_name(name)


@pytest.mark.parametrize("name", ["a", "a/b/c", "../x", "a--b/c", "a/b.git", "a/ü", "", "a/" * 60])
def test_what_names_no_repository(name):
    with pytest.raises(HubError, match="names no repository: give USER/REPO"):
        check_name(name)


@pytest.mark.parametrize("tag", ["v1", "v1.0-rc_2", "x" * 99])
def test_names_of_tags(tag):
    check_tag(tag)


@pytest.mark.parametrize("tag", ["main", "", "my tag", "v/1", "v1\n", "x" * 100])
def test_what_names_no_tag(tag):
    with pytest.raises(HubError, match="is no name for a tag"):
        check_tag(tag)


def test_no_token_is_said_with_the_remedy(monkeypatch):
    monkeypatch.setattr(client, "get_token", lambda: "hf_x")
    check_token()
    monkeypatch.setattr(client, "get_token", lambda: None)
    with pytest.raises(HubError, match="there is no token: run `hf auth login`, or set HF_TOKEN"):
        check_token()
