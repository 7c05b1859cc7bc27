"""What the process of an IPython kernel shows of its work: what its main thread, which runs the cells, waits for."""

from __future__ import annotations

import re

from process_kinds import EVENT_LOOP, INPUT, SOMETHING_ELSE, waits_for
from processes import read_file
from sockets import link_of, sockets_among
from waiting import SLEEPS, has_time_limit, read_call, read_interests, waits_of_threads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from processes import Process

THREADS_BEFORE_START = 3  # a kernel that has started has more
# The threads that an idle kernel has at least, and at most; the last of them looks each second for its parent.
LEAST_OWN_THREADS, MOST_OWN_THREADS = 11, 13
EPOLL_CALLS = (232, 281, 22)  # epoll_wait and epoll_pwait on x86-64, epoll_pwait on ARM
RECEIVE_CALLS = (0, 45, 47, 63, 207, 212)  # read, recvfrom and recvmsg, on x86-64 and on ARM
ESTABLISHED = b"01"


def count_wakeups(process: Process) -> int | None:
    """How often its main thread was on a CPU so far; None where nobody says.

    The main thread of an idle kernel sleeps on for hours: it is other threads that use a tick of CPU time now and then,
    and that answer how much memory the kernel uses.
    """
    try:
        times_on_cpu = int(read_file(f"/proc/{process.pid}/schedstat").split()[2])
    except (OSError, ValueError, IndexError):
        times_on_cpu = 0
    return times_on_cpu or count_switches(process)  # a system that does not count says 0


def count_switches(process: Process) -> int | None:
    """The same where schedstat does not say it, for twice the CPU time."""
    try:
        status = read_file(f"/proc/{process.pid}/status")
    except OSError:
        return None
    counts = re.findall(rb"voluntary_ctxt_switches:\s*(\d+)", status)
    return sum(map(int, counts)) if counts else None


def has_started(process: Process) -> bool:
    """Whether an IPython kernel got beyond its start: one that hangs before that has no threads yet."""
    return process.is_ipython_kernel and process.num_threads > THREADS_BEFORE_START and process.status not in "TZ"


def main_thread_works(process: Process) -> bool:
    """Whether a kernel's main thread runs, or waits for something else than its next message."""
    waits = waits_for(process)
    if waits == EVENT_LOOP:
        return awaits_something(process)
    return process.status == "R" or waits in (INPUT, SOMETHING_ELSE)


def waits_for_messages(process: Process) -> bool:
    """Whether it waits for its next message and for nothing else, for all that can be seen."""
    return waits_for(process) == EVENT_LOOP and not awaits_something(process)


def awaits_something(process: Process) -> bool:
    """Whether its event loop waits for more than messages: for a point in time, or for a connection.

    A cell that awaits shows so, and a task that a cell left behind. Not to be told from an idle kernel is one that
    awaits its own process alone, as in `await asyncio.Event().wait()`; nor is anything where the system does not let
    the agent see.
    """
    try:
        call, arguments = read_call(process.pid)
        if call not in EPOLL_CALLS:
            return False
        if has_time_limit(arguments):
            return True
        sockets = sockets_among(link_of(process.pid, file) for file in read_interests(process.pid, arguments[0]))
        # The loop's own is one, by which threads wake it.
        return len(sockets) > 1 and any(is_connected(process, inode.encode()) for inode in sockets)
    except (OSError, ValueError, IndexError):
        return False


def is_connected(process: Process, inode: bytes) -> bool:
    """Whether that socket is a connection of TCP or UDP; one that listens for connections is none."""
    for protocol in ("tcp", "tcp6", "udp", "udp6"):
        with open(f"/proc/{process.pid}/net/{protocol}", "rb") as table:
            for line in table:
                fields = line.split()
                if fields[9] == inode:
                    return fields[3] == ESTABLISHED
    return False


def waits_of_cell_threads(process: Process) -> dict[int, bytes]:
    """What each thread that a cell may have started waits in, by its number."""
    return {} if process.num_threads < MOST_OWN_THREADS else waits_of_threads(process.pid, LEAST_OWN_THREADS)


def has_sleeping_thread_of_cell(waits: dict[int, bytes]) -> bool:
    """Whether a thread sleeps beside a kernel's own one, as one that asks something again and again."""
    return sum(SLEEPS in wait for wait in waits.values()) > 1


def sockets_received_from(process: Process, waits: dict[int, bytes]) -> set[str]:
    """The inodes of the sockets from which threads wait to receive something, without a time limit."""
    files = []
    for thread in (thread for thread, wait in waits.items() if b"woken" in wait):
        try:
            call, arguments = read_call(process.pid, thread)
            if call in RECEIVE_CALLS:
                files.append(link_of(process.pid, arguments[0]))
        except (OSError, ValueError, IndexError):
            continue
    return sockets_among(files)
