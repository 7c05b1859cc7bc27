"""Servers that a terminal or a kernel started, and that nobody is connected to: they are no jobs."""

from __future__ import annotations

import re
import time

from origins import KERNEL, TERMINAL, Origins, is_kernel
from process_tree import MAX_RELATIVES, ProcessTree
from sockets import Network, sockets_of, sockets_of_all
from sockets_seen import SocketsSeen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from processes import Process

WAITS_FOR_EVENTS = b"poll|select|accept"


class ServersLeftOpen:
    """Tells which are left open at one look. Looks again only where somebody may have come since the last one."""

    def __init__(
        self, tree: ProcessTree, origins: Origins, network: Callable[[], Network], before: ServersLeftOpen | None
    ) -> None:
        self.tree, self.origins, self.network = tree, origins, network
        # Those of each that is left open, with its relatives'.
        self.sockets: SocketsSeen = SocketsSeen(before.sockets if before else None)

    def is_one(self, process: Process, is_server_left_open: Callable[[Process], bool]) -> bool:
        """Whether it, or a relative, listens while nobody is connected; not where that cannot be read.

        `is_server_left_open` tells it of the one that started it.
        """
        channel, key = process.wait_channel(), (process.pid, process.create_time)
        # A server wakes up now and then: whether it works, its CPU time tells.
        was_left_open = len(channel) <= 1 and key in self.sockets.before
        if not was_left_open and not re.search(WAITS_FOR_EVENTS + b"|futex|suspend", channel):
            return False
        try:
            relatives = self.tree.lineage_in_group(process)
            sockets = sockets_of_all([process, *relatives])
            seen_at = time.monotonic()
            is_known = self.sockets.are_known(key, sockets)
            if not is_known and not self.is_unvisited(process, relatives, is_server_left_open):
                return False
            self.sockets.remember(key, sockets, is_known or self.network().read_at >= seen_at)
        except (OSError, ValueError, IndexError):
            return False
        return True

    def is_unvisited(
        self, process: Process, relatives: list[Process], is_server_left_open: Callable[[Process], bool]
    ) -> bool:
        if self.listens_in_vain(process):
            return True
        serves = self.serves_with_parent(process, is_server_left_open) or any(map(self.listens_in_vain, relatives))
        return serves and not self.network().has_connections(sockets_of(process.pid))

    def serves_with_parent(self, process: Process, is_server_left_open: Callable[[Process], bool]) -> bool:
        """Whether a server left open started it, as a database does its writers, and it waits for events as that."""
        parent = self.tree.parent_of(process)
        if parent is None or self.origin_of(parent) not in (TERMINAL, KERNEL):
            return False
        return re.search(WAITS_FOR_EVENTS, process.wait_channel()) is not None and is_server_left_open(parent)

    def listens_in_vain(self, process: Process) -> bool:
        own = sockets_of(process.pid)
        if not own:
            return False
        is_connected = self.network().has_connections(own)
        family = sockets_of_all(self.family_of(process) if is_connected else ())
        is_daemon = process.terminal is None and process.num_threads == 1 and process.pid not in self.tree.children
        is_daemon = is_daemon and self.origin_of(process) != KERNEL
        return self.network().is_left_open(own, family, is_daemon)

    def family_of(self, process: Process) -> list[Process]:
        """Its process group, its descendants, and the kernel that it works for with all of that one's.

        Where that kernel is not known, all kernels.
        """
        root = process
        for ancestor in self.tree.ancestors_of(process):
            if self.origin_of(ancestor) != KERNEL:
                break
            root = ancestor
        pids = {root.pid} | self.tree.descendants_of(root) | {one.pid for one in self.tree.groups[process.group]}
        if self.origin_of(root) == KERNEL and not is_kernel(root):
            # The kernel's process did not stay its parent, as with a debugger's adapter.
            pids |= {one.pid for one in self.tree.processes.values() if is_kernel(one)}
        return [self.tree.processes[pid] for pid in sorted(pids)[: 4 * MAX_RELATIVES]]

    def origin_of(self, process: Process) -> str:
        return self.origins.origin_of(process, self.tree.processes)
