"""Files that are saved under a home of the test."""

from __future__ import annotations

import os
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

import home_walk
import sources.files
from clock import ClockReading
from sources.base import SourceContext
from sources.files import Files
from stand_ins import StubServer

YESTERDAY = time.time() - 86_400  # a file's time of change is the real one, and the walk takes the earlier of two


def at(seconds: float, wall_jump: float = 0) -> ClockReading:
    return ClockReading(1000.0 + seconds, YESTERDAY + seconds + wall_jump)


class FilesTest(unittest.TestCase):
    def setUp(self) -> None:
        self.home = Path(self.folder())
        home = mock.patch.dict(os.environ, {"HOME": str(self.home)})
        home.start()
        self.addCleanup(home.stop)
        self.files = Files(at(0), SourceContext(StubServer()))

    def folder(self) -> str:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return folder.name

    def saved(self, name: str | Path, seconds: float) -> None:
        file = self.home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        os.utime(file, (YESTERDAY + seconds, YESTERDAY + seconds))

    def idle_after(self, seconds: float) -> float:
        self.files.look(at(seconds))
        return round(self.files.known_until(at(seconds)) - self.files.active_at, 2)

    def test_whatever_file_is_saved_is_activity(self) -> None:
        self.saved("old.ipynb", -9000)
        self.idle_after(60)
        names = (
            "work/deep/er/a.ipynb b.py Dockerfile data.csv chat.chat up.zip x/.env x/.github/workflows/a.yml".split()
        )
        for i, name in enumerate(names):
            self.saved(name, 100 * i + 110)
            self.assertEqual(self.idle_after(100 * i + 120), 10, name)
        self.assertEqual(self.idle_after(900), 90)

    def test_caches_checkpoints_and_what_programs_write_by_themselves_are_nobody_at_work(self) -> None:
        self.idle_after(60)
        for name in (
            ".cache/a.txt",
            ".bash_history",
            ".ipynb_checkpoints/a.ipynb",
            "x/.git/a.txt",
            "node_modules/a.js",
            "__pycache__/a.py",
            "server.log",
            "nohup.out",
            "runs/events.out.tfevents.1",
            "mlflow.db-journal",
        ):
            self.saved(name, 110)
        self.assertEqual(self.idle_after(120), 120)

    def test_files_of_former_days_are_no_activity_however_late_the_first_walk_finds_them(self) -> None:
        for i in range(40):
            self.saved(f"{i}.txt", -9000)
        with mock.patch.object(sources.files, "ENTRIES_A_LOOK", 10):
            self.assertEqual([self.idle_after(60 * look) for look in range(10)], [0] * 9 + [300])

    def test_what_was_saved_during_the_first_walk_is_activity_whatever_the_clock_does(self) -> None:
        for saved, jump in ((40, 0), (40, 7200), (-7160, -7200)):
            self.setUp()
            self.saved("a.txt", saved)
            self.files.look(at(60, jump))
            self.assertLessEqual(at(60).boot - self.files.active_at, 20, (saved, jump))

    def test_a_file_dated_ahead_hides_nothing_and_counts_once(self) -> None:
        self.idle_after(60)
        self.saved("ahead.txt", 86_400 + 32_400)  # its time of change is that of the test, a day after these looks
        self.assertEqual(self.idle_after(120), 0)
        self.assertEqual(self.idle_after(180), 60)
        self.saved("a.py", 190)
        self.assertEqual(self.idle_after(200), 10)
        self.assertEqual(self.idle_after(300), 110)

    def test_dating_a_file_ahead_is_activity_at_the_time_when_somebody_does_it(self) -> None:
        self.saved("a.txt", 86_400 + 32_400)
        [entry] = os.scandir(self.home)
        self.assertAlmostEqual(home_walk.saved_at(entry, ()), time.time(), delta=60)

    def test_idle_time_counts_no_further_than_a_whole_walk_knows(self) -> None:
        for i in range(40):
            self.saved(f"f{i % 4}/{i}.txt", -9000)
        with mock.patch.object(sources.files, "ENTRIES_A_LOOK", 10):
            idle = [self.idle_after(10 * look) for look in range(10)]
            self.saved("f3/39.txt", 95)
            idle += [self.idle_after(10 * look) for look in range(10, 20)]
        self.assertEqual(idle[:9], [0, 0, 0, 0, 0, 0, 0, 0, 0])
        self.assertEqual(idle[9], 50)
        self.assertLess(min(idle[10:]), 50)

    def test_a_linked_folder_outside_the_home_is_walked_once(self) -> None:
        outside = Path(self.folder())
        (self.home / "efs").symlink_to(outside)
        (self.home / "efs-again").symlink_to(outside)
        self.saved(outside / "team/loop/a.py", -9000)
        (outside / "team/back").symlink_to(self.home)
        self.assertEqual(sum(saved > 0 for saved in home_walk.list_saved(str(self.home))), 1)
        self.idle_after(60)
        self.saved(outside / "team/loop/a.py", 110)
        self.assertEqual(self.idle_after(120), 10)

    def test_links_to_the_systems_own_folders_are_not_followed(self) -> None:
        for i, target in enumerate(("/", "/tmp", "/proc", "/usr/lib", "/var/log")):
            (self.home / f"link{i}").symlink_to(target)
        self.assertEqual([*home_walk.list_saved(str(self.home))], [0] * 5)

    def test_names_that_are_no_text_and_folders_that_cannot_be_read_are_no_trouble(self) -> None:
        (self.home / os.fsdecode(b"\xff\xfe")).mkdir()
        Path(os.fsdecode(os.fsencode(self.home) + b"/\xff\xfe/\xfa.txt")).touch()
        (self.home / "loop").symlink_to(self.home)
        (self.home / "gone.txt").symlink_to("/no/such/file")
        os.mkfifo(self.home / "pipe")
        self.assertTrue(self.files.look(at(60)))

    def test_a_home_that_is_not_there_is_no_trouble(self) -> None:
        with mock.patch.dict(os.environ, {"HOME": "/no/such/home"}):
            self.assertTrue(self.files.look(at(60)))
