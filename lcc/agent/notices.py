"""The app's notice: when to read it, whether to show it, and what the heartbeat says of it."""

from __future__ import annotations

import math

from notice import STOPPED, WARNED, Notice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FIRST_READ_SECONDS, READ_SECONDS, MAX_READS = 60, 120, 5  # after a heartbeat that told of a crossed timeout
SHOWN_AGAIN_SECONDS = 150  # after the last activity, if the sweep holds on to its warning
STOP_SHOWN_SECONDS = 3600  # for how long a start says that the app was stopped before


class Notices:
    """Knows the last notice that was read; every instant is on the boot clock."""

    def __init__(self) -> None:
        self.notice: Notice | None = None
        self.had_at = 0.0  # since when it is shown
        self.is_hidden = False  # the user came back, and the sweep has not yet heard of it
        self.has_read = False  # whether this incarnation of the app ever learned what its parameter says
        self.reads_left, self.read_at = 0, math.inf

    def take(self, text: str | None, active_at: float, boot: float) -> None:
        """Take over what the parameter says, None where there is none. Raises ValueError on what is no notice."""
        notice = Notice(text) if text is not None else None
        is_first, self.has_read = not self.has_read, True
        if notice is None or (notice.kind == STOPPED and not is_first):
            # What says later that the app was stopped is of its own end.
            notice = self.notice if self.notice and self.notice.kind == STOPPED else None
        is_known = notice is not None and self.notice is not None and notice.id == self.notice.id
        self.notice = notice
        if notice and (not is_known or (self.is_hidden and boot >= active_at + SHOWN_AGAIN_SECONDS)):
            self.had_at, self.is_hidden = boot, False
            self.plan_reads(boot, READ_SECONDS)

    def look(self, active_at: float, boot: float) -> None:
        """Whatever the user does ends a warning; that the app was stopped before is said for a while."""
        if self.notice is None:
            return
        if self.notice.kind == WARNED and active_at > self.had_at:
            self.is_hidden = True
        if self.notice.kind == STOPPED and boot > self.had_at + STOP_SHOWN_SECONDS:
            self.notice = None

    def plan_reads(self, boot: float, first_seconds: float = FIRST_READ_SECONDS) -> None:
        self.reads_left, self.read_at = MAX_READS, boot + first_seconds

    def cancel_reads(self) -> None:
        self.reads_left, self.read_at = 0, math.inf

    def is_read_due(self, boot: float) -> bool:
        """Whether to read once more now, without a heartbeat; each answer of yes is one of the few reads."""
        if self.reads_left <= 0 or boot < self.read_at:
            return False
        self.reads_left, self.read_at = self.reads_left - 1, boot + READ_SECONDS
        return True

    def shown(self) -> Notice | None:
        return None if self.is_hidden else self.notice

    def word(self, boot: float) -> dict[str, Any] | None:
        """What the heartbeat says: which notice is shown, and for how many seconds."""
        shown = self.shown()
        return {"id": shown.id, "for": int(boot - self.had_at)} if shown else None

    def seconds_left(self, boot: float) -> int:
        """Until the stop that a warning announces, counted from when it was first shown."""
        return max(int(self.notice.stop_in - (boot - self.had_at)), 0) if self.notice else 0

    def to_memory(self) -> dict[str, Any]:
        """What to keep over a restart of the agent."""
        text = self.notice.text if self.notice else None
        return {"text": text, "had_at": self.had_at, "is_hidden": self.is_hidden, "has_read": self.has_read}

    def restore(self, memory: dict[str, Any], boot: float) -> None:
        """Take over what to_memory() gave. Raises all sorts of errors on a memory that is not to be trusted."""
        notice = Notice(memory["text"]) if memory["text"] is not None else None
        if not 0 <= memory["had_at"] <= boot:
            raise ValueError("it has an instant that cannot be")
        self.notice, self.had_at = notice, memory["had_at"]
        self.is_hidden, self.has_read = memory["is_hidden"] is True, memory["has_read"] is True
