"""Terminals: what is typed and printed on their ptys, and the jobs that run on them.

The server's own last_activity is of no use, as it moves when a tab merely reconnects or resizes.
"""

from __future__ import annotations

import os

from clock import ClockReading
from process_kinds import SOMETHING_ELSE, is_prompt, runs_program, waits_for
from sources.base import ActivityRecord, Source, SourceContext

TYPE_CHECKING = False
if TYPE_CHECKING:
    from processes import Process

STOPPED_OR_ENDED = "TtZ"


class Terminals(Source):
    name = "terminals"
    coarseness_seconds = 8  # the system moves a pty's times once in so many seconds

    def __init__(self, start: ClockReading, context: SourceContext) -> None:
        super().__init__(start, context)
        # The prompts that run something, by pid and start, at the last look and at this one.
        self.busy_prompts_before: set[tuple[int, float]] = set()
        self.busy_prompts: set[tuple[int, float]] = set()

    def look(self, now: ClockReading) -> bool:
        self.busy_prompts_before, self.busy_prompts = self.busy_prompts, set()
        jobs = self.find_jobs()
        records: dict[str, ActivityRecord] = {}
        counted: list[ActivityRecord] = []
        for number, job in jobs.items():
            counted += self.update_terminal(number, job, now, records)
        at_work = [job for job in jobs.values() if job]
        if at_work:
            longest = min(at_work, key=lambda job: job.create_time)
            self.set_busy(longest.command(), now, longest.create_time)
        self.remember(records, now, counted)
        return True

    def update_terminal(
        self, number: int, job: Process | None, now: ClockReading, records: dict[str, ActivityRecord]
    ) -> list[ActivityRecord]:
        """Add the records of one terminal; those that count as activity are returned."""
        try:
            times = os.stat(f"/dev/pts/{number}")
        except OSError:
            return []
        before = self.records.get(f"{number} printed")
        typed = self.update_record(f"{number} typed", times.st_atime, times.st_atime, now)
        printed = self.update_record(f"{number} printed", times.st_mtime, times.st_mtime, now)
        printed.busy_since = job.create_time if job else None
        records[f"{number} typed"], records[f"{number} printed"] = typed, printed
        # Output counts where a job prints: a shell alone redraws for a tab that comes back.
        return [typed, printed] if job or (before and before.busy_since) else [typed]

    def find_jobs(self) -> dict[int, Process | None]:
        """The terminals of this app's sessions, each with the oldest job on it, if any.

        A session whose leader is outside this process namespace has number 0 and belongs to whoever started the app.
        """
        jobs: dict[int, Process | None] = {}
        for process in sorted(self.context.require_processes().values(), key=lambda process: process.create_time):
            if process.terminal is not None and process.session > 0 and not jobs.get(process.terminal):
                jobs[process.terminal] = process if self.is_job(process) else None
        return jobs

    def is_job(self, process: Process) -> bool:
        """Whether it works, rather than being stopped, waiting at a prompt, or left open as a pager or an editor is."""
        if process.status in STOPPED_OR_ENDED or (is_prompt(process) and not self.runs_something(process)):
            return False
        return not self.is_left_open(process)

    def is_left_open(self, process: Process) -> bool:
        """Whether it, or one that started it on the same terminal, is a program that the policy does not call a job."""
        ancestor: Process | None = process
        while ancestor and ancestor.terminal == process.terminal:
            if any(runs_program(ancestor, program) for program in self.context.instructions.not_jobs):
                return True
            ancestor = self.context.processes.get(ancestor.ppid)
        return False

    def runs_something(self, prompt: Process) -> bool:
        """Whether a prompt runs something of its own: it waits for no input, and did not at the last look."""
        if prompt.status != "R" and waits_for(prompt) != SOMETHING_ELSE:
            return False
        self.busy_prompts.add((prompt.pid, prompt.create_time))
        return (prompt.pid, prompt.create_time) in self.busy_prompts_before
