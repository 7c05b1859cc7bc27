"""CPU time of kernels, and of what they and terminals started and left behind."""

from __future__ import annotations

import os

from clock import ClockReading
from process_kinds import is_server
from processes import CLOCK_TICKS_PER_SECOND
from sources.base import MAX_WHAT_CHARACTERS, Source, SourceContext

TYPE_CHECKING = False
if TYPE_CHECKING:
    from processes import Process

# A long command is cut, and not what it uses.
MAX_COMMAND_CHARACTERS = MAX_WHAT_CHARACTERS - len(" uses 99.9 of a core")
MIN_ELAPSED_SECONDS = 1  # between looks closer to each other one tick would be a lot


class Cpu(Source):
    name = "cpu"

    def __init__(self, start: ClockReading, context: SourceContext) -> None:
        super().__init__(start, context)
        self.processes_before: dict[int, Process] = {}

    def look(self, now: ClockReading) -> bool:
        elapsed = now.boot - self.last_look.boot
        if self.processes_before and elapsed < MIN_ELAPSED_SECONDS:
            self.busy = self.busy_before
            return True
        processes = self.context.require_processes()
        used = self.ticks_by_root(processes)
        busiest = max(used, key=lambda pid: used[pid], default=0)
        cores = used.get(busiest, 0) / CLOCK_TICKS_PER_SECOND / max(elapsed, MIN_ELAPSED_SECONDS)
        if cores > self.context.instructions.cpu_threshold:
            command = processes[busiest].command()[:MAX_COMMAND_CHARACTERS]
            self.set_busy(f"{command} uses {cores:.1f} of a core", now)
        self.processes_before = processes
        self.remember({}, now, ())
        return True

    def ticks_by_root(self, processes: dict[int, Process]) -> dict[int, int]:
        """Clock ticks since the last look, by the process whose doing they are; none at the first look."""
        used: dict[int, int] = {}
        for process in processes.values() if self.processes_before else ():
            before = self.processes_before.get(process.pid)
            is_same = before is not None and before.create_time == process.create_time
            ticks = process.cpu_ticks - (before.cpu_ticks if before and is_same else 0)
            root = self.root_of(process) if ticks else 0
            if root:
                used[root] = used.get(root, 0) + ticks
        return used

    def root_of(self, process: Process) -> int:
        """Whose doing a process is: a kernel's, or that of a process left behind; 0 where it is nobody's work.

        Nobody's are the server with its helpers, the container's first process, and the agent with its supervisor.
        """
        while not process.kernel_id:
            if process.pid in (1, os.getpid(), os.getppid()) or is_server(process):
                return 0
            parent = self.context.processes.get(process.ppid)
            if parent is None or parent.pid == 1:
                break
            process = parent
        return process.pid
