"""Files, as the Jupyter server tells what people do to them; by a walk over the home as long as it does not."""

from __future__ import annotations

from clock import ClockReading
from event_stream import EventStream
from log import log
from sources.base import SourceContext
from sources.files import ENTRIES_A_LOOK, Files

# Where the server has nobody to tell of, somebody may work past it, in a remote IDE, say.
ENTRIES_BESIDE_STREAM = 200


class ServerFiles(Files):
    def __init__(self, start: ClockReading, context: SourceContext) -> None:
        super().__init__(start, context)
        self.events = EventStream(context.server)
        self.logged_trouble = ""

    def look(self, now: ClockReading) -> bool:
        if self.events.look(now.boot):
            self.active_at = now.boot
        if self.events.opened_at == now.boot and self.has_never_been_read():
            self.count_from(now)  # as all that the server tells of
        trouble = self.events.trouble
        if trouble and trouble != self.logged_trouble and self.events.has_spoken:
            log(f"files: no event stream, the home is searched until there is: {trouble}")
            self.logged_trouble = trouble
        entries = self.entries_to_walk()
        if entries:
            self.walk_on(now, entries)
        else:
            self.walk = None
        return True

    def entries_to_walk(self) -> int:
        """How many entries of the home are looked at now: few or none where the stream tells all that is saved."""
        opened_at = self.events.opened_at
        if opened_at is None or not self.events.has_spoken or not self.is_known_until(opened_at):
            return ENTRIES_A_LOOK
        return 0 if self.events.has_told_of_others else ENTRIES_BESIDE_STREAM

    def is_known_until(self, boot: float) -> bool:
        """Whether nothing that was saved before that instant could still count."""
        return self.active_at >= boot or (self.walked_from is not None and self.walked_from >= boot)

    def known_until(self, now: ClockReading) -> float:
        return super().known_until(now) if self.events.opened_at is None else now.boot
