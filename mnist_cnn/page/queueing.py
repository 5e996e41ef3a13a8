"""Places in Gradio's queue: pages and programs have places of their own, one client a few.

And the answers that nobody fetches: Gradio keeps those of 2,000 sessions for ever.
"""

from gradio.data_classes import PredictBodyInternal
from gradio.queueing import Queue
from gradio.server_messages import ProcessCompletedMessage
from starlette.requests import Request

from mnist_cnn.page.clients import address

PLACES = 600  # in the queue
PROGRAMS = 300  # of them for calls of the documented endpoints
OF_A_CLIENT = 150  # calls of programs with one address: a class may stand behind it
OF_A_SESSION = 16  # of one page: a stroke takes up to four
HELD = 300_000_000  # bytes of the requests that wait or are being answered


class Admission:
    """Who gets a place."""

    def __init__(self, queue: Queue):
        self._queue, self._push = queue, queue.push

    async def push(self, body: PredictBodyInternal, request: Request, username: str | None):
        """As Queue.push; (False, sentence, kind of refusal) where there is no place."""
        fn = self._queue.blocks.fns.get(body.fn_index)  # type: ignore[arg-type]  # None is no key
        if fn is None:
            return False, f"fn_index: there is no {body.fn_index}; see /gradio_api/info.", "error"
        refused = self.refused(is_program(fn), address(request.scope), body.session_hash)
        if refused:
            return False, refused, "queue_full"
        return await self._push(body, request, username)

    def refused(self, program: bool, client: str, session: str | None) -> str | None:
        """Why there is no place, in one sentence; None where there is one."""
        events = list(self._queue.event_ids_to_events.values())
        programs = [event for event in events if is_program(event.fn)]
        if program:
            own = sum(address(event.request.scope) == client for event in programs)
            most, full = OF_A_CLIENT, len(programs) >= PROGRAMS
        else:
            own = sum(event.session_hash == session for event in events)
            most, full = OF_A_SESSION, len(events) - len(programs) >= PLACES - PROGRAMS
        if own >= most:
            return f"{own} of your requests are not answered yet; wait for them, and try again."
        held = sum(event.request.scope.get("body_size", 0) for event in events)
        return "The server is busy; try again in a few seconds." if full or held > HELD else None


def is_program(fn) -> bool:
    """Whether a listener is a documented endpoint."""
    return fn.api_visibility == "public"


def forget_unheard(queue: Queue, before: set[str]) -> set[str]:
    """Forget the answers that nobody fetched.

    Args:
        queue: Gradio's, which keeps 2,000 sessions' answers for ever.
        before: sessions whose answers waited when this was called before.

    Returns:
        The sessions whose answers wait now.
    """
    busy = {event.session_hash for event in queue.event_ids_to_events.values()}
    messages = queue.pending_messages_per_session
    waiting = {name for name in messages if name not in busy and messages[name].qsize()}
    gone = (waiting & before) | (queue.pending_event_ids_session.keys() - messages - busy)
    for name in gone:
        messages.pop(name, None)
        queue.pending_event_ids_session.pop(name, None)
    return waiting - gone


def close_idle_streams(queue: Queue) -> None:
    """End the streams of sessions that wait for no answer; the others end with theirs.

    Gradio ends a stream with the session's last answer, whatever event that is of.
    """
    last = ProcessCompletedMessage(
        event_id="end", success=False, output={"error": "The server ends; try again in a minute."}
    )
    for session, messages in queue.pending_messages_per_session.items():
        if not queue.pending_event_ids_session.get(session):
            messages.put_nowait(last)
