"""Notebooks and text files saved under the home, looked for in pieces."""

from __future__ import annotations

import contextlib
import itertools
import os

from clock import ClockReading
from sources.base import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

ENTRIES_A_LOOK = 1500
ENTRIES_A_FOLDER, FOLDERS = 2000, 5000  # what has more is data
FUTURE_SECONDS = 60  # a file dated further ahead tells nothing
NOT_WORK = {"node_modules", "site-packages", "__pycache__", "anaconda3", "miniconda3", "lost+found"}
TEXT = (
    "ipynb py md txt r R Rmd qmd jl sh sql yml yaml json toml csv tsv js ts html css c cpp h java scala go rs tex"
).split()


class Files(Source):
    name = "files"
    walk: Iterator[float] | None = None

    def look(self, now: ClockReading) -> bool:
        if self.walk is None:
            self.walk, self.newest, self.walk_began = list_saved(os.path.expanduser("~")), 0.0, now
        piece = list(itertools.islice(self.walk, ENTRIES_A_LOOK))
        self.newest = max([self.newest, *(saved for saved in piece if saved < now.wall + FUTURE_SECONDS)])
        if len(piece) < ENTRIES_A_LOOK:
            self.finish_walk(now)
        return True

    def finish_walk(self, now: ClockReading) -> None:
        start = self.last_look
        record = self.update_record("newest", self.newest, self.newest, now)
        # What the first walk finds is mostly of former days.
        if "newest" not in self.records and self.newest < min(start.wall, now.wall - now.boot + start.boot):
            record.active_at = self.active_at
        # What was saved behind the walk's back since it began is for the next walk to find.
        self.remember({"newest": record}, self.walk_began, [record])
        self.walk = None


def list_saved(home: str) -> Iterator[float]:
    """When each notebook and text file under a folder was saved, 0 for other entries, so that pieces can be cut."""
    folders = [home]
    for folder in folders:
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            for entry in itertools.islice(entries, ENTRIES_A_FOLDER):
                saved = 0.0
                try:
                    if is_text(entry.name):
                        saved = entry.stat().st_mtime
                    elif len(folders) < FOLDERS and may_hold_work(entry):
                        folders.append(entry.path)
                except OSError:
                    pass  # it is gone, or may not be read
                yield saved


def is_text(name: str) -> bool:
    return name.rpartition(".")[2] in TEXT and not name.startswith(".")


def may_hold_work(entry: os.DirEntry[str]) -> bool:
    name = entry.name
    return entry.is_dir(follow_symlinks=False) and not name.startswith(".") and name not in NOT_WORK
