"""When to look and when to write. A write is dear, so each has its reason."""

from __future__ import annotations

import math

from instructions import Instructions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from heartbeat import Sample

CLOSE_LOOK_SECONDS = 10  # between looks while an app is about to be stopped
SECONDS_BEFORE_TIMEOUT, SECONDS_AFTER_TIMEOUT = 120, 600  # when an app is about to be stopped
FIRST_CADENCE_SECONDS = 15  # doubles until instructions are there, so that the first ones are soon heard
READABLE_AGAIN_SECONDS = 300  # between writes for a server that comes and goes
ASKED_AGAIN_SECONDS = 30  # between writes for a user, or a loop, that changes a wish again and again
LEASE_MARGIN_SECONDS = 30
MAX_DOUBLINGS = 20


class WriteSchedule:
    def __init__(self, random: Callable[[], float]) -> None:
        self.random = random  # gives a number from 0 to 1
        self.instructions = Instructions("{}")
        self.start_up_cadence: float = FIRST_CADENCE_SECONDS
        self.last_written: Sample | None = None
        self.readable_once: set[str] = set()  # the sources of which a number was written before
        self.due_at = -math.inf
        self.failures = 0
        self.asked_at = -math.inf  # when a change of the user's wish was written

    def reason_to_write(self, sample: Sample) -> str | None:
        """Why to write now, if there is a reason."""
        written = self.last_written
        if sample.boot >= self.due_at:
            return "due"
        if written is None or self.failures:
            return None
        if sample.wish is not written.wish and sample.boot >= self.asked_at + ASKED_AGAIN_SECONDS:
            return "asked"
        if sample.notice and (written.notice or {}).get("id") != sample.notice["id"]:
            return "told"
        kernels_were_idle = (written.idle.get("kernels") or 0) > self.instructions.sample_seconds
        if sample.connections and written.connections == 0 and kernels_were_idle:
            return "connected"
        return next(filter(None, (self.news_of(name, sample, written) for name in sample.idle)), None)

    def news_of(self, name: str, sample: Sample, written: Sample) -> str | None:
        """What one source has to say that should not wait for the end of the cadence."""
        idle, idle_as_written = sample.idle[name], written.idle.get(name, math.inf)
        if idle_as_written is None:
            pause = min(self.instructions.cadence_seconds, READABLE_AGAIN_SECONDS)
            may_write = name not in self.readable_once or sample.boot > written.boot + pause
            return "readable" if idle is not None and may_write else None
        if idle_as_written > self.instructions.sample_seconds:
            if idle is None:
                return "unreadable"
            if sample.active_at[name] > written.active_at[name]:
                return "resumed"
        hang = self.news_of_hung_work(sample.still(name), written.still(name))
        if hang:
            return hang
        crosses = any(idle_as_written < timeout <= (idle or 0) for timeout in self.instructions.timeouts)
        return "crossed" if crosses else None

    def news_of_hung_work(self, still: int, still_as_written: int) -> str | None:
        """What the sweep may take for hung, it must hear of as soon as that shows life again, or has ended."""
        limits = self.instructions.hung_after
        if any(still < limit <= still_as_written for limit in limits) or 0 < still < still_as_written >= limits[0]:
            return "resumed"
        return "crossed" if any(still_as_written < limit <= still for limit in limits) else None

    def lease_seconds(self) -> int:
        """Within which the next heartbeat comes at the latest."""
        return math.ceil(self.instructions.cadence_seconds * 1.25 + LEASE_MARGIN_SECONDS)

    def succeeded(self, sample: Sample) -> None:
        if self.last_written and sample.wish is not self.last_written.wish:
            self.asked_at = sample.boot
        self.last_written, self.failures = sample, 0
        self.readable_once.update(name for name, idle in sample.idle.items() if idle is not None)
        self.plan_next_write(min(self.instructions.cadence_seconds, self.start_up_cadence))
        self.start_up_cadence *= 2

    def failed(self, boot: float) -> None:
        """Full jitter, so that a throttled fleet does not come back at once; the longer the cadence, the longer."""
        self.failures += 1
        longest = max(60, self.instructions.cadence_seconds / 4)
        self.due_at = boot + self.random() * min(longest, 2 ** min(self.failures, MAX_DOUBLINGS))

    def plan_next_write(self, cadence_seconds: float) -> None:
        if self.last_written:
            # Later than earlier: a timeout is often a multiple of the cadence, and its crossing is written.
            jitter = cadence_seconds * self.random() / 10
            self.due_at = self.last_written.boot + cadence_seconds + jitter

    def follow(self, instructions: Instructions) -> None:
        """From now on; only a longer cadence begins with the next heartbeat, as that is the one to promise it."""
        in_force, wanted = self.instructions.cadence_seconds, instructions.cadence_seconds
        if self.start_up_cadence < math.inf or wanted < in_force:
            self.plan_next_write(min(wanted, in_force))
        self.instructions, self.start_up_cadence = instructions, math.inf

    def next_look(self, sample: Sample) -> float:
        """The instant of the next look: soon while an app is about to be stopped, and right at the next crossing."""
        timeouts = self.instructions.timeouts
        idle = [self.quiet_seconds(sample, name) for name, seconds in sample.idle.items() if seconds is not None]
        crossings = (timeout - seconds for seconds in idle for timeout in timeouts if timeout > seconds)
        return min(self.due_at, sample.boot + min([self.seconds_between_looks(sample, idle), *crossings]))

    def quiet_seconds(self, sample: Sample, name: str) -> float:
        """For how long a source has been idle, or what may be taken for hung there has been still."""
        still = sample.still(name)
        return still if still >= self.instructions.hung_after[0] else sample.boot - sample.active_at[name]

    def seconds_between_looks(self, sample: Sample, idle: list[float]) -> float:
        seconds = self.instructions.sample_seconds
        timeouts = self.instructions.timeouts
        is_near_timeout = any(
            timeout - SECONDS_BEFORE_TIMEOUT <= one <= timeout + SECONDS_AFTER_TIMEOUT
            for one in idle
            for timeout in timeouts
        )
        is_past_timeout = bool(idle) and min(idle) > timeouts[0]
        is_unreadable = None in sample.idle.values()  # a server that is not up yet, or not up again
        if is_near_timeout or is_past_timeout or is_unreadable:
            return min(seconds, CLOSE_LOOK_SECONDS)
        return seconds
