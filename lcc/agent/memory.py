"""The agent's memory in a file: written whole or not at all, and believed only by the same agent in the same app."""

from __future__ import annotations

import json
import math
import os

import settings
from log import log
from processes import read_process

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from app_metadata import App
    from clock import ClockReading
    from sources.base import Source

SAVE_SECONDS = 60


class SavedMemory:
    def __init__(self, app: App) -> None:
        self.owner = [app.path, *name_incarnation()]
        self.saved_news, self.saved_at, self.has_failed = "", -math.inf, False

    def restore(self, sources: list[Source], now: ClockReading) -> float:
        """Give the sources what they knew; returns the instant of the agent's first start in this incarnation.

        Raises FileNotFoundError where nothing was saved, and all sorts of errors on a memory that is not to be trusted.
        """
        with open(settings.STATE_FILE, encoding="utf-8") as file:
            memory = json.load(file)
        if memory["owner"] != self.owner:
            raise ValueError("it is of another incarnation of the app")
        if memory["agent"] != settings.AGENT_SHA256:
            raise ValueError("another version of the agent wrote it")
        for source in sources:
            if source.name in memory["sources"]:
                source.restore(memory["sources"][source.name], now.boot)
        return min(float(memory["first_start"]), now.boot)

    def save(self, sources: list[Source], first_start: float, boot: float) -> None:
        """Only where activity came in, and once a minute at most: a restart loses no more than that."""
        if boot < self.saved_at + SAVE_SECONDS:
            return
        contents = {source.name: source.to_memory() for source in sources}
        news = json.dumps([[content["active_at"], content["records"]] for content in contents.values()])
        if news == self.saved_news:
            return
        self.saved_news, self.saved_at = news, boot
        memory = {
            "owner": self.owner,
            "agent": settings.AGENT_SHA256,
            "first_start": first_start,
            "sources": contents,
        }
        try:
            write_file(settings.STATE_FILE, json.dumps(memory))
        except OSError as error:
            if not self.has_failed:
                log(f"memory cannot be kept: {error}")
            self.has_failed = True


def write_file(file_name: str, text: str) -> None:
    with open(f"{file_name}.new", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(f"{file_name}.new", file_name)


def name_incarnation() -> list[Any]:
    """The boot, and the start of the container's first process, which lives as long as the container does."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return [file.read(), read_process(1, {}, 0).create_time]
    except OSError:
        return []
