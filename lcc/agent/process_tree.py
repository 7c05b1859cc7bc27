"""Who started whom, of the processes at one look."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from processes import Process

MAX_RELATIVES = 64


class ProcessTree:
    def __init__(self, processes: dict[int, Process]) -> None:
        self.processes = processes
        self.children: dict[int, list[Process]] = {}
        self.groups: dict[int, list[Process]] = {}
        for process in processes.values():
            self.children.setdefault(process.ppid, []).append(process)
            self.groups.setdefault(process.group, []).append(process)

    def parent_of(self, process: Process) -> Process | None:
        return self.processes.get(process.ppid)

    def ancestors_of(self, process: Process) -> Iterator[Process]:
        """Its parent first."""
        for _ in range(MAX_RELATIVES):
            parent = self.parent_of(process)
            if parent is None:
                return
            yield parent
            process = parent

    def descendants_of(self, process: Process) -> set[int]:
        """The pids of its children, theirs, and so on."""
        found: set[int] = set()
        waiting = [process.pid]
        while waiting:
            for child in self.children.get(waiting.pop(), ()):
                if child.pid not in found:
                    found.add(child.pid)
                    waiting.append(child.pid)
        return found

    def descending_from(self, process: Process) -> list[Process]:
        return [self.processes[pid] for pid in sorted(self.descendants_of(process))[:MAX_RELATIVES]]

    def others_in_group(self, process: Process) -> list[Process]:
        return [one for one in self.groups[process.group][:MAX_RELATIVES] if one is not process]

    def lineage_in_group(self, process: Process) -> list[Process]:
        """Its ancestors and descendants in its process group."""
        descendants = self.descendants_of(process)
        others = self.others_in_group(process)
        return [one for one in others if one.pid in descendants or process.pid in self.descendants_of(one)]
