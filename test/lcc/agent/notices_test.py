"""When notices are read, shown and said."""

from __future__ import annotations

import json
import unittest
from typing import Any

from notice_test import GOOD, a_notice
from notices import Notices


def text(**changes: Any) -> str:
    return a_notice(**changes).text


class NoticesTest(unittest.TestCase):
    def setUp(self) -> None:
        self.notices = Notices()

    def shown_id(self) -> str | None:
        shown = self.notices.shown()
        return shown.id if shown else None

    def test_a_warning_is_shown_from_when_it_was_read_until_it_is_gone(self) -> None:
        self.notices.take(text(), 50, 100)
        self.assertEqual(self.notices.word(134), {"id": "3f2a9c", "for": 34})
        self.assertEqual(self.notices.seconds_left(134), 566)
        self.notices.take(text(), 50, 160)
        self.assertEqual(self.notices.word(160), {"id": "3f2a9c", "for": 60})
        self.notices.take(None, 50, 170)
        self.assertIsNone(self.notices.word(170))

    def test_a_warning_begins_with_all_of_its_time_whatever_an_instant_is_rounded_to(self) -> None:
        for hundredths in range(70_000, 70_100):
            self.notices.take(text(id=str(hundredths)), 50, hundredths / 100)
            self.assertEqual(self.notices.seconds_left(hundredths / 100), 600)

    def test_whatever_the_user_does_ends_the_warning_at_once(self) -> None:
        self.notices.take(text(), 50, 100)
        self.notices.look(100, 130)
        self.assertEqual(self.shown_id(), "3f2a9c")
        self.notices.look(131, 131)
        self.assertEqual((self.shown_id(), self.notices.word(131)), (None, None))
        self.notices.take(text(), 131, 132)
        self.assertIsNone(self.shown_id())

    def test_a_warning_that_the_sweep_holds_on_to_is_shown_again(self) -> None:
        self.notices.take(text(), 50, 100)
        self.notices.look(131, 131)
        self.notices.take(text(), 131, 280)
        self.assertIsNone(self.shown_id())
        self.notices.take(text(), 131, 281)
        self.assertEqual(self.notices.word(290), {"id": "3f2a9c", "for": 9})

    def test_another_warning_is_shown_whatever_came_of_the_last(self) -> None:
        self.notices.take(text(), 50, 100)
        self.notices.look(131, 131)
        self.notices.take(text(id="b"), 131, 900)
        self.assertEqual(self.notices.word(900), {"id": "b", "for": 0})

    def test_the_first_read_of_a_start_tells_of_a_former_stop_for_an_hour(self) -> None:
        stopped = text(id="s", kind="stopped")
        self.notices.take(stopped, 0, 10)
        self.notices.take(None, 0, 60)
        self.notices.take(stopped, 0, 90)
        self.notices.look(1000, 3610)
        self.assertEqual(self.notices.word(3610), {"id": "s", "for": 3600})
        self.notices.look(1000, 3611)
        self.assertIsNone(self.shown_id())
        self.notices.take(stopped, 0, 3700)
        self.assertIsNone(self.shown_id())

    def test_that_the_app_is_being_stopped_itself_is_no_news_of_a_former_stop(self) -> None:
        self.notices.take(None, 0, 10)
        self.notices.take(text(), 0, 100)
        self.notices.take(text(id="s", kind="stopped"), 0, 900)
        self.assertIsNone(self.shown_id())

    def test_what_is_no_notice_changes_nothing(self) -> None:
        self.notices.take(text(), 50, 100)
        with self.assertRaises(ValueError):
            self.notices.take("<html>", 50, 110)
        self.assertEqual(self.shown_id(), "3f2a9c")

    def test_after_a_crossing_it_reads_in_a_minute_and_then_every_two_five_times_at_most(self) -> None:
        self.notices.plan_reads(0)
        reads = [boot for boot in range(0, 3600, 10) if self.notices.is_read_due(boot)]
        self.assertEqual(reads, [60, 180, 300, 420, 540])
        self.notices.plan_reads(0)
        self.notices.cancel_reads()
        self.assertFalse(any(self.notices.is_read_due(boot) for boot in range(0, 3600, 10)))

    def test_a_restarted_agent_goes_on_with_the_notice_that_it_had(self) -> None:
        self.notices.take(text(), 50, 100)
        after = Notices()
        after.restore(json.loads(json.dumps(self.notices.to_memory())), 200)
        self.assertEqual(after.word(200), {"id": "3f2a9c", "for": 100})
        self.assertTrue(after.has_read)
        for broken in ({"text": "x"}, {"had_at": 201}, {"had_at": "a"}):
            with self.assertRaises((ValueError, TypeError)):
                Notices().restore({**self.notices.to_memory(), **broken}, 200)

    def test_the_contract_s_own_example_is_a_notice(self) -> None:
        self.notices.take(json.dumps(GOOD, separators=(",", ":")), 0, 0)
        self.assertEqual(self.shown_id(), "3f2a9c")
