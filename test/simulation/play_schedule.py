"""Plays stories, a line of JSON each, to the real agent's schedule; prints when it looked and why it wrote."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "lcc" / "agent"))

from heartbeat import Sample
from instructions import Instructions
from keep_alive import KeepAlive
from write_schedule import WriteSchedule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def play(story: dict[str, Any]) -> list[list[Any]]:
    chances = iter(story["chances"])
    schedule = WriteSchedule(lambda: next(chances, 0.5))
    keep_alive, requests = KeepAlive(), list(story["requests"])
    processes: dict[int, Any] = {1: SimpleNamespace(status="S", create_time=0.0)}
    ends: dict[int, float] = {}
    writes: list[list[Any]] = []
    now, tries = 0.0, 0
    while now < story["seconds"]:
        sample = look(story, now)
        at_most = story["keepAtMost"][int(3 * now / story["seconds"])]
        while requests and requests[0]["at"] <= now:
            request = requests.pop(0)
            pid = 100 + len(requests)
            if request["isProgram"]:
                ends[pid] = now + request["for"]
                processes[pid] = SimpleNamespace(status="S", create_time=0.0)
                keep_alive.ask({"pid": pid, "started": 0.0, "what": "make all"}, at_most, now)
            else:
                keep_alive.ask({"for": request["for"]}, at_most, now)
        for pid in [pid for pid, end in ends.items() if end <= now]:
            processes.pop(pid, None)
        keep_alive.look(at_most, processes, now)
        lease = schedule.lease_seconds()
        sample.wish = keep_alive.longest(now, lease)
        reason = schedule.reason_to_write(sample)
        if reason:
            writes.append([now, reason, sample.wish.word(now, lease) if sample.wish else None])
            tries += 1
            if tries in story["failing"]:
                schedule.failed(now)
            else:
                schedule.succeeded(sample)
                told = [one for one in story["instructions"] if one["at"] <= now]
                if told:
                    schedule.follow(Instructions(json.dumps(told[-1]["says"])))
        now = max(schedule.next_look(sample), now + 0.02)
    return writes


def look(story: dict[str, Any], now: float) -> Sample:
    sample = Sample(now)
    sample.connections = 0
    for name, source in story["sources"].items():
        shown = [work for work in source["work"] if work["from"] <= now]
        busy = any(now <= work["to"] for work in shown)
        active_at = now if busy else max([0.0, *(work["to"] for work in shown)])
        blind = any(begin <= now < end for begin, end in source["blind"])
        sample.idle[name] = None if blind else int(now - active_at)
        sample.active_at[name] = active_at
        hung = [work["from"] for work in shown if now <= work["to"] and work["hangs"]]
        if hung:
            sample.busy[name] = {"what": "job", "for": 1, "still": int(now - max(hung))}
    return sample


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(play(json.loads(line))))
