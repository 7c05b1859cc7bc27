"""Who is at what a process of the server, or a kernel, serves: an app behind a proxy, say."""

from __future__ import annotations

import time

import kernel_messages
from origins import is_kernel
from process_tree import ProcessTree
from sockets import Network, sockets_of, sockets_of_all
from sockets_seen import SocketsSeen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from processes import Process

# A process may open a port in less CPU time than a tick: nobody is overlooked there for longer than so many looks.
MAX_LOOKS_SPARED = 10


class Alone:
    """A process that had no guests at a look."""

    def __init__(self, process: Process, ports: set[str], is_settled: bool) -> None:
        self.threads, self.cpu_ticks = process.num_threads, process.cpu_ticks
        self.ports = ports  # at which it listens
        self.is_settled = is_settled  # whether it did nothing since the look before, either
        self.looks_spared = 0

    def is_still(self, process: Process) -> bool:
        """Whether it seems to have done nothing since."""
        return (self.threads, self.cpu_ticks) == (process.num_threads, process.cpu_ticks)

    def is_spared(self, process: Process) -> bool:
        """Whether it need not be looked at: it served nothing, and seems to have done nothing for two looks.

        Each answer of yes is one of the few looks that it may be spared.
        """
        if self.ports or not self.is_settled or not self.is_still(process) or self.looks_spared >= MAX_LOOKS_SPARED:
            return False
        self.looks_spared += 1
        return True


class Guests:
    """Tells who has guests at one look. Looks again only where somebody may have come since the last one."""

    def __init__(self, tree: ProcessTree, network: Callable[[], Network], before: Guests | None) -> None:
        self.tree, self.network = tree, network
        self.sockets: SocketsSeen = SocketsSeen(before.sockets if before else None)
        self.alone_before = before.alone if before else {}
        self.alone: dict[tuple[int, float], Alone] = {}  # by pid and start

    def are_at(self, process: Process) -> bool:
        """Whether somebody is connected to it or its descendants who is none of them; not where that cannot be read.

        Who is at a kernel's own sockets, the kernel tells.
        """
        key = (process.pid, process.create_time)
        before = self.alone_before.get(key)
        if before and before.is_spared(process):
            self.alone[key] = before
            self.sockets.keep(key)
            return False
        try:
            family = [process, *self.tree.descending_from(process)]
            own = sockets_of_all(family)
            seen_at = time.monotonic()
            is_known = before is not None and self.sockets.are_known(key, own)
            ports = before.ports if before and is_known else self.ports_of(family, own)
            if ports and not is_known and self.network().has_guests(own, ports):
                return True
            is_sure = is_known or not own or self.network().read_at >= seen_at
        except (OSError, ValueError, IndexError):
            return False
        if self.sockets.remember(key, own, is_sure):
            self.alone[key] = Alone(process, ports, before is not None and before.is_still(process))
        return False

    def ports_of(self, family: list[Process], own: set[str]) -> set[str]:
        """The ports at which they listen, but for those of kernels: a server is always connected to them."""
        if not own:
            return set()
        kernels_ports: list[int] = []
        for kernel in filter(is_kernel, family):
            try:
                kernels_ports += kernel_messages.ports_of(kernel.cmdline)
            except (OSError, ValueError):
                own = own - sockets_of(kernel.pid)  # nobody knows which of them are for the server
        return self.network().ports_of(own, kernels_ports)
