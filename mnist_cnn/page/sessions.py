"""What the server remembers of its visitors: little, for the browser keeps the current digit.

Gradio copies the settings of every component for each session that it ever saw, 0.4 MB a call, and
keeps the last values; deep links alone need that, and the page offers none.
"""

import time
from collections import Counter, OrderedDict
from contextlib import contextmanager
from copy import copy
from typing import Any

import gradio as gr
from gradio.state_holder import SessionState, StateHolder

COUNT = 2_000  # sessions that are remembered
BYTES = 300_000_000  # of image files, of all sessions together
SECONDS = 3_600  # that a session without an open page is remembered


class Session(SessionState):
    """The States of one session, and the components that differ from the page's own."""

    def __init__(self, name: str, sessions: "Sessions"):  # the parent's would copy all settings
        self._name, self._sessions = name, sessions
        self._page = self.blocks_config = sessions.blocks.default_config
        self.state_data: dict[int, Any] = {}
        self.config_values: dict[int, Any] = {}
        self.is_closed = False
        self.last_used = time.monotonic()

    def __setitem__(self, key: int, value: Any):
        if isinstance(self.blocks_config.blocks.get(key), gr.State):
            self.state_data[key] = value
        else:
            if self.blocks_config is self._page:
                self.blocks_config = copy(self._page)
            self.blocks_config.blocks[key] = value
        self._sessions.keep(self._name, self)

    def _update_config(self, key: int):
        """Nothing: deep links alone need it."""

    def _update_value_in_config(self, key: int, value: Any):
        """Nothing, as above; the value may be a whole picture."""

    @property
    def size(self) -> int:
        """Bytes of the image files in it."""
        return sum(len(getattr(value, "file", b"")) for value in self.state_data.values())


class Sessions(StateHolder):
    """The sessions that have something to remember, the latest used last.

    A session is kept from the moment at which something is written into it; a call of a documented
    endpoint writes nothing. All of this happens in the server's one event loop.
    """

    def __init__(self, count: int = COUNT, size: int = BYTES, seconds: float = SECONDS):
        super().__init__()
        self.session_data: OrderedDict[str, Session] = OrderedDict()  # type: ignore[assignment]
        self._count, self._size, self._seconds = count, size, seconds
        self.pages: Counter[str | None] = Counter()  # {session: its open pages}

    def __getitem__(self, session_id: str) -> Session:
        session = self.session_data.get(session_id)
        if session is None:
            return Session(session_id, self)
        self.session_data.move_to_end(session_id)
        session.last_used = time.monotonic()
        return session

    @contextmanager
    def page(self, name: str | None):
        """While it lasts, the session of this name has an open page."""
        self.pages[name] += 1
        try:
            yield
        finally:
            self.pages[name] -= 1
            if not self.pages[name]:
                del self.pages[name]

    def keep(self, name: str, session: Session) -> None:
        """Remember a session.

        Of too many, one without an open page is forgotten, else the one unused for longest; where
        their pictures are too large together, the one with the largest.
        """
        self.session_data[name] = session
        self.session_data.move_to_end(name)
        if len(self.session_data) > self._count:
            self.session_data.pop(next(self._closed(), next(iter(self.session_data))))
        sizes = {name: session.size for name, session in self.session_data.items()}
        while sum(sizes.values()) > self._size:
            largest = max(sizes, key=sizes.__getitem__)
            del sizes[largest], self.session_data[largest]

    def delete_all_expired_state(self):
        """Forget sessions whose pages were closed long ago. Gradio calls this every second."""
        latest = time.monotonic() - self._seconds
        for name in [name for name in self._closed() if self.session_data[name].last_used < latest]:
            del self.session_data[name]

    def _closed(self):
        return (name for name in self.session_data if not self.pages[name])
