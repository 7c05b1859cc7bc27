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
SAME_START_SECONDS = 0.05  # a process's start is told in hundredths


class Wish:
    """From the instant `made_at` until `until` at the latest, and no longer than its program runs, if it has one."""

    def __init__(self, made_at: float, until: float, pid: int = 0, started: float = 0, what: str = "") -> None:
        self.made_at, self.until, self.pid, self.started, self.what = made_at, until, pid, started, what

    def has_ended(self, processes: dict[int, Process], boot: float) -> bool:
        if boot >= self.until:
            return True
        if not self.pid or not processes:
            return False
        program = processes.get(self.pid)
        return program is None or program.status in "ZX" or abs(program.create_time - self.started) > SAME_START_SECONDS


class KeepAlive:
    def __init__(self) -> None:
        self.wish: Wish | None = None

    def ask(self, request: dict[str, Any], at_most: int, boot: float) -> None:
        """Take over what the user asks for now. Raises ValueError where that is nothing to be asked for."""
        if "pid" in request:
            pid, started, what = request["pid"], request.get("started"), request.get("what")
            if type(pid) is not int or not isinstance(started, (int, float)) or not isinstance(what, str):
                raise ValueError("no process is meant")
            self.wish = Wish(boot, boot + at_most, pid, started, sendable(what, MAX_WHAT_CHARACTERS))
        else:
            seconds = request.get("for")
            if type(seconds) is not int or not 0 <= seconds <= MAX_SECONDS:
                raise ValueError("no time is meant")
            self.wish = Wish(boot, boot + min(seconds, at_most)) if seconds else None

    def look(self, at_most: int, processes: dict[int, Process], boot: float) -> None:
        """A wish ends with its time or its program; a policy that now allows less holds for it, too."""
        if self.wish:
            self.wish.until = min(self.wish.until, self.wish.made_at + at_most)
            if self.wish.has_ended(processes, boot):
                self.wish = None

    def word(self, boot: float, lease_seconds: int) -> dict[str, Any] | None:
        """What the heartbeat says: for how long to keep the app, and since when that is wished.

        A program's end is not known: its time is renewed with each heartbeat.
        """
        wish = self.wish
        if wish is None:
            return None
        left = wish.until - boot
        word = {"for": int(min(left, 2 * lease_seconds) if wish.pid else left), "since": int(boot - wish.made_at)}
        return {**word, "while": wish.what} if wish.pid else word

    def to_memory(self) -> dict[str, Any] | None:
        return vars(self.wish).copy() if self.wish else None

    def restore(self, memory: dict[str, Any] | None, boot: float) -> None:
        """Take over what to_memory() gave. Raises all sorts of errors on a memory that is not to be trusted."""
        wish = Wish(**memory) if memory else None
        if wish and not 0 <= wish.made_at <= boot < wish.until + MAX_SECONDS <= boot + 2 * MAX_SECONDS:
            raise ValueError("it has instants that cannot be")
        self.wish = wish


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
