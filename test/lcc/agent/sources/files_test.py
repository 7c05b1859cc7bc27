"""Files that are saved under a home of the test."""

from __future__ import annotations

import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import sources.files
from sources.base import SourceContext
from sources.files import Files
from stand_ins import MORNING, StubServer, at


class FilesTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name)
        home = mock.patch.dict(os.environ, {"HOME": folder.name})
        home.start()
        self.addCleanup(home.stop)
        self.files = Files(at(0), SourceContext(StubServer()))

    def saved(self, name: str, seconds: float) -> None:
        file = self.home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        os.utime(file, (MORNING + seconds, MORNING + seconds))

    def idle_after(self, seconds: float) -> float:
        self.files.look(at(seconds))
        return at(seconds).boot - self.files.active_at

    def test_a_notebook_or_text_file_that_is_saved_is_activity(self) -> None:
        self.saved("old.ipynb", -9000)
        self.idle_after(60)
        for i, name in enumerate(("work/deep/er/a.ipynb", "b.py", "c.md", "d.txt", "data.csv")):
            self.saved(name, 100 * i + 110)
            self.assertEqual(self.idle_after(100 * i + 120), 10, name)
        self.assertEqual(self.idle_after(700), 190)

    def test_caches_checkpoints_and_data_are_nobody_at_work(self) -> None:
        self.idle_after(60)
        for name in (
            ".cache/a.txt",
            ".ipynb_checkpoints/a.ipynb",
            "x/.git/a.txt",
            "node_modules/a.js",
            "__pycache__/a.py",
            "model.bin",
            "noext",
        ):
            self.saved(name, 110)
        self.assertEqual(self.idle_after(120), 120)

    def test_files_of_former_days_are_no_activity_however_late_the_first_walk_finds_them(self) -> None:
        for i in range(40):
            self.saved(f"{i}.txt", -9000)
        with mock.patch.object(sources.files, "ENTRIES_A_LOOK", 10):
            self.assertEqual([self.idle_after(60 * look) for look in range(8)], [60 * look for look in range(8)])

    def test_what_was_saved_during_the_first_walk_is_activity_whatever_the_clock_does(self) -> None:
        for saved, jump in ((40, 0), (40, 7200), (-7160, -7200)):
            self.setUp()
            self.saved("a.txt", saved)
            self.files.look(at(60, jump))
            self.assertLessEqual(at(60).boot - self.files.active_at, 20, (saved, jump))

    def test_a_date_in_the_future_hides_nothing(self) -> None:
        self.saved("future.txt", 90_000)
        self.idle_after(60)
        self.saved("a.py", 110)
        self.assertEqual(self.idle_after(120), 10)

    def test_a_large_home_is_walked_in_pieces(self) -> None:
        for i in range(40):
            self.saved(f"f{i % 4}/{i}.txt", -9000)
        with mock.patch.object(sources.files, "ENTRIES_A_LOOK", 10):
            for look in range(6):
                self.idle_after(10 * look)
            self.saved("f3/39.txt", 65)
            idle = [self.idle_after(70 + 10 * look) for look in range(12)]
        self.assertLessEqual(min(idle), 60)

    def test_names_that_are_no_text_and_folders_that_cannot_be_read_are_no_trouble(self) -> None:
        (self.home / os.fsdecode(b"\xff\xfe")).mkdir()
        Path(os.fsdecode(os.fsencode(self.home) + b"/\xff\xfe/\xfa.txt")).touch()
        (self.home / "loop").symlink_to(self.home)
        (self.home / "gone.txt").symlink_to("/no/such/file")
        self.assertTrue(self.files.look(at(60)))

    def test_a_home_that_is_not_there_is_no_trouble(self) -> None:
        with mock.patch.dict(os.environ, {"HOME": "/no/such/home"}):
            self.assertTrue(self.files.look(at(60)))
