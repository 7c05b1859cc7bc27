"""What a warning costs an agent, in calls of Parameter Store, by its own schedule; the table in docs/notices.md."""

from __future__ import annotations

import json
import re
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

import dialogue
from agent import Agent
from app_metadata import App
from heartbeat import Sample
from stand_ins import METADATA

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "notices.md"
TIMEOUT, WARNING = 3600, 600  # the policy as it is shipped
SWEEP_EVERY = 60


class Account:
    """Parameter Store and the sweeps, as one idle agent's calls find them."""

    def __init__(self, warn_before: int) -> None:
        self.warn_before = warn_before
        timeouts = sorted({TIMEOUT - warn_before, TIMEOUT})
        self.instructions = json.dumps({"timeouts": timeouts, "idleTimes": [TIMEOUT], "warnBefore": warn_before})
        self.heartbeat: dict[str, Any] = {"idle": 0}
        self.notice: str | None = None
        self.calls: list[str] = []
        self.now = 0.0

    def publish(self, heartbeat: dict[str, str] | None, parameters: dict[str, str], _region: str) -> dict[str, str]:
        self.calls += ["write", "read"] if heartbeat else ["read"]
        if heartbeat:
            said = json.loads(heartbeat["Value"])
            self.heartbeat = {"idle": min(said["idle"].values()), "shown": said.get("notice"), "at": self.now}
        outcome = {"code": ""}
        if self.notice and "notice" in parameters:
            outcome["notice"] = self.notice
        return {**outcome, "instructions": self.instructions} if "instructions" in parameters else outcome

    def sweep_stops(self) -> bool:
        """Sweep once: warn where that is due, and answer whether the app is stopped."""
        idle, shown = self.heartbeat["idle"], self.heartbeat.get("shown")
        if self.warn_before and idle >= TIMEOUT - self.warn_before and not self.notice:
            times = {"writtenAt": int(self.now), "stopAt": int(self.now) + self.warn_before}
            self.notice = json.dumps({"v": 1, "id": "one", "kind": "warned", "why": "idle", **times})
        shown_for = shown["for"] + self.now - self.heartbeat["at"] if shown else 0
        return idle >= TIMEOUT and shown_for >= self.warn_before


def calls_of_a_stop(warn_before: int) -> dict[str, int]:
    """All calls of the agent of an app that nobody uses, from its start to its stop."""
    account = Account(warn_before)
    agent = Agent(App(METADATA))
    agent.dialogue.displays, agent.dialogue.has_page = [], False
    agent.schedule.random = lambda: 0.5
    next_sweep = SWEEP_EVERY
    with mock.patch("agent.publish", account.publish), mock.patch("agent.compose_heartbeat", compose):
        for _ in range(10_000):
            sample = Sample(account.now)
            sample.idle = dict.fromkeys(("kernels", "terminals", "cpu"), int(account.now))
            sample.active_at = dict.fromkeys(sample.idle, 0.0)
            agent.listen(sample)
            agent.speak(sample)
            look = account.now + 1 if agent.dialogue.has_news(sample) else agent.schedule.next_look(sample)
            agent.dialogue.show(sample, look)
            while next_sweep <= look:
                account.now = next_sweep
                if account.sweep_stops():
                    return {"writes": account.calls.count("write"), "reads": account.calls.count("read")}
                next_sweep += SWEEP_EVERY
            account.now = look
    raise AssertionError("it is never stopped")


def compose(sample: Sample, _first_start: float, _schedule: object) -> str:
    return json.dumps({"idle": sample.idle, "notice": sample.notice})


class NoticeCostTest(unittest.TestCase):
    def test_what_a_warning_costs_an_agent_is_what_the_document_says(self) -> None:
        rows = re.findall(r"^\| its agent: (\S+).*?\| (\d+) \| (\d+) \|$", DOCUMENT.read_text(), re.MULTILINE)
        said = {call: (int(without), int(with_one)) for call, without, with_one in rows}
        for column, warn_before in enumerate((0, WARNING)):
            Path(dialogue.MEMORY_FILE).unlink(missing_ok=True)
            calls = calls_of_a_stop(warn_before)
            self.assertEqual({call: numbers[column] for call, numbers in said.items()}, calls)
        Path(dialogue.MEMORY_FILE).unlink()
