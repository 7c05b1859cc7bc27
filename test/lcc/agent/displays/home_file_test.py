"""The text file in the home."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from displays.home_file import HomeFile
from home_walk import list_saved
from notice_test import a_notice


class HomeFileTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name)
        self.warning = self.home / "STUDIO-APP-WILL-BE-STOPPED.txt"

    def names(self) -> list[str]:
        return sorted(file.name for file in self.home.iterdir())

    def test_it_is_there_for_as_long_as_the_warning(self) -> None:
        display = HomeFile(str(self.home))
        display.update(a_notice(), "This app will be stopped in 10 min")
        self.assertIn("in 10 min\n", self.warning.read_text())
        written = self.warning.stat().st_mtime_ns
        display.update(a_notice(), "This app will be stopped in 9 min")
        self.assertEqual(self.warning.stat().st_mtime_ns, written)
        display.update(None, "")
        self.assertEqual(self.names(), [])

    def test_a_former_stop_is_told_by_another_file(self) -> None:
        HomeFile(str(self.home)).update(a_notice(kind="stopped"), "This app was stopped")
        self.assertEqual(self.names(), ["STUDIO-APP-WAS-STOPPED.txt"])

    def test_what_a_former_incarnation_left_goes_at_the_first_look(self) -> None:
        self.warning.write_text("old")
        HomeFile(str(self.home)).update(None, "")
        self.assertEqual(self.names(), [])

    def test_nothing_is_written_through_a_link(self) -> None:
        other = self.home / "precious"
        other.write_text("precious")
        self.warning.symlink_to(other)
        HomeFile(str(self.home)).update(a_notice(), "text")
        self.assertEqual(other.read_text(), "precious")
        self.assertFalse(self.warning.is_symlink())

    def test_it_is_nobodys_edit(self) -> None:
        HomeFile(str(self.home)).update(a_notice(), "text")
        self.assertEqual(max(list_saved(str(self.home))), 0)

    def test_a_home_that_cannot_be_written_is_told_and_harms_nothing(self) -> None:
        with self.assertRaises(OSError):
            HomeFile("/proc/1/no-home").update(a_notice(), "text")
