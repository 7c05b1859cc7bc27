"""Time. Durations are measured on a clock that cannot jump; the wall clock only serves to read timestamps."""

from __future__ import annotations

import time
from datetime import datetime, timezone


class ClockReading:
    """One instant on two clocks, in seconds: since the machine's boot, and since the epoch.

    The boot clock never jumps and is the same in every process; the start times in /proc are on it.
    """

    def __init__(self, boot: float, wall: float) -> None:
        self.boot, self.wall = boot, wall


def read_clock() -> ClockReading:
    boot_clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # macOS has no CLOCK_BOOTTIME
    return ClockReading(time.clock_gettime(boot_clock), time.time())


def parse_timestamp(text: object) -> float | None:
    """Epoch seconds of an ISO 8601 timestamp, with a fraction or without, in any zone (UTC where it names none)."""
    try:
        timestamp = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        return None
    return (timestamp if timestamp.tzinfo else timestamp.replace(tzinfo=timezone.utc)).timestamp()
