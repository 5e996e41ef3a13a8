"""Who asks, and how much each may send."""

import pytest

from mnist_cnn.page import clients
from mnist_cnn.page.clients import Meter, Rate, address


@pytest.mark.parametrize(
    "peer, named, expected",
    [
        ("8.8.8.8", None, "8.8.8.8"),
        ("8.8.8.8", "9.9.9.9", "8.8.8.8"),  # no proxy of ours: anybody may write that
        ("10.0.0.1", "9.9.9.9", "9.9.9.9"),
        ("10.0.0.1", "1.1.1.1, 9.9.9.9", "9.9.9.9"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("socket", "9.9.9.9", "socket"),
        (None, None, ""),
    ],
)
def test_the_address_is_the_clients(peer, named, expected):
    headers = [(b"x-forwarded-for", named.encode())] if named else []
    scope = {"type": "http", "client": peer and (peer, 1), "headers": headers}
    assert address(scope) == expected


def test_a_bucket_is_refilled_and_each_client_has_its_own(monkeypatch):
    now = 0.0
    monkeypatch.setattr(clients.time, "monotonic", lambda: now)
    meter = Meter({"files": Rate(2, 10), "bytes": Rate(1, 1)})
    assert [meter.take("a", "files", 5) for _ in range(3)] == [True, True, False]
    assert meter.take("b", "files", 10) and meter.take("a", "bytes", 1)
    now = 1.0
    assert [meter.take("a", "files", 1) for _ in range(3)] == [True, True, False]
    now = 100.0
    assert not meter.take("a", "files", 11) and meter.take("a", "files", 10)


def test_the_clients_that_are_known_are_bounded():
    meter = Meter({"files": Rate(0, 1)}, clients=2)
    for client in "abc":
        assert meter.take(client, "files", 1)
    assert meter.take("a", "files", 1)  # forgotten, so it starts anew
    assert not meter.take("c", "files", 1)
