"""What the server remembers of its visitors: little, for the browser keeps the current digit.

Gradio copies the settings of every component for each session that it ever saw, 0.4 MB a call, and
keeps the last values; deep links alone need that, and the page offers none.
"""

from collections import OrderedDict
from copy import copy
from typing import Any

import gradio as gr
from gradio.state_holder import SessionState, StateHolder

COUNT = 2_000  # sessions that are remembered


class Session(SessionState):
    """The States of one session, and the components that differ from the page's own."""

    def __init__(self, name: str, sessions: "Sessions"):  # the parent's would copy all settings
        self._name, self._sessions = name, sessions
        self._page = self.blocks_config = sessions.blocks.default_config
        self.state_data: dict[int, Any] = {}
        self.config_values: dict[int, Any] = {}
        self.is_closed = False

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


class Sessions(StateHolder):
    """The sessions that have something to remember, the latest used last.

    A session is kept from the moment at which something is written into it; a call of a documented
    endpoint writes nothing. All of this happens in the server's one event loop.
    """

    def __init__(self, count: int = COUNT):
        super().__init__()
        self.session_data: OrderedDict[str, Session] = OrderedDict()  # type: ignore[assignment]
        self._count = count

    def __getitem__(self, session_id: str) -> Session:
        session = self.session_data.get(session_id)
        if session is None:
            return Session(session_id, self)
        self.session_data.move_to_end(session_id)
        return session

    def keep(self, name: str, session: Session) -> None:
        """Remember a session; of too many, the one unused for longest is forgotten."""
        self.session_data[name] = session
        self.session_data.move_to_end(name)
        if len(self.session_data) > self._count:
            self.session_data.popitem(last=False)

    def delete_all_expired_state(self):
        """Nothing: none grows, and COUNT bounds them. Gradio calls this every second."""
