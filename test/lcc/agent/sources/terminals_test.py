"""Terminals: typing, output and jobs."""

from __future__ import annotations

import json
import os
import unittest
from typing import Any
from unittest import mock

from instructions import Instructions
from process_kinds import EVENT_LOOP, INPUT, NOTHING, SOMETHING_ELSE
from processes import Process
from sources.base import SourceContext
from sources.terminals import Terminals
from stand_ins import MORNING, WAIT_CHANNELS, StubServer, at, process


class TerminalsTest(unittest.TestCase):
    """Ptys are said by the test: number, {typed, printed} in seconds, at work or not."""

    def setUp(self) -> None:
        self.waits = INPUT
        waits = mock.patch.object(Process, "wait_channel", lambda _: WAIT_CHANNELS[self.waits])
        waits.start()
        self.addCleanup(waits.stop)
        self.context = SourceContext(StubServer())
        self.terminals = Terminals(at(0), self.context)

    def idle_after(self, seconds: float, ptys: dict[int, tuple[float, float, bool]]) -> float:
        stat = os.stat

        def fake_stat(path: str, *rest: Any, **more: Any) -> Any:
            if not str(path).startswith("/dev/pts/"):
                return stat(path, *rest, **more)
            typed, printed, _ = ptys[int(path.rpartition("/")[2])]
            return mock.Mock(st_atime=MORNING + typed, st_mtime=MORNING + printed)

        now = at(seconds)
        self.context.processes = {1: process(1)}
        for number, (_, _, at_work) in ptys.items():
            self.context.processes[number] = process(number, cmdline=["bash"], terminal=number)
            if at_work:
                self.context.processes[100 + number] = process(
                    100 + number, cmdline=["make"], terminal=number, ppid=number, session=number
                )
        with mock.patch.object(os, "stat", fake_stat):
            self.terminals.look(now)
        return now.boot - self.terminals.active_at

    def test_typing_is_activity_up_to_eight_seconds_after_its_timestamp(self) -> None:
        self.idle_after(60, {3: (50, 50, False)})
        self.assertEqual(self.idle_after(120, {3: (100, 100, False)}), 12)
        self.assertEqual(self.idle_after(720, {3: (100, 100, False)}), 612)

    def test_a_shell_that_redraws_for_a_returning_tab_is_nobody_at_work(self) -> None:
        self.idle_after(60, {3: (50, 50, False)})
        self.assertEqual(self.idle_after(3600, {3: (50, 3590, False)}), 3542)

    def test_a_prompt_that_runs_something_at_two_looks_is_a_job_and_one_that_waits_again_is_none(self) -> None:
        for waits in (SOMETHING_ELSE, INPUT, EVENT_LOOP, NOTHING):
            self.setUp()
            idle = []
            for look, self.waits in enumerate((INPUT, waits, waits, INPUT), 1):
                idle.append(self.idle_after(60 * look, {3: (50, 50, False)}))
            self.assertEqual(idle, [2, 62, 0, 60] if waits == SOMETHING_ELSE else [2, 62, 122, 182], waits)

    def test_a_job_is_at_work_however_silent_and_its_last_line_is_remembered(self) -> None:
        self.idle_after(60, {3: (50, 50, True)})
        self.assertEqual(self.idle_after(3600, {3: (50, 50, True)}), 0)
        self.assertEqual(self.idle_after(3660, {3: (50, 3640, False)}), 12)

    def test_a_new_terminal_is_activity_and_a_closed_one_is_remembered(self) -> None:
        self.assertEqual(self.idle_after(600, {3: (590, 590, False)}), 2)
        self.assertEqual(self.idle_after(1200, {}), 602)

    def job(self, *processes: Process) -> str | None:
        self.context.processes = {one.pid: one for one in processes}
        found = self.terminals.find_jobs().get(3)
        return found.command() if found else None

    def under_bash(self, *words: str, status: str = "S") -> str | None:
        return self.job(
            process(5, cmdline=["-bash"], terminal=3),
            process(6, cmdline=[*words], terminal=3, ppid=5, session=5, status=status),
        )

    def test_what_runs_under_a_shell_is_a_job_and_named_by_its_command(self) -> None:
        self.assertEqual(
            self.under_bash("/opt/conda/bin/python", "train.py", "--epochs", "90"), "python train.py --epochs 90"
        )
        self.assertEqual(self.under_bash("sleep", "3600"), "sleep 3600")
        self.assertEqual(self.under_bash("bash", "run.sh"), "bash run.sh")
        self.assertEqual(self.job(process(6, cmdline=["python", "serve.py"], terminal=3)), "python serve.py")

    def test_a_prompt_that_waits_is_no_job(self) -> None:
        for words in (
            ["bash"],
            ["zsh", "-l"],
            ["/usr/bin/python3"],
            ["ipython", "--no-banner"],
            ["R"],
            ["sudo", "-i"],
            ["su", "ada"],
        ):
            self.assertIsNone(self.under_bash(*words), words)
        self.assertIsNone(self.job(process(5, cmdline=["-bash"], terminal=3)))

    def test_pagers_editors_and_monitors_left_open_are_no_jobs_nor_is_what_they_start_again_and_again(self) -> None:
        for words in (
            ["less", "log"],
            ["/usr/bin/vim", "x.py"],
            ["top"],
            ["htop"],
            ["watch", "nvidia-smi"],
            ["tail", "-f", "log"],
            ["tmux"],
        ):
            self.assertIsNone(self.under_bash(*words), words)
        shell = process(5, cmdline=["bash"], terminal=3)
        watch = process(6, cmdline=["watch", "date"], terminal=3, ppid=5, session=5)
        child = process(7, cmdline=["sh", "-c", "date"], terminal=3, ppid=6, session=5)
        self.context.boot = child.create_time + 3
        self.assertIsNone(self.job(shell, watch, child))
        self.context.boot = child.create_time + 30
        self.assertEqual(self.job(shell, watch, child), "sh -c date")

    def test_a_job_beside_an_editor_is_a_job(self) -> None:
        shell = process(5, cmdline=["bash"], terminal=3)
        editor = process(6, cmdline=["vim"], terminal=3, ppid=5, session=5, status="T")
        job = process(7, cmdline=["make"], terminal=3, ppid=5, session=5)
        self.assertEqual(self.job(shell, editor, job), "make")

    def test_a_stopped_or_dead_program_is_no_job(self) -> None:
        for status in ("T", "t", "Z"):
            self.assertIsNone(self.under_bash("python", "train.py", status=status))

    def test_the_policy_says_what_is_no_job(self) -> None:
        self.context.instructions = Instructions(json.dumps({"notJobs": ["sleep", "tail -f"]}))
        self.assertIsNone(self.under_bash("sleep", "9"))
        self.assertIsNone(self.under_bash("tail", "-f", "log"))
        self.assertEqual(self.under_bash("tail", "log"), "tail log")
        self.assertEqual(self.under_bash("vim"), "vim")

    def test_a_session_led_from_outside_the_namespace_is_none_of_this_app(self) -> None:
        self.assertIsNone(self.job(process(6, cmdline=["make"], terminal=3, session=0)))

    def test_a_job_says_for_how_long_it_has_used_no_cpu_time_at_all(self) -> None:
        def still(seconds: float, ticks: int, typed: float = 0) -> int:
            job = process(6, cmdline=["make"], terminal=3, child_ticks=ticks)
            self.context.processes = {6: job}
            times = mock.Mock(st_atime=MORNING + typed, st_mtime=MORNING)
            with mock.patch.object(os, "stat", lambda *_: times):
                self.terminals.look(at(seconds))
            assert self.terminals.busy is not None
            return int(self.terminals.busy["still"])

        self.assertEqual([still(60, 5), still(120, 5), still(7200, 5), still(7260, 6)], [0, 60, 7140, 0])
        self.assertEqual(still(9000, 6), 1740)
        # Typing beside it is a sign of life, too, and 8 s more recent than it may show.
        self.assertEqual(still(9060, 6, typed=9050), 2)
        self.assertEqual(still(9120, 6, typed=9050), 62)

    def test_a_job_that_hangs_hides_none_that_works(self) -> None:
        for seconds in (60, 120):
            hangs = process(6, cmdline=["cat"], terminal=3, create_time=100)
            works = process(7, cmdline=["make"], terminal=4, create_time=800, cpu_ticks=int(seconds))
            self.context.processes = {6: hangs, 7: works}
            self.terminals.busy = None
            self.terminals.look(at(seconds))
        assert self.terminals.busy is not None
        self.assertEqual((self.terminals.busy["what"], self.terminals.busy["still"]), ("make", 0))
