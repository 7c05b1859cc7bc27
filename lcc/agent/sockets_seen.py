"""The sockets with which nobody was connected to processes, as far as that is sure."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    Key = tuple[int, float]  # a process, by pid and start


class SocketsSeen:
    """Those of one look, and what is known of them from the look before.

    Whoever connects is one socket more. So while a process's sockets stay the same, the system's table of connections,
    which is dear to read, need not be asked. It is read once a look, and may be older than what was seen of a process:
    somebody may have come in between. At the next look the sockets are the same, and nobody had come, or they are not.
    """

    def __init__(self, before: SocketsSeen | None) -> None:
        self.before = before.now if before else {}
        self.now: dict[Key, tuple[set[str], bool]] = {}

    def are_known(self, key: Key, sockets: set[str]) -> bool:
        return self.before.get(key) == (sockets, True)

    def remember(self, key: Key, sockets: set[str], is_sure: bool) -> bool:
        """Note that nobody was connected with them, as this look's connections say; sure where those are no older.

        Returns whether it is sure: it also is where the sockets were the same before these connections were read.
        """
        is_sure = is_sure or (key in self.before and self.before[key][0] == sockets)
        self.now[key] = sockets, is_sure
        return is_sure

    def keep(self, key: Key) -> None:
        """Nothing can have changed since the look before."""
        self.now[key] = self.before[key]
