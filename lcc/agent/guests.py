"""Who is at what a process of the server, or a kernel, serves: an app behind a proxy, say."""

from __future__ import annotations

import time

from sockets import Network, sockets_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from processes import Process


class Alone:
    """A process that had no guests at a look."""

    def __init__(self, process: Process, sockets: set[str], ports: set[str]) -> None:
        self.threads, self.cpu_ticks = process.num_threads, process.cpu_ticks
        self.sockets, self.ports = sockets, ports  # at which it listens
        self.is_settled = False  # whether it did nothing since the look before, either

    def is_still(self, process: Process) -> bool:
        """Whether it seems to have done nothing since."""
        return (self.threads, self.cpu_ticks) == (process.num_threads, process.cpu_ticks)


class Guests:
    """Tells who has guests at one look. Looks again only where somebody may have come since the last one."""

    def __init__(self, before: Guests | None, network: Callable[[], Network]) -> None:
        self.network = network
        self.alone_before = before.alone if before else {}
        self.alone: dict[tuple[int, float], Alone] = {}  # by pid and start

    def has_guests(
        self, process: Process, family: Callable[[], Iterable[Process]], own_ports: Callable[[], Iterable[int]] = tuple
    ) -> bool:
        """Whether somebody is connected to it who is none of its family; not where that cannot be read.

        `own_ports` are those that tell nothing, as a kernel's server is always connected to them.
        """
        key = (process.pid, process.create_time)
        before = self.alone_before.get(key)
        if before and before.is_settled and before.is_still(process) and not before.ports:
            self.alone[key] = before
            return False
        try:
            own = sockets_of(process.pid).union(*(sockets_of(one.pid) for one in family()))
            seen_at = time.monotonic()
            ports = self.ports_of(own, before, own_ports)
            if before is None or before.sockets != own:
                if ports and self.network().has_guests(own, ports):
                    return True
                if own and self.network().read_at < seen_at:
                    return False  # somebody may have come in between: nothing is remembered
        except (OSError, ValueError, IndexError):
            return False
        self.alone[key] = Alone(process, own, ports)
        self.alone[key].is_settled = before is not None and before.is_still(process)
        return False

    def ports_of(self, own: set[str], before: Alone | None, own_ports: Callable[[], Iterable[int]]) -> set[str]:
        # Whoever connects is one socket more. What the system says of all connections is dear to read.
        if before and before.sockets == own:
            return before.ports
        return self.network().ports_of(own, own_ports()) if own else set()
