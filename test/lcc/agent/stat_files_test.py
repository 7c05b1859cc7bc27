"""Files of a real /proc, kept open."""

from __future__ import annotations

import os
import subprocess
import time
import unittest
from unittest import mock

import stat_files
from processes import read_processes
from stat_files import StatFiles


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


class StatFilesTest(unittest.TestCase):
    def setUp(self) -> None:
        self.files = StatFiles()

    def start(self) -> subprocess.Popen[bytes]:
        sleeper = subprocess.Popen(["sleep", "30"])
        self.addCleanup(sleeper.wait)
        self.addCleanup(sleeper.kill)
        return sleeper

    def test_a_file_is_opened_once_and_says_what_holds_now(self) -> None:
        before, used = self.files.read(os.getpid()), open_files()
        deadline = time.process_time() + 0.1
        while time.process_time() < deadline:
            pass
        self.assertNotEqual(self.files.read(os.getpid()), before)
        self.assertEqual(open_files(), used)

    def test_one_that_has_ended_is_no_process_and_its_file_is_closed(self) -> None:
        sleeper, used = self.start(), open_files()
        self.files.read(sleeper.pid)
        sleeper.kill()
        sleeper.wait()
        self.assertRaises(OSError, self.files.read, sleeper.pid)
        self.assertEqual(open_files(), used)

    def test_another_process_with_the_number_of_one_that_has_ended_is_read_for_itself(self) -> None:
        former, latter = self.start(), self.start()
        self.files.read(former.pid)
        former.kill()
        former.wait()
        self.files.by_pid[latter.pid] = self.files.by_pid.pop(former.pid)
        self.assertTrue(self.files.read(latter.pid).startswith(b"%d (" % latter.pid))

    def test_more_processes_than_files_may_be_open_are_read_all_the_same(self) -> None:
        sleepers = [self.start() for _ in range(4)]
        with mock.patch.object(stat_files, "MAX_FILES", 2):
            used = open_files()
            for sleeper in sleepers * 2:
                self.assertTrue(self.files.read(sleeper.pid).startswith(b"%d (" % sleeper.pid))
            self.assertEqual(open_files(), used + 2)

    def test_whoever_looks_no_more_leaves_none_open(self) -> None:
        used = open_files()
        self.files.read(os.getpid())
        del self.files
        self.assertEqual(open_files(), used)

    def test_a_look_closes_the_files_of_those_that_are_gone(self) -> None:
        sleeper = self.start()
        self.assertIn(sleeper.pid, read_processes({}, 0, self.files))
        sleeper.kill()
        sleeper.wait()
        self.assertNotIn(sleeper.pid, read_processes({}, 0, self.files))
        self.assertNotIn(sleeper.pid, self.files.by_pid)
