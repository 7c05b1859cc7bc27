"""Files saved under the home, looked for in pieces: where no server tells of them."""

from __future__ import annotations

import itertools
import os

from clock import ClockReading
from home_walk import list_saved
from sources.base import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

ENTRIES_A_LOOK = 1500
FUTURE_SECONDS = 60  # what a file system's clock may be ahead of ours


class Files(Source):
    name = "files"
    walk: Iterator[float] | None = None
    walked_from: float | None = None  # when the last walk that has ended began

    def look(self, now: ClockReading) -> bool:
        self.walk_on(now, ENTRIES_A_LOOK)
        return True

    def known_until(self, now: ClockReading) -> float:
        """What was saved since the last whole walk began is not known."""
        return self.counts_from if self.walked_from is None else self.walked_from

    def walk_on(self, now: ClockReading, entries: int) -> None:
        if self.walk is None:
            self.walk, self.walk_began = list_saved(os.path.expanduser("~")), now
            self.newest, self.ahead = 0.0, 0.0
        piece = list(itertools.islice(self.walk, entries))
        self.ahead, latest = max([self.ahead, *piece]), now.wall + FUTURE_SECONDS
        # Only where a file is ahead of the clock are the others to be told from it.
        known = piece if self.ahead < latest else [saved for saved in piece if saved < latest]
        self.newest = max([self.newest, *known])
        if len(piece) < entries:
            self.finish_walk(now)

    def finish_walk(self, now: ClockReading) -> None:
        start = self.last_look
        record = self.update_record("newest", self.newest, self.newest, now)
        # What the first walk finds is mostly of former days.
        if "newest" not in self.records and self.newest < min(start.wall, now.wall - now.boot + start.boot):
            record.active_at = self.active_at
        # A file system whose clock is ahead: its times say only that something was saved.
        ahead = self.update_record("ahead", self.ahead, None, now)
        if "ahead" not in self.records or self.ahead == self.newest:
            ahead.active_at = self.active_at
        # What was saved behind the walk's back since it began is for the next walk to find.
        self.remember({"newest": record, "ahead": ahead}, self.walk_began, [record, ahead])
        self.walk, self.walked_from = None, self.walk_began.boot
