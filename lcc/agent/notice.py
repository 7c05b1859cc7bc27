"""What the sweep tells the app's user, as docs/notices.md has it: parsed once, bounded, and never more than text."""

from __future__ import annotations

import json
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

WARNED, STOPPED = "warned", "stopped"
JUPYTERLAB, TERMINAL, FILE = ALL_WAYS = ("jupyterlab", "terminal", "file")

MAX_WHY_CHARACTERS = 200
MAX_SECONDS = 366 * 86_400
MAX_EPOCH = 4_102_444_800  # the year 2100
MAX_BUTTONS = 4

# Control characters, marks that turn the direction of text, what is invisible, and halves of surrogates.
NOT_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]+")


class Notice:
    """One notice; `stop_in` is the seconds from its writing to the stop, `stop_at` the stop's epoch seconds.

    Raises ValueError where the text is no notice of version 1.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            fields = json.loads(text)
            if fields["v"] != 1:
                raise ValueError(f"unknown version {fields['v']!r:.20}")
            self.id, self.kind = str(fields["id"]), str(fields["kind"])
            self.why = plain_text(fields["why"], MAX_WHY_CHARACTERS)
            self.stop_at = seconds_in(fields, "stopAt", MAX_EPOCH)
            self.stop_in = min(max(self.stop_at - seconds_in(fields, "writtenAt", MAX_EPOCH), 0), MAX_SECONDS)
            self.keep_at_most = seconds_in(fields, "keepAtMost", MAX_SECONDS) if "keepAtMost" in fields else 0
            # The sources whose activity counts for this app; None: all.
            self.sources = [*map(str, fields["sources"])] if "sources" in fields else None
            buttons = [*fields.get("keepFor", ())]
            self.ways = [way for way in ALL_WAYS if way in fields.get("ways", ALL_WAYS)]
        except (KeyError, TypeError, RecursionError) as error:
            raise ValueError(f"not a notice: {error!r:.80}") from error
        if not re.fullmatch("[0-9a-z-]{1,16}", self.id) or self.kind not in (WARNED, STOPPED):
            raise ValueError("its id or its kind is none")
        self.keep_for = [one for one in buttons if type(one) is int and 0 < one <= self.keep_at_most][:MAX_BUTTONS]


def plain_text(value: object, max_characters: int) -> str:
    """One line without anything that a terminal or a page could take for more than text."""
    return " ".join(NOT_TEXT.sub(" ", str(value)[: 4 * max_characters]).split())[:max_characters]


def seconds_in(fields: dict[str, Any], name: str, most: int) -> int:
    number = fields[name]
    if type(number) is not int or not 0 <= number <= most:
        raise ValueError(f"{name} is out of bounds")
    return number
