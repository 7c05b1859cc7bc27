"""Kernels: as the Jupyter server lists them, as they speak of themselves, and as their processes show."""

from __future__ import annotations

import os

from clock import ClockReading, parse_timestamp
from errors import Unreadable
from kernel_messages import connection_file
from kernel_process import (
    MOST_OWN_THREADS,
    count_wakeups,
    has_sleeping_thread_of_cell,
    has_started,
    main_thread_works,
    sockets_received_from,
    waits_for_messages,
    waits_of_cell_threads,
)
from kernel_subscriptions import KernelSubscriptions
from process_kinds import EVENT_LOOP, is_server, waits_for
from server_identity import has_package
from sources.base import ActivityRecord, Source, SourceContext
from stillness import total_ticks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from processes import Process

START_SECONDS = 10  # within which a kernel has sent its first messages
# A server freezes timestamps if a kernel works for so long without a new one. A tab that asks a kernel for its info
# makes it busy for less.
FROZEN_SECONDS = 30
# A kernel that never gets beyond starting, or is dead, does nothing. Any other state is work, known or not.
STATES_WITHOUT_WORK = ("idle", "starting", "dead")


class Kernels(Source):
    name = "kernels"

    def __init__(self, start: ClockReading, context: SourceContext) -> None:
        super().__init__(start, context)
        self.processes: dict[str, Process] = {}
        self.busy_kernels: dict[str, float] = {}  # the kernels at work, and since when
        self.subscriptions = KernelSubscriptions()
        self.has_documents: bool | None = None  # not known before processes were seen

    def look(self, now: ClockReading) -> bool:
        self.connections, self.busy_kernels = None, {}
        kernels = self.list_kernels()
        self.processes = processes_by_kernel(self.context.processes)
        self.connections = None if self.hides_connections() else count_connections(kernels)
        kernels += self.find_unlisted(kernels)
        keys = [kernel["id"] for kernel in kernels]
        self.subscriptions.read({key: self.processes[key] for key in keys if key in self.processes})
        records = {kernel["id"]: self.update_kernel(kernel, now) for kernel in kernels}
        if self.records.keys() - records.keys():
            # Nobody knows what a kernel that is gone did since the last look, nor who shut it down.
            self.active_at = self.life_at = now.boot
        self.remember(records, now, records.values())
        if self.busy_kernels:
            self.report_busy(kernels, now)
        return True

    def list_kernels(self) -> list[dict[str, Any]]:
        kernels = self.context.server.get_list("kernels")
        if not all(isinstance(kernel.get(key), str) for kernel in kernels for key in ("id", "execution_state")):
            raise Unreadable("kernels: one without id or state")
        return kernels

    def hides_connections(self) -> bool:
        """Whether the server has the extension with which it says that no kernel is open in a browser, whatever is."""
        if self.has_documents is None and self.context.processes:
            servers = filter(is_server, self.context.processes.values())
            self.has_documents = any(has_package(server, "jupyter_server_documents") for server in servers)
        return self.has_documents is True

    def find_unlisted(self, kernels: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The IPython kernels that the server did not start: an editor's, or those of nbconvert or papermill."""
        listed = {kernel["id"] for kernel in kernels}
        by_file: dict[str, Process] = {}
        kernel_processes = [process for process in self.context.processes.values() if process.is_ipython_kernel]
        for process in sorted(kernel_processes, key=lambda process: -process.create_time):
            file = connection_file(process.cmdline)
            if file and process.kernel_id not in listed and process.status != "Z":
                by_file[file] = process  # the oldest: the others are its children, or wrapped by it
        self.processes.update(by_file)
        return [
            {"id": file, "name": "not of this server", "execution_state": "idle", "last_activity": process.create_time}
            for file, process in by_file.items()
        ]

    def update_kernel(self, kernel: dict[str, Any], now: ClockReading) -> ActivityRecord:
        key, timestamp, state = kernel["id"], kernel.get("last_activity"), kernel["execution_state"]
        before, process = self.records.get(key), self.processes.get(key)
        record = self.update_record(key, timestamp, parse_timestamp(timestamp), now)
        record_process(record, before, process)
        messages = self.subscriptions.complete_since(before.process_started, key) if before else None
        if before and messages:
            if not messages.worked:
                record.active_at = before.active_at  # a tab's own questions moved the timestamp
            elif before.timestamp == record.timestamp:
                record.active_at = now.boot
        elif before and before.timestamp == record.timestamp and self.works_unstamped(record, before):
            record.active_at = now.boot
        record.seen_at_rest = record.seen_at_rest or state == "idle"
        busy_since = self.find_work(kernel, record, before, now)
        if messages:
            messages.worked = False
        if busy_since is not None:
            self.busy_kernels[key] = busy_since
        return record

    def works_unstamped(self, record: ActivityRecord, before: ActivityRecord) -> bool:
        """Whether a kernel did something since the last look of which its server took no note.

        Some servers never move the timestamp. An idle kernel uses a tick of CPU time now and then, but not in its main
        thread; where nobody says whether that woke, CPU time counts if the server is known to leave timestamps alone.
        """
        if before.has_moved or record.process_started != before.process_started:
            return False
        known = record.wakeups is not None and before.wakeups is not None
        woke = record.wakeups != before.wakeups if known else self.timestamps_freeze
        return woke and record.cpu_ticks > before.cpu_ticks + 1

    def find_work(
        self, kernel: dict[str, Any], record: ActivityRecord, before: ActivityRecord | None, now: ClockReading
    ) -> float | None:
        """Since when the kernel is at work, if it is."""
        state, process = kernel["execution_state"], self.processes.get(kernel["id"])
        messages = self.subscriptions.complete_since(before.process_started, kernel["id"]) if before else None
        runs_cell = messages is not None and len(messages.running) > 0
        shows_work = state not in STATES_WITHOUT_WORK
        if state == "busy" and messages and before and before.busy_since is None and not messages.worked:
            shows_work = runs_cell  # the server shows for a moment that the kernel answers a tab
        hides_work = state in ("idle", "starting") and self.seems_at_work(process, record, before)
        if not shows_work and not hides_work and not runs_cell:
            return None
        since = now.boot if before is None or before.busy_since is None else before.busy_since
        record.busy_since = since
        if hides_work and not runs_cell:
            # It must do so at two looks, as an idle kernel may do something for a moment.
            return since if since < now.boot else None
        if shows_work and record.seen_at_rest and now.boot > since + FROZEN_SECONDS:
            self.timestamps_freeze = True
        return since if runs_cell or not self.execution_was_killed(record, process, now) else None

    def seems_at_work(self, process: Process | None, record: ActivityRecord, before: ActivityRecord | None) -> bool:
        """Whether an IPython kernel that is called idle is at work, if it looks so twice.

        Jupyter servers call a kernel idle in the middle of a cell, as its debugger, its usage or a widget answers a
        tab; and one that had to be started twice is starting for ever.
        """
        if process is None or not has_started(process):
            return False
        if before and before.process_started == record.process_started and record.wakeups is not None:
            record.wakeups_at_rest = before.wakeups_at_rest
        # A thread that has not slept since is counted at its next sleep.
        if record.wakeups is None or record.wakeups != record.wakeups_at_rest or process.status == "R":
            record.wakeups_at_rest = record.wakeups if waits_for_messages(process) else None
            if main_thread_works(process):
                return True
        waits = waits_of_cell_threads(process)
        return has_sleeping_thread_of_cell(waits) or self.awaits_answer(process, waits) or self.serves_guests(process)

    def awaits_answer(self, process: Process, waits: dict[int, bytes]) -> bool:
        """Whether a thread waits without end for an answer from the network."""
        sockets = sockets_received_from(process, waits)
        try:
            return len(sockets) > 0 and self.context.model.awaits_answer(sockets)
        except (OSError, ValueError, IndexError):
            return True  # it waits for somebody, whoever that is

    def serves_guests(self, process: Process) -> bool:
        """Whether somebody is at what a cell serves from a thread; an idle kernel has none to do so."""
        return process.num_threads >= MOST_OWN_THREADS and self.context.model.serves_guests(process)

    def execution_was_killed(self, record: ActivityRecord, process: Process | None, now: ClockReading) -> bool:
        """Whether the execution that made this kernel busy died with its process.

        Jupyter stamps a kernel as it turns busy, and before 2.15 shows one that was killed as busy for ever. A process
        younger than that timestamp cannot be the one at work. Later versions at times take the new process's first
        messages for work, and miss that it is done: it then waits in its event loop since its start. Nothing can be
        told where timestamps freeze, or where no process is seen.
        """
        if process is None or self.timestamps_freeze:
            return False
        if record.active_at + 1 < process.create_time <= now.boot + 1:
            return True
        has_just_started = record.process_was_replaced and record.active_at < process.create_time + START_SECONDS
        return has_just_started and waits_for(process) == EVENT_LOOP

    def report_busy(self, kernels: list[dict[str, Any]], now: ClockReading) -> None:
        self.stillness.begin_look()
        still = {key: self.seconds_still(key, now) for key in self.busy_kernels}
        at_work = [kernel for kernel in kernels if kernel["id"] in self.busy_kernels]
        # One that hangs hides none that works.
        longest = min(at_work, key=lambda one: (still[one["id"]] or 0, self.busy_kernels[one["id"]]))
        others = len(self.busy_kernels) - 1
        what = f"{self.title_of(longest)} ({longest.get('name')})" + (f" and {others} more" if others else "")
        self.set_busy(what, now, self.busy_kernels[longest["id"]], still[longest["id"]])

    def seconds_still(self, key: str, now: ClockReading) -> int | None:
        """For how long a kernel's process, with all that it started, has used no CPU time; None where none is seen."""
        process = self.processes.get(key)
        if process is None:
            return None
        children = (self.context.processes.get(pid) for pid in self.context.model.tree.descendants_of(process))
        ticks = total_ticks([process, *filter(None, children)])
        return self.stillness.seconds((key, process.create_time), ticks, now.boot)

    def title_of(self, kernel: dict[str, Any]) -> str:
        """The notebook that a kernel runs, or the kernel's id where the server does not say."""
        if kernel["id"].endswith(".json"):
            return os.path.basename(str(kernel["id"]))
        try:
            for session in self.context.server.get_list("sessions"):
                if session["kernel"]["id"] == kernel["id"]:
                    return str(session["path"])
        except (Unreadable, KeyError, TypeError):
            pass  # a name is only a courtesy
        return f"kernel {kernel['id'][:8]}"


def processes_by_kernel(processes: dict[int, Process]) -> dict[str, Process]:
    """The process of each kernel. Of several that name one, IPython's first: others wrap it, or are its children."""
    with_id = [process for process in processes.values() if process.kernel_id]
    ascending = sorted(with_id, key=lambda process: (process.is_ipython_kernel, -process.create_time))
    return {process.kernel_id: process for process in ascending}


def record_process(record: ActivityRecord, before: ActivityRecord | None, process: Process | None) -> None:
    """Note how far the kernel's process has come, and whether it is another one than before."""
    if process:
        record.cpu_ticks, record.process_started = process.cpu_ticks, process.create_time
        record.wakeups = count_wakeups(process)
    if before:
        record.process_started = record.process_started or before.process_started
        is_another = 0 < before.process_started != record.process_started
        record.process_was_replaced = before.process_was_replaced or is_another


def count_connections(kernels: list[dict[str, Any]]) -> int | None:
    """The open connections to all kernels; None where one's are not known."""
    counts = [kernel.get("connections") for kernel in kernels]
    return sum(counts) if all(type(count) is int for count in counts) else None  # type: ignore[arg-type]


class UnlistedKernels(Kernels):
    """The kernels of an app without a Jupyter server, once there was one."""

    def list_kernels(self) -> list[dict[str, Any]]:
        if self.records:
            self.context.require_processes()
        return []

    def look(self, now: ClockReading) -> bool:
        super().look(now)
        self.connections = None
        return bool(self.records) or self.active_at > self.counts_from
