"""The agent's sleep, which its user can end."""

from __future__ import annotations

import tempfile
import threading
import time
import unittest
from pathlib import Path

from doorbell import Doorbell, ring

LONG = 60


class DoorbellTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = str(Path(folder.name) / "doorbell")

    def test_a_ring_ends_the_sleep(self) -> None:
        doorbell = Doorbell(self.path)
        sleeper = threading.Thread(target=doorbell.sleep, args=[LONG])
        began = time.monotonic()
        sleeper.start()
        self.assertTrue(ring(self.path))
        sleeper.join(LONG)
        self.assertLess(time.monotonic() - began, LONG / 2)

    def test_a_ring_while_nobody_sleeps_counts_for_the_next_sleep_and_once(self) -> None:
        doorbell = Doorbell(self.path)
        for _ in range(100_000):
            ring(self.path)
        for _ in range(17):
            doorbell.sleep(1.001)  # a full pipe is empty after sixteen
        began = time.monotonic()
        doorbell.sleep(1.2)
        self.assertGreaterEqual(time.monotonic() - began, 1.19)

    def test_without_an_agent_nobody_hears_it(self) -> None:
        self.assertFalse(ring(self.path))
        Path(self.path).write_text("no pipe")
        doorbell = Doorbell(self.path)
        self.assertTrue(ring(self.path))
        del doorbell

    def test_where_no_pipe_can_be_made_it_sleeps_all_the_same(self) -> None:
        Doorbell("/proc/no/such/folder").sleep(0.01)
