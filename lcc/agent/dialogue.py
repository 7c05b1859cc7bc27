"""What the agent and the app's user say to each other: notices shown, wishes taken, and what holds."""

from __future__ import annotations

import json
import os

import settings
from command_file import lay_command
from displays.home_file import HomeFile
from displays.terminal_lines import TerminalLines
from keep_alive import KeepAlive, take_request
from lab_extension import LabExtension
from log import log
from memory import write_file
from notice import JUPYTERLAB, STOPPED
from notices import Notices
from status import compose_status
from wording import stopped_text, warning_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from displays.base import Display
    from heartbeat import Sample
    from log import TroubleLog
    from sources.base import SourceContext
    from write_schedule import WriteSchedule

REQUEST_FILE = f"{settings.AGENT_FOLDER}/keep-alive.request"
STATUS_FILE = f"{settings.AGENT_FOLDER}/status.json"
MEMORY_FILE = f"{settings.AGENT_FOLDER}/dialogue.json"


def take_request_of_command() -> dict[str, Any] | None:
    return take_request(REQUEST_FILE)


class Dialogue:
    def __init__(self, context: SourceContext, troubles: TroubleLog, app_type: str, owner: list[Any]) -> None:
        self.context, self.troubles, self.owner = context, troubles, owner
        self.notices, self.keep_alive = Notices(), KeepAlive()
        self.displays: list[Display] = [HomeFile(os.path.expanduser("~")), TerminalLines(context)]
        self.page, self.has_page = LabExtension(context), app_type == "JupyterLab"
        self.command = ""
        self.requests_taken = 0
        self.saved = ""

    def begin(self, boot: float) -> None:
        """Give the user the command, and go on where the agent was before it was started again."""
        try:
            self.command = lay_command()
        except OSError as error:
            log(f"there is no command keep-alive: {error}")
        try:
            if self.has_page:
                self.page.begin()
        except OSError as error:
            log(f"no JupyterLab extension yet: {error}")
        self.restore(boot)

    def restore(self, boot: float) -> None:
        """What was said before counts in the same incarnation of the app only."""
        try:
            with open(MEMORY_FILE, encoding="utf-8") as file:
                memory = json.load(file)
            if memory["owner"] == self.owner:
                self.notices.restore(memory["notices"], boot)
                self.keep_alive.restore(memory["wishes"], boot)
        except FileNotFoundError:
            pass
        except Exception as error:  # whatever may be in that file
            log(f"what was said to the user is lost: {error!r}")
            self.notices, self.keep_alive = Notices(), KeepAlive()

    def look(self, sample: Sample, schedule: WriteSchedule) -> bool:
        """Take what the user wishes, and have the heartbeat say it, and which notice is shown.

        Returns whether the user waits for an answer.
        """
        taken_before = self.requests_taken
        self.take_requests(sample.boot)
        self.keep_alive.look(self.keep_at_most(), self.context.processes, sample.boot)
        self.notices.look(self.last_activity(sample), sample.boot)
        lease = schedule.lease_seconds()
        sample.notice, sample.wish = self.notices.word(sample.boot), self.keep_alive.longest(sample.boot, lease)
        sample.keep_alive = sample.wish.word(sample.boot, lease) if sample.wish else None
        return self.requests_taken > taken_before

    def last_activity(self, sample: Sample) -> float:
        """The instant of it, of the sources that the notice says count."""
        counted = self.notices.notice.sources if self.notices.notice else None
        instants = [at for source, at in sample.active_at.items() if counted is None or source in counted]
        return max(instants, default=0)

    def keep_at_most(self) -> int:
        """For how long the policy lets a user keep the app: the notice knows it for this app, if there is one."""
        of_all: int = self.context.instructions.keep_at_most
        notice = self.notices.notice
        return of_all if notice is None or notice.kind == STOPPED else min(of_all, notice.keep_at_most)

    def take_requests(self, boot: float) -> None:
        for take in (take_request_of_command, self.page.take_request):
            try:
                request = take()
                if request is not None:
                    self.keep_alive.ask(request, self.keep_at_most(), boot)
                    self.requests_taken += 1
            except (ValueError, RecursionError) as error:
                log(f"a wish to keep the app cannot be read: {error}")

    def take_notice(self, outcome: dict[str, str], sample: Sample) -> None:
        """Follow what was read; what is wrong or cannot be read changes nothing."""
        try:
            trouble = outcome["code"] or outcome.get("noticeError")
            if trouble:
                raise ValueError(trouble)
            self.notices.take(outcome.get("notice"), self.last_activity(sample), sample.boot)
        except ValueError as error:
            self.troubles.begins("notices", "wrong", f"cannot be shown: {error}")
            return
        self.troubles.is_over("notices", "can be shown again")

    def has_news(self, sample: Sample) -> bool:
        """Whether the next heartbeat says at once that a notice is shown."""
        shown, said = self.notices.shown(), sample.notice
        return shown is not None and (said is None or said["id"] != shown.id)

    def show(self, sample: Sample, next_look: float) -> None:
        """Have every display that the policy lets show what there is to show, and say what holds."""
        notice, text = self.notices.shown(), ""
        if notice and notice.kind == STOPPED:
            text = stopped_text(notice)
        elif notice:
            text = warning_text(notice, self.notices.seconds_left(sample.boot), self.command)
        ways = [way for way in self.context.instructions.ways if notice and way in notice.ways]
        for display in self.displays:
            try:
                display.update(notice if display.way in ways else None, text)
                self.troubles.is_over(f"{display.way} display", "works again")
            except OSError as error:
                self.troubles.begins(f"{display.way} display", "fails", f"cannot be used: {error}")
        self.tell_status(compose_status(self, sample, next_look), sample.boot)
        self.save()

    def tell_status(self, status: dict[str, Any], boot: float) -> None:
        try:
            write_file(STATUS_FILE, json.dumps(status))
            self.troubles.is_over("what holds for the app", "can be told again")
        except OSError as error:
            self.troubles.begins("what holds for the app", "unwritten", f"cannot be told: {error}")
        try:
            self.tell_page(status, boot)
        except OSError as error:
            self.troubles.begins("JupyterLab extension", "unwritten", f"cannot be laid or told: {error}")

    def tell_page(self, status: dict[str, Any], boot: float) -> None:
        if JUPYTERLAB not in self.context.instructions.ways:
            self.page.remove()
        elif self.has_page:
            self.page.look(boot)
            self.page.tell(status)

    def save(self) -> None:
        memory = {"owner": self.owner, "notices": self.notices.to_memory(), "wishes": self.keep_alive.to_memory()}
        text = json.dumps(memory)
        if text == self.saved:
            return
        self.saved = text
        try:
            write_file(MEMORY_FILE, text)
        except OSError as error:
            self.troubles.begins("dialogue", "unsaved", f"cannot be kept over a restart: {error}")

    def end(self) -> None:
        """Take all displays away: without an agent nobody would."""
        for display in self.displays:
            try:
                display.update(None, "")
            except OSError:
                continue
        self.page.remove()
