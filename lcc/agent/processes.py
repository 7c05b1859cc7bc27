"""The app's processes as /proc shows them. What kind of process one is, process_kinds.py says."""

from __future__ import annotations

import os
import re

from stat_files import StatFiles

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CLOCK_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
MAX_FILE_BYTES = 8192
MAX_ENVIRONMENT_BYTES = 128 * 1024  # of which a server is known
ENVIRONMENT_PIECE_BYTES, ENVIRONMENT_PIECES = 64 * 1024, 64
MAX_VARIABLE_BYTES = 256  # of one that is cut in two by the end of a piece
# A process that was just forked does not have the command line yet that it is going to have.
SETTLED_SECONDS = 5

# The fields of /proc/<pid>/stat behind the name, up to the last one that is needed.
STAT_FIELDS = 20


class Process:
    """One process at one look, its fields named as psutil names them; `create_time` is on the boot clock."""

    # Hundreds of processes are kept from one look to the next.
    __slots__ = (
        "channel",  # what wait_channel() answers, once it was asked
        "child_ticks",  # those of its ended children, and theirs
        "cmdline",
        "cpu_ticks",  # clock ticks in user and in system mode
        "create_time",
        "group",
        "is_ipython_kernel",
        "kernel_id",  # the id of the Jupyter kernel that it is, or wraps
        "name",
        "num_threads",
        "origin",  # who started it, once origins.py has found out
        "pid",
        "ppid",
        "program",  # the name of the file that it runs, whatever it calls itself; empty where nobody says
        "session",
        "stat",  # what /proc says of it, as it is there
        "status",
        "terminal",  # the number of its controlling pty
    )
    channel: bytes | None
    child_ticks: int
    cmdline: list[str]
    cpu_ticks: int
    create_time: float
    group: int
    is_ipython_kernel: bool
    kernel_id: str
    name: str
    num_threads: int
    origin: str | None
    pid: int
    ppid: int
    program: str
    session: int
    stat: bytes
    status: str
    terminal: int | None

    def command(self) -> str:
        """The command for a person, without the path of its program."""
        return " ".join([os.path.basename(self.cmdline[0]) or self.name, *self.cmdline[1:]])

    def wait_channel(self) -> bytes:
        """The kernel function that its main thread waits in; empty or 0 where it runs, or where nobody says."""
        if self.channel is None:
            try:
                self.channel = read_file(f"/proc/{self.pid}/wchan")
            except OSError:
                self.channel = b""
        return self.channel


def read_processes(known: dict[int, Process], boot: float, files: StatFiles | None = None) -> dict[int, Process]:
    """All processes at the instant `boot`, by pid; `known` are those of the last look. Raises OSError without /proc.

    Who looks again and again keeps the same `files`.
    """
    found, read = {}, files.read if files else read_stat
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                process = read_process(int(entry), known, boot, read)
            except OSError:
                continue  # it has ended
            found[process.pid] = process
    if files:
        files.keep_only(found)
    return found


def read_stat(pid: int) -> bytes:
    return read_file(f"/proc/{pid}/stat")


def read_process(pid: int, known: dict[int, Process], boot: float, read: Callable[[int], bytes] = read_stat) -> Process:
    stat, before = read(pid), known.get(pid)
    is_settled = before is not None and before.create_time < boot - SETTLED_SECONDS
    if before and is_settled and before.stat == stat:
        before.channel = None
        return before  # most sleep all the time
    process = Process()
    process.pid, process.stat, process.channel = pid, stat, None
    parse_stat(process)
    if before and is_settled and before.create_time == process.create_time:
        process.cmdline, process.program = before.cmdline, before.program
        process.kernel_id, process.is_ipython_kernel = before.kernel_id, before.is_ipython_kernel
        process.origin = before.origin
    else:
        process.cmdline = read_file(f"/proc/{pid}/cmdline").decode("utf-8", "replace").rstrip("\0").split("\0")
        process.program = read_program(pid)
        process.kernel_id, process.is_ipython_kernel = kernel_id_in(process.cmdline), runs_ipython(process.cmdline)
        process.origin = None
    return process


def parse_stat(process: Process) -> None:
    # The name stands in parentheses and may itself contain any.
    head, _, tail = process.stat.rpartition(b")")
    state, ppid, group, session, tty, *_, utime, stime, cutime, cstime, _, _, threads, _, start = tail.split(
        None, STAT_FIELDS
    )[:STAT_FIELDS]
    process.name = head.partition(b"(")[2].decode("utf-8", "replace")
    process.status = state.decode()
    process.ppid, process.group, process.session = int(ppid), int(group), int(session)
    process.terminal = pty_number(int(tty))
    process.child_ticks = int(cutime) + int(cstime)
    process.cpu_ticks, process.num_threads = int(utime) + int(stime), int(threads)
    process.create_time = int(start) / CLOCK_TICKS_PER_SECOND


def read_program(pid: int) -> str:
    try:
        return os.path.basename(os.readlink(f"/proc/{pid}/exe"))
    except OSError:
        return ""  # another user's, or the system's own


def pty_number(device: int) -> int | None:
    """The N of /dev/pts/N, from the device number of a controlling terminal; None where that is no pty."""
    major, minor = device >> 8 & 0xFFF, device & 0xFF | device >> 12 & 0xFFF00
    return (major - 136) * 256 + minor if 136 <= major <= 143 else None


def kernel_id_in(cmdline: list[str]) -> str:
    """The id in the name of the connection file that Jupyter gives a kernel on its command line."""
    return "".join(re.findall(r"kernel-([\w-]+)\.json", " ".join(cmdline)))


def runs_ipython(cmdline: list[str]) -> bool:
    """Whether the command line starts an IPython kernel."""
    return re.search("ipykernel|kernel_launcher", "".join(cmdline[1:4])) is not None


def read_environment(pid: int) -> bytes:
    """The variables that a process was started with, a zero byte between them. Raises OSError."""
    return read_file(f"/proc/{pid}/environ", MAX_ENVIRONMENT_BYTES)


def read_environment_pieces(pid: int) -> Iterator[bytes]:
    """The variables that a process was started with, however many, a zero byte before each. Raises OSError."""
    file, end = os.open(f"/proc/{pid}/environ", os.O_RDONLY), b"\0"
    try:
        for _ in range(ENVIRONMENT_PIECES):
            piece = os.read(file, ENVIRONMENT_PIECE_BYTES)
            if not piece:
                return
            yield end + piece
            end = (end + piece)[-MAX_VARIABLE_BYTES:]
    finally:
        os.close(file)


def read_file(path: str, max_bytes: int = MAX_FILE_BYTES) -> bytes:
    """The first bytes of a file in /proc; without the objects of open(), as hundreds are read at each look."""
    file = os.open(path, os.O_RDONLY)
    try:
        return os.read(file, max_bytes)
    finally:
        os.close(file)
