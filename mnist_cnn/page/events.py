"""How the page listens to itself."""

from typing import Any

# No endpoint, no spinner, and of many events in a row the last one.
PAGE_EVENT: dict[str, Any] = {
    "api_visibility": "private",
    "show_progress": "hidden",
    "trigger_mode": "always_last",
}
