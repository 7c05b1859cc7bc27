"""A line on each open terminal of the app: once a notice, never waited for, and nothing but text."""

from __future__ import annotations

import contextlib
import os

from displays.base import Display
from notice import TERMINAL, plain_text
from origins import KERNEL, is_kernel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from notice import Notice
    from processes import Process
    from sources.base import SourceContext

MAX_CHARACTERS = 500


class TerminalLines(Display):
    way = TERMINAL

    def __init__(self, context: SourceContext) -> None:
        self.context = context
        self.shown: str | None = None  # the notice's id
        self.told: set[tuple[int, float]] = set()  # the terminals, by their sessions' leaders

    def update(self, notice: Notice | None, text: str) -> None:
        shown = notice.id if notice else None
        if shown != self.shown:
            self.shown, self.told = shown, set()
        for leader in self.open_terminals() if notice else ():
            terminal = leader.pid, leader.create_time
            if terminal not in self.told:
                self.told.add(terminal)
                write_line(f"/dev/pts/{leader.terminal}", text)

    def open_terminals(self) -> list[Process]:
        """The leaders of the sessions on terminals that people have before them: what a kernel opens has a program."""
        processes = self.context.processes
        leaders = [one for one in processes.values() if one.terminal is not None and one.session == one.pid]
        return [leader for leader in leaders if not self.is_kernels(processes.get(leader.ppid))]

    def is_kernels(self, parent: Process | None) -> bool:
        if parent is None:
            return False
        return is_kernel(parent) or self.context.origins.origin_of(parent, self.context.processes) == KERNEL


def write_line(terminal: str, text: str) -> None:
    """Without waiting: a terminal whose user has stopped its output, or that nobody reads, goes without."""
    line = f"\r\n[Studio Reaper] {plain_text(text, MAX_CHARACTERS)}\r\n".encode()
    with contextlib.suppress(OSError):
        file = os.open(terminal, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
        try:
            os.write(file, line)
        finally:
            os.close(file)
