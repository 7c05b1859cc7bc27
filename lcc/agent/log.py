"""The agent's lines in the app's log, which Studio delivers to CloudWatch Logs."""

from __future__ import annotations

import contextlib
import time

import settings

MAX_CHARACTERS = 400


def log(text: str) -> None:
    """Append one line; an app whose log cannot be written goes without it, as there is nowhere else to say so."""
    time_of_day = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    line = " ".join(text.split())[:MAX_CHARACTERS]
    with contextlib.suppress(OSError), open(settings.LOG_FILE, "a", encoding="utf-8") as file:
        file.write(f"{time_of_day} studio-reaper agent: {line}\n")


class TroubleLog:
    """Logs each trouble with a subject once when it begins, and once when all of them are over."""

    def __init__(self) -> None:
        self.troubles: dict[str, set[str]] = {}

    def begins(self, subject: str, trouble: str, text: str) -> None:
        known = self.troubles.setdefault(subject, set())
        if trouble not in known:
            log(f"{subject} {text}")
        known.add(trouble)

    def is_over(self, subject: str, text: str) -> None:
        if self.troubles.pop(subject, None):
            log(f"{subject} {text}")
