"""For how long work has used no CPU time at all."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable
    from typing import Any

    from processes import Process

MAX_KEYS = 4096
MAX_REMEMBERED = 256


class Stillness:
    """Remembers, by a key of the caller's, how many clock ticks some work had used, and since when it uses no more."""

    def __init__(self) -> None:
        self.seen: dict[Hashable, tuple[int, float]] = {}
        self.seen_before: dict[Hashable, tuple[int, float]] = {}

    def begin_look(self) -> None:
        """Forget what the last look did not ask for."""
        self.seen_before, self.seen = self.seen, {}

    def seconds(self, key: Hashable, ticks: int, boot: float) -> int:
        """Whole seconds since the work's ticks last changed; one tick starts anew. 0 where it was not seen before."""
        before_ticks, since = self.seen_before.get(key, (ticks, boot))
        if ticks != before_ticks:
            since = boot
        if len(self.seen) < MAX_KEYS:
            self.seen[key] = ticks, since
        return int(boot - since)

    def to_memory(self) -> list[Any]:
        """What to keep over a restart of the agent: the works that are still for longest."""
        longest = sorted(self.seen.items(), key=lambda item: item[1][1])
        return [[key, *seen] for key, seen in longest[:MAX_REMEMBERED]]

    def restore(self, memory: list[Any]) -> None:
        """Take over what to_memory() gave, once JSON made lists of its keys. Raises TypeError or ValueError."""
        for key, ticks, since in memory:
            if type(ticks) is not int or not isinstance(since, float):
                raise ValueError("no ticks and instant")
            self.seen[tuple(key)] = ticks, since


def total_ticks(processes: Iterable[Process]) -> int:
    """The clock ticks of some processes and of their ended children."""
    return sum(process.cpu_ticks + process.child_ticks for process in processes)
