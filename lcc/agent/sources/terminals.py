"""Terminals: what is typed and printed on their ptys; and jobs, on terminals or left behind by them or by kernels.

The server's own last_activity is of no use, as it moves when a tab merely reconnects or resizes.
"""

from __future__ import annotations

import os

from clock import ClockReading
from process_model import JOB, title_of
from sources.base import ActivityRecord, Source, SourceContext
from stillness import total_ticks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from processes import Process


class Terminals(Source):
    name = "terminals"
    coarseness_seconds = 8  # the system moves a pty's times once in so many seconds

    def __init__(self, start: ClockReading, context: SourceContext) -> None:
        super().__init__(start, context)

    def look(self, now: ClockReading) -> bool:
        processes = self.context.require_processes()
        jobs = self.context.model.jobs()
        on_terminals = self.find_jobs()
        records: dict[str, ActivityRecord] = {}
        counted: list[ActivityRecord] = []
        for number, job in on_terminals.items():
            counted += self.update_terminal(number, job, now, records)
        self.remember(records, now, counted)
        self.stillness.begin_look()
        still = {job.pid: self.seconds_still(job, now) for job in jobs}
        if jobs:
            # One that hangs hides none that works.
            longest = min(jobs, key=lambda job: (still[job.pid], job.create_time))
            self.set_busy(title_of(longest, processes), now, longest.create_time, still[longest.pid])
        return True

    def seconds_still(self, job: Process, now: ClockReading) -> int:
        return self.stillness.seconds((job.pid, job.create_time), total_ticks([job]), now.boot)

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
                is_job = self.context.model.kind_of(process) == JOB
                jobs[process.terminal] = process if is_job else None
        return jobs
