"""When to look and when to write."""

from __future__ import annotations

import json
import unittest

from heartbeat import Sample
from instructions import Instructions
from write_schedule import WriteSchedule


class WriteScheduleTest(unittest.TestCase):
    def setUp(self) -> None:
        self.jitter = 0.0
        self.schedule = WriteSchedule(lambda: self.jitter)

    def sample(self, now: float, **idle: float | None) -> Sample:
        sample = Sample(now)
        sample.idle = {name: None if seconds is None else int(seconds) for name, seconds in idle.items()}
        sample.active_at = {name: now - (seconds or 0) for name, seconds in idle.items()}
        return sample

    def follow(self, sample: int = 60, cadence: int = 900, timeouts: list[int] | None = None) -> None:
        told = {"v": 1, "sampleSeconds": sample, "cadenceSeconds": cadence, "timeouts": timeouts or [3600]}
        self.schedule.follow(Instructions(json.dumps(told)))

    def said(self, now: float, **idle: float | None) -> None:
        self.schedule.succeeded(self.sample(now, **idle))

    def test_work_that_may_be_taken_for_hung_is_heard_of_and_so_is_its_next_sign_of_life(self) -> None:
        def busy(now: float, still: int) -> Sample:
            sample = self.sample(now, terminals=0)
            sample.busy = {"terminals": {"what": "cat", "for": 9, "still": still}}
            return sample

        self.schedule.follow(Instructions('{"cadenceSeconds": 9000, "hungAfter": [600, 7200]}'))
        self.schedule.succeeded(busy(1000, 500))
        self.assertIsNone(self.schedule.reason_to_write(busy(1060, 560)))
        self.assertIsNone(self.schedule.reason_to_write(busy(1060, 5)))
        self.assertEqual(self.schedule.reason_to_write(busy(1120, 620)), "crossed")
        self.schedule.succeeded(busy(1120, 620))
        self.assertIsNone(self.schedule.reason_to_write(busy(1180, 680)))
        self.assertEqual(self.schedule.reason_to_write(busy(1180, 30)), "resumed")
        self.assertEqual(self.schedule.reason_to_write(self.sample(1180, terminals=0)), "resumed")
        self.assertEqual(self.schedule.reason_to_write(self.sample(1180, terminals=None)), "resumed")

    def test_it_writes_at_its_start(self) -> None:
        self.assertEqual(self.schedule.reason_to_write(self.sample(0, kernels=None)), "due")

    def test_until_instructions_are_there_the_first_words_come_close_to_each_other(self) -> None:
        gaps, now = [], 0.0
        for _ in range(9):
            self.said(now, kernels=now)
            gaps.append(self.schedule.due_at - now)
            now = self.schedule.due_at
        self.assertEqual(gaps, [15, 30, 60, 120, 240, 480, 900, 900, 900])
        self.assertEqual(self.schedule.lease_seconds(), 1155)

    def test_it_writes_at_the_end_of_each_cadence_with_jitter(self) -> None:
        for jitter, due in ((0.0, 900), (1.0, 990)):
            self.setUp()
            self.jitter = jitter
            self.follow()
            self.said(0, kernels=0)
            self.assertEqual(self.schedule.due_at, due)
            self.assertIsNone(self.schedule.reason_to_write(self.sample(due - 1, kernels=due - 1)))
            self.assertEqual(self.schedule.reason_to_write(self.sample(due, kernels=due)), "due")

    def test_someone_always_at_work_costs_one_write_a_cadence(self) -> None:
        self.follow()
        self.said(0, kernels=30)
        for now in range(10, 900, 10):
            self.assertIsNone(self.schedule.reason_to_write(self.sample(now, kernels=now % 60)))

    def test_activity_after_an_idle_word_is_heard_at_once(self) -> None:
        self.follow()
        self.said(0, kernels=3000, terminals=5000)
        self.assertIsNone(self.schedule.reason_to_write(self.sample(10, kernels=3010, terminals=5010)))
        self.assertEqual(self.schedule.reason_to_write(self.sample(20, kernels=5, terminals=5020)), "resumed")
        self.assertEqual(self.schedule.reason_to_write(self.sample(20, kernels=3020, terminals=0)), "resumed")

    def test_a_tab_that_opens_a_kernel_after_an_idle_word_is_heard_at_once(self) -> None:
        self.follow()
        said, opened = self.sample(0, kernels=500), self.sample(60, kernels=560)
        said.connections, opened.connections = 0, 1
        self.schedule.succeeded(said)
        self.assertEqual(self.schedule.reason_to_write(opened), "connected")
        self.schedule.succeeded(opened)
        self.assertIsNone(self.schedule.reason_to_write(opened))

    def test_a_server_that_cannot_be_read_is_looked_at_soon_again(self) -> None:
        self.follow()
        self.said(0, kernels=None)
        self.assertEqual(self.schedule.next_look(self.sample(0, kernels=None)), 10)

    def test_a_source_that_appears_with_activity_is_heard_at_once(self) -> None:
        self.follow()
        first = self.sample(0, kernels=3000)
        first.active_at["terminals"] = -4000
        self.schedule.succeeded(first)
        self.assertEqual(self.schedule.reason_to_write(self.sample(10, kernels=3010, terminals=2)), "resumed")

    def test_each_crossing_of_a_timeout_is_heard_once_and_at_once(self) -> None:
        self.follow(timeouts=[900, 3600])
        self.said(0, kernels=880)
        self.assertEqual(self.schedule.next_look(self.sample(0, kernels=880)), 10)
        self.assertEqual(self.schedule.next_look(self.sample(15, kernels=895)), 20)
        self.assertIsNone(self.schedule.reason_to_write(self.sample(19.9, kernels=899.9)))
        self.assertEqual(self.schedule.reason_to_write(self.sample(20, kernels=900)), "crossed")
        self.said(20, kernels=900)
        self.assertIsNone(self.schedule.reason_to_write(self.sample(30, kernels=910)))

    def test_a_source_that_cannot_be_read_after_an_idle_word_is_heard_at_once(self) -> None:
        self.follow()
        self.said(0, kernels=3000)
        self.assertEqual(self.schedule.reason_to_write(self.sample(10, kernels=None)), "unreadable")

    def test_a_server_that_comes_and_goes_does_not_cause_a_write_each_time(self) -> None:
        self.follow(cadence=3600)
        writes, idle = 0, 1000
        for now in range(0, 3000, 10):
            sample = self.sample(now, kernels=None if now % 20 else idle + now)
            if self.schedule.reason_to_write(sample):
                writes += 1
                self.schedule.succeeded(sample)
        self.assertLessEqual(writes, 2 + 2 * 3000 / 300)

    def test_it_looks_closely_two_minutes_before_a_timeout_and_past_it(self) -> None:
        self.follow()
        self.schedule.due_at = 1e9
        looks = {idle: self.schedule.next_look(self.sample(0, kernels=idle)) for idle in (0, 3470, 3490, 3700, 90_000)}
        self.assertEqual(looks, {0: 60, 3470: 60, 3490: 10, 3700: 10, 90_000: 10})
        self.assertEqual(self.schedule.next_look(self.sample(0, kernels=0, terminals=90_000)), 60)

    def test_a_throttled_write_backs_off_with_full_jitter_and_recovers(self) -> None:
        self.follow(cadence=60)
        self.jitter = 1.0
        delays = []
        for _ in range(9):
            self.schedule.failed(0)
            delays.append(self.schedule.due_at)
        self.assertEqual(delays, [2, 4, 8, 16, 32, 60, 60, 60, 60])
        self.jitter = 0.25
        self.schedule.failed(0)
        self.assertEqual(self.schedule.due_at, 15)
        self.assertIsNone(
            self.schedule.reason_to_write(self.sample(14, kernels=0)), "not before its turn, whatever happens"
        )
        self.said(20, kernels=0)
        self.assertEqual(self.schedule.failures, 0)

    def test_a_shorter_cadence_holds_at_once_a_longer_one_from_the_word_that_promises_it(self) -> None:
        self.follow(cadence=900)
        self.said(0, kernels=0)
        self.follow(cadence=300)
        self.assertEqual(self.schedule.due_at, 300)
        self.follow(cadence=3600)
        self.assertEqual(self.schedule.due_at, 300)
        self.assertEqual(self.schedule.lease_seconds(), 4530)
