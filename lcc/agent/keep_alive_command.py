"""The command keep-alive: asks the agent in this app to keep it, by a file, and says what holds."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time

from doorbell import ring
from processes import read_process
from wording import in_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

USAGE = """\
usage: keep-alive                   what holds now
       keep-alive 8h                keep this app for 8 h (also 90m, 1h30m, 3d)
       keep-alive off               no longer
       keep-alive -- make all       run this, and keep the app for as long as it runs
       keep-alive --pid 1234        keep the app for as long as that process runs
The policy of your administrators limits for how long an app can be kept."""

NEVER_SECONDS = 315_360_000  # among the idle times: an app that is not stopped
ANSWER_SECONDS = 10  # in which an agent that was rung has looked
UNIT_SECONDS = {"d": 86_400, "h": 3600, "m": 60}


class CannotKeep(Exception):
    """Why, for the user."""


def main() -> int:
    folder, *arguments = sys.argv[2:]
    try:
        return obey(Agent(folder), arguments)
    except CannotKeep as error:
        print(f"keep-alive: {error}", file=sys.stderr)
        return 1


def obey(agent: Agent, arguments: list[str]) -> int:
    if arguments in (["-h"], ["--help"]):
        print(USAGE)
    elif not arguments:
        print(what_holds(agent.status()))
    elif arguments == ["off"]:
        print(agent.ask({"for": 0}))
    elif arguments[0] == "--pid" and len(arguments) == 2:
        print(agent.ask(program(arguments[1])))
    elif arguments[0] == "--" and len(arguments) > 1:
        run(agent, arguments[1:])
    elif len(arguments) == 1 and not arguments[0].startswith("-"):
        print(agent.ask({"for": parse_duration(arguments[0])}))
    else:
        print(USAGE, file=sys.stderr)
        return 2
    return 0


class Agent:
    """The agent of this app as the files in its folder show it."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.request, self.status_file = f"{folder}/keep-alive.request", f"{folder}/status.json"

    def status(self) -> dict[str, Any]:
        try:
            with open(self.status_file, encoding="utf-8") as file:
                status: dict[str, Any] = json.load(file)
            age = time.time() - os.stat(self.status_file).st_mtime
        except (OSError, ValueError) as error:
            raise CannotKeep(NOBODY) from error
        if age > 3 * status["next"] + 60:
            raise CannotKeep(NOBODY)
        return status

    def ask(self, request: dict[str, Any]) -> str:
        """Have the agent take the request over; returns what then holds."""
        before = self.status()
        if not before["keepAtMost"] and request != {"for": 0}:
            raise CannotKeep("the policy of your administrators does not let apps be kept.")
        self.leave(request)
        if not ring(f"{self.folder}/doorbell"):
            return "Asked for; the agent looks within a minute."
        deadline = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < deadline:
            time.sleep(0.1)
            if self.status()["wishes"] != before["wishes"]:
                return limits(request, self.status()) + what_holds(self.status())
        return "Asked for; the agent has not answered yet. Run keep-alive again to see what holds."

    def leave(self, request: dict[str, Any]) -> None:
        try:
            with open(f"{self.request}.{os.getpid()}", "w", encoding="utf-8") as file:
                json.dump(request, file)
            os.replace(file.name, self.request)
        except OSError as error:
            raise CannotKeep(f"the agent cannot be asked: {error}") from error


NOBODY = (
    "no agent of Studio Reaper is at work here, so there is nobody to ask."
    " An app whose agent is not heard is kept, unless the policy says otherwise."
)


def parse_duration(text: str) -> int:
    found = re.fullmatch(r"(?:[0-9]{1,6}[dhm])+", text)
    seconds = sum(int(number) * UNIT_SECONDS[unit] for number, unit in re.findall(r"(\d+)([dhm])", text))
    if not found or not 0 < seconds <= 366 * 86_400:
        raise CannotKeep(f"{text!r} is no duration. Accepted are ones like 8h, 90m, 1h30m and 3d, up to 366d.")
    return seconds


def program(text: str) -> dict[str, Any]:
    """The request to keep the app while this process runs."""
    try:
        process = read_process(int(text), {}, 0)
    except (OSError, ValueError) as error:
        raise CannotKeep(f"{text!r} is no process that runs here.") from error
    if process.status in "ZX":
        raise CannotKeep(f"process {text} has ended.")
    return {"pid": process.pid, "started": process.create_time, "what": process.command()}


def run(agent: Agent, command: list[str]) -> None:
    """Become this command, under the number that the agent was told."""
    print(agent.ask({**program(str(os.getpid())), "what": " ".join(command)}), file=sys.stderr)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # the interpreter's own setting is not the command's
    try:
        os.execvp(command[0], command)
    except OSError as error:
        raise CannotKeep(f"{command[0]} does not start: {error.strerror}") from error


def limits(request: dict[str, Any], status: dict[str, Any]) -> str:
    if request.get("for", 0) <= status["keepAtMost"]:
        return ""
    return f"The policy allows {in_words(status['keepAtMost'])} at most. "


def what_holds(status: dict[str, Any]) -> str:
    """In a sentence or two: kept until when, or else since when idle, and what comes of it."""
    kept, notice = status["kept"], status["notice"]
    if kept and kept["while"]:
        return f"This app is kept for as long as {kept['while']} runs, for {in_words(kept['for'])} more at most."
    if kept:
        until = time.strftime("%a %H:%M", time.localtime(time.time() + kept["for"]))
        return f"This app is kept for {in_words(kept['for'])}, until {until}."
    if notice and "stopIn" in notice:
        return f"This app will be stopped in {in_words(notice['stopIn'])}: {notice['why']}."
    most = f" Apps may run for {in_words(status['maxAge'])} at most." if status["maxAge"] else ""
    return f"Nobody asked to keep this app. {activity(status)}{most}"


def activity(status: dict[str, Any]) -> str:
    for source, busy in status["busy"].items():
        return f"It is in use ({source}: {busy['what']}, for {in_words(busy['for'])})."
    unknown = [source for source, idle in status["idle"].items() if idle is None]
    if unknown:
        return f"It counts as in use, as {unknown[0]} cannot be read."
    source, idle = min(status["idle"].items(), key=lambda entry: entry[1])
    after = " or ".join(in_words(seconds) for seconds in status["idleTimes"] if seconds < NEVER_SECONDS)
    stopped = f"stopped after {after}" if after else "not stopped for that"
    unless = ", or not at all" if after and NEVER_SECONDS in status["idleTimes"] else ""
    return f"It has been idle for {in_words(idle)} ({source}); apps are {stopped}{unless}."
