"""Who is connected to what a process listens on."""

from __future__ import annotations

import itertools
import os
import time

from processes import read_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from processes import Process

MAX_TABLE_BYTES = 1 << 20
MAX_FILES = 512  # descriptors of one process; of one with more nothing is told
MAX_FIELDS = 10  # of a line that are told apart
NOBODYS = "0"  # the inode of a connection that no process holds any more
LISTENING, ESTABLISHED = "0A", "01"
MAPPED_IPV4 = "0000000000000000FFFF0000"


class TooMany(OSError):
    """There is more of it than can be looked at."""


class Connection:
    """A line of /proc/net/tcp; addresses and ports as it writes them."""

    __slots__ = ("inode", "local", "remote", "state")

    def __init__(self, fields: list[str]) -> None:
        self.local, self.remote, self.state = plain_address(fields[1]), plain_address(fields[2]), fields[3]
        self.inode = fields[9]

    @property
    def port(self) -> str:
        """Its port on this side, in four hexadecimal digits."""
        return self.local.rpartition(":")[2]


def plain_address(address: str) -> str:
    return address.removeprefix(MAPPED_IPV4)


def read_table(name: str) -> list[list[str]]:
    """The lines of a file in /proc/net, in words. Raises TooMany."""
    with open(f"/proc/net/{name}", "rb") as file:
        table = file.read(MAX_TABLE_BYTES + 1)
    if len(table) > MAX_TABLE_BYTES:
        raise TooMany(name)
    return [line.split(None, MAX_FIELDS) for line in table.decode("ascii", "replace").splitlines()[1:]]


def read_tcp() -> list[Connection]:
    found = []
    for name in ("tcp", "tcp6") if has_tcp6() else ("tcp",):
        if os.path.exists(f"/proc/net/{name}"):
            found += [Connection(fields) for fields in read_table(name) if len(fields) > 9 and fields[9] != NOBODYS]
    return found


def has_tcp6() -> bool:
    """Whether IPv6 is in use, for all that can be seen: its table costs milliseconds to read, also an empty one."""
    try:
        return b"TCP6: inuse 0\n" not in read_file("/proc/net/sockstat6")
    except OSError:
        return True


def link_of(pid: int, file: int) -> str:
    try:
        return os.readlink(f"/proc/{pid}/fd/{file}")
    except FileNotFoundError:
        return ""


def files_of(pid: int) -> list[str]:
    """What a process has open. Raises OSError where that cannot be read, TooMany where it is a lot."""
    with os.scandir(f"/proc/{pid}/fd") as entries:
        names = [entry.name for entry in itertools.islice(entries, MAX_FILES + 1)]
    if len(names) > MAX_FILES:
        raise TooMany(f"descriptors of process {pid}")
    return [link_of(pid, int(name)) for name in names]


def sockets_of(pid: int) -> set[str]:
    """The inodes of a process's sockets."""
    return sockets_among(files_of(pid))


def sockets_of_all(processes: Iterable[Process]) -> set[str]:
    found: set[str] = set()
    return found.union(*(sockets_of(process.pid) for process in processes))


def sockets_among(files: Iterable[str]) -> set[str]:
    """The inodes of the sockets among what descriptors lead to."""
    return {file[len("socket:[") : -1] for file in files if file.startswith("socket:")}


class Network:
    """The app's sockets at one look, read when somebody asks."""

    def __init__(self) -> None:
        self.read_at = time.monotonic()
        self.tcp = read_tcp()
        self.by_ends = {(one.local, one.remote): one for one in self.tcp}
        # fields: address, count, protocol, flags, type, state, inode, path
        unix = [fields for fields in read_table("unix") if len(fields) > 7]
        self.unix_listening = {fields[6]: fields[7] for fields in unix if int(fields[3], 16) & 0x10000}
        self.unix_connected = {fields[6]: fields[7] for fields in unix if fields[5] == "03"}

    def has_connections(self, own: set[str]) -> bool:
        return any(one.inode in own and one.state == ESTABLISHED for one in self.tcp)

    def ports_of(self, own: set[str], own_ports: Iterable[int]) -> set[str]:
        """The ports at which a socket of these listens, but for those."""
        listening = {one.port for one in self.tcp if one.inode in own and one.state == LISTENING}
        return listening - {f"{port:04X}" for port in own_ports}

    def has_guests(self, own: set[str], ports: set[str]) -> bool:
        """Whether somebody who has none of these sockets is connected to one of them at one of these ports.

        Who connects from outside of what can be seen has none of them either.
        """
        at_ports = {one.inode for one in self.tcp if one.inode in own and one.port in ports}
        return self.is_connected_beyond(at_ports, own)

    def is_connected_beyond(self, own: set[str], family: set[str]) -> bool:
        """Whether one of these sockets is connected to another than those of the family."""
        connections = [one for one in self.tcp if one.inode in own and one.state == ESTABLISHED]
        return any(not self.is_of_family(one, family) for one in connections)

    def is_left_open(self, own: set[str], family: set[str], is_daemon: bool) -> bool:
        """Whether the holder of these sockets listens, and nobody but its family is connected, to it or by it.

        `family` are its relatives' sockets. Many a program listens on a Unix socket for its own workers, so that makes
        a server only of a daemon. The system does not say who is at the other end of one: somebody.
        """
        connections = [one for one in self.tcp if one.inode in own]
        paths = {self.unix_listening[inode] for inode in own & self.unix_listening.keys()}
        if not any(one.state == LISTENING for one in connections) and not (paths and is_daemon):
            return False
        if is_daemon and any(self.unix_connected.get(inode) in paths for inode in own):
            return False
        return all(self.is_of_family(one, own | family) for one in connections if one.state == ESTABLISHED)

    def is_of_family(self, connection: Connection, family: set[str]) -> bool:
        other_end = self.by_ends.get((connection.remote, connection.local))
        return other_end is not None and other_end.inode in family
