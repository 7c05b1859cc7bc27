"""What the tests of the agent have in common: a server, processes and a clock that say what the test says."""

from __future__ import annotations

import time
from typing import Any
from unittest import mock

from clock import ClockReading
from process_kinds import EVENT_LOOP, INPUT, NOTHING, SOMETHING_ELSE
from processes import Process, kernel_id_in, runs_ipython
from server import Server

METADATA = {
    "DomainId": "d-1",
    "AppType": "JupyterLab",
    "ResourceName": "default",
    "SpaceName": "s",
    "ResourceArn": "arn:aws:sagemaker:eu-west-1:123456789012:app/d-1/s/JupyterLab/default",
}
MORNING = 1_800_000_000.0  # 2027-01-15T08:00:00Z

# What /proc/<pid>/wchan says of a thread that waits for each.
WAIT_CHANNELS = {EVENT_LOOP: b"ep_poll", INPUT: b"wait_woken", SOMETHING_ELSE: b"futex_wait_queue", NOTHING: b"0"}


class StubServer(Server):
    """Answers what the test says, or raises it."""

    def __init__(self, **answers: Any) -> None:
        super().__init__("127.0.0.1", "1", "/")
        self.answers: dict[str, Any] = {"kernels": [], "sessions": [], "terminals": [], **answers}

    def get_list(self, resource: str) -> list[dict[str, Any]]:
        answer = self.answers[resource]
        if isinstance(answer, Exception):
            raise answer
        found: list[dict[str, Any]] = answer
        return found


def process(pid: int, **fields: Any) -> Process:
    """A process as the test says it is."""
    one = Process()
    defaults = {
        "pid": pid,
        "channel": None,
        "name": "",
        "cmdline": ["x"],
        "status": "S",
        "ppid": 1,
        "program": "",
        "session": pid,
        "stat": b"",
        "terminal": None,
        "group": pid,
        "origin": None,
        "cpu_ticks": 0,
        "child_ticks": 0,
        "num_threads": 12,
        "create_time": 900,
    }
    for name, value in {**defaults, **fields}.items():
        setattr(one, name, value)
    one.kernel_id, one.is_ipython_kernel = kernel_id_in(one.cmdline), runs_ipython(one.cmdline)
    return one


def waiting_for(what: str) -> Any:
    """Within this context every process waits for that."""
    return mock.patch.object(Process, "wait_channel", lambda _: WAIT_CHANNELS[what])


def at(seconds: float, wall_jump: float = 0) -> ClockReading:
    return ClockReading(1000.0 + seconds, MORNING + seconds + wall_jump)


def timestamp(seconds: float, form: str = "%Y-%m-%dT%H:%M:%SZ") -> str:
    return time.strftime(form, time.gmtime(MORNING + seconds))


def kernel(state: str | None = "idle", active: float = 0, **more: Any) -> dict[str, Any]:
    """A kernel as api/kernels lists it."""
    defaults = {"id": "k1", "name": "python3", "last_activity": timestamp(active), "connections": 0}
    return {**defaults, "execution_state": state, **more}
