"""Notices as they are parsed: bounded, and nothing but text."""

from __future__ import annotations

import json
import unittest
from typing import Any

from notice import Notice

GOOD: dict[str, Any] = {
    "v": 1,
    "id": "3f2a9c",
    "kind": "warned",
    "why": "idle for 52 min",
    "writtenAt": 1_795_660_000,
    "stopAt": 1_795_660_600,
    "keepFor": [3600, 28_800],
    "keepAtMost": 86_400,
    "ways": ["jupyterlab", "terminal", "file"],
}


def a_notice(**changes: Any) -> Notice:
    return Notice(json.dumps({**GOOD, **changes}))


class NoticeTest(unittest.TestCase):
    def test_a_notice_says_why_when_and_for_how_long_the_app_may_be_kept(self) -> None:
        notice = a_notice()
        said = notice.kind, notice.why, notice.stop_in, notice.keep_for, notice.keep_at_most
        self.assertEqual(said, ("warned", "idle for 52 min", 600, [3600, 28_800], 86_400))

    def test_what_is_no_notice_of_this_version_is_refused(self) -> None:
        wrong: list[dict[str, Any]] = [
            *({"v": value} for value in (2, None, "1")),
            *({"id": value} for value in ("", "A", "x" * 17, "../x", "a\n", None)),
            *({"kind": value} for value in ("kept", None)),
            *({"stopAt": value} for value in (-1, 1e9, None, "soon", True, 10**30)),
            *({"writtenAt": value} for value in (-1, None)),
            *({"keepAtMost": value} for value in (-1, 1e400, "1", 10**12)),
            {"keepFor": 3600},
            {"ways": 7},
            {"sources": 7},
        ]
        texts = ["", "{", "[]", "null", "7", "{}", "[" * 4000, *(json.dumps({**GOOD, **one}) for one in wrong)]
        for text in texts:
            with self.assertRaises(ValueError, msg=text[:80]):
                Notice(text)

    def test_its_text_is_one_bounded_line_without_control_characters(self) -> None:
        for hostile, plain in (
            ("\x1b]0;owned\x07\x1b[2J", "]0;owned [2J"),
            ("a\r\nrm -rf ~\r\n", "a rm -rf ~"),
            ("\x9b31mred\x85", "31mred"),
            ("evil\u202etxt.exe\u2028\u200b", "evil txt.exe"),
            ("half\ud800", "half"),
            ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
        ):
            self.assertEqual(a_notice(why=hostile).why, plain)
        self.assertEqual(len(a_notice(why="x" * 100_000).why), 200)
        self.assertEqual(a_notice(why=["a", 1]).why, "['a', 1]")

    def test_only_durations_that_the_policy_allows_get_a_button_and_four_at_most(self) -> None:
        odd = [0, -1, 1.5, "1", True, 86_401, 60, 120, 180, 240, 300]
        self.assertEqual(a_notice(keepFor=odd).keep_for, [60, 120, 180, 240])
        self.assertEqual(a_notice(keepAtMost=0).keep_for, [])

    def test_a_stop_before_the_notice_was_written_is_due_now_and_a_far_one_is_bounded(self) -> None:
        self.assertEqual(a_notice(stopAt=1).stop_in, 0)
        self.assertEqual(a_notice(writtenAt=0).stop_in, 366 * 86_400)

    def test_ways_that_it_does_not_know_are_none(self) -> None:
        self.assertEqual(a_notice(ways=["file", "carrier-pigeon", 7]).ways, ["file"])
