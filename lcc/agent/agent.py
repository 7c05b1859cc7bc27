"""The resident agent: looks at all sources, decides whether to write, writes, and remembers."""

from __future__ import annotations

import contextlib
import math
import os

import settings
from clock import ClockReading, read_clock
from dialogue import Dialogue
from doorbell import Doorbell
from heartbeat import VERSION, Sample, compose_heartbeat
from instructions import Instructions
from log import TroubleLog, log
from memory import SavedMemory
from publish import publish
from sources import make_sources
from sources.base import sendable
from write_schedule import WriteSchedule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn

    from app_metadata import App
    from sources.base import Source

MIN_SLEEP_SECONDS = 0.02
MAX_WHY_CHARACTERS = 80


class Agent:
    def __init__(self, app: App) -> None:
        self.app, self.memory, self.troubles = app, SavedMemory(app), TroubleLog()
        self.parameter = f"{settings.PARAMETER_PREFIX}/heartbeats/{app.path}"
        self.notice_parameter = f"{settings.PARAMETER_PREFIX}/notices/{app.path}"
        self.schedule = WriteSchedule(random_fraction)
        self.restore_memory(read_clock())
        self.dialogue = Dialogue(self.sources[0].context, self.troubles, app.type, self.memory.owner)

    def restore_memory(self, now: ClockReading) -> None:
        self.first_start, self.sources = now.boot, make_sources(now, self.app.type)
        try:
            self.first_start = self.memory.restore(self.sources, now)
        except FileNotFoundError:
            pass
        except Exception as error:  # whatever may be in that file
            log(f"memory is lost, idle times start now: {error!r}")
            self.sources = make_sources(now, self.app.type)  # the former may have restored a part

    def live(self) -> NoReturn:
        log(f"version {VERSION}, process {os.getpid()}, writes {self.parameter}")
        doorbell = Doorbell(f"{settings.AGENT_FOLDER}/doorbell")
        with self.guarded():
            self.dialogue.begin(read_clock().boot)
        try:
            while True:
                sample = self.look(read_clock())
                with self.guarded():
                    self.listen(sample)
                self.speak(sample)
                next_look = sample.boot if self.dialogue.has_news(sample) else self.schedule.next_look(sample)
                with self.guarded():
                    self.dialogue.show(sample, next_look)
                boot = read_clock().boot
                self.memory.save(self.sources, self.first_start, boot)
                doorbell.sleep(max(next_look - boot, MIN_SLEEP_SECONDS))
        finally:
            self.dialogue.end()
            self.memory.save(self.sources, self.first_start, math.inf)

    def look(self, now: ClockReading) -> Sample:
        sample, context = Sample(now.boot), self.sources[0].context
        context.instructions = self.schedule.instructions
        with contextlib.suppress(OSError):  # no /proc: the sources that need it say so
            context.refresh_processes(now.boot)
        for source in self.sources:
            self.look_at(source, sample, now)
        sample.connections = self.sources[0].connections
        return sample

    def look_at(self, source: Source, sample: Sample, now: ClockReading) -> None:
        source.busy_before, source.busy = source.busy, None
        try:
            if source.look(now):
                sample.idle[source.name] = max(int(source.known_until(now) - source.active_at), 0)
            self.troubles.is_over(source.name, "can be read again")
        except Exception as error:  # of whatever kind: this source is unknown, the others are still reported
            sample.idle[source.name], sample.why[source.name] = None, sendable(str(error), MAX_WHY_CHARACTERS)
            if source.has_never_been_read():  # the server may still come up: it counts from its first answer
                source.count_from(now)
            self.troubles.begins(source.name, "unreadable", f"cannot be read, the app counts as in use: {error}")
        sample.active_at[source.name] = source.active_at
        if source.busy:
            sample.busy[source.name] = source.busy

    @contextlib.contextmanager
    def guarded(self) -> Iterator[None]:
        """Whatever goes wrong between agent and user, heartbeats are written all the same."""
        try:
            yield
        except Exception as error:
            self.troubles.begins("dialogue", repr(error), f"fails: {error!r}")

    def listen(self, sample: Sample) -> None:
        """Take the user's wishes, and answer them before a heartbeat takes its time."""
        if self.dialogue.look(sample, self.schedule):
            self.dialogue.show(sample, self.schedule.next_look(sample))

    def speak(self, sample: Sample) -> None:
        """Write a heartbeat where there is a reason, or else read the notice where one may be there by now."""
        notices = self.dialogue.notices
        reason = self.schedule.reason_to_write(sample)
        if reason:
            self.send_heartbeat(sample)
        elif notices.is_read_due(sample.boot):
            self.dialogue.take_notice(publish(None, {"notice": self.notice_parameter}, self.app.region), sample)
        if reason == "crossed" and self.schedule.instructions.warn_before:
            notices.plan_reads(sample.boot)
        elif reason == "resumed":
            notices.cancel_reads()

    def send_heartbeat(self, sample: Sample) -> None:
        text = compose_heartbeat(sample, self.first_start, self.schedule)
        parameters = {"instructions": f"{settings.PARAMETER_PREFIX}/instructions", "notice": self.notice_parameter}
        outcome = publish({"Name": self.parameter, "Value": text}, parameters, self.app.region)
        code = outcome["code"]
        if code:
            self.troubles.begins("heartbeats", code, f"cannot be written, trying on: {code}: {outcome['error']}")
            self.schedule.failed(read_clock().boot)
            return
        self.troubles.is_over("heartbeats", "are written again")
        self.schedule.succeeded(sample)
        self.apply_instructions(outcome)
        self.dialogue.take_notice(outcome, sample)

    def apply_instructions(self, outcome: dict[str, str]) -> None:
        """Follow what publish() brought back; what is wrong or cannot be read changes nothing."""
        try:
            if "instructionsError" in outcome:
                raise ValueError(outcome["instructionsError"])
            instructions = Instructions(outcome["instructions"]) if "instructions" in outcome else None
        except ValueError as error:
            self.troubles.begins("instructions", "wrong", f"cannot be followed: {error}")
            return
        self.troubles.is_over("instructions", "can be followed again")
        if instructions:
            if vars(instructions) != vars(self.schedule.instructions):
                log(
                    f"instructions: look every {instructions.sample_seconds} s, "
                    f"write every {instructions.cadence_seconds} s, timeouts {instructions.timeouts}"
                )
            self.schedule.follow(instructions)


def random_fraction() -> float:
    """From 0 to 1; the random module would cost memory."""
    return int.from_bytes(os.urandom(4), "big") / 2**32
