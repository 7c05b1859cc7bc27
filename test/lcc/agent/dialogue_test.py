"""What the agent and the user say to each other."""

from __future__ import annotations

import json
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

import dialogue
import settings
from agent import Agent
from app_metadata import App
from heartbeat import Sample
from instructions import Instructions
from notice_test import GOOD, a_notice
from stand_ins import METADATA

READ = {"code": "", "notice": a_notice().text, "instructions": "{}"}


class DialogueTest(unittest.TestCase):
    def setUp(self) -> None:
        for file in (dialogue.REQUEST_FILE, dialogue.MEMORY_FILE):
            Path(file).unlink(missing_ok=True)
        self.agent = self.an_agent()
        self.seen: list[dict[str, Any] | None] = []

    def an_agent(self) -> Agent:
        agent = Agent(App(METADATA))
        agent.dialogue.displays, agent.dialogue.command = [], "keep-alive"
        return agent

    def sample_at(self, boot: float) -> Sample:
        """What a look finds whose user has left at the instant 7000."""
        sample = Sample(boot)
        sample.idle, sample.active_at = {"kernels": int(boot - 7000)}, {"kernels": 7000}
        return sample

    def look(self, boot: float, **outcome: str) -> str | None:
        """One look and what it leads to, where Parameter Store answers this; returns why it wrote a heartbeat."""
        sample = self.sample_at(boot)
        self.agent.dialogue.look(sample, self.agent.schedule)
        reason = self.agent.schedule.reason_to_write(sample)
        with mock.patch("agent.publish", return_value=outcome or {"code": ""}) as publish:
            self.agent.speak(sample)
        self.sample, self.reads = sample, publish.call_count
        self.agent.dialogue.show(sample, boot + 10)
        return reason

    def asks(self, **request: Any) -> None:
        Path(dialogue.REQUEST_FILE).write_text(json.dumps(request))

    def test_a_notice_is_said_to_be_read_by_a_heartbeat_of_its_own_at_the_next_look(self) -> None:
        self.assertEqual(self.look(10_000, **READ), "due")
        self.assertTrue(self.agent.dialogue.has_news(self.sample))
        self.assertEqual(self.look(10_001, **READ), "told")
        self.assertEqual(self.sample.notice, {"id": "3f2a9c", "for": 1})
        self.assertFalse(self.agent.dialogue.has_news(self.sample))
        self.assertIsNone(self.look(10_011))

    def test_only_activity_of_sources_that_count_ends_a_warning(self) -> None:
        for sources, expected in ((["kernels"], "3f2a9c"), (["kernels", "terminals"], None)):
            self.agent = self.an_agent()
            self.agent.dialogue.take_notice(
                {"code": "", "notice": a_notice(sources=sources).text}, self.sample_at(10_000)
            )
            sample = self.sample_at(10_060)
            sample.active_at["terminals"] = 10_060
            self.agent.dialogue.look(sample, self.agent.schedule)
            self.assertEqual((sample.notice or {}).get("id"), expected)

    def test_a_wish_is_heard_at_once_when_it_is_made_changed_withdrawn_and_over(self) -> None:
        self.look(10_000, **READ)
        self.look(10_001, **READ)
        for request, boot, word in (
            ({"for": 3600}, 10_010, {"for": 3600, "since": 0}),
            ({"for": 600}, 10_050, {"for": 600, "since": 0}),
            ({"for": 0}, 10_100, None),
            ({"for": 60}, 10_150, {"for": 60, "since": 0}),
        ):
            self.asks(**request)
            self.assertEqual(self.look(boot, **READ), "asked")
            self.assertEqual(self.sample.keep_alive, word)
            self.assertIsNone(self.look(boot + 1))
        self.assertEqual(self.look(10_210), "asked")
        self.assertIsNone(self.sample.keep_alive)

    def test_a_loop_that_asks_all_the_time_costs_two_writes_a_minute(self) -> None:
        self.look(10_000, **READ)
        self.look(10_001, **READ)
        self.agent.schedule.due_at = 1e9
        reasons = []
        for boot in range(10_002, 10_122):
            self.asks(**{"for": 3600 + boot % 60})
            reasons.append(self.look(boot, **READ))
            self.agent.schedule.due_at = 1e9
        self.assertEqual([reason for reason in reasons if reason], ["asked"] * 4)

    def test_what_goes_wrong_with_the_user_hinders_no_heartbeat(self) -> None:
        broken = mock.patch.object(self.agent.dialogue, "look", side_effect=ZeroDivisionError)
        with broken, mock.patch("agent.Doorbell") as doorbell, mock.patch(
            "agent.publish", return_value=READ
        ) as publish:
            doorbell.return_value.sleep.side_effect = SystemExit
            with self.assertRaises(SystemExit):
                self.agent.live()
        self.assertEqual(publish.call_count, 1)
        self.assertIn("dialogue fails: ZeroDivisionError()", Path(settings.LOG_FILE).read_text())

    def test_a_wish_is_clamped_by_what_the_notice_allows(self) -> None:
        self.look(10_000, **{**READ, "notice": a_notice(keepAtMost=1800).text})
        self.asks(**{"for": 86_400})
        self.look(10_010, **READ)
        self.assertEqual(self.sample.keep_alive, {"for": 1800, "since": 0})

    def test_a_broken_request_is_logged_and_taken_away(self) -> None:
        for text in ("{", "[" * 8000, '{"for": "a"}'):
            Path(dialogue.REQUEST_FILE).write_text(text)
            self.look(10_000, **READ)
            self.assertIsNone(self.sample.keep_alive)
        self.assertIn("a wish to keep the app cannot be read", Path(settings.LOG_FILE).read_text())

    def test_after_a_crossing_the_notice_alone_is_read_where_the_policy_warns(self) -> None:
        for warn_before, reads in ((600, [60, 180, 300, 420, 540]), (0, [])):
            self.agent = self.an_agent()
            self.agent.schedule.follow(Instructions(f'{{"warnBefore": {warn_before}, "timeouts": [3000, 3600]}}'))
            self.look(9990)
            self.assertEqual(self.look(10_000), "crossed")
            found = []
            for after in range(10, 590, 10):
                self.assertIsNone(self.look(10_000 + after))
                found += [after] * self.reads
            self.assertEqual(found, reads)

    def test_what_cannot_be_read_leaves_the_notice_as_it_was(self) -> None:
        self.look(10_000, **READ)
        for outcome in ({"code": "ThrottlingException", "error": ""}, {"code": "", "noticeError": "X"}, {"code": ""}):
            self.agent.dialogue.take_notice(outcome, self.sample)
            shown = self.agent.dialogue.notices.shown()
            self.assertEqual(shown is None, outcome == {"code": ""}, outcome)

    def test_a_restarted_agent_goes_on_with_notice_and_wish_but_only_in_the_same_incarnation(self) -> None:
        self.asks(**{"for": 3600})
        self.look(10_000, **READ)
        for owner, expected in ((self.agent.memory.owner, "3f2a9c"), (["another"], None)):
            after = self.an_agent().dialogue
            after.owner = owner
            after.restore(10_100)
            self.assertEqual((after.notices.word(10_100) or {}).get("id"), expected)
            self.assertEqual(after.keep_alive.wishes == [], expected is None)

    def test_a_display_that_fails_hides_no_other_and_is_logged_once(self) -> None:
        shown: list[Any] = []
        broken = mock.Mock(way="file", update=mock.Mock(side_effect=PermissionError("no")))
        other = mock.Mock(way="terminal", update=lambda notice, text: shown.append((notice and notice.id, text)))
        self.agent.dialogue.displays = [broken, other]
        self.look(10_000, **READ)
        text = "This app will be stopped in 10 min: idle for 52 min. Working in it keeps it; so does: keep-alive 8h"
        self.assertEqual(shown[-1], ("3f2a9c", text))
        self.agent.dialogue.end()
        self.assertEqual(shown[-1], (None, ""))

    def test_an_extension_that_can_be_laid_nowhere_is_logged_once_and_nothing_else_is_missing(self) -> None:
        with mock.patch.object(self.agent.dialogue.page, "look", side_effect=PermissionError("nowhere")):
            for boot in (10_000, 10_001, 10_011):
                self.look(boot, **READ)
        lines = Path(settings.LOG_FILE).read_text().splitlines()
        self.assertEqual(len([line for line in lines if "cannot be laid or told: nowhere" in line]), 1)
        self.assertEqual(json.loads(Path(dialogue.STATUS_FILE).read_text())["notice"]["id"], "3f2a9c")

    def test_the_policy_switches_each_way_off_in_the_notice_or_for_all(self) -> None:
        shown: list[bool] = []
        self.agent.dialogue.displays = [
            mock.Mock(way="file", update=lambda notice, _: shown.append(notice is not None))
        ]
        for ways, of_all in ((["file"], '["file"]'), (["terminal"], '["file"]'), (["file"], "[]")):
            self.agent.dialogue.context.instructions = Instructions(f'{{"ways": {of_all}}}')
            notice = json.dumps({**GOOD, "id": f"n{len(shown)}", "ways": ways})
            self.agent.dialogue.take_notice({"code": "", "notice": notice}, self.sample_at(10_000))
            self.agent.dialogue.show(self.sample_at(10_000), 10_060)
        self.assertEqual(shown, [True, False, False])

    def test_the_extension_is_taken_away_where_no_rule_wants_it_and_comes_back_with_the_first_that_does(self) -> None:
        page = self.agent.dialogue.page = mock.Mock(take_request=lambda: None)
        self.agent.dialogue.has_page = True
        for ways in ('["terminal", "file"]', '["jupyterlab"]'):
            self.agent.dialogue.context.instructions = Instructions(f'{{"ways": {ways}}}')
            self.agent.dialogue.show(self.sample_at(10_000), 10_060)
        self.assertEqual([name for name, _, _ in page.method_calls], ["remove", "look", "tell"])
