"""The user's wish: how it is taken, clamped, said and ended."""

from __future__ import annotations

import json
import os
import tempfile
import unittest
from pathlib import Path
from typing import Any

from keep_alive import KeepAlive, take_request
from stand_ins import process

DAY = 86_400


def word_of(keep_alive: KeepAlive, boot: float) -> dict[str, Any] | None:
    """What the heartbeat says then."""
    wish = keep_alive.longest(boot, 1155)
    return wish.word(boot, 1155) if wish else None


class KeepAliveTest(unittest.TestCase):
    def setUp(self) -> None:
        self.keep_alive = KeepAlive()

    def word(self, boot: float) -> dict[str, Any] | None:
        return word_of(self.keep_alive, boot)

    def test_a_wish_counts_down_and_ends(self) -> None:
        self.keep_alive.ask({"for": 3600}, DAY, 100)
        self.assertEqual(self.word(110), {"for": 3590, "since": 10})
        self.keep_alive.look(DAY, {}, 3699)
        self.assertEqual(self.word(3699), {"for": 1, "since": 3599})
        self.keep_alive.look(DAY, {}, 3700)
        self.assertIsNone(self.word(3700))

    def test_a_wish_lasts_as_long_as_was_asked_for_whatever_an_instant_is_rounded_to(self) -> None:
        for hundredths in range(70_000, 70_100):
            self.keep_alive.ask({"for": 3600}, DAY, hundredths / 100)
            self.assertEqual(self.word(hundredths / 100), {"for": 3600, "since": 0})

    def test_what_is_longer_than_the_policy_allows_is_clamped_also_when_it_allows_less_later(self) -> None:
        self.keep_alive.ask({"for": 7 * DAY}, DAY, 0)
        self.assertEqual(self.word(0), {"for": DAY, "since": 0})
        self.keep_alive.look(3600, {}, 60)
        self.assertEqual(self.word(60), {"for": 3540, "since": 60})
        self.keep_alive.look(0, {}, 61)
        self.assertIsNone(self.word(61))

    def test_a_later_wish_replaces_the_former_and_none_withdraws_it(self) -> None:
        self.keep_alive.ask({"for": 3600}, DAY, 0)
        self.keep_alive.ask({"for": 60}, DAY, 10)
        self.assertEqual(self.word(10), {"for": 60, "since": 0})
        self.keep_alive.ask({"for": 0}, DAY, 20)
        self.assertIsNone(self.word(20))

    def test_a_program_keeps_the_app_for_as_long_as_it_runs_and_the_policy_allows(self) -> None:
        make = process(7, create_time=900.0)
        self.keep_alive.ask({"pid": 7, "started": 900.0, "what": "make all"}, DAY, 1000)
        for boot, processes, left in (
            (1060, {7: make}, 2310),
            (1000 + DAY - 60, {7: make}, 60),
            (1060, {}, 2310),  # nothing can be seen
        ):
            self.keep_alive.look(DAY, processes, boot)
            self.assertEqual(self.word(boot), {"for": left, "since": boot - 1000, "while": "make all"})

    def test_a_program_that_has_ended_keeps_nothing_nor_does_another_under_its_number(self) -> None:
        for processes in (
            {1: process(1)},
            {7: process(7, create_time=950.0)},
            {7: process(7, create_time=900.0, status="Z")},
        ):
            self.keep_alive.ask({"pid": 7, "started": 900.0, "what": "make all"}, DAY, 1000)
            self.keep_alive.look(DAY, processes, 1010)
            self.assertIsNone(self.word(1010))

    def test_a_program_ends_no_wish_for_a_time_and_the_one_that_lasts_longest_is_told(self) -> None:
        make, train = process(7, create_time=900.0), process(8, create_time=900.0)
        self.keep_alive.ask({"for": 7200}, DAY, 1000)
        for pid, what in ((7, "make all"), (8, "train")):
            self.keep_alive.ask({"pid": pid, "started": 900.0, "what": what}, DAY, 1000 + pid)
        for boot, processes, word in (
            (2000, {7: make, 8: train}, {"for": 6200, "since": 1000}),
            (7000, {7: make, 8: train}, {"for": 2310, "since": 5992, "while": "train"}),
            (7010, {7: make, 1: process(1)}, {"for": 2310, "since": 6003, "while": "make all"}),
            (7020, {1: process(1)}, {"for": 1180, "since": 6020}),
        ):
            self.keep_alive.look(DAY, processes, boot)
            self.assertEqual(self.word(boot), word)
        self.keep_alive.ask({"for": 0}, DAY, 7030)
        self.assertIsNone(self.word(7030))

    def test_many_programs_are_not_all_remembered(self) -> None:
        for pid in range(1, 100):
            self.keep_alive.ask({"pid": pid, "started": 900.0, "what": "x" * 999}, DAY, 1000)
        self.assertLessEqual(len(json.dumps(self.keep_alive.to_memory())), 4096)

    def test_a_hostile_request_is_refused_and_changes_nothing(self) -> None:
        self.keep_alive.ask({"for": 60}, DAY, 0)
        requests: list[dict[str, Any]] = [
            {},
            *({"for": value} for value in (-1, 1.5, "60", None, True, 10**12)),
            {"pid": "7", "started": 1, "what": ""},
            {"pid": 7, "started": "x", "what": ""},
            {"pid": 7, "started": 1, "what": ["x"]},
        ]
        for request in requests:
            with self.assertRaises(ValueError, msg=str(request)):
                self.keep_alive.ask(request, DAY, 0)
        self.assertEqual(self.word(0), {"for": 60, "since": 0})

    def test_the_name_of_a_program_is_bounded_and_can_be_sent(self) -> None:
        self.keep_alive.ask({"pid": 7, "started": 1, "what": "a\x1b{{" + "x" * 999}, DAY, 0)
        word = self.word(0) or {}
        self.assertEqual((word["while"][:5], len(word["while"])), ("a???x", 200))

    def test_a_restarted_agent_still_knows_the_wish(self) -> None:
        self.keep_alive.ask({"for": 3600}, DAY, 0)
        after = KeepAlive()
        after.restore(json.loads(json.dumps(self.keep_alive.to_memory())), 60)
        self.assertEqual(word_of(after, 60), {"for": 3540, "since": 60})
        for broken in ({"made_at": 100}, {"seconds": 1e12}, {"odd": 1}):
            with self.assertRaises((ValueError, TypeError)):
                KeepAlive().restore([{**self.keep_alive.to_memory()[0], **broken}], 60)


class TakeRequestTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "request"

    def test_a_request_is_taken_once(self) -> None:
        self.file.write_text('{"for": 60}')
        self.assertEqual([take_request(str(self.file)) for _ in range(2)], [{"for": 60}, None])

    def test_what_is_no_request_is_taken_away_all_the_same(self) -> None:
        for text in ("", "[]", "{", "[" * 9000, "\x00", "7"):
            self.file.write_text(text)
            with self.assertRaises((ValueError, RecursionError), msg=text[:9]):
                take_request(str(self.file))
            self.assertFalse(self.file.exists())

    def test_a_link_a_pipe_or_a_folder_is_never_read(self) -> None:
        os.mkfifo(self.file)
        with self.assertRaises(ValueError):
            take_request(str(self.file))
        other = self.file.parent / "other"
        other.write_text('{"for": 60}')
        self.file.symlink_to(other)
        with self.assertRaises(ValueError):
            take_request(str(self.file))
        self.assertTrue(other.exists())
        self.file.mkdir()
        self.assertIsNone(take_request(str(self.file)))
