"""A walk over the home: when each file in it was saved, as far as somebody may have done so."""

from __future__ import annotations

import contextlib
import itertools
import os

from displays.home_file import NAMES_BEGIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

ENTRIES_A_FOLDER, FOLDERS, ENTRIES = 50_000, 5000, 200_000  # what has more is data
NOT_WORK = {"node_modules", "site-packages", "__pycache__", "anaconda3", "miniconda3", "lost+found"}
HIDDEN_WORK = {".github", ".vscode"}
# What programs write by themselves, also where nobody is there: logs, databases' journals, locks, bytecode.
NO_EDITS = (".log", ".pid", ".lock", ".tmp", ".swp", ".pyc", "-journal", "-wal", "-shm", "nohup.out")
NO_EDITS_BEGIN = (".nfs", "events.out.tfevents", NAMES_BEGIN)
# The system's folders at the root: a link into one leads to nobody's work.
SYSTEM = set("bin boot dev etc lib lib32 lib64 opt proc run sbin sys usr var".split())


def list_saved(home: str) -> Iterator[float]:
    """When each file was saved, 0 for other entries, so that pieces can be cut.

    Links to folders are followed, each folder is walked once, and the home's own come first.
    """
    known: set[tuple[int, int]] = set()
    linked: list[str] = []
    left = ENTRIES
    for folders in [home], linked:
        for folder in folders:
            if left <= 0 or not is_new(folder, known):
                continue
            # What is hidden in the home itself is programs' memory.
            no_edits_begin = (*NO_EDITS_BEGIN, ".") if folder == home else NO_EDITS_BEGIN
            with contextlib.suppress(OSError), os.scandir(folder) as entries:
                for entry in itertools.islice(entries, min(ENTRIES_A_FOLDER, left)):
                    left -= 1
                    saved = 0.0
                    try:
                        if entry.is_file():
                            saved = saved_at(entry, no_edits_begin)
                        elif entry.is_dir() and len(known) < FOLDERS and may_hold_work(entry):
                            (linked if entry.is_symlink() else folders).append(entry.path)
                    except OSError:
                        pass  # it is gone, or may not be read
                    yield saved


def saved_at(entry: os.DirEntry[str], no_edits_begin: tuple[str, ...]) -> float:
    """When a file was saved that may be somebody's work, else 0. Thousands are asked at each look.

    By its two times the earlier: whoever dates a file ahead cannot do so with its time of change.
    """
    name = entry.name
    if name.endswith(NO_EDITS) or name.startswith(no_edits_begin):
        return 0.0
    times = entry.stat()
    modified, changed = times.st_mtime, times.st_ctime
    return modified if modified < changed else changed


def is_new(folder: str, known: set[tuple[int, int]]) -> bool:
    """Whether the folder is not yet known, and is there."""
    try:
        status = os.stat(folder)
    except OSError:
        return False
    identity = status.st_dev, status.st_ino
    is_known = identity in known
    known.add(identity)
    return not is_known


def may_hold_work(entry: os.DirEntry[str]) -> bool:
    name = entry.name
    if name in NOT_WORK or (name.startswith(".") and name not in HIDDEN_WORK):
        return False
    if not entry.is_symlink():
        return True
    top, _, below = os.path.realpath(entry.path).lstrip("/").partition("/")
    return bool(top) and top not in SYSTEM and (top, below) != ("tmp", "")
