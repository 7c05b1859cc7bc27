"""A short text file in the home for as long as there is something to tell: every editor lists it."""

from __future__ import annotations

import contextlib
import os

from displays.base import Display
from notice import FILE, WARNED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from notice import Notice

# The walk over the home takes files that begin so for nobody's edits.
NAMES_BEGIN = "STUDIO-APP-"
NAMES = {True: f"{NAMES_BEGIN}WILL-BE-STOPPED.txt", False: f"{NAMES_BEGIN}WAS-STOPPED.txt"}


class HomeFile(Display):
    way = FILE

    def __init__(self, home: str) -> None:
        self.files = {is_warning: f"{home}/{name}" for is_warning, name in NAMES.items()}
        self.shown: str | None = ""  # the notice's id; at first whatever a former incarnation left

    def update(self, notice: Notice | None, text: str) -> None:
        shown = notice.id if notice else None
        if shown == self.shown:
            return
        self.shown = shown
        for file in self.files.values():
            with contextlib.suppress(FileNotFoundError):
                os.remove(file)
        if notice:
            note = f"{text}\n"
            if notice.kind == WARNED:
                note += "\nCounted from when this file was written. It goes away when the warning is over.\n"
            write_new(self.files[notice.kind == WARNED], note)


def write_new(file_name: str, text: str) -> None:
    """Write a file that is not there: one that somebody else has put there meanwhile is left alone."""
    file = os.open(file_name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
    try:
        os.write(file, text.encode())
    finally:
        os.close(file)
