"""What all sources have in common: a memory of activity that outlives what showed it."""

from __future__ import annotations

import math
import re

from clock import ClockReading
from errors import Unreadable
from instructions import Instructions
from origins import Origins
from process_model import ProcessModel
from processes import read_processes
from stat_files import StatFiles
from stillness import Stillness

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from processes import Process
    from server import Server

MAX_WHAT_CHARACTERS = 120
# Typing in a terminal counts as up to eight seconds later than it shows, so memory may be as far ahead of the clock.
MAX_SECONDS_AHEAD = 9


def sendable(text: str, max_characters: int) -> str:
    """Parameter Store refuses doubled braces, and half a surrogate cannot be sent."""
    return re.sub(r"[{}\x00-\x1f\x7f\ud800-\udfff]", "?", text)[:max_characters]


class SourceContext:
    """What the sources look at: the Jupyter server and, once for all of them at each look, the app's processes."""

    def __init__(self, server: Server, house_until: float = -math.inf) -> None:
        self.server, self.instructions = server, Instructions("{}")
        self.processes: dict[int, Process] = {}
        self.stat_files = StatFiles()
        self.boot = math.inf
        self.origins = Origins(house_until)
        self.model_of_look: ProcessModel | None = None

    def refresh_processes(self, boot: float) -> None:
        self.processes, self.boot = read_processes(self.processes, boot, self.stat_files), boot

    @property
    def model(self) -> ProcessModel:
        """What kinds the processes of this look are."""
        model = self.model_of_look
        if model is None or model.processes is not self.processes:
            model = ProcessModel(self.processes, self.origins, self.instructions, model)
            model.boot, self.model_of_look = self.boot, model
        return model

    def require_processes(self) -> dict[int, Process]:
        """The processes, for a source that tells nothing without them."""
        if not self.processes:
            raise Unreadable("no processes to see in /proc")
        return self.processes


class ActivityRecord:
    """The last timestamp seen on one kernel or terminal, say, and the instant of the activity behind it."""

    def __init__(self, timestamp: str, active_at: float) -> None:
        self.timestamp, self.active_at = timestamp, active_at
        self.has_moved = False  # whether another timestamp was seen before
        self.seen_at_rest = False  # whether a kernel was seen idle with this timestamp
        self.busy_since: float | None = None
        self.cpu_ticks = 0
        self.wakeups: int | None = None  # how often a kernel's main thread was on a CPU
        self.wakeups_at_rest: int | None = None  # the same when it was last seen to wait for its next message alone
        # When a kernel's process started, and whether the kernel had another one before.
        self.process_started, self.process_was_replaced = 0.0, False

    def unchanged(self) -> ActivityRecord:
        """The record of the next look, where the timestamp is still the same."""
        record = ActivityRecord(self.timestamp, self.active_at)
        record.has_moved, record.seen_at_rest = self.has_moved, self.seen_at_rest
        return record


class Source:
    """One place where activity shows, with a memory that outlives kernels, terminals and the agent itself."""

    name = ""
    coarseness_seconds = 0  # for how long further activity may leave its timestamp unchanged

    def __init__(self, start: ClockReading, context: SourceContext) -> None:
        self.context = context
        self.count_from(start)
        self.timestamps_freeze = False  # this server was seen to leave a timestamp alone through a change of state
        self.records: dict[str, ActivityRecord] = {}
        self.busy: dict[str, Any] | None = None
        self.busy_before: dict[str, Any] | None = None
        self.connections: int | None = None
        self.stillness = Stillness()  # of each work

    def look(self, now: ClockReading) -> bool:
        """Look for activity; False where the source does not apply here. Raises Unreadable."""
        raise NotImplementedError

    def count_from(self, now: ClockReading) -> None:
        """Idle time begins now."""
        self.counts_from, self.active_at, self.last_look = now.boot, now.boot, now
        # The last instant of activity, where work that uses no CPU time is none.
        self.life_at = now.boot

    def known_until(self, now: ClockReading) -> float:
        """Until when all activity is known that there was; idle time counts no further."""
        return now.boot

    def has_never_been_read(self) -> bool:
        return self.last_look.boot == self.counts_from

    def update_record(self, key: str, timestamp: object, epoch: float | None, now: ClockReading) -> ActivityRecord:
        """Activity shows as a change of the timestamp, so that neither clock nor time zone can make it up or hide it.

        `epoch` is what the timestamp says in epoch seconds, None where it cannot be read.
        """
        before = self.records.get(key)
        if before and before.timestamp == str(timestamp):
            return before.unchanged()
        record = ActivityRecord(str(timestamp), now.boot - self.seconds_since(epoch, now))
        record.has_moved = before is not None
        return record

    def seconds_since(self, epoch: float | None, now: ClockReading) -> float:
        """Seconds since a new timestamp's activity: at most those since the last look, 0 if the clocks are in doubt."""
        coarseness = self.coarseness_seconds
        elapsed = now.boot - self.last_look.boot
        clock_jump = now.wall - self.last_look.wall - elapsed
        if epoch is None or abs(clock_jump) > 1 + elapsed / 1000 or now.wall - epoch > elapsed + coarseness + 1:
            return 0
        return min(max(now.wall - epoch, 0), elapsed) - coarseness

    def remember(
        self, records: dict[str, ActivityRecord], now: ClockReading, counted: Iterable[ActivityRecord]
    ) -> None:
        """Take over the records of this look; those that count as activity move the source's own instant."""
        instants = [record.active_at for record in counted]
        self.active_at, self.life_at = max([self.active_at, *instants]), max([self.life_at, *instants])
        self.records, self.last_look = records, now

    def set_busy(self, what: str, now: ClockReading, since: float | None = None, still: int | None = None) -> None:
        """Something is at work right now, since that instant, or since the look that first found the source busy.

        For `still` seconds it has used no CPU time at all; None where that is not known. What is reported is for how
        long the source has shown neither that nor anything else.
        """
        if since is None:
            since = self.last_look.boot - self.busy_before["for"] if self.busy_before else now.boot
        self.active_at = now.boot
        self.busy = {"what": sendable(what, MAX_WHAT_CHARACTERS), "for": int(now.boot - since)}
        self.life_at = max(self.life_at, now.boot - (still or 0))
        if still is not None:
            self.busy["still"] = max(int(now.boot - self.life_at), 0)

    def to_memory(self) -> dict[str, Any]:
        """What to keep over a restart of the agent."""
        return {
            "active_at": self.active_at,
            "life_at": self.life_at,
            "timestamps_freeze": self.timestamps_freeze,
            "records": {key: vars(record) for key, record in self.records.items()},
            "last_look": vars(self.last_look),
            "still": self.stillness.to_memory(),
        }

    def restore(self, memory: dict[str, Any], boot: float) -> None:
        """Take over what to_memory() gave. Raises all sorts of errors on a memory that is not to be trusted."""
        self.timestamps_freeze, self.last_look = memory["timestamps_freeze"], ClockReading(**memory["last_look"])
        for key, fields in memory["records"].items():
            self.records[key] = record = ActivityRecord("", 0)
            if fields.keys() != vars(record).keys():
                raise ValueError("another version of the agent wrote it")
            vars(record).update(fields)
        self.stillness.restore(memory["still"])
        self.active_at, self.life_at = memory["active_at"], memory["life_at"]
        instants = [
            self.active_at,
            self.life_at,
            self.last_look.boot,
            *(record.active_at for record in self.records.values()),
            *(since for _, since in self.stillness.seen.values()),
        ]
        if not all(0 <= instant < boot + MAX_SECONDS_AHEAD for instant in instants):
            raise ValueError("it has instants that cannot be")
