"""What the agent says of the app; docs/heartbeat.md is the contract."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from keep_alive import Wish
    from write_schedule import WriteSchedule

VERSION = "0.1.0"
CONTRACT_VERSION = 1


class Sample:
    """What one look at all sources found, each by the source's name."""

    def __init__(self, boot: float) -> None:
        self.boot = boot
        self.idle: dict[str, int | None] = {}  # whole seconds; None where the source could not be read
        self.why: dict[str, str] = {}  # why a source could not be read
        self.active_at: dict[str, float] = {}  # the instant of the last activity
        self.busy: dict[str, Any] = {}
        self.connections: int | None = None
        self.notice: dict[str, Any] | None = None  # which one is shown, and for how many seconds
        self.keep_alive: dict[str, Any] | None = None  # what the user wishes, as the heartbeat says it
        self.wish: Wish | None = None

    def still(self, name: str) -> int:
        """For how many seconds a source is busy without any sign of life."""
        return int(self.busy.get(name, {}).get("still", 0))


def compose_heartbeat(sample: Sample, first_start: float, schedule: WriteSchedule) -> str:
    """The heartbeat's text; `first_start` is the instant at which an agent first ran in this incarnation of the app."""
    heartbeat = {
        "v": CONTRACT_VERSION,
        "agent": VERSION,
        "up": int(sample.boot - first_start),
        "sampleEvery": schedule.instructions.sample_seconds,
        "renewIn": schedule.lease_seconds(),
        "idle": sample.idle,
        **({"why": sample.why} if sample.why else {}),
        "busy": sample.busy,
        "connections": sample.connections,
        **({"notice": sample.notice} if sample.notice else {}),
        **({"keepAlive": sample.keep_alive} if sample.keep_alive else {}),
    }
    return json.dumps(heartbeat, separators=(",", ":"), ensure_ascii=False)
