"""CPU time of all but the image, the servers with their helpers, and the agent."""

from __future__ import annotations

from clock import ClockReading
from process_model import NOBODY_KNOWS, NOT_JOB, OURS
from processes import CLOCK_TICKS_PER_SECOND
from sources.base import MAX_WHAT_CHARACTERS, Source, SourceContext
from stillness import total_ticks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from processes import Process

# A long command is cut, and not what it uses.
MAX_COMMAND_CHARACTERS = MAX_WHAT_CHARACTERS - len(" uses 99.9 of a core")
MIN_ELAPSED_SECONDS = 1  # between looks closer to each other one tick would be a lot
# A monitor left open may redraw dearly, and is no work by its name; a name alone does not hide work.
NOT_JOB_FACTOR = 10


class Cpu(Source):
    name = "cpu"

    def __init__(self, start: ClockReading, context: SourceContext) -> None:
        super().__init__(start, context)
        self.processes_before: dict[int, Process] = {}
        # Processes of unknown kind over the threshold at the last look, by pid and start.
        self.unknown_before: set[tuple[int, float]] = set()

    def look(self, now: ClockReading) -> bool:
        elapsed = now.boot - self.last_look.boot
        if self.processes_before and elapsed < MIN_ELAPSED_SECONDS:
            self.busy = self.busy_before
            return True
        processes = self.context.require_processes()
        used = self.find_work(processes, max(elapsed, MIN_ELAPSED_SECONDS)) if self.processes_before else {}
        if used:
            busiest = max(used, key=lambda pid: used[pid])
            command = processes[busiest].command()[:MAX_COMMAND_CHARACTERS]
            self.set_busy(f"{command} uses {used[busiest]:.1f} of a core", now)
        self.processes_before = processes
        self.remember({}, now, ())
        return True

    def find_work(self, processes: dict[int, Process], elapsed: float) -> dict[int, float]:
        """The cores that each process at work used since the last look, itself and through its ended children."""
        used: dict[int, float] = {}
        unknown: set[tuple[int, float]] = set()
        for process in processes.values():
            if self.processes_before.get(process.pid) is process:
                continue  # nothing about it has changed
            cores = self.ticks_of(process) / CLOCK_TICKS_PER_SECOND / elapsed
            if cores <= self.context.instructions.cpu_threshold:
                continue
            kind, key = self.context.model.kind_of(process), (process.pid, process.create_time)
            if kind == NOBODY_KNOWS:
                unknown.add(key)
            if (kind == NOBODY_KNOWS and key not in self.unknown_before) or kind == OURS:
                continue
            if kind == NOT_JOB and cores <= NOT_JOB_FACTOR * self.context.instructions.cpu_threshold:
                continue
            used[process.pid] = cores
        self.unknown_before = unknown
        return used

    def ticks_of(self, process: Process) -> int:
        """Clock ticks since the last look, or since the start of a process that is newer."""
        before = self.processes_before.get(process.pid)
        ticks = total_ticks([process])
        return ticks - total_ticks([before]) if before and before.create_time == process.create_time else ticks
