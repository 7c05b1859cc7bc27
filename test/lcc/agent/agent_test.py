"""The agent: what it makes of what its sources find."""

from __future__ import annotations

import json
import unittest
from unittest import mock

from agent import Agent
from app_metadata import App
from clock import ClockReading, read_clock
from errors import Unreadable
from heartbeat import VERSION, compose_heartbeat
from sources.base import SourceContext
from sources.kernels import Kernels
from sources.terminals import Terminals
from stand_ins import METADATA, StubServer, at, kernel, process


class HeartbeatTest(unittest.TestCase):
    def test_the_heartbeat_is_what_the_contract_says(self) -> None:
        found = Agent(App(METADATA))
        context = SourceContext(StubServer(kernels=[kernel("busy", connections=2)]))
        context.processes = {1: process(1)}
        start = read_clock()
        found.first_start, found.sources = start.boot, [Kernels(start, context), Terminals(start, context)]
        later = ClockReading(start.boot + 90.9, start.wall + 90.9)
        with mock.patch.object(context, "refresh_processes"):
            heartbeat = json.loads(compose_heartbeat(found.look(later), found.first_start, found.schedule))
        busy = {"kernels": {"what": "kernel k1 (python3)", "for": 0}}
        idle = {"kernels": 0, "terminals": 90}
        times = {"up": 90, "sampleEvery": 60, "renewIn": 1155}
        self.assertEqual(heartbeat, {"v": 1, "agent": VERSION, **times, "idle": idle, "busy": busy, "connections": 2})

    def test_a_source_that_breaks_is_unknown_and_the_others_are_still_reported(self) -> None:
        found = Agent(App(METADATA))
        context = SourceContext(StubServer(kernels=ZeroDivisionError()))
        context.processes = {1: process(1)}
        found.sources = [Kernels(at(0), context), Terminals(at(0), context)]
        with mock.patch.object(context, "refresh_processes"):
            sample = found.look(at(60))
        self.assertEqual((sample.idle, sample.connections, sample.busy), ({"kernels": None, "terminals": 60}, None, {}))

    def test_a_source_counts_from_its_first_answer_but_never_again_from_a_later_one(self) -> None:
        found = Agent(App(METADATA))
        server = StubServer(kernels=Unreadable("not up yet"))
        found.sources = [Kernels(at(0), SourceContext(server))]
        idle = []
        with mock.patch.object(SourceContext, "refresh_processes"):
            for seconds, answer in ((0, None), (40, None), (50, []), (90, None), (100, [])):
                server.answers["kernels"] = Unreadable("down") if answer is None else answer
                idle.append(found.look(at(seconds)).idle["kernels"])
        self.assertEqual(idle, [None, None, 10, None, 60])

    def test_without_processes_to_see_terminals_and_cpu_are_unknown(self) -> None:
        found = Agent(App(METADATA))
        with mock.patch.object(SourceContext, "refresh_processes", side_effect=FileNotFoundError("/proc")):
            idle = found.look(at(60)).idle
        self.assertEqual((idle["terminals"], idle["cpu"]), (None, None))
