"""What people read of notices, durations and dates."""

from __future__ import annotations

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from notice import Notice

UNITS = ((86_400, "d"), (3600, "h"), (60, "m"))


def in_words(seconds: float) -> str:
    """A duration for people: 45 s, 10 min, 1 h 30 min, 2 d 3 h."""
    whole = int(seconds)
    if whole < 120:
        return f"{whole} s"
    days, hours, minutes = whole // 86_400, whole // 3600 % 24, whole // 60 % 60
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min"


def as_typed(seconds: int) -> str:
    """A duration as keep-alive takes it: 90m is 1h30m."""
    text = ""
    for size, unit in UNITS:
        if seconds >= size:
            text, seconds = f"{text}{seconds // size}{unit}", seconds % size
    return text or "1m"


def in_utc(epoch: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(epoch))


def warning_text(notice: Notice, seconds_left: int, command: str) -> str:
    """One line: that the app will be stopped, when, why, and what keeps it; `command` is the path of keep-alive."""
    text = f"This app will be stopped in {in_words(seconds_left)}: {notice.why}. Working in it keeps it"
    if not notice.keep_at_most or not command:
        return f"{text}."
    seconds = max(notice.keep_for or [min(28_800, notice.keep_at_most)])
    return f"{text}; so does: {command} {as_typed(seconds)}"


def stopped_text(notice: Notice) -> str:
    return f"This app was stopped at {in_utc(notice.stop_at)}: {notice.why}. Its files are as they were."
