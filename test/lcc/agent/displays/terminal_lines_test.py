"""The line on open terminals."""

from __future__ import annotations

import contextlib
import os
import pty
import time
import tty
import unittest
from typing import Any

from displays.terminal_lines import TerminalLines, write_line
from notice_test import a_notice
from sources.base import SourceContext
from stand_ins import StubServer, process


class TerminalLinesTest(unittest.TestCase):
    def setUp(self) -> None:
        self.controller, self.terminal = pty.openpty()
        tty.setraw(self.terminal)
        os.set_blocking(self.controller, False)
        self.addCleanup(os.close, self.controller)
        self.addCleanup(os.close, self.terminal)
        self.name = os.ttyname(self.terminal)
        self.context = SourceContext(StubServer())
        self.display = TerminalLines(self.context)

    def has_shell(self, **more: Any) -> None:
        shell = process(50, cmdline=["bash"], session=50, terminal=int(self.name.rpartition("/")[2]), **more)
        self.context.processes = {**self.context.processes, 50: shell}

    def shown(self) -> bytes:
        shown = b""
        with contextlib.suppress(BlockingIOError):
            while True:
                shown += os.read(self.controller, 65_536)
        return shown

    def test_each_open_terminal_gets_the_line_once(self) -> None:
        self.has_shell()
        for _ in range(2):
            self.display.update(a_notice(), "will be stopped in 10 min")
        self.assertEqual(self.shown(), b"\r\n[Studio Reaper] will be stopped in 10 min\r\n")

    def test_a_terminal_that_is_opened_later_gets_it_then(self) -> None:
        self.display.update(a_notice(), "soon")
        self.assertEqual(self.shown(), b"")
        self.has_shell()
        self.display.update(a_notice(), "sooner")
        self.assertIn(b"sooner", self.shown())

    def test_another_notice_is_another_line(self) -> None:
        self.has_shell()
        self.display.update(a_notice(), "one")
        self.display.update(None, "")
        self.display.update(a_notice(id="b"), "two")
        self.assertEqual(self.shown().count(b"[Studio Reaper]"), 2)

    def test_what_a_kernel_opened_has_a_program_before_it_and_no_person(self) -> None:
        self.context.processes = {40: process(40, cmdline=["python", "-m", "ipykernel_launcher"])}
        self.has_shell(ppid=40)
        self.display.update(a_notice(), "text")
        self.assertEqual(self.shown(), b"")

    def test_nothing_but_text_gets_through(self) -> None:
        write_line(self.name, "a\x1b]52;c;evil\x07b\x9b2Jc\r\nrm -rf ~\u202e")
        self.assertEqual(self.shown(), b"\r\n[Studio Reaper] a ]52;c;evil b 2Jc rm -rf ~\r\n")

    def test_a_terminal_that_nobody_reads_is_not_waited_for(self) -> None:
        os.set_blocking(self.terminal, False)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(self.terminal, b"x" * 4096)
        began = time.monotonic()
        write_line(self.name, "text")
        write_line("/dev/pts/999999", "text")
        self.assertLess(time.monotonic() - began, 1)

    def test_the_line_is_no_activity_of_a_terminal(self) -> None:
        before = os.stat(self.name).st_atime
        write_line(self.name, "text")
        self.assertEqual(os.stat(self.name).st_atime, before)
