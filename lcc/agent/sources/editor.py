"""The note of its last use that an editor leaves: Code Editor, or a remote IDE that is connected to a JupyterLab app.

Code Editor's idle endpoint is not asked, as that can itself write the note.
"""

import settings
from clock import ClockReading, parse_timestamp
from sources.base import Source

MAX_NOTE_CHARACTERS = 100


class Editor(Source):
    name = "editor"

    def look(self, now: ClockReading) -> bool:
        try:
            with open(settings.EDITOR_FILE, encoding="utf-8", errors="replace") as file:
                timestamp = file.read(MAX_NOTE_CHARACTERS).strip()
        except FileNotFoundError:
            return self.active_at > self.counts_from
        records = {"note": self.update_record("note", timestamp, parse_timestamp(timestamp), now)}
        self.remember(records, now, records.values())
        return True
