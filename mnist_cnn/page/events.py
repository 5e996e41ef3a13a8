"""How the page listens to itself, and who waits for whom.

Gradio gives each listener a queue with one worker. Listeners that name a lane share its workers:
what takes long never holds up a stroke, however many people open rooms.
"""

from typing import Any

# No endpoint, no spinner, and of many events in a row the last one.
PAGE_EVENT: dict[str, Any] = {
    "api_visibility": "private",
    "show_progress": "hidden",
    "trigger_mode": "always_last",
}


def _lane(name: str, workers: int) -> dict[str, Any]:
    return {**PAGE_EVENT, "concurrency_id": name, "concurrency_limit": workers}


# Another current digit is read by two workers: networks and PNGs leave Python's lock to the other.
DIGIT_EVENT = _lane("digit", 2)
PASSPORT_EVENT = _lane("passport", 1)
ROOM_EVENT = _lane("room", 1)  # a whole room is filled: maps, curves, sprites
# What the tray asks waits for its turn there, and none of it may be left out.
TRAY_EVENT = {**PAGE_EVENT, "trigger_mode": "multiple"}
# A training is watched from its beginning to its end, in line and at work: by many at once.
TRAIN_EVENT = {**_lane("train", 100), "trigger_mode": "multiple"}
SHEET_EVENT = {**_lane("sheet", 1), "trigger_mode": "multiple"}  # all digits of a photo are read
