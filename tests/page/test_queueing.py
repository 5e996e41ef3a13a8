"""Places in the queue."""

import asyncio
from types import SimpleNamespace

import pytest

from mnist_cnn.page import queueing
from mnist_cnn.page.queueing import Admission, close_idle_streams, forget_unheard

PROGRAM, PAGE = (SimpleNamespace(api_visibility=kind) for kind in ("public", "private"))


def request(client, size=0):
    scope = {"type": "http", "client": (client, 1), "headers": [], "body_size": size}
    return SimpleNamespace(scope=scope)


@pytest.fixture
def queue(monkeypatch):
    """Gradio's, as far as it is used; `join` asks for a place and takes it."""
    for name, number in {
        "PLACES": 10,
        "PROGRAMS": 5,
        "OF_A_CLIENT": 3,
        "OF_A_SESSION": 2,
        "HELD": 100,
    }.items():
        monkeypatch.setattr(queueing, name, number)
    queue = SimpleNamespace(
        blocks=SimpleNamespace(fns={0: PROGRAM, 1: PAGE}), event_ids_to_events={}
    )

    async def push(body, request, username):
        number = len(queue.event_ids_to_events)
        queue.event_ids_to_events[number] = SimpleNamespace(
            fn=queue.blocks.fns[body.fn_index], request=request, session_hash=body.session_hash
        )
        return True, str(number), "success"

    queue.push = push
    admission = Admission(queue)

    def join(fn_index, client="a", session="s", size=0):
        body = SimpleNamespace(fn_index=fn_index, session_hash=session)
        return asyncio.run(admission.push(body, request(client, size), None))

    queue.join = join
    return queue


def test_one_program_holds_a_few_places_whatever_it_calls_its_sessions(queue):
    assert all(queue.join(0, session=str(number))[0] for number in range(3))
    granted, sentence, kind = queue.join(0, session="another")
    assert (granted, kind) == (False, "queue_full") and sentence.startswith("3 of your requests")
    assert queue.join(0, client="b")[0]


def test_all_programs_together_leave_places_for_pages(queue):
    assert [queue.join(0, client=name)[0] for name in "abcdefg"] == [True] * 5 + [False] * 2
    assert all(queue.join(1, client="a", session=name)[0] for name in "abcde")
    assert queue.join(1, session="f")[1] == "The server is busy; try again in a few seconds."


def test_one_page_holds_a_few_places_and_its_address_many(queue):
    assert [queue.join(1, session="s")[0] for _ in range(3)] == [True, True, False]
    assert queue.join(1, session="t")[0] and queue.join(0)[0]


def test_what_waits_is_bounded_in_bytes(queue):
    assert queue.join(1, session="s", size=101)[0]
    assert not queue.join(1, session="t")[0]


def test_an_unknown_function_is_named(queue):
    assert queue.join(7) == (False, "fn_index: there is no 7; see /gradio_api/info.", "error")


def test_answers_that_nobody_fetches_are_forgotten():
    def messages(count):
        queue = asyncio.Queue()
        for number in range(count):
            queue.put_nowait(number)
        return queue

    queue = SimpleNamespace(
        pending_messages_per_session={
            name: messages(count) for name, count in {"heard": 0, "unheard": 2, "busy": 1}.items()
        },
        pending_event_ids_session={name: {"1"} for name in ("heard", "unheard", "busy", "evicted")},
        event_ids_to_events={"1": SimpleNamespace(session_hash="busy")},
    )
    assert forget_unheard(queue, set()) == {"unheard"}  # it may come yet
    assert set(queue.pending_event_ids_session) == {"heard", "unheard", "busy"}
    assert forget_unheard(queue, {"unheard"}) == set()
    assert set(queue.pending_event_ids_session) == {"heard", "busy"}
    assert set(queue.pending_messages_per_session) == {"heard", "busy"}


def test_only_streams_that_wait_for_no_answer_are_closed():
    queue = SimpleNamespace(
        pending_messages_per_session={name: asyncio.Queue() for name in ("idle", "new", "busy")},
        pending_event_ids_session={"idle": set(), "busy": {"1"}},
    )
    close_idle_streams(queue)
    told = {name: it.qsize() for name, it in queue.pending_messages_per_session.items()}
    assert told == {"idle": 1, "new": 1, "busy": 0}
