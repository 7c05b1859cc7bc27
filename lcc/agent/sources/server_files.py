"""Files, as the Jupyter server tells what people do to them; by a walk over the home as long as it does not."""

from __future__ import annotations

from clock import ClockReading
from event_stream import EventStream
from log import log
from sources.base import SourceContext
from sources.files import Files


class ServerFiles(Files):
    def __init__(self, start: ClockReading, context: SourceContext) -> None:
        super().__init__(start, context)
        self.events = EventStream(context.server)
        self.logged_trouble = ""

    def look(self, now: ClockReading) -> bool:
        if self.events.look(now.boot):
            self.active_at = now.boot
        trouble = self.events.trouble
        if trouble and trouble != self.logged_trouble and self.events.has_spoken:
            log(f"files: no event stream, the home is searched until there is: {trouble}")
            self.logged_trouble = trouble
        if self.needs_walk():
            self.walk_on(now)
        return True

    def needs_walk(self) -> bool:
        """Whether something may have been saved that the stream did not tell: before it began, or on a mute server."""
        opened_at = self.events.opened_at
        is_known_before = self.walk is None and self.walked_from is not None and self.walked_from >= (opened_at or 0)
        return opened_at is None or not self.events.has_spoken or not is_known_before

    def known_until(self, now: ClockReading) -> float:
        return super().known_until(now) if self.events.opened_at is None else now.boot
