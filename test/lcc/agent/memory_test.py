"""Memory: what outlives the agent, and what is not believed."""

from __future__ import annotations

import json
import math
import os
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

import settings
from agent import Agent
from app_metadata import App
from clock import read_clock
from memory import SavedMemory
from sources.base import SourceContext
from sources.kernels import Kernels
from stand_ins import METADATA, StubServer, at, kernel, process


class MemoryTest(unittest.TestCase):
    def setUp(self) -> None:
        self.app = App(METADATA)
        Path(settings.STATE_FILE).unlink(missing_ok=True)
        Path(settings.LOG_FILE).unlink(missing_ok=True)

    def kernels(self) -> Kernels:
        return Kernels(at(0), SourceContext(StubServer(kernels=[kernel("busy", 10)])))

    def test_a_restart_keeps_what_was_known(self) -> None:
        before, state = self.kernels(), SavedMemory(self.app)
        before.look(at(60))
        state.save([before], 1000, math.inf)
        after = Kernels(at(300), SourceContext(StubServer(kernels=[kernel("busy", 10)])))
        self.assertEqual(SavedMemory(self.app).restore([after], at(300)), 1000)
        self.assertEqual(after.active_at, before.active_at)
        after.look(at(320))
        assert after.busy is not None
        self.assertEqual(after.busy["for"], 260)

    def test_for_how_long_work_used_no_cpu_time_is_known_over_a_restart(self) -> None:
        def look(source: Kernels, seconds: float, ticks: int) -> int:
            source.context.processes = {5: process(5, cmdline=["python", "-f", "kernel-k1.json"], cpu_ticks=ticks)}
            source.look(at(seconds))
            assert source.busy is not None
            return int(source.busy["still"])

        before, state = self.kernels(), SavedMemory(self.app)
        self.assertEqual([look(before, seconds, 7) for seconds in (60, 7260)], [0, 7200])
        state.save([before], 1000, math.inf)
        for ticks, still in ((7, 7500), (8, 0)):
            after = self.kernels()
            SavedMemory(self.app).restore([after], at(7500))
            self.assertEqual(look(after, 7560, ticks), still)

    def test_typing_right_before_a_restart_is_remembered_though_it_counts_as_up_to_eight_seconds_later(self) -> None:
        before, state = self.kernels(), SavedMemory(self.app)
        before.active_at = at(68).boot
        state.save([before], 1000, math.inf)
        after = self.kernels()
        SavedMemory(self.app).restore([after], at(60))
        self.assertEqual(after.active_at, before.active_at)

    def test_memory_is_written_once_a_minute_at_most_and_only_on_news(self) -> None:
        source, state = self.kernels(), SavedMemory(self.app)
        state.save([source], 1000, 2000)
        written = os.stat(settings.STATE_FILE).st_mtime_ns
        source.active_at += 5
        state.save([source], 1000, 2059)
        self.assertEqual(os.stat(settings.STATE_FILE).st_mtime_ns, written)
        state.save([source], 1000, 2060)
        self.assertNotEqual(os.stat(settings.STATE_FILE).st_mtime_ns, written)

    def test_a_memory_that_cannot_be_trusted_is_not_used_and_said_so(self) -> None:
        source, state = self.kernels(), SavedMemory(self.app)
        source.look(at(60))
        state.save([source], 1000, math.inf)
        good = json.loads(Path(settings.STATE_FILE).read_text())
        kernels = good["sources"]["kernels"]
        broken: list[Any] = [
            {**good, "owner": ["d-1/space/other/JupyterLab/default"]},
            {**good, "first_start": "x"},
            {**good, "sources": {"kernels": {**kernels, "active_at": 1e300}}},
            {**good, "sources": {"kernels": {**kernels, "active_at": float("nan")}}},
            {**good, "sources": {"kernels": {**kernels, "records": {"k1": {}}}}},
            {**good, "sources": {"kernels": {**kernels, "records": {"k1": 7}}}},
            {**good, "sources": {"kernels": {**kernels, "still": [["k1", "x", 1000.0]]}}},
            {**good, "sources": {"kernels": {**kernels, "still": [[["k1", 900], 7, 1e300]]}}},
            {**good, "sources": {"kernels": {**kernels, "last_look": {"boot": None, "wall": 1}}}},
            {**good, "sources": None},
            *({}, [], None, 7),
        ]
        texts = ["", "{", "\x00" * 100, "[" * 100_000, *map(json.dumps, broken)]
        for text in texts:
            Path(settings.STATE_FILE).write_text(text)
            Path(settings.LOG_FILE).write_text("")
            found = Agent(self.app)
            self.assertAlmostEqual(found.first_start, read_clock().boot, delta=5, msg=text[:80])
            self.assertAlmostEqual(found.sources[0].active_at, read_clock().boot, delta=5, msg=text[:80])
            self.assertIn("memory is lost", Path(settings.LOG_FILE).read_text(), text[:80])

    def test_what_another_version_of_the_agent_knew_is_not_used_and_said_so(self) -> None:
        hashes, now = ("aaaa", "bbbb", "aaaa"), read_clock()
        long_ago = now.boot / 2  # the machine may have been started right now
        with mock.patch.object(settings, "AGENT_SHA256", hashes[0]):
            SavedMemory(self.app).save([Kernels(now, SourceContext(StubServer()))], long_ago, math.inf)
        first_starts = []
        for sha256 in hashes:
            with mock.patch.object(settings, "AGENT_SHA256", sha256):
                first_starts.append(Agent(self.app).first_start)
        self.assertEqual((first_starts[0], first_starts[2]), (long_ago, long_ago))
        self.assertAlmostEqual(first_starts[1], read_clock().boot, delta=5)
        lines = Path(settings.LOG_FILE).read_text().splitlines()
        self.assertEqual(len(lines), 1)
        self.assertRegex(lines[0], "memory is lost, idle times start now: .*another version of the agent wrote it")

    def test_a_folder_that_cannot_be_written_is_said_once(self) -> None:
        state = SavedMemory(self.app)
        with mock.patch.object(settings, "STATE_FILE", "/proc/no/such/state"):
            state.save([self.kernels()], 1000, 2000)
            state.save([Kernels(at(9), SourceContext(StubServer()))], 1000, 3000)
        self.assertEqual(Path(settings.LOG_FILE).read_text().count("memory cannot be kept"), 1)
