"""What a process waits for, as the kernel says it.

/proc/<pid>/syscall names the call and its arguments. It is readable where ptrace is; elsewhere wchan alone must do.
"""

from __future__ import annotations

import os
import re

from processes import read_file
from sockets import files_of, link_of, read_tcp, sockets_among

TYPE_CHECKING = False
if TYPE_CHECKING:
    from processes import Process

# The numbers of the system calls that wait for descriptors.
CALLS = {
    "x86_64": {0: "read", 19: "read", 7: "poll", 271: "ppoll", 23: "select", 270: "select", 232: "epoll", 281: "epoll"},
    "aarch64": {63: "read", 65: "read", 73: "ppoll", 72: "select", 22: "epoll"},
}.get(os.uname().machine, {})
NO_TIME_LIMIT = 0xFFFFFFFF
SLEEPS = b"nanosleep"
MAX_THREADS = 40  # more are not looked at
MAX_DESCRIPTORS = 64  # what watches more is a server, not a prompt
TERMINAL = re.compile(r"/dev/(pts/\d+|tty)")


def waits_for_its_terminal(process: Process) -> bool:
    """Whether its main thread waits for what its user types next, and for nothing from outside the app."""
    channel = process.wait_channel()
    if process.terminal is None or not re.search(b"wait_woken|n_tty_read|poll|select", channel):
        return False
    try:
        number, arguments = read_call(process.pid)
        return watches_terminal(process.pid, CALLS.get(number, ""), arguments)
    except PermissionError:
        # A blocking receive on a socket waits in the same place as a read of a terminal.
        return b"poll" not in channel and b"select" not in channel and has_no_socket(process.pid)
    except (OSError, ValueError, IndexError):
        return False


def polls_no_terminal(process: Process) -> bool:
    """Whether its main thread polls descriptors, or is in an event loop, and none of them is a terminal."""
    if not re.search(b"poll|select", process.wait_channel()):
        return False
    try:
        number, arguments = read_call(process.pid)
        watched, _ = read_watched(process.pid, CALLS[number], arguments)
        return not any(TERMINAL.fullmatch(link_of(process.pid, file)) for file in watched)
    except (OSError, ValueError, LookupError):
        return False


def has_sleeping_thread(process: Process) -> bool:
    """Whether a thread beside its main one sleeps, as one does that asks something again and again."""
    return process.num_threads > 1 and any(SLEEPS in wait for wait in waits_of_threads(process.pid, 1).values())


def waits_of_threads(pid: int, first: int) -> dict[int, bytes]:
    """What each thread but the first so many waits in, by its number."""
    waits: dict[int, bytes] = {}
    try:
        for thread in sorted(map(int, os.listdir(f"/proc/{pid}/task")))[first:MAX_THREADS]:
            waits[thread] = read_file(f"/proc/{pid}/task/{thread}/wchan")
    except OSError:
        pass  # a thread has ended, or nobody says
    return waits


def read_call(pid: int, thread: int | None = None) -> tuple[int, list[int]]:
    """The number of the system call that a thread, the main one unless it is named, is in, with its arguments.

    Raises OSError where that cannot be read, ValueError where the thread runs.
    """
    number, *arguments = (
        int(word, 0) for word in read_file(f"/proc/{pid}/{f'task/{thread}/' if thread else ''}syscall").split()[:6]
    )
    return number, arguments


def read_interests(pid: int, epoll: int) -> list[int]:
    """The descriptors that one of epoll waits for."""
    lines = read_file(f"/proc/{pid}/fdinfo/{epoll}").split(b"\n")
    return [int(line.split()[1]) for line in lines if line.startswith(b"tfd:")]


def has_time_limit(epoll_arguments: list[int]) -> bool:
    return epoll_arguments[3] & NO_TIME_LIMIT != NO_TIME_LIMIT


def watches_terminal(pid: int, call: str, arguments: list[int]) -> bool:
    watched, has_limit = read_watched(pid, call, arguments)
    files = [link_of(pid, file) for file in watched]
    if not any(map(TERMINAL.fullmatch, files)):
        return False
    # A prompt with an event loop looks now and then how large its terminal is. Beside the terminal there may be a
    # relay's own pty and a loop's wake-up pair.
    if has_limit and call != "epoll":
        return False
    sockets = sockets_among(files)
    return not sockets or sockets.isdisjoint(connection.inode for connection in read_tcp())


def read_watched(pid: int, call: str, arguments: list[int]) -> tuple[list[int], bool]:
    """The descriptors that a system call waits for, and whether it waits for a limited time."""
    if call == "read":
        return [arguments[0]], False
    if call == "epoll":
        return read_interests(pid, arguments[0])[:MAX_DESCRIPTORS], has_time_limit(arguments)
    if call == "select":
        return read_select_set(pid, arguments), arguments[4] != 0
    if call in ("poll", "ppoll"):
        address, count, limit = arguments[:3]
        memory = read_memory(pid, address, 8 * min(count, MAX_DESCRIPTORS))
        has_limit = limit & NO_TIME_LIMIT != NO_TIME_LIMIT if call == "poll" else limit != 0
        # Each of them is a descriptor, of four bytes, and two masks, of two each.
        return [int.from_bytes(memory[at : at + 4], "little") for at in range(0, len(memory), 8)], has_limit
    return [], False


def read_select_set(pid: int, arguments: list[int]) -> list[int]:
    """The descriptors that a select() would read from."""
    count, address = min(arguments[0], MAX_DESCRIPTORS), arguments[1]
    if not address:
        return []
    bits = int.from_bytes(read_memory(pid, address, 8), "little")
    return [file for file in range(count) if bits >> file & 1]


def read_memory(pid: int, address: int, size: int) -> bytes:
    file = os.open(f"/proc/{pid}/mem", os.O_RDONLY)
    try:
        return os.pread(file, size, address)
    finally:
        os.close(file)


def has_no_socket(pid: int) -> bool:
    return TERMINAL.fullmatch(link_of(pid, 0)) is not None and not any(
        file.startswith("socket:") for file in files_of(pid)
    )
