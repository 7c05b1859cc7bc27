"""Who started a process: its ancestors tell, and where they are gone its environment."""

from __future__ import annotations

import os
import re

from process_kinds import is_server
from processes import read_environment_pieces

TYPE_CHECKING = False
if TYPE_CHECKING:
    from processes import Process

HOUSE = "the image, the server or the agent"
SERVER = "a server"  # it is a child of one
TERMINAL = "a terminal"
KERNEL = "a kernel"
UNKNOWN = "nobody knows"

MAX_ANCESTORS = 64
# What is in the environment of everything that each of them starts.
TRACES = (
    (KERNEL, rb"\0JPY_(PARENT_PID|SESSION_NAME)="),
    (TERMINAL, rb"\0(JUPYTER_SERVER_URL|TERM_PROGRAM|VSCODE_INJECTION|TMUX|STY|SSH_TTY)="),
    (SERVER, rb"\0VSCODE_\w+="),
)


class Origins:
    """Finds out who started each process; what ran until the instant `house_until` nobody did."""

    def __init__(self, house_until: float) -> None:
        self.house_until = house_until

    def origin_of(self, process: Process, processes: dict[int, Process], depth: int = 0) -> str:
        """Who started it. It is remembered, as ancestors end."""
        if process.origin is None:
            process.origin = self.find_origin(process, processes, depth)
        return process.origin

    def find_origin(self, process: Process, processes: dict[int, Process], depth: int) -> str:
        parent = processes.get(process.ppid)
        if process.pid in (1, os.getpid(), os.getppid()) or is_server(process):
            return HOUSE
        if process.terminal is not None and process.session > 0:
            return TERMINAL
        if is_kernel(process):
            return KERNEL
        if parent is None or parent.pid == 1 or depth > MAX_ANCESTORS:
            return self.find_trace(process)
        if is_server(parent):
            return SERVER
        from_parent = self.origin_of(parent, processes, depth + 1)
        return self.find_trace(process) if from_parent in (HOUSE, UNKNOWN) else from_parent

    def find_trace(self, process: Process) -> str:
        try:
            for piece in read_environment_pieces(process.pid):
                for origin, pattern in TRACES:
                    if re.search(pattern, piece):
                        return origin
        except OSError:
            pass  # another user's, or it has ended
        return HOUSE if process.create_time <= self.house_until else UNKNOWN


def is_kernel(process: Process) -> bool:
    return bool(process.kernel_id) or process.is_ipython_kernel
