"""The user's wish that the app be kept, for a time or for as long as a program runs.

A wish comes as a small file of JSON, `{"for": seconds}` (0 withdraws it) or `{"pid", "started", "what"}`, which the
agent takes away. What is too long is clamped here as it is by the sweep, so that the user is told at once what holds.
"""

from __future__ import annotations

import json
import os
import stat

from processes import read_file
from sources.base import sendable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from processes import Process

MAX_SECONDS = 366 * 86_400
MAX_WHAT_CHARACTERS = 200
MAX_WISHES = 8
SAME_START_SECONDS = 0.05  # a process's start is told in hundredths


class Wish:
    """For so many seconds from the instant `made_at`, and no longer than its program runs, if it has one."""

    def __init__(self, made_at: float, seconds: int, pid: int = 0, started: float = 0, what: str = "") -> None:
        self.made_at, self.seconds, self.pid, self.started, self.what = made_at, seconds, pid, started, what

    def seconds_left(self, boot: float) -> float:
        # What has passed is subtracted, so that none has at the start: the sum of an instant and a duration is rounded.
        return self.seconds - (boot - self.made_at)

    def has_ended(self, processes: dict[int, Process], boot: float) -> bool:
        if self.seconds_left(boot) <= 0:
            return True
        # The look at which it was made may have listed the processes before this one was there.
        if not self.pid or not processes or boot <= self.made_at:
            return False
        program = processes.get(self.pid)
        return program is None or program.status in "ZX" or abs(program.create_time - self.started) > SAME_START_SECONDS

    def seconds_told(self, boot: float, lease_seconds: int) -> int:
        """A program's end is not known: its time is renewed with each heartbeat."""
        left = self.seconds_left(boot)
        return int(min(left, 2 * lease_seconds) if self.pid else left)

    def word(self, boot: float, lease_seconds: int) -> dict[str, Any]:
        """What the heartbeat says: for how long to keep the app, and since when that is wished."""
        word = {"for": self.seconds_told(boot, lease_seconds), "since": int(boot - self.made_at)}
        return {**word, "while": self.what} if self.pid else word


class KeepAlive:
    """One wish for a time, and one for each of a few programs; the one that lasts longest is told."""

    def __init__(self) -> None:
        self.wishes: list[Wish] = []

    def ask(self, request: dict[str, Any], at_most: int, boot: float) -> None:
        """Take over what the user asks for now. Raises ValueError where that is nothing to be asked for."""
        if "pid" in request:
            pid, started, what = request["pid"], request.get("started"), request.get("what")
            if type(pid) is not int or not isinstance(started, (int, float)) or not isinstance(what, str):
                raise ValueError("no process is meant")
            wish = Wish(boot, at_most, pid, started, sendable(what, MAX_WHAT_CHARACTERS))
            others = [one for one in self.wishes if one.pid != pid]
            self.wishes = [*others[-MAX_WISHES:], wish]
            return
        seconds = request.get("for")
        if type(seconds) is not int or not 0 <= seconds <= MAX_SECONDS:
            raise ValueError("no time is meant")
        programs = [one for one in self.wishes if one.pid]
        self.wishes = [*programs, Wish(boot, min(seconds, at_most))] if seconds else []

    def look(self, at_most: int, processes: dict[int, Process], boot: float) -> None:
        """A wish ends with its time or its program; a policy that now allows less holds for it, too."""
        for wish in self.wishes:
            wish.seconds = min(wish.seconds, at_most)
        self.wishes = [wish for wish in self.wishes if not wish.has_ended(processes, boot)]

    def longest(self, boot: float, lease_seconds: int) -> Wish | None:
        """The wish that the heartbeat tells."""
        return max(self.wishes, key=lambda wish: (wish.seconds_told(boot, lease_seconds), wish.made_at), default=None)

    def to_memory(self) -> list[dict[str, Any]]:
        return [vars(wish).copy() for wish in self.wishes]

    def restore(self, memory: list[dict[str, Any]], boot: float) -> None:
        """Take over what to_memory() gave. Raises all sorts of errors on a memory that is not to be trusted."""
        wishes = [Wish(**fields) for fields in memory]
        if not all(0 <= wish.made_at <= boot and wish.seconds <= MAX_SECONDS for wish in wishes):
            raise ValueError("it has instants that cannot be")
        self.wishes = wishes


def take_request(file_name: str) -> dict[str, Any] | None:
    """What the file asks for, which it does once: it is taken away. None where there is none.

    Raises ValueError where it is not what a user's program writes.
    """
    try:
        is_file = stat.S_ISREG(os.lstat(file_name).st_mode)
        text = read_file(file_name) if is_file else b""
        os.remove(file_name)
    except OSError:
        return None
    request = json.loads(text)
    if not isinstance(request, dict):
        raise ValueError("no object")
    return request
